"""Where two sides part: the clauses and conditions, and the leads, that their answers differ about.

Who of a side said what stays hidden, and so does what few of them said (see `FEW`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from interlock.facts.columns import Mask
from interlock.practice.alpha import (
    MISSING,
    Answers,
    Masses,
    Reliability,
    between,
    masses_of,
    shares,
    within,
)

SIDES = ("marketing", "sales")
FEW = 5
"""Of so many members of a side at least is told what the side said; of fewer, nothing is.

And of fewer people of both sides together nothing is told at all.
"""
_ALONE = 1
"""Whoever answered alone of a side would be known by what the two sides have in common."""
LEAST_LEADS = 3
"""A condition that fewer leads met is no finding."""
MOST = 10
"""So many leads that split the sides are told, and conditions of a clause."""
FITS = "fit"
"""The clause that is asked about by "does this lead fit?"."""


class Told(Enum):
    """How answers may be told: each side's, both sides' without saying whose, or not at all."""

    BY_SIDE = "by side"
    TOGETHER = "together"
    NOTHING = "nothing"


def told_of(marketing: int, sales: int) -> Told:
    """How answers may be told that so many people of each side gave."""
    if min(marketing, sales) >= FEW:
        return Told.BY_SIDE
    if marketing + sales >= FEW and min(marketing, sales) > _ALONE:
        return Told.TOGETHER
    return Told.NOTHING


@dataclass(frozen=True)
class Placed:
    """An answer: who of which side placed which lead where, and whether it fits.

    `stage` is a place among the stages asked about (0: at none of them yet), None where it was not
    answered; so for `fits`.
    """

    lead: int
    by: str
    side: str
    stage: int | None
    fits: bool | None


@dataclass(frozen=True)
class Part:
    """A single condition of a clause at a lead: `holds` is None where it cannot be known."""

    sentence: str
    holds: bool | None


@dataclass(frozen=True)
class Voices:
    """Which share of each side's answers says so. Only where both sides are enough people."""

    marketing: float
    sales: float


@dataclass(frozen=True)
class Split:
    """Of how many leads which share of pairs, one of each side, differ; and what each side says."""

    leads: int
    differ: float
    voices: Voices | None = None


@dataclass(frozen=True)
class ConditionParts:
    """A condition of a clause, and how the sides part over the leads that pass it, or fail it."""

    place: int
    sentence: str
    holds: bool
    split: Split


@dataclass(frozen=True)
class ClauseParts:
    """How the sides part over a clause: whether a lead is at this stage or beyond; or fits."""

    clause: str
    split: Split
    conditions: tuple[ConditionParts, ...]


@dataclass(frozen=True)
class LeadParts:
    """A lead that splits opinions. `marketing` and `sales`: the share of each stage named.

    They are empty where too few of a side answered; `named` are then the stages that were named by
    anybody, in their order.
    """

    lead: int
    differ: float | None
    marketing: Mapping[int, float]
    sales: Mapping[int, float]
    named: tuple[int, ...]


@dataclass(frozen=True)
class Agreeing:
    """How far answers to one question agree: between the sides, and within each (None: too few)."""

    between: Reliability
    marketing: Reliability | None
    sales: Reliability | None


Code = Callable[[Placed], int]


class Parting:
    """The answers of one round, by side; and what can be told of them."""

    def __init__(self, leads: int, stages: int, answers: Sequence[Placed], seed: int) -> None:
        self._seed, self._leads, self._stages = seed, leads, stages
        self._people = {
            side: sorted({each.by for each in answers if each.side == side}) for side in SIDES
        }
        self._placed = {side: self._codes(side, answers, _stage) for side in SIDES}
        self._fitting = {side: self._codes(side, answers, _fits) for side in SIDES}

    def _codes(self, side: str, answers: Sequence[Placed], code: Code) -> Answers:
        rows = {by: row for row, by in enumerate(self._people[side])}
        found = np.full((len(rows), self._leads), MISSING, np.int64)
        for each in answers:
            if each.side == side:
                found[rows[each.by], each.lead] = code(each)
        return found

    @property
    def people(self) -> dict[str, int]:
        """How many of each side answered."""
        return {side: len(people) for side, people in self._people.items()}

    @property
    def can_be_told(self) -> bool:
        """Whether enough people answered, on both sides, for anything to be told at all."""
        return told_of(**self.people) is not Told.NOTHING

    @cached_property
    def stages(self) -> Agreeing:
        """How far they agree on the stage."""
        return self._agreeing(self._placed)

    @cached_property
    def fits(self) -> Agreeing:
        """How far they agree on whether a lead fits."""
        return self._agreeing(self._fitting)

    def _agreeing(self, answers: Mapping[str, Answers]) -> Agreeing:
        marketing, sales = (
            within(answers[side], self._seed) if self.people[side] >= FEW else None
            for side in SIDES
        )
        both = between(answers["marketing"], answers["sales"], self._seed)
        return Agreeing(both, marketing, sales)

    # --- clauses and their conditions ---------------------------------------------------------

    def of_stage(self, clause: str, place: int, parts: Sequence[Sequence[Part]]) -> ClauseParts:
        """How they part over whether a lead is at this stage or beyond; `parts` are each lead's."""
        said = {
            side: np.where(codes == MISSING, MISSING, codes >= place)
            for side, codes in self._placed.items()
        }
        return self._clause(clause, said, parts)

    def of_fit(self, parts: Sequence[Sequence[Part]]) -> ClauseParts:
        """How they part over whether a lead fits."""
        return self._clause(FITS, self._fitting, parts)

    def _clause(
        self, clause: str, said: Mapping[str, Answers], parts: Sequence[Sequence[Part]]
    ) -> ClauseParts:
        everywhere = np.ones(self._leads, bool)
        whole = self._split(said, everywhere)
        found: list[tuple[float, ConditionParts]] = []
        for place in range(min(map(len, parts), default=0)):
            holds = np.array([each[place].holds is True for each in parts])
            for way in (True, False):
                where = holds == way
                split = self._split(said, where)
                if whole is None or split is None or where.all():
                    continue
                beyond = split.leads * (split.differ - whole.differ)
                one = ConditionParts(place, parts[0][place].sentence, way, split)
                if beyond > 0:
                    found.append((beyond, one))
        found.sort(key=lambda each: -each[0])
        told = tuple(one for _, one in found[:MOST])
        return ClauseParts(clause, whole or Split(0, 0.0), told)

    def _split(self, said: Mapping[str, Answers], where: Mask) -> Split | None:
        """How they part over some of the leads; None where that is too little to tell."""
        yes = {side: _share(codes) for side, codes in said.items()}
        both = where & ~np.isnan(yes["marketing"]) & ~np.isnan(yes["sales"])
        if both.sum() < LEAST_LEADS:
            return None
        told = told_of(*(int((said[side][:, both] != MISSING).any(1).sum()) for side in SIDES))
        if told is Told.NOTHING:
            return None
        one, other = yes["marketing"][both], yes["sales"][both]
        differ = float((one * (1 - other) + other * (1 - one)).mean())
        by_side = told is Told.BY_SIDE
        voices = Voices(float(one.mean()), float(other.mean())) if by_side else None
        return Split(int(both.sum()), differ, voices)

    # --- leads --------------------------------------------------------------------------------

    def leads(self) -> tuple[LeadParts, ...]:
        """The leads that opinions differ about most, those first."""
        masses = {side: masses_of(self._placed[side], self._stages + 1) for side in SIDES}
        found = [self._lead(lead, masses) for lead in range(self._leads)]
        told = [each for each in found if each is not None and each[0] > 0]
        told.sort(key=lambda each: (-each[0], each[1].lead))
        return tuple(each for _, each in told[:MOST])

    def _lead(self, lead: int, masses: Mapping[str, Masses]) -> tuple[float, LeadParts] | None:
        marketing, sales = masses["marketing"][lead], masses["sales"][lead]
        told = told_of(int(marketing.sum()), int(sales.sum()))
        if told is Told.NOTHING:
            return None
        named = tuple(np.flatnonzero(marketing + sales).tolist())
        if told is Told.TOGETHER:
            share = shares((marketing + sales)[None])[0]
            return float(1 - share @ share), LeadParts(lead, None, {}, {}, named)
        one, other = shares(marketing[None])[0], shares(sales[None])[0]
        differ = float(1 - one @ other)
        return differ, LeadParts(lead, differ, _named(one), _named(other), named)

    def pooled(self, place: int) -> NDArray[np.float64]:
        """Of each lead the share of all answers, the sides weighing alike, at this stage or beyond.

        Not a number where a side has not answered.
        """
        one, other = (
            _share(np.where(codes == MISSING, MISSING, codes >= place))
            for codes in (self._placed["marketing"], self._placed["sales"])
        )
        found: NDArray[np.float64] = (one + other) / 2
        return found


def _stage(each: Placed) -> int:
    return MISSING if each.stage is None else each.stage


def _fits(each: Placed) -> int:
    return MISSING if each.fits is None else int(each.fits)


def _share(codes: Answers) -> NDArray[np.float64]:
    """Of each lead the share of answers that are 1; not a number where there are none."""
    given = (codes != MISSING).sum(0)
    with np.errstate(invalid="ignore"):
        found: NDArray[np.float64] = (codes == 1).sum(0) / given
    return found


def _named(share: NDArray[np.float64]) -> dict[int, float]:
    return {place: float(share[place]) for place in np.flatnonzero(share).tolist()}
