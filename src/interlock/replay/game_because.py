"""Because of a credit under a model that weighs channels as a whole: a chain or a game."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

import numpy as np

from interlock.agreement.attribution import Attribution
from interlock.replay.credits import parameters
from interlock.replay.formulas import MOST, Money, Step, number, sum_of
from interlock.replay.journeys import Journeys
from interlock.replay.markov import Chain, chain_of
from interlock.replay.shapley import mean_gains, rates_of

Worked = tuple[tuple[Step, ...], str, float]
"""The steps, the formula without its value, and its value in minor units."""


def _markov(journeys: Journeys, terms: Attribution, channel: int, money: Money) -> Worked:
    """V RE_c / ΣRE, with RE_c = (N_0c / N_cc)(u_c / u_0)."""
    paid = float(journeys.value[journeys.length > 0].sum())
    chain = chain_of(journeys, **parameters(terms, "markov"))
    effects: list[float] = chain.effects().tolist()
    start = Step("the chance to convert, u_0", number(chain.whole))
    if not sum(effects):
        return (start,), f"{money(paid)} × 0", 0.0
    ways, steps = _ways(journeys, chain, channel)
    mine, whole = effects[channel], sum(effects)
    effect = f"({ways}) / {number(chain.whole)} = {number(mine)}"
    return (
        (
            start,
            *steps,
            Step(f"removal effect of {journeys.channels[channel]}", effect),
            Step("removal effects of all", f"{sum_of(effects)} = {number(whole)}"),
        ),
        f"{money(paid)} × {number(mine)} / {number(whole)}",
        paid * mine / whole,
    )


def _ways(journeys: Journeys, chain: Chain, channel: int) -> tuple[str, tuple[Step, ...]]:
    """How a journey comes to the channel and converts then: by each state that ends with it."""
    states, first_come = chain.first_come(channel)
    lost = first_come * chain.chance[states]
    order = np.argsort(-lost, kind="stable")
    ways, steps = [], []
    for place in order[:MOST].tolist():
        state, come = int(states[place]), float(first_come[place])
        name, chance = _trail(journeys, chain, state), float(chain.chance[state])
        written = number(come)
        if len(states) == 1:
            of = f"{number(chain.reached[state])} / {number(chain.visits[state, state])}"
            steps.append(Step(f"the chance to come to {name}, N_0c / N_cc", f"{of} = {written}"))
        else:
            steps.append(Step(f"the chance to come to the channel first by {name}", written))
        steps.append(Step(f"the chance to convert from {name}, u_c", number(chance)))
        ways.append(f"{written} × {number(chance)}")
    if len(order) > MOST:
        ways.append(number(float(lost[order[MOST:]].sum())))
        steps.append(Step(f"{len(order) - MOST} more ways", ways[-1]))
    return " + ".join(ways), tuple(steps)


def _trail(journeys: Journeys, chain: Chain, state: int) -> str:
    return " > ".join(str(journeys.channels[place]) for place in chain.trail(state))


def _shapley(journeys: Journeys, _: Attribution, channel: int, money: Money) -> Worked:
    """Σ v(T) / |T| over the sets T of channels of paths, those with this channel in them."""
    worth: Counter[tuple[int, ...]] = Counter()
    on = np.unique(journeys.journey[journeys.channel == channel])
    for journey in on[journeys.value[on] != 0].tolist():
        mine = journeys.channel[journeys.first[journey] : journeys.first[journey + 1]]
        worth[tuple(np.unique(mine).tolist())] += journeys.value[journey]
    largest = sorted(worth.items(), key=lambda each: (-each[1] / len(each[0]), each[0]))
    parts = [value / len(players) for players, value in largest]
    steps = [
        Step(
            f"{{{', '.join(str(journeys.channels[place]) for place in players)}}}",
            f"{money(value)} / {len(players)} = {money.exact(value / len(players))}",
        )
        for players, value in largest[:MOST]
    ]
    if len(parts) > MOST:
        rest = money.exact(sum(parts[MOST:]))
        steps.append(Step(f"{len(parts) - MOST} more sets of channels", rest))
    return tuple(steps), sum_of(parts, money.exact), sum(parts)


def _shapley_rate(journeys: Journeys, _: Attribution, channel: int, money: Money) -> Worked:
    """V φ_c / Σφ, with φ_c the mean of the mean gains to coalitions of 0, 1, 2… others."""
    paid = float(journeys.value[journeys.length > 0].sum())
    rate = rates_of(journeys)
    gains = [mean_gains(rate, player) for player in range(len(journeys.channels))]
    mine, whole = float(gains[channel].mean()), float(sum(gain.mean() for gain in gains))
    steps = [
        Step(f"the mean gain of the rate to coalitions of {size} others", number(gain))
        for size, gain in enumerate(gains[channel].tolist())
    ]
    means = f"({sum_of(gains[channel].tolist())}) / {len(gains)} = {number(mine)}"
    steps.append(Step(f"what {journeys.channels[channel]} brings", means))
    each = sum_of([float(gain.mean()) for gain in gains])
    steps.append(Step("what all bring: the whole rate", f"{each} = {number(whole)}"))
    if not whole:
        return tuple(steps), f"{money(paid)} × 0", 0.0
    return tuple(steps), f"{money(paid)} × {number(mine)} / {number(whole)}", paid * mine / whole


GAMES: Mapping[str, Callable[[Journeys, Attribution, int, Money], Worked]] = {
    "markov": _markov,
    "shapley": _shapley,
    "shapley-rate": _shapley_rate,
}
"""How the credit of a channel is worked out, by model."""
