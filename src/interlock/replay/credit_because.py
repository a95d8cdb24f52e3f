"""Because of a credit: the formula with its numbers, of one sale or of one channel.

Nothing here shares anything out. A formula is text that can be worked out again (`formulas`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from interlock.agreement.attribution import Attribution
from interlock.agreement.hours import DAY
from interlock.replay.attribution import MILESTONES, RULES
from interlock.replay.credits import Credits, Sales, earned_by_sale
from interlock.replay.formulas import MOST, NEGLIGIBLE, Money, Step, number, sum_of
from interlock.replay.game_because import GAMES
from interlock.replay.journeys import Journeys
from interlock.replay.outcome import Instants

READ_AS = {
    "linear": "value / touches",
    "time-decay": "value × 2^(-days before the sale / half-life in days) / sum of these powers",
    **dict.fromkeys(MILESTONES, "value × share of the milestones / sum of the shares, where not 1"),
}
"""What the numbers in the formulas of a sale are, by model."""

MILESTONE_NAMES = ("first touch", "lead creation", "opportunity creation", "closing touch")


@dataclass(frozen=True)
class TouchBecause:
    """Why one touch earned what it did. `amount` is in minor units.

    `milestones`: what the touch is in its journey, of `MILESTONE_NAMES`. `rounding` says how the
    value of the formula became the amount; empty where it is the amount.
    """

    milestones: tuple[str, ...]
    formula: str
    rounding: str
    amount: int


@dataclass(frozen=True)
class ChannelBecause:
    """Why one channel earned what it did; `steps` work out the numbers of the formula."""

    steps: tuple[Step, ...]
    formula: str
    rounding: str
    amount: int


# --- one sale ---------------------------------------------------------------------------------


def explain_sale(
    sales: Sales, shared: Credits, terms: Attribution, sale: int, digits: int
) -> tuple[TouchBecause, ...]:
    """Each touch of a sale (a position in `sales.sale`); of credits that weigh touches.

    `digits` are the decimal digits of the currency.
    """
    journeys, money, paid = sales.journeys, Money(digits), int(sales.amount[sale])
    begin, end = journeys.first[sale : sale + 2].tolist()
    if begin == end:
        return ()
    found = []
    for place, share in enumerate(_shares(sales, terms, shared.model, sale)):
        exact, amount = (
            paid * float(shared.weight[begin + place]),
            shared.per_touch[begin + place],
        )
        found.append(
            TouchBecause(
                milestones=_milestones_at(journeys, sale, place),
                formula=f"{money(paid)} {share} = {money.exact(exact)}",
                rounding=money.rounding(exact, int(amount)),
                amount=int(amount),
            )
        )
    return tuple(found)


def _shares(sales: Sales, terms: Attribution, model: str, sale: int) -> list[str]:
    """What the sale's value is multiplied with and divided by, touch by touch."""
    journeys = sales.journeys
    at = journeys.at[journeys.first[sale] : journeys.first[sale + 1]]
    if model == "linear":
        return [f"/ {len(at)}"] * len(at)
    if model == "time-decay":
        return _decayed(at, int(sales.closed[sale]), terms.half_life_days)
    return _by_milestone(journeys, model, sale)


def _decayed(at: Instants, closed: int, half_life: float) -> list[str]:
    """Halved by the days before the sale; before the last touch, where nothing else is left."""
    days = (closed - at) / DAY
    if not (2.0 ** (-days / half_life)).sum():
        days = days - days[-1]
    whole = number(float((2.0 ** (-days / half_life)).sum()))
    return [f"× 2^(-{number(day)} / {number(half_life)}) / {whole}" for day in days.tolist()]


def _by_milestone(journeys: Journeys, model: str, sale: int) -> list[str]:
    rule = MILESTONES[model]
    given: list[list[float]] = [[] for _ in range(int(journeys.length[sale]))]
    shares = (rule.first, rule.lead, rule.opportunity, rule.last)
    for share, place in zip(shares, _places(journeys, sale), strict=True):
        if share and place >= 0:
            given[place].append(share)
    others = sum(not mine for mine in given)
    whole = sum(map(sum, given)) + (rule.others if others else 0.0)
    made_whole = "" if abs(whole - 1) < NEGLIGIBLE else f" / {number(whole)}"
    rest = f"× {number(rule.others)} / {others}" if rule.others else "× 0"
    return [(_times(mine) if mine else rest) + made_whole for mine in given]


def _times(shares: list[float]) -> str:
    return f"× ({sum_of(shares)})" if len(shares) > 1 else f"× {number(shares[0])}"


def _places(journeys: Journeys, sale: int) -> tuple[int, ...]:
    """Where in its journey each of the milestones is (-1: not known)."""
    last = int(journeys.length[sale]) - 1
    return 0, int(journeys.lead[sale]), int(journeys.opportunity[sale]), last


def _milestones_at(journeys: Journeys, sale: int, place: int) -> tuple[str, ...]:
    places = zip(MILESTONE_NAMES, _places(journeys, sale), strict=True)
    return tuple(name for name, there in places if there == place)


# --- one channel ------------------------------------------------------------------------------


def explain_channel(
    sales: Sales, shared: Credits, terms: Attribution, place: int, digits: int
) -> ChannelBecause:
    """Why the channel at that place of `shared.channels` earned what it did."""
    money, amount = Money(digits), int(shared.amount[place])
    if place == len(sales.journeys.channels) or shared.model in RULES:
        steps, formula = _sale_by_sale(sales, shared, place, money)
        return ChannelBecause(steps, f"{formula} = {money(amount)}", "", amount)
    steps, formula, exact = GAMES[shared.model](sales.journeys, terms, place, money)
    rounding = money.rounding(exact, amount)
    return ChannelBecause(steps, f"{formula} = {money.exact(exact)}", rounding, amount)


def _sale_by_sale(
    sales: Sales, shared: Credits, place: int, money: Money
) -> tuple[tuple[Step, ...], str]:
    """The credits of the channel's touches, by sale, the largest first; of none, its sales."""
    journeys, sold = sales.journeys, len(sales.sale)
    if place == len(journeys.channels):
        sale = np.flatnonzero(journeys.length[:sold] == 0)
        credit = sales.amount[sale]
    else:
        mine = np.flatnonzero(journeys.channel[: len(shared.per_touch)] == place)
        sale, credit = journeys.journey[mine], shared.per_touch[mine]
    earned = earned_by_sale(sales, shared, place)
    order = np.lexsort((np.arange(sold), -earned))
    order = order[earned[order] != 0]
    steps = [
        Step(
            f"sale {sales.keys[each]}",
            f"{sum_of(credit[sale == each].tolist(), money)} = {money(earned[each])}",
        )
        for each in order[:MOST]
    ]
    if len(order) > MOST:
        rest = money(earned[order[MOST:]].sum())
        steps.append(Step(f"{len(order) - MOST:,} more sales", rest))
    return tuple(steps), sum_of(earned[order].tolist(), money)
