"""Which touch earned what of a conversion: the models of definitions.md.

Rules such as `linear` or `w` weigh the touches of each journey for themselves (`weights`); Markov
and Shapley look at all journeys together and weigh the channels.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interlock.agreement.hours import DAY
from interlock.agreement.problems import did_you_mean
from interlock.replay.journeys import NONE, Journeys, journeys_of, summed
from interlock.replay.markov import markov
from interlock.replay.outcome import Instants, Numbers
from interlock.replay.shapley import shapley, shapley_rate


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
        ends = (
            (self.first, np.zeros(len(journeys), np.int64)),
            (self.lead, journeys.lead),
            (self.opportunity, journeys.opportunity),
            (self.last, journeys.length - 1),
        )
        weight, is_other = np.zeros(len(journeys.channel)), np.ones(len(journeys.channel), bool)
        for share, place in ends:
            known = (place >= 0) & (journeys.length > 0) & (share > 0)
            touch = (journeys.first[:-1] + place)[known]
            weight[touch] += share
            is_other[touch] = False
        others = np.bincount(journeys.journey[is_other], minlength=len(journeys))
        weight[is_other] = (self.others / np.maximum(others, 1))[journeys.journey[is_other]]
        return _made_whole(weight, journeys)


def _linear(journeys: Journeys) -> Numbers:
    return 1.0 / journeys.length[journeys.journey]


def _time_decay(journeys: Journeys, *, half_life_days: float = 7.0) -> Numbers:
    """Weights by age. When the conversion came does not matter: it would divide all of them."""
    if not half_life_days > 0:
        raise ValueError("`half_life_days` is a number above 0")
    last = journeys.at[np.maximum(journeys.first[1:] - 1, 0)] if len(journeys.at) else journeys.at
    age = last[journeys.journey] - journeys.at
    return _made_whole(2.0 ** (-age / (half_life_days * DAY)), journeys)


def _made_whole(weight: Numbers, journeys: Journeys) -> Numbers:
    """The weights, so that those of each journey come to 1."""
    whole = summed(weight, journeys.journey, len(journeys))
    return weight / whole[journeys.journey]


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
"""Models that weigh channels: journeys -> each channel's share of the whole value."""

MODELS = (*RULES, *GAMES)


def attribute(
    journeys: Sequence[Mapping[str, Any]] | Journeys, model: str = "linear", **params: Any
) -> dict[str, float]:
    """What each channel earned under a model of `MODELS`, in the unit of the journeys' values.

    `journeys` are mappings as `journeys_of` takes them, or columns. Every channel is there, in the
    order in which they first occur, with 0.0 where it earned nothing; what was converted without a
    touch is credited to "(none)". The credits come to the values. `params`: `half_life_days` (7)
    of time-decay; `order` (1 to 3) and `self_transitions` (True) of markov. Raises ValueError for
    a model, a parameter or a journey that is wrong. Source: definitions.md, "Attribution".
    """
    columns = journeys if isinstance(journeys, Journeys) else journeys_of(journeys)
    share = compute(columns, model, **params)
    touched = columns.length > 0
    if model in RULES:
        worth = share * columns.value[columns.journey]
        earned = summed(worth, columns.channel, len(columns.channels))
    else:
        earned = share * columns.value[touched].sum()
    credit = dict(zip(map(str, columns.channels), earned.tolist(), strict=True))
    if not touched.all():
        credit[NONE] = credit.get(NONE, 0.0) + float(columns.value[~touched].sum())
    return credit


def compute(journeys: Journeys, model: str, **params: Any) -> Numbers:
    """Each touch's share of its journey (`RULES`), or each channel's of the whole (`GAMES`).

    Raises ValueError for a model or a parameter that is wrong.
    """
    shares = RULES.get(model) or GAMES.get(model)
    if shares is None:
        hint = did_you_mean(model, MODELS) or f"there are {', '.join(MODELS)}"
        raise ValueError(f"there is no model `{model}`; {hint}")
    known = [name for name in inspect.signature(shares).parameters if name != "journeys"]
    if unknown := [name for name in params if name not in known]:
        takes = f"it takes {', '.join(known)}" if known else "it takes none"
        raise ValueError(f"the model `{model}` has no parameter `{unknown[0]}`; {takes}")
    return shares(journeys, **params)


def split(amount: Instants, weight: Numbers, first: NDArray[np.int64]) -> NDArray[np.int64]:
    """Whole amounts (minor units) shared out by weight, each summing exactly to its amount.

    `amount[j]` goes to `first[j]:first[j + 1]`, whose weights come to 1; what rounding down leaves
    goes to the largest remainders, of equal ones to the first. Amounts up to 2^53.
    """
    group = np.repeat(np.arange(len(amount)), np.diff(first))
    exact = weight * amount[group]
    whole = np.floor(exact)
    left = amount - summed(whole, group, len(amount)).astype(np.int64)
    given = whole.astype(np.int64)
    order = np.lexsort((whole - exact, group))
    given[order] += np.arange(len(group)) - first[group] < left[group]
    return given
