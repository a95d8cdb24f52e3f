"""Who is away, and to whom leads can be given meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q, QuerySet

from interlock.operations.reading import Named
from interlock.operations.whose import Reach
from interlock.replay.outcome import Instant
from interlock.store.models import FACTS


@dataclass(frozen=True)
class Away:
    """A member's absence that is not over: `until` None is not known yet."""

    member: Named
    since: Instant
    until: Instant | None
    reason: str


@dataclass(frozen=True)
class Receiver:
    """Somebody to whom a lead can be given, with the absence that is under way, if one is."""

    member: Named
    away: Away | None


def lasting(now: Instant) -> QuerySet[Any]:
    """The absences that are not over, as rows: under way or to come."""
    return FACTS["absence"].objects.filter(Q(ends_at=None) | Q(ends_at__gt=now), live=True)


def absences(members: Iterable[str], reach: Reach, now: Instant) -> dict[str, Away]:
    """Each one's absence that is under way or comes next, with those that it goes on into.

    One query.
    """
    rows = lasting(now).filter(member__in=members).order_by("at", "pk")
    found: dict[str, Away] = {}
    for member, since, until, reason in rows.values_list("member", "at", "ends_at", "reason"):
        first = found.get(member)
        if first is None:
            found[member] = Away(reach.called(member), since, until, reason or "")
        elif first.until is not None and since <= first.until:
            ends = None if until is None else max(first.until, until)
            found[member] = replace(first, until=ends)
    return found


def receivers(
    members: Iterable[str], reach: Reach, away: Mapping[str, Away], now: Instant
) -> tuple[Receiver, ...]:
    """These members: one's own team before others, by name; always in the same order."""
    mine = reach.colleagues.get(reach.member)
    team = mine.team if mine and mine.team else None

    def order(key: str) -> tuple[bool, str]:
        return reach.colleagues[key].team != team, reach.called(key).name

    gone = {key: each for key, each in away.items() if each.since <= now}
    return tuple(Receiver(reach.called(key), gone.get(key)) for key in sorted(members, key=order))
