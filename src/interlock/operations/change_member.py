"""Saying of a member that their side, team, calendar or capacity is another.

It is a fact like any other: another version of the member, as a record of the source that it came
from. The earlier one stays, and counts no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Q

from interlock.connectors.files import UNCLEAN
from interlock.facts.kinds import SIDES
from interlock.operations.actor import Actor, NotAllowedError
from interlock.operations.decide import as_given
from interlock.operations.delivery import LiveFact
from interlock.operations.live import receive_live
from interlock.operations.permissions import Action, require
from interlock.operations.reading import calendar_called, calendar_names, current
from interlock.operations.whose import reach_of
from interlock.replay.outcome import Instant
from interlock.store.lock import held, taking_turns
from interlock.store.models import FACTS, User
from interlock.store.trail import record

LONGEST_TEAM = 80
MOST = 10_000
"""Leads a week that a member may be said to take."""
_NOTHING = "nothing"


@dataclass(frozen=True)
class Says:
    """What is said of a member; "" and None: nothing is."""

    side: str
    team: str
    calendar: str
    capacity: int | None


@dataclass(frozen=True)
class MemberChanged:
    """What was changed, in words, or "" where nothing was; and what kept it from being."""

    changed: str
    problems: tuple[str, ...] = ()


def change_member(key: str, says: Says, *, mark: int, by: Actor, now: Instant) -> MemberChanged:
    """Says this of the member from now on, and of all the time before it: members have no history.

    `mark` is that of the version that was looked at: where another has come since, nothing is done.
    Whoever may say only the capacity leaves the rest as it is. Leads that wait are given out by it,
    and clocks run by it, as soon as it is there; of more people than a look takes, the worker sees
    to it. `now`: UTC seconds.
    """
    require(by, Action.SAY_CAPACITY)
    if not reach_of(by).may_say_capacity_of(key):
        raise NotAllowedError(f"{by.name} may say nothing of {key or 'nobody'}")
    with taking_turns():
        row = FACTS["member"].objects.select_related("batch").filter(key=key, live=True).first()
        if row is None or row.pk != mark:
            return MemberChanged("", ("something else was said meanwhile; look at it again",))
        before = Says(row.side or "", row.team or "", row.calendar or "", row.capacity)
        changes = _changes(before, says)
        if changes.keys() - {"capacity"}:
            require(by, Action.KEEP_MEMBERS)
        problems = _problems(changes)
        if problems or not changes:
            return MemberChanged("", problems)
        fact = LiveFact("member", as_given("member", row) | changes)
        follow = _sign_ins_of(row, before.side) if "side" in changes else []
        received = receive_live([fact], by=by, source=row.batch.source, now=now)
        if received.refused:
            return MemberChanged("", tuple(each.reason for each in received.refused))
        User.objects.filter(pk__in=follow).update(side=says.side)
        changed = _in_words(before, changes, calendar_names(current().agreement))
        record(by, "change member", f"member {key}", at=now, why=changed)
    return MemberChanged(changed)


def _changes(before: Says, says: Says) -> dict[str, Any]:
    """What is said otherwise than before, by column."""
    known = asdict(before)
    cleaned = asdict(says) | {"team": UNCLEAN.sub("", says.team).strip()}
    return {
        name: None if value == "" else value
        for name, value in cleaned.items()
        if value != known[name]
    }


def _problems(changes: dict[str, Any]) -> tuple[str, ...]:
    agreement, capacity = current().agreement, changes.get("capacity")
    calendars = [each.id for each in agreement.calendars] if agreement else []
    wrong = {
        f"the side is one of {', '.join(SIDES)}": changes.get("side", SIDES[0]) not in SIDES,
        f"a team's name has at most {LONGEST_TEAM} letters": len(changes.get("team") or "")
        > LONGEST_TEAM,
        f"the agreement has no such calendar; it has {', '.join(calendars) or 'none'}": (
            changes.get("calendar") not in {None, *calendars}
        ),
        f"a member takes 0 to {MOST} leads a week": capacity is not None
        and not 0 <= capacity <= MOST,
    }
    return tuple(what for what, is_so in wrong.items() if is_so)


def _sign_ins_of(row: Any, side: str) -> list[int]:
    """Those that are of the member's side, unless an admin said another; held from now on.

    They are held before anything is received: that writes to the trail, and whoever has done so
    waits for nobody.
    """
    mine = Q(member=row.key) | Q(member="", username__iexact=row.email or "")
    return [*held(User.objects.filter(mine, side=side).order_by("pk")).values_list("pk", flat=True)]


def _in_words(before: Says, changes: dict[str, Any], calendars: Mapping[str, str]) -> str:
    was = asdict(before)

    def said(name: str, value: object) -> object:
        if value in {None, ""}:
            return _NOTHING
        return calendar_called(str(value), calendars) if name == "calendar" else value

    return "; ".join(
        f"{name}: {said(name, was[name])} becomes {said(name, to)}" for name, to in changes.items()
    )
