"""How well promises are kept: counts, rates with their uncertainty, and what accounts for a miss.

Attainment = kept / (kept + kept late + broken); what is open or void is left out. An obligation
belongs to the week in which it started.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from math import floor, sqrt
from statistics import NormalDist

from interlock.replay.outcome import State

_Z = NormalDist().inv_cdf(0.975)

SMALL = 100
"""Below this denominator a rate is shown with its interval."""


@dataclass(frozen=True)
class Rate:
    """A share with what it is made of. `low` and `high`: the 95 % Wilson score interval.

    `value`, `low` and `high` are between 0 and 1, and None where the denominator is 0.
    """

    numerator: int
    denominator: int
    value: float | None
    low: float | None
    high: float | None

    @property
    def is_small(self) -> bool:
        """Whether it is shown with its interval."""
        return 0 < self.denominator < SMALL


def rate(numerator: int, denominator: int) -> Rate:
    """The share `numerator` / `denominator` with its interval (Wilson 1927)."""
    if denominator == 0:
        return Rate(numerator, denominator, None, None, None)
    share = numerator / denominator
    weight = 1 + _Z**2 / denominator
    middle = share + _Z**2 / (2 * denominator)
    half = _Z * sqrt(share * (1 - share) / denominator + _Z**2 / (4 * denominator**2))
    low, high = (middle - half) / weight, (middle + half) / weight
    # at 0 and at 1 the bound is exact; rounding would leave it a hair off
    return Rate(
        numerator,
        denominator,
        share,
        0.0 if numerator == 0 else low,
        1.0 if numerator == denominator else high,
    )


@dataclass(frozen=True)
class Counts:
    """Obligations by state."""

    open: int = 0
    warned: int = 0
    kept: int = 0
    kept_late: int = 0
    broken: int = 0
    void: int = 0

    @property
    def pending(self) -> int:
        """Not decided yet: open, or open and warned."""
        return self.open + self.warned

    @property
    def missed(self) -> int:
        """Kept late, or not at all."""
        return self.kept_late + self.broken

    @property
    def decided(self) -> int:
        """What attainment is a share of."""
        return self.kept + self.missed

    def __add__(self, other: Counts) -> Counts:
        """Both together."""
        return Counts(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Counts)))


@dataclass(frozen=True)
class Kept:
    """Periods that are decided, and those of them in which what was wanted was reached.

    Decided is what is over, and what is reached before its end for good, as a sum may be.
    """

    decided: int
    kept: int


NONE = Counts()
PENDING = (State.OPEN.word, State.WARNED.word)
"""The states of what is not decided yet."""
DECIDED = (State.KEPT.word, State.KEPT_LATE.word, State.BROKEN.word)
"""The states that attainment is counted over."""


def states(asked: str) -> tuple[str, ...]:
    """The states that a word asks for: `open` includes warned, `decided` is all of `DECIDED`."""
    return {"open": PENDING, "decided": DECIDED}.get(asked, (asked,))


def how_many(counted: Counts, asked: str) -> int:
    """How many are in the states that a word asks for."""
    return sum(getattr(counted, _FIELD[state], 0) for state in states(asked) if state in _FIELD)


_FIELD = {state.word: state.name.lower() for state in State}


def counts(rows: Iterable[tuple[str, int]]) -> Counts:
    """Counts from (state in words, how many); a state may come more than once."""
    totals = dict.fromkeys(_FIELD.values(), 0)
    for state, count in rows:
        totals[_FIELD[state]] += count
    return Counts(**totals)


def attainment(counted: Counts) -> Rate:
    """The share of the decided obligations that were kept in time."""
    return rate(counted.kept, counted.decided)


def whole_percent(share: float) -> int:
    """A share of one in whole per cent, halves up: what every page and command shows."""
    # 29 of 200 is 14.5 %, though 100 * 0.145 is a hair less
    return floor(round(100 * share, 9) + 0.5)


def points(now: Rate, before: Rate) -> int | None:
    """The change between what is shown, in percentage points; None where either has no value."""
    if now.value is None or before.value is None:
        return None
    return whole_percent(now.value) - whole_percent(before.value)


@dataclass(frozen=True)
class Part:
    """One part of what was decided: the obligations of one promise, owner, half day, source….

    `kind` says along what it was divided, `label` names the part.
    """

    kind: str
    label: str
    missed: int
    decided: int


def parts(slices: Iterable[tuple[str, str, str, int]]) -> list[Part]:
    """The parts from (kind, label, state in words, how many), in order of first occurrence."""
    states: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    for kind, label, state, count in slices:
        states[kind, label].append((state, count))
    summed = ((kind, label, counts(rows)) for (kind, label), rows in states.items())
    return [Part(kind, label, sums.missed, sums.decided) for kind, label, sums in summed]


AT_LEAST = 5
"""So many misses before a pattern is named."""


def main_part(parts: Iterable[Part], whole: Counts) -> Part | None:
    """The part that accounts for most of what was missed, or None where none stands out.

    It holds at least half of the misses, a clearly greater share of them than of what was decided
    (by a quarter or more), and of all such parts the most misses beyond what the overall rate of
    misses would have given it.
    """
    if whole.missed < AT_LEAST:
        return None
    outstanding = [
        part
        for part in parts
        if 2 * part.missed >= whole.missed
        and 4 * part.missed * whole.decided >= 5 * part.decided * whole.missed
    ]
    return max(
        outstanding,
        key=lambda part: part.missed * whole.decided - part.decided * whole.missed,
        default=None,
    )


def week_to_speak_of(decided: Mapping[date, int], unfinished: date) -> date | None:
    """Which week a sentence is about, from how much was decided of each; None: of none.

    The latest; but of the `unfinished` week nothing can be said before half as much is decided as
    in the week with something decided before it.
    """
    weeks = sorted(week for week, count in decided.items() if count)
    if not weeks:
        return None
    last = weeks[-1]
    if last == unfinished and len(weeks) > 1 and 2 * decided[last] < decided[weeks[-2]]:
        return weeks[-2]
    return last
