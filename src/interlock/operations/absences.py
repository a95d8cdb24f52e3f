"""Absences of members: one's own, and for a lead those of the team."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from interlock.operations.actor import Actor, NotAllowedError
from interlock.operations.live import LiveFact, receive_live, withdraw
from interlock.operations.permissions import Action, require
from interlock.operations.reading import Basis, Named, current
from interlock.operations.whose import Reach, reach_of
from interlock.store.models import FACTS

SOURCE = "desk"
LONGEST = 366
"""Days that an absence may be entered for at once."""
_FIRST, _LAST = date(1970, 1, 1), date(9998, 12, 31)


@dataclass(frozen=True)
class AbsenceLine:
    """One absence that is not over. Instants are UTC seconds; `until` None: not known yet.

    `number` is the delivery that it came with, by which it can be taken back; None: not from here,
    or not by whoever asks.
    """

    member: Named
    since: int
    until: int | None
    reason: str
    number: int | None


@dataclass(frozen=True)
class Absences:
    """The absences that one may see, and the members whose one may enter, oneself first."""

    basis: Basis
    lines: tuple[AbsenceLine, ...]
    members: tuple[Named, ...]


def read_absences(*, by: Actor) -> Absences:
    """Those that are under way or to come, the next first."""
    require(by, Action.WORK)
    reach, now = reach_of(by), int(time.time())
    mine = {key for key in reach.colleagues if _may_enter(reach, key)}
    lasting = Q(ends_at=None) | Q(ends_at__gt=now)
    rows = FACTS["absence"].objects.filter(lasting, live=True, member__in=mine).order_by("at")
    lines = (
        AbsenceLine(
            reach.called(row.member),
            row.at,
            row.ends_at,
            row.reason or "",
            row.batch_id if row.batch.live and row.batch.by == by.name else None,
        )
        for row in rows.select_related("batch")
    )
    others = sorted(
        (reach.called(key) for key in mine - {reach.member}), key=lambda each: each.name
    )
    own = [reach.called(reach.member)] if reach.member else []
    return Absences(current().basis, tuple(lines), (*own, *others))


def note_absence(
    member: str, first: date, last: date, reason: str, *, by: Actor
) -> tuple[str, ...]:
    """What keeps the absence from being noted; empty where it was.

    It lasts from the first day to the last, both included, in the zone of the agreement.
    """
    require(by, Action.WORK)
    if not _may_enter(reach_of(by), member):
        raise NotAllowedError(f"{by.name} may not enter an absence of {member or 'nobody'}")
    if last < first:
        return ("it ends before it begins",)
    if last - first >= timedelta(days=LONGEST):
        return (f"enter at most {LONGEST} days at once",)
    if not _FIRST <= first <= last <= _LAST:
        return (f"enter days of the years {_FIRST.year} to {_LAST.year}",)
    zone = current().basis.tz
    starts, ends = (
        int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())
        for day in (first, last + timedelta(days=1))
    )
    values = {
        "id": f"{SOURCE}-{secrets.token_hex(8)}",
        "member": member,
        "starts_at": starts,
        "ends_at": ends,
        "reason": reason,
    }
    received = receive_live([LiveFact("absence", values)], by=by, source=SOURCE)
    return tuple(each.reason for each in received.refused)


def take_absence_back(number: int, *, by: Actor) -> bool:
    """Whether it was taken back: only one that `by` entered here."""
    require(by, Action.WORK)
    rows = FACTS["absence"].objects.filter(live=True, batch=number, batch__live=True)
    if not rows.filter(batch__by=by.name).exists():
        return False
    return withdraw(number, by=by, why="the absence was entered by mistake") is not None


def _may_enter(reach: Reach, member: str) -> bool:
    known = member in reach.colleagues
    return known and (reach.everybody or member == reach.member or member in reach.team)
