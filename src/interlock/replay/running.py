"""How much of its time an open obligation has left, and whether its clock runs just now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from interlock.agreement.schema import Agreement, EventPromise, TimeUnit
from interlock.facts.columns import Facts
from interlock.replay.calendars import ALWAYS, Calendars
from interlock.replay.handovers import calendars_by_member
from interlock.replay.index import build
from interlock.replay.moments import Moments
from interlock.replay.outcome import Instant

AHEAD = 32 * 86_400
"""So far ahead the next opening of a calendar is looked for."""


@dataclass(frozen=True)
class Owed:
    """What is asked about one obligation: its promise and variant, who has it, when it is due.

    `due` None: nothing falls due as things stand, since the clock is paused or never opens again.
    """

    promise: str
    variant: str
    owner: str
    due: Instant | None


@dataclass(frozen=True)
class Running:
    """The clock of one obligation at an instant.

    `left` are the seconds of its own time until it is due; below 0 it is overdue by so much. None:
    it stands still without an end in sight. `runs`: time passes on it just now, until `turns`;
    where it does not, `turns` is when it goes on (None: not within a month).
    """

    left: int | None
    runs: bool
    turns: Instant | None


STANDS = Running(None, runs=False, turns=None)


def running(
    agreement: Agreement, members: Facts, owed: Sequence[Owed], now: Instant
) -> tuple[Running, ...]:
    """The clocks of these obligations as of `now` (UTC seconds), in their order.

    `members` are the facts of members and absences: each clock goes by its owner's calendar.
    """
    moments = Moments(build(members, now), agreement)
    promises = {promise.id: promise for promise in agreement.event_promises}
    places = {str(key): place for place, key in enumerate(moments.index.members)}
    return tuple(
        _running(moments, promises.get(each.promise), each, places.get(each.owner, -1), now)
        for each in owed
    )


def _running(
    moments: Moments, promise: EventPromise | None, owed: Owed, member: int, now: Instant
) -> Running:
    if promise is None or owed.due is None:
        return STANDS
    if _unit(promise, owed.variant) is TimeUnit.ELAPSED:
        return Running(owed.due - now, runs=True, turns=None)
    calendars = moments.calendars
    code = int(calendars_by_member(moments, calendars.code(promise.calendar))[member])
    return _by_calendar(calendars, code, owed.due, now)


def _unit(promise: EventPromise, variant: str) -> TimeUnit:
    chosen = next((each for each in promise.variants if each.id == variant), None)
    return (chosen.within if chosen else promise.within).unit


def _by_calendar(calendars: Calendars, code: int, due: Instant, now: Instant) -> Running:
    assert code != ALWAYS  # noqa: S101 - elapsed time has no calendar
    opened = calendars.openings(code, min(now, due), max(now, due) + AHEAD, 0)
    left = opened.elapsed(now, due) if due >= now else -opened.elapsed(due, now)
    place = int(np.searchsorted(opened.opens, now, side="right"))
    if place and now < int(opened.closes[place - 1]):
        return Running(left, runs=True, turns=int(opened.closes[place - 1]))
    return Running(left, runs=False, turns=_next(opened.opens, place, now))


def _next(opens: np.ndarray, place: int, now: Instant) -> Instant | None:
    if place >= len(opens) or int(opens[place]) > now + AHEAD:
        return None
    return int(opens[place])
