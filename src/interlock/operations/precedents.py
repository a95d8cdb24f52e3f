"""What was ruled on a clause before, and whether it says that the clause should be changed."""

from __future__ import annotations

from dataclasses import dataclass

from interlock.operations.staff import staff
from interlock.practice.disputes import Kind, Ruling, alike
from interlock.replay.outcome import Instant
from interlock.store.models import Case

MOST = 50
"""So many rulings on a clause are read: the latest."""


@dataclass(frozen=True)
class Precedent:
    """One ruling on a clause. `wording` is the clause's sentence as it counted then."""

    number: int
    title: str
    ruled_for: str
    reasons: str
    by: str
    at: Instant
    wording: str


@dataclass(frozen=True)
class Precedents:
    """The rulings on a clause, the latest first; and those `alike`, where there are enough."""

    clause: str
    rulings: tuple[Precedent, ...] = ()
    alike: tuple[Precedent, ...] = ()


def precedents(clause: str, wording: str) -> Precedents:
    """What was ruled on the clause; `wording` is its sentence today. Three queries."""
    rows = (
        Case.objects.filter(clause=clause, ruled_at__isnull=False)
        .exclude(kind=Kind.CONSEQUENCE)
        .defer("shown")
        .order_by("-ruled_at", "-pk")[:MOST]
    )
    everybody = staff()
    found = tuple(
        Precedent(
            row.pk,
            row.title,
            row.ruled_for,
            row.reasons,
            everybody.name_at(row.ruled_by),
            row.ruled_at or 0,
            row.wording,
        )
        for row in rows
    )
    same = alike([Ruling(each.number, each.ruled_for, each.wording) for each in found], wording)
    numbers = {each.case for each in same}
    return Precedents(clause, found, tuple(each for each in found if each.number in numbers))
