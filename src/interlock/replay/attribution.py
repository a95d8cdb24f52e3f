"""Which touch earned what of a conversion: the models of definitions.md.

Rules such as `linear` or `w` weigh the touches of each journey for themselves (`weights`); Markov
and Shapley look at all journeys together and weigh the channels.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from interlock.agreement.hours import DAY
from interlock.agreement.problems import did_you_mean
from interlock.replay.journeys import NONE, Journeys, summed
from interlock.replay.markov import markov
from interlock.replay.outcome import Codes, Instants, Numbers
from interlock.replay.parts import in_parts
from interlock.replay.shapley import shapley, shapley_rate
from interlock.replay.written_journeys import Written, journeys_of


@dataclass(frozen=True)
class Milestones:
    """A rule that gives fixed shares to milestones of a journey and `others` to the rest of it.

    Shares that fall on one touch add up; of what is missing (no other touch, a milestone that is
    not known) the rest is made whole again.
    """

    first: float = 0.0
    lead: float = 0.0
    opportunity: float = 0.0
    last: float = 0.0
    others: float = 0.0

    def weights(self, journeys: Journeys) -> Numbers:
        """Each touch's share of its journey."""
        shares = np.array([self.first, self.lead, self.opportunity, self.last])
        weight, first = np.zeros(len(journeys.at)), journeys.first
        given = first, journeys.lead, journeys.opportunity, shares, self.others
        in_parts(lambda begin, stop: _by_milestone(*given, begin, stop, weight), first)
        return weight


@numba.njit(cache=True, nogil=True)
def _by_milestone(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    first: NDArray[np.int64],
    lead: Codes,
    opportunity: Codes,
    shares: Numbers,
    others: float,
    first_journey: int,
    stop: int,
    weight: Numbers,
) -> None:
    """Writes the weights of some journeys, where there are only zeros."""
    place = np.zeros(len(shares), np.int64)
    for j in range(first_journey, stop):
        begin, length = first[j], first[j + 1] - first[j]
        if length == 0:
            continue
        place[1], place[2], place[3] = lead[j], opportunity[j], length - 1
        rest = length
        for m in range(len(shares)):
            if place[m] >= 0 and shares[m] > 0.0:
                rest -= weight[begin + place[m]] == 0.0
                weight[begin + place[m]] += shares[m]
        other, whole = others / max(rest, 1), 0.0
        for t in range(begin, begin + length):
            if weight[t] == 0.0:
                weight[t] = other
            whole += weight[t]
        if whole != 1.0:
            for t in range(begin, begin + length):
                weight[t] /= whole


def _linear(journeys: Journeys) -> Numbers:
    return np.repeat(1.0 / np.maximum(journeys.length, 1), journeys.length)


def _time_decay(journeys: Journeys, *, half_life_days: float = 7.0) -> Numbers:
    """Weights by age. When the conversion came does not matter: it would divide all of them."""
    if not isinstance(half_life_days, Real) or not 0 < half_life_days < math.inf:
        raise ValueError("`half_life_days` is a number above 0")
    weight, columns = np.empty(len(journeys.at)), (journeys.first, journeys.at)
    half_life = float(half_life_days * DAY)
    in_parts(lambda begin, stop: _halved(*columns, half_life, begin, stop, weight), columns[0])
    return weight


@numba.njit(cache=True, nogil=True)
def _halved(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    first: NDArray[np.int64],
    at: Instants,
    half_life: float,
    begin: int,
    stop: int,
    weight: Numbers,
) -> None:
    """Writes the weights of some journeys."""
    for j in range(begin, stop):
        whole = 0.0
        for t in range(first[j], first[j + 1]):
            weight[t] = 2.0 ** ((at[t] - at[first[j + 1] - 1]) / half_life)
            whole += weight[t]
        for t in range(first[j], first[j + 1]):
            weight[t] /= whole


MILESTONES: Mapping[str, Milestones] = {
    "first": Milestones(first=1.0),
    "last": Milestones(last=1.0),
    "position": Milestones(first=0.4, last=0.4, others=0.2),
    "position-lead": Milestones(first=0.4, lead=0.4, others=0.2),
    "w": Milestones(first=0.3, lead=0.3, opportunity=0.3, others=0.1),
    "full-path": Milestones(first=0.225, lead=0.225, opportunity=0.225, last=0.225, others=0.1),
}

RULES: Mapping[str, Callable[..., Numbers]] = {
    **{model: rule.weights for model, rule in MILESTONES.items()},
    "linear": _linear,
    "time-decay": _time_decay,
}
"""Models that weigh the touches of a journey: journeys -> each touch's share of its journey."""

GAMES: Mapping[str, Callable[..., Numbers]] = {
    "markov": markov,
    "shapley": shapley,
    "shapley-rate": shapley_rate,
}
"""Models that weigh channels: journeys -> each channel's share of the whole value (`VALUED`: what
it has of it)."""

VALUED = ("shapley",)
"""Games on the value itself."""

MODELS = (*RULES, *GAMES)


def attribute(
    journeys: Iterable[Written] | Journeys, model: str = "linear", **params: Any
) -> dict[str, float]:
    """What each channel earned under a model of `MODELS`, in the unit of the journeys' values.

    `journeys` are mappings as `journeys_of` takes them, or columns. Every channel is there, in the
    order in which they first occur, with 0.0 where it earned nothing; what was converted without a
    touch is credited to "(none)". The credits come to the values. `params`: `half_life_days` (7)
    of time-decay; `order` (1 to 3) and `self_transitions` (True) of markov. Raises ValueError for
    a model, a parameter or a journey that is wrong. Source: definitions.md, "Attribution".
    """
    columns = journeys if isinstance(journeys, Journeys) else journeys_of(journeys)
    if isinstance(model, str) and model in RULES:
        paid = columns.paid
        share = compute(paid, model, **params)
        earned = _earned(paid.first, paid.channel, paid.value, share, len(paid.channels))
    else:
        played = compute(columns, model, **params)
        earned = earned_in(model, played, columns.paid.value.sum())
    credit = dict(zip(map(str, columns.channels), earned.tolist(), strict=True))
    if columns.unseen is not None:
        credit[NONE] = credit.get(NONE, 0.0) + columns.unseen
    return credit


@numba.njit(cache=True, nogil=True)
def _earned(
    first: NDArray[np.int64], channel: Codes, value: Numbers, share: Numbers, channels: int
) -> Numbers:
    """What each channel has of the journeys' values, by the share of each touch."""
    earned = np.zeros(channels)
    for j in range(len(value)):
        for t in range(first[j], first[j + 1]):
            earned[channel[t]] += share[t] * value[j]
    return earned


def compute(journeys: Journeys, model: str, **params: Any) -> Numbers:
    """Each touch's share of its journey (`RULES`), or what `GAMES` say of each channel.

    Raises ValueError for a model or a parameter that is wrong.
    """
    shares = RULES.get(model) or GAMES.get(model) if isinstance(model, str) else None
    if shares is None:
        hint = did_you_mean(str(model), MODELS) or f"there are {', '.join(MODELS)}"
        raise ValueError(f"there is no model `{model}`; {hint}")
    known = [name for name in inspect.signature(shares).parameters if name != "journeys"]
    if unknown := [name for name in params if name not in known]:
        takes = f"it takes {', '.join(known)}" if known else "it takes none"
        raise ValueError(f"the model `{model}` has no parameter `{unknown[0]}`; {takes}")
    return shares(journeys, **params)


def earned_in(model: str, played: Numbers, whole: float) -> Numbers:
    """What each channel earned of the whole value, by what a game (`GAMES`) says of it."""
    return played if model in VALUED else played * whole


def split(amount: Instants, weight: Numbers, first: NDArray[np.int64]) -> NDArray[np.int64]:
    """Whole amounts (minor units) shared out by weight, each summing exactly to its amount.

    `amount[j]` goes to `first[j]:first[j + 1]`, whose weights come to 1. Amounts up to 2^53.
    """
    return in_whole(amount, weight * np.repeat(amount, np.diff(first)), first)


def in_whole(amount: Instants, exact: Numbers, first: NDArray[np.int64]) -> NDArray[np.int64]:
    """Parts of amounts in whole units, as `split`: those of each amount come to it exactly.

    What rounding down leaves goes to the largest remainders, of equal ones to the first.
    """
    group = np.repeat(np.arange(len(amount)), np.diff(first))
    whole = np.floor(exact)
    left = amount - summed(whole, group, len(amount)).astype(np.int64)
    given = whole.astype(np.int64)
    order = np.lexsort((whole - exact, group))
    given[order] += np.arange(len(group)) - first[group] < left[group]
    return given
