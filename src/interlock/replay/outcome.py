"""What a replay decides: verdicts, in columns.

An outcome is arrays, not objects: a million leads are a few hundred megabytes and one lead is the
same shape. Names are held once (`people`, `members`, …) and verdicts refer to them by position;
-1 refers to nothing. Instants are UTC seconds; ABSENT where there is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

Instant = Annotated[int, "instant"]
"""One instant in a value that doors show: UTC seconds. Doors write it out with its zone."""

Instants = NDArray[np.int64]
Codes = NDArray[np.int32]
Flags = NDArray[np.bool_]
Numbers = NDArray[np.float64]

ABSENT = np.iinfo(np.int64).min
"""No instant: not yet, or never."""


class State(IntEnum):
    """Where an obligation stands."""

    OPEN = 0
    WARNED = 1
    KEPT = 2
    KEPT_LATE = 3
    BROKEN = 4
    VOID = 5

    @property
    def word(self) -> str:
        """As written on pages and in tables: "kept late"."""
        return self.name.lower().replace("_", " ")


@dataclass(frozen=True)
class Visits:
    """Stays at stages, in order of person, then time.

    `stage` and `came_from` are positions in `Outcome.stages`; `reason` in `Outcome.reasons`;
    `fact` is the position, in the replayed index, of the fact that decided; `member` who decided.
    """

    person: Codes
    stage: Codes
    came_from: Codes
    entered: Instants
    left: Instants
    skipped: Flags
    reason: Codes
    member: Codes
    fact: Codes


@dataclass(frozen=True)
class Obligations:
    """Instances of event promises, in order of person, then promise, then start.

    `promise` is the position in `Outcome.promises`; `variant` in `Outcome.variants` (-1: none
    applied); `owner` the member of the owing side who had the lead when it was
    kept or due, whichever came first;
    `start_fact` and `kept_fact` are positions in the replayed index. `due` is ABSENT where the
    calendar never opens long enough. `earlier`: so many activities and decisions of the second in
    which it started came too early to keep it.
    """

    promise: Codes
    person: Codes
    variant: Codes
    owner: Codes
    started: Instants
    due: Instants
    kept: Instants
    ended: Instants
    state: NDArray[np.uint8]
    start_fact: Codes
    kept_fact: Codes
    earlier: Codes


class PeriodState(IntEnum):
    """Where a period of a period promise stands. `ON_PACE` and `BEHIND` are of one that runs."""

    ON_PACE = 0
    BEHIND = 1
    KEPT = 2
    BROKEN = 3

    @property
    def word(self) -> str:
        """As written on pages and in tables: "on pace"."""
        return self.name.lower().replace("_", " ")


@dataclass(frozen=True)
class Periods:
    """Periods of period promises, in order of promise, then member, then time.

    `promise` is the position in `Outcome.numbers`; `member` whose target it is (-1: the team's). A
    period is [begins, ends). `target` is what it was at the period's beginning; `reached` is a
    count, an amount in whole units, or the numerator of a rate whose denominator is `base`.
    `passed` is the share of the period's working time that is over, 0 to 1.
    """

    promise: Codes
    member: Codes
    begins: Instants
    ends: Instants
    target: Numbers
    reached: Numbers
    base: Numbers
    passed: Numbers
    state: NDArray[np.uint8]

    def where(self, kept: NDArray[np.generic]) -> Periods:
        """The periods for which `kept` holds, or those at these places."""
        return Periods(**{f: getattr(self, f)[kept] for f in self.__dataclass_fields__})


NO_PERIODS = Periods(
    promise=np.empty(0, np.int32),
    member=np.empty(0, np.int32),
    begins=np.empty(0, np.int64),
    ends=np.empty(0, np.int64),
    target=np.empty(0),
    reached=np.empty(0),
    base=np.empty(0),
    passed=np.empty(0),
    state=np.empty(0, np.uint8),
)


@dataclass(frozen=True)
class Leads:
    """Where each person stands at `as_of`; one row a person, in the order of `Outcome.people`.

    `engagement` is what is left by then of `score`, the score just after the person's last fact.
    """

    stage: Codes
    since: Instants
    owner: Codes
    source: Codes
    tier: Codes
    fit: Numbers
    score: Numbers
    engagement: Numbers
    last: Instants


@dataclass(frozen=True)
class Finding:
    """Something that a human should look at. `count` how often, `example` one place."""

    code: str
    message: str
    count: int
    example: str = ""


@dataclass(frozen=True)
class Stands:
    """Where everybody stands, and how they came there: what an outcome says before promises."""

    as_of: int
    people: NDArray[np.object_]
    stages: NDArray[np.object_]
    visits: Visits
    leads: Leads


@dataclass(frozen=True)
class Outcome:
    """All verdicts of one replay.

    `sources` are the distinct values of `person.source`; `tiers` the ids of the agreement's tiers.
    The other words are ids of clauses, those of all versions: `promises` are the event promises,
    `variants` theirs, `numbers` the period promises. `first` is when the first fact happened.
    """

    as_of: int
    people: NDArray[np.object_]
    members: NDArray[np.object_]
    sources: NDArray[np.object_]
    tiers: NDArray[np.object_]
    stages: NDArray[np.object_]
    reasons: NDArray[np.object_]
    promises: NDArray[np.object_]
    variants: NDArray[np.object_]
    numbers: NDArray[np.object_]
    visits: Visits
    obligations: Obligations
    periods: Periods
    leads: Leads
    facts: int
    findings: tuple[Finding, ...]
    first: Instant = ABSENT
