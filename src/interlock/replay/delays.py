"""Delays: what the time of each obligation went on, part by part.

From what started it until it was known to us, until it had a working owner, until it was accepted,
until the promise was kept: every second is in one part, or the clock stood still.
Nothing here decides a verdict; it costs nothing until asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interlock.agreement.delays import Part, answers
from interlock.agreement.schema import EventPromise, Side, TimeUnit
from interlock.facts.columns import Mask
from interlock.replay.calendars import ALWAYS
from interlock.replay.deadlines import Runs, elapsed
from interlock.replay.eras import Eras
from interlock.replay.handovers import handovers
from interlock.replay.index import Index
from interlock.replay.kinds import DECISION, KINDS, OPPORTUNITY, table_of, with_word
from interlock.replay.moments import Moments
from interlock.replay.openings import NEVER
from interlock.replay.outcome import ABSENT, Instant, Instants, Obligations, Outcome
from interlock.replay.owners import of_side, side_of
from interlock.replay.working_owner import first_owned

Rows = NDArray[np.int64]
Seconds = NDArray[np.int64]
"""A row an obligation, a column a `Part`."""

SIDES = tuple(Side)


@dataclass(frozen=True)
class Delays:
    """The parts of the time of some obligations, a row each.

    `ends` is when the promise was kept or void, a broken one fell due, or the replay's instant.
    `known`, `owned` and `accepted` are ABSENT where that had not happened by then. `wall` is in
    seconds on the wall clock, `working` in those of the promise's own clock: open time by whoever
    had the lead, or elapsed time. The parts leave out the `paused` seconds on the wall; with them
    they sum exactly to the time from the start to `ends`. `sides` says who answers for each part: a
    position in `SIDES`.
    """

    known: Instants
    owned: Instants
    accepted: Instants
    ends: Instants
    wall: Seconds
    working: Seconds
    sides: NDArray[np.uint8]
    paused: Instants


@dataclass(frozen=True)
class PartOfTime:
    """One part of one obligation's time, in seconds, and who answers for it; see `Delays`."""

    part: Part
    side: Side
    wall: int
    working: int


@dataclass(frozen=True)
class Split:
    """The delays of one obligation; see `Delays`. None: that had not happened by `ends_at`."""

    known_at: Instant | None
    owned_at: Instant | None
    accepted_at: Instant | None
    ends_at: Instant
    parts: tuple[PartOfTime, ...]
    paused: int


def delays(eras: Eras, outcome: Outcome, watched: int = ABSENT, rows: Rows | None = None) -> Delays:
    """The delays of all obligations of an outcome of these eras, or of these rows, in their order.

    `watched`: since when facts came in as they happened (UTC seconds). What happened before was
    known at once, as far as anybody can tell.
    """
    which = np.arange(len(outcome.obligations.person)) if rows is None else rows
    found = _nothing(len(which))
    for moments, promise, mine in _by_promise(eras, outcome.obligations, which):
        owed = _taken(outcome.obligations, which[mine])
        split = _of_promise(promise, moments, owed, outcome.as_of, watched)
        for name in Delays.__dataclass_fields__:
            getattr(found, name)[mine] = getattr(split, name)
    return found


def splits(eras: Eras, outcome: Outcome, watched: int, rows: Rows) -> list[Split]:
    """The same told, one entry an obligation."""
    found = delays(eras, outcome, watched, rows)
    return [_told(found, place) for place in range(len(rows))]


def _told(found: Delays, place: int) -> Split:
    def instant(at: Instants) -> int | None:
        return None if at[place] == ABSENT else int(at[place])

    sides = [SIDES[side] for side in found.sides[place]]
    seconds = found.wall[place].tolist(), found.working[place].tolist()
    return Split(
        known_at=instant(found.known),
        owned_at=instant(found.owned),
        accepted_at=instant(found.accepted),
        ends_at=int(found.ends[place]),
        parts=tuple(PartOfTime(*each) for each in zip(Part, sides, *seconds, strict=True)),
        paused=int(found.paused[place]),
    )


def _nothing(rows: int) -> Delays:
    parts = (rows, len(Part))
    return Delays(
        known=np.full(rows, ABSENT),
        owned=np.full(rows, ABSENT),
        accepted=np.full(rows, ABSENT),
        ends=np.full(rows, ABSENT),
        wall=np.zeros(parts, np.int64),
        working=np.zeros(parts, np.int64),
        sides=np.zeros(parts, np.uint8),
        paused=np.zeros(rows, np.int64),
    )


def _by_promise(
    eras: Eras, owed: Obligations, which: Rows
) -> Iterator[tuple[Moments, EventPromise, Rows]]:
    """Each promise of each version, with the places in `which` of what was owed by it."""
    for moments in eras.all:
        begun = moments.counts_at(owed.started[which])
        for promise in moments.agreement.event_promises:
            code = moments.words.promises.index(promise.id)
            mine = np.flatnonzero(begun & (owed.promise[which] == code))
            if len(mine):
                yield moments, promise, mine


def _taken(owed: Obligations, rows: Rows) -> Obligations:
    return Obligations(**{f: getattr(owed, f)[rows] for f in Obligations.__dataclass_fields__})


def _of_promise(
    promise: EventPromise, moments: Moments, owed: Obligations, as_of: int, watched: int
) -> Delays:
    started, ends = owed.started, _ends(owed, as_of)
    signs = _signs(promise, moments, owed, ends)
    known = _known(moments.index, owed, signs, watched)
    owned = np.minimum(_owned(promise, moments, owed, known), signs.accepted)
    accepted = np.where(signs.accepted == NEVER, owned, signs.accepted)
    wall, working = _passed(promise, moments, owed, [known, owned, accepted, ends])
    return Delays(
        known=_or_absent(known, ends),
        owned=_or_absent(owned, ends),
        accepted=_or_absent(signs.accepted, ends),
        ends=ends,
        wall=wall,
        working=working,
        sides=np.tile(_sides(promise), (len(started), 1)),
        paused=ends - started - wall.sum(axis=1),
    )


def _sides(promise: EventPromise) -> NDArray[np.uint8]:
    return np.array([SIDES.index(side) for side in answers(promise).values()], np.uint8)


def _ends(owed: Obligations, as_of: int) -> Instants:
    """Up to when the time of each counts."""
    ends = np.minimum(np.where(owed.due == ABSENT, NEVER, owed.due), as_of)
    ends = np.where(owed.kept == ABSENT, ends, owed.kept)
    return np.where(owed.ended == ABSENT, ends, owed.ended)


def _or_absent(at: Instants, ends: Instants) -> Instants:
    return np.where(at <= ends, at, ABSENT)


# --- what shows that it was known, owned, accepted ----------------------------------------------


@dataclass(frozen=True)
class _Signs:
    """What happened to each obligation after its start, up to its end; NEVER where it did not.

    `acted` is the first instant at which something had been done about it.
    """

    accepted: Instants
    acted: Instants


def _signs(promise: EventPromise, moments: Moments, owed: Obligations, ends: Instants) -> _Signs:
    index = moments.index
    decided = index.moments_of(DECISION)
    accepts = with_word(index.table("decision"), "kind", ("accept",))[index.row[decided]]
    given = _first_after(_gives(promise, moments), index, owed, ends)
    accepted = _first_after(decided[accepts], index, owed, ends)
    kept = np.where(owed.kept == ABSENT, NEVER, owed.kept)
    return _Signs(accepted, np.minimum(np.minimum(given, accepted), kept))


def _gives(promise: EventPromise, moments: Moments) -> NDArray[np.int64]:
    """The moments at which the lead is given to a member of the owing side."""
    who = moments.owners
    return who.given[of_side(promise, moments.index, who.member) >= 0]


def _first_after(
    places: NDArray[np.int64], index: Index, owed: Obligations, ends: Instants
) -> Instants:
    """The first instant after the start of each, up to its end, of one of these moments; or NEVER.

    What comes after the very fact that kept a promise comes too late, though in the same second.
    """
    begin = owed.start_fact.astype(np.int64)
    found = np.append(places, len(index))[np.searchsorted(places, begin + 1)]
    theirs = found < index.first[owed.person + 1]
    found = np.where(theirs, found, -1)
    in_time = theirs & (index.at[found] <= ends)
    in_time &= (owed.kept_fact < 0) | (found <= owed.kept_fact)
    return np.where(in_time, index.at[found], NEVER)


def _owned(promise: EventPromise, moments: Moments, owed: Obligations, known: Instants) -> Instants:
    """When a member of the owing side who was not away first had each, once it was known."""
    begin, side = owed.start_fact.astype(np.int64), side_of(promise)
    had = first_owned(moments, side, begin, known)
    too_late = (owed.kept_fact >= 0) & (had.by > owed.kept_fact)
    return np.where(too_late, NEVER, had.at)


def _known(index: Index, owed: Obligations, signs: _Signs, watched: int) -> Instants:
    """When what started each was known to us; later than its end where it was not by then.

    Who acted before we learned of it knew it otherwise: then our learning tells nothing.
    """
    learned = _learned(index, owed.start_fact)
    later = (learned > owed.started) & (owed.started >= watched) & (learned <= signs.acted)
    return np.where(later, learned, owed.started)


def _learned(index: Index, moments: NDArray[np.int32]) -> Instants:
    """When we learned of the facts at these moments; ABSENT where that is not known.

    The record of an opportunity is corrected as it goes on; when its opening came is not kept.
    """
    found, kinds = np.full(len(moments), ABSENT), index.kind[moments]
    for kind in range(len(KINDS)):
        learned = index.table(table_of(kind)).learned
        if learned is not None and kind != OPPORTUNITY:
            mine = kinds == kind
            found[mine] = learned[index.row[moments[mine]]]
    return found


# --- the seconds between ------------------------------------------------------------------------


def _passed(
    promise: EventPromise, moments: Moments, owed: Obligations, until: list[Instants]
) -> tuple[Seconds, Seconds]:
    """The seconds of each part, on the wall and by the promise's own clock; `until` ends each.

    The last one is the end of all: no part goes on after it.
    """
    until = [np.minimum(each, until[-1]) for each in until]
    hands, begin = handovers(promise, moments), owed.start_fact.astype(np.int64)
    stop = moments.index.first[owed.person + 1]
    own = Runs(begin, stop, *hands.turns_at(begin))
    paused = moments.holds(promise.pauses_while) if promise.pauses_while else None
    on_the_wall = [each - owed.started for each in until]
    if paused is not None:
        always = Runs(begin, stop, np.full_like(own.calendar, ALWAYS), np.full_like(begin, NEVER))
        on_the_wall = [elapsed(always, t, hands.none, moments.calendars, paused) for t in until]
    working = [each.copy() for each in on_the_wall]
    counts = np.flatnonzero(~_is_elapsed(promise, moments, owed))
    if len(counts):
        some = own.where(counts)
        for each, t in zip(working, until, strict=True):
            each[counts] = elapsed(some, t[counts], hands, moments.calendars, paused)
    return _apart(on_the_wall), _apart(working)


def _is_elapsed(promise: EventPromise, moments: Moments, owed: Obligations) -> Mask:
    """Which of them count elapsed time."""
    units = dict.fromkeys(range(-1, len(moments.words.variants)), promise.within.unit)
    units |= {moments.words.variants.index(v.id): v.within.unit for v in promise.variants}
    elapsed_units = np.array([unit is TimeUnit.ELAPSED for unit in units.values()])
    found: Mask = elapsed_units[owed.variant + 1]
    return found


def _apart(until: list[Instants]) -> Seconds:
    """From sums up to the end of each part, the parts."""
    parts = np.stack(until, axis=1)
    parts[:, 1:] -= parts[:, :-1].copy()
    return parts
