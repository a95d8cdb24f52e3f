"""What the time of each obligation went on, with plain loops over the slow replay's moments."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from interlock.agreement.schema import EventPromise, TimeUnit
from tests.replay.oracle import Moment, OracleObligation, Version
from tests.replay.oracle_calendars import NEVER, Span, length, minus, open_time
from tests.replay.slow_replay import Oracle


class OracleDelays(NamedTuple):
    """When it was known, owned and accepted (None: not by its end), and the four parts.

    `wall` and `working` are in seconds, without what was `paused` on the wall.
    """

    person: str
    promise: str
    started: int
    known: int | None
    owned: int | None
    accepted: int | None
    end: int
    wall: list[int]
    working: list[int]
    paused: int


class Clock(NamedTuple):
    """One obligation: what it is of, the place of its start, and the moment that kept it."""

    version: Version
    promise: EventPromise
    moments: list[Moment]
    place: int
    owed: OracleObligation
    kept: Moment | None

    @property
    def end(self) -> int:
        """Up to when its time counts."""
        owed = self.owed
        if owed.ended is not None:
            return owed.ended
        if owed.kept is not None:
            return owed.kept
        if owed.state == "broken" and owed.due is not None:
            return owed.due
        return self.version.as_of

    def of_us(self, moment: Moment) -> bool:
        """Whether a member of the owing side has the lead just after it."""
        return self.version.of_side(self.promise, moment.owner) != ""


def slow_delays(oracle: Oracle, watched: int) -> list[OracleDelays]:
    """Of every obligation, in no particular order."""
    found = []
    for person, entries in oracle.entries.items():
        for version in oracle.versions:
            moments = version.moments[person]
            for promise in version.agreement.event_promises:
                starts = version.starts(promise, moments, entries)
                begun = [each for each in starts if version.counts_at(moments[each[0]].at)]
                owed = version.promise(person, promise, entries)
                for (place, passed), each in zip(begun, owed, strict=True):
                    kept, _ = version.firsts(promise, moments, place, passed=passed)
                    clock = Clock(version, promise, moments, place, each, kept)
                    found.append(_split(clock, watched))
    return found


def _split(clock: Clock, watched: int) -> OracleDelays:
    start, end, owed = clock.moments[clock.place], clock.end, clock.owed
    given, accepted = _given_and_accepted(clock)
    acted = [at for at in (given, accepted, owed.kept) if at is not None]
    known = _known(start, end, acted, watched)
    owned = None
    if known is not None:
        had = [at for at in (_owned(clock, known), accepted) if at is not None]
        owned = min(had, default=None)
    # a part whose end did not come lasts to the end of all; the next ones take no time
    known_to = end if known is None else known
    owned_to = end if owned is None else owned
    accepted_to = owned_to if accepted is None else accepted
    cuts = [start.at, known_to, owned_to, accepted_to, end]
    wall, working = (
        [length(spans, a, b) for a, b in pairwise(cuts)]
        for spans in _spans(clock.version, clock.promise, clock.moments, clock.place, owed)
    )
    return OracleDelays(
        person=owed.person,
        promise=owed.promise,
        started=start.at,
        known=known,
        owned=owned,
        accepted=accepted,
        end=end,
        wall=wall,
        working=working,
        paused=end - start.at - sum(wall),
    )


def _given_and_accepted(clock: Clock) -> tuple[int | None, int | None]:
    """When the lead was first given to one of the owing side, and when it was accepted."""
    given = accepted = None
    for moment in _up_to_the_end(clock)[1:]:
        if given is None and moment.kind == "assignment" and clock.of_us(moment):
            given = moment.at
        if accepted is None and moment.kind == "decision" and moment.row["kind"] == "accept":
            accepted = moment.at
    return given, accepted


def _owned(clock: Clock, known: int) -> int | None:
    """When one of us who was not away first had the lead, once it was known."""
    start = clock.moments[clock.place]
    given = [m for m in clock.moments[clock.place :] if m is start or m.kind == "assignment"]
    turns = [m for m in _up_to_the_end(clock) if m is start or m.kind == "assignment"]
    for turn, ends in zip(turns, [*given[1:], None], strict=False):
        until = NEVER if ends is None else ends.at
        at = _past(clock.version.away(turn.owner), max(turn.at, known))
        if clock.of_us(turn) and at <= clock.end and (at < until or at == turn.at):
            return at
    return None


def _up_to_the_end(clock: Clock) -> list[Moment]:
    """The moments from the start on, up to the end, or to the very one that kept the promise."""
    found = []
    for moment in clock.moments[clock.place :]:
        if moment.at > clock.end:
            break
        found.append(moment)
        if clock.owed.kept is not None and moment is clock.kept:
            break
    return found


def _past(away: list[Span], at: int) -> int:
    """The first instant from this one on that is in none of these spans."""
    while held := [until for since, until in away if since <= at < until]:
        at = max(held)
    return at


def _known(start: Moment, end: int, acted: list[int], watched: int) -> int | None:
    """When we knew of what started it; None: not by the end."""
    learned = start.row.get("learned")
    if not isinstance(learned, int) or start.kind == "opportunity" or start.at < watched:
        return start.at
    if learned <= start.at or any(at < learned for at in acted):
        return start.at
    return learned if learned <= end else None


def _spans(
    version: Version,
    promise: EventPromise,
    moments: list[Moment],
    place: int,
    owed: OracleObligation,
) -> tuple[list[Span], list[Span]]:
    """The time that was not paused: all of it, and what the promise's clock counts of it."""
    ends = [*(moment.at for moment in moments[place + 1 :]), NEVER]
    pauses = [
        (now.at, until)
        for now, until in zip(moments[place:], ends, strict=True)
        if version.holds(promise.pauses_while, now)
    ]
    wall = minus([(moments[place].at, NEVER)], pauses)
    variants = {variant.id: variant.within.unit for variant in promise.variants}
    if variants.get(owed.variant, promise.within.unit) == TimeUnit.ELAPSED:
        return wall, wall
    return wall, minus(open_time(version.turns(promise, moments, place)), pauses)
