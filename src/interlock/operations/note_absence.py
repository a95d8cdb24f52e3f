"""A member is away: entered by themselves, or by a lead for the team."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from interlock.operations.actor import Actor, NotAllowedError
from interlock.operations.deeds import SOURCE, new_id
from interlock.operations.delivery import LiveFact
from interlock.operations.live import receive_live
from interlock.operations.permissions import Action, require
from interlock.operations.reading import current
from interlock.operations.whose import reach_of

LONGEST = 366
"""Days that an absence may be entered for at once."""
_FIRST, _LAST = date(1970, 1, 1), date(9998, 12, 31)


def note_absence(
    member: str, first: date, last: date, reason: str, *, by: Actor
) -> tuple[str, ...]:
    """What keeps the absence from being noted; empty where it was.

    It lasts from the first day to the last, both included, in the zone of the agreement.
    """
    require(by, Action.WORK)
    if not reach_of(by).may_enter_for(member):
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
        "id": new_id(),
        "member": member,
        "starts_at": starts,
        "ends_at": ends,
        "reason": reason,
    }
    received = receive_live([LiveFact("absence", values)], by=by, source=SOURCE)
    return tuple(each.reason for each in received.refused)
