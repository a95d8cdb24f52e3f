"""What became of leads that were handed over, by the cohort of the hand-over.

A deed belongs to the last hand-over of its lead before it, in the order of facts. The very fact
that made it is not after it, unless it skipped a stage: as with what keeps the promise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interlock.insight.attainment import Rate, rate
from interlock.insight.ranks import MEDIAN, NINE_OF_TEN, nearest_rank
from interlock.replay.follow_up import Deeds
from interlock.replay.openings import Openings
from interlock.replay.outcome import ABSENT, Codes, Flags, Instants


@dataclass(frozen=True)
class HandOvers:
    """Hand-overs in order of person, then time; `person` as in the deeds.

    `earlier`: so many deeds of their lead in the very second came before. `due` is the deadline of
    the first attempt (ABSENT: it never comes); `void`: nothing is owed.
    """

    person: Codes
    at: Instants
    earlier: NDArray[np.int64]
    due: Instants
    void: Flags


@dataclass(frozen=True)
class Followed:
    """What became of each hand-over. `attempt` is the first one (ABSENT: none).

    `turned_away`: rejected or disqualified. `recycled`: turned away, and sent back to where a lead
    can come back from. `leaked`: past its deadline with no accept, reject or attempt. `wall` and
    `working` are the seconds until the attempt; they mean nothing where there is none.
    """

    handed: HandOvers
    accepted: Flags
    rejected: Flags
    turned_away: Flags
    recycled: Flags
    leaked: Flags
    attempt: Instants
    wall: Instants
    working: Instants

    @property
    def attempted(self) -> Flags:
        """Which were attempted at all."""
        found: Flags = self.attempt != ABSENT
        return found

    @property
    def in_time(self) -> Flags:
        """Which were attempted by the deadline."""
        due = self.handed.due
        found: Flags = self.attempted & ((self.attempt <= due) | (due == ABSENT))
        return found

    def where(self, kept: NDArray[np.generic]) -> Followed:
        """Those for which `kept` holds, or at these places."""
        handed = HandOvers(**{f: v[kept] for f, v in vars(self.handed).items()})
        return Followed(handed, **{f: v[kept] for f, v in vars(self).items() if f != "handed"})


def followed(handed: HandOvers, deeds: Deeds, opened: Openings | None, as_of: int) -> Followed:
    """What became of them; `opened` is the open time of the calendar that counts (None: always)."""
    of = _hand_over_of(handed, deeds)
    many = len(handed.at)

    def has(which: Flags) -> Flags:
        found = np.zeros(many, bool)
        found[of[which & (of >= 0)]] = True
        return found

    accepted, rejected = has(deeds.accepts), has(deeds.rejects)
    turned_away = rejected | has(deeds.disqualifies)
    attempt = _first(deeds.at, of, deeds.attempts, many)
    tried = attempt != ABSENT
    past = (handed.due != ABSENT) & (handed.due < as_of) & ~handed.void
    until = np.where(tried, attempt, handed.at)
    wall = until - handed.at
    return Followed(
        handed=handed,
        accepted=accepted,
        rejected=rejected,
        turned_away=turned_away,
        recycled=turned_away & has(deeds.goes_back),
        leaked=past & ~accepted & ~rejected & ~tried,
        attempt=attempt,
        wall=wall,
        working=wall if opened is None else opened.elapsed_many(handed.at, until),
    )


def _hand_over_of(handed: HandOvers, deeds: Deeds) -> NDArray[np.int64]:
    """The hand-over that each deed belongs to; -1 where it came before any."""
    begun, done = _key(handed.person, handed.at), _key(deeds.person, deeds.at)
    place = np.searchsorted(begun, done, "right").astype(np.int64) - 1
    begun, earlier = np.append(begun, _NOTHING), np.append(handed.earlier, 0)
    within = np.flatnonzero(begun[place] == done)  # deeds of the very second of a hand-over
    order = within - np.searchsorted(done, done[within])
    while len(within):  # as long as one came before the hand-over, it belongs to none or another
        sooner = (begun[place[within]] == done[within]) & (earlier[place[within]] > order)
        within, order = within[sooner], order[sooner]
        place[within] -= 1
    same = np.append(handed.person, np.int32(-1))[place] == deeds.person
    return np.where(same, place, -1)


_NOTHING = np.iinfo(np.int64).min
"""No person's instant."""


def _key(person: Codes, at: Instants) -> NDArray[np.int64]:
    """Person and instant as one number: an instant of any year has room in forty bits."""
    return (person.astype(np.int64) << 40) + at


def _first(at: Instants, of: NDArray[np.int64], which: Flags, many: int) -> Instants:
    never = np.iinfo(np.int64).max
    found = np.full(many, never)
    mine = which & (of >= 0)
    np.minimum.at(found, of[mine], at[mine])
    return np.where(found == never, ABSENT, found)


# --- rates and times ------------------------------------------------------------------------------

RATES: dict[str, tuple[Callable[[Followed], Flags], Callable[[Followed], Flags]]] = {
    "acceptance": (lambda f: f.accepted, lambda f: f.handed.at != ABSENT),
    "rejection": (lambda f: f.rejected, lambda f: f.handed.at != ABSENT),
    "recycling": (lambda f: f.recycled, lambda f: f.turned_away),
    "leakage": (lambda f: f.leaked, lambda f: f.handed.at != ABSENT),
    "attempted in time": (lambda f: f.in_time, lambda f: f.attempted),
}
"""Each rate by its name: which hand-overs it counts, and out of which."""


def rate_of(name: str, found: Followed) -> Rate:
    """One of `RATES` over these hand-overs."""
    counted, whole = RATES[name]
    return rate(int((counted(found) & whole(found)).sum()), int(whole(found).sum()))


@dataclass(frozen=True)
class Speed:
    """How soon leads were attempted, in seconds: half of them within, and nine of ten."""

    wall_median: int | None
    wall_most: int | None
    working_median: int | None
    working_most: int | None


def speed_of(found: Followed) -> Speed:
    """The speed to lead of those hand-overs that were attempted."""
    tried = found.where(found.attempted)
    times = ((each, percent) for each in (tried.wall, tried.working) for percent in _RANKS)
    return Speed(*(nearest_rank(each, percent) for each, percent in times))


_RANKS = (MEDIAN, NINE_OF_TEN)
