"""The disputes: what is open, the oldest due first, and what was settled."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.db.models import Count, Q

from interlock.insight.gauge import Gauge
from interlock.operations.actor import Actor
from interlock.operations.permissions import Action, require
from interlock.operations.read_gauge import read_gauge
from interlock.operations.reading import Basis, current
from interlock.operations.watched import Watched, watched
from interlock.practice.disputes import Kind
from interlock.practice.parting import SIDES
from interlock.replay.outcome import Instant
from interlock.store.models import Case

MOST = 100
"""So many open and so many settled cases are listed."""
_DAY = 86_400


@dataclass(frozen=True)
class CaseLine:
    """One case in a list. `age` is whole days since it was opened, or that it took.

    `silent` are the sides that have not said how they see it; `is_late`: its day is over.
    """

    number: int
    kind: str
    title: str
    clause: str
    is_consequence: bool
    side: str
    opened_by: str
    opened_at: Instant
    due_at: Instant
    age: int
    is_late: bool
    owner: str
    silent: tuple[str, ...]
    ruled_for: str
    ruled_at: Instant | None


@dataclass(frozen=True)
class CasesPage:
    """The cases: those that are open, the first due first, and the settled, the latest first.

    `waiting` are all that are open, `late` those of them past their day, listed or not.
    """

    basis: Basis
    waiting: int
    late: int
    open: tuple[CaseLine, ...]
    settled: tuple[CaseLine, ...]
    gauge: Gauge
    watched: tuple[Watched, ...]


def read_cases(*, by: Actor, now: Instant | None = None) -> CasesPage:
    """The cases. The number of queries does not depend on how many there are."""
    require(by, Action.READ)
    moment = int(time.time()) if now is None else now
    rows = Case.objects.defer("shown").prefetch_related("views")
    opened = rows.filter(ruled_at=None).order_by("due_at", "pk")[:MOST]
    settled = rows.exclude(ruled_at=None).order_by("-ruled_at", "-pk")[:MOST]
    reading = current()
    counts = Case.objects.filter(ruled_at=None).aggregate(
        waiting=Count("pk"), late=Count("pk", filter=Q(due_at__lt=moment))
    )
    return CasesPage(
        basis=reading.basis,
        waiting=counts["waiting"],
        late=counts["late"],
        open=tuple(case_line(row, moment) for row in opened),
        settled=tuple(case_line(row, moment) for row in settled),
        gauge=read_gauge(reading.basis, moment),
        watched=watched(reading, moment),
    )


def case_line(row: Case, now: Instant) -> CaseLine:
    """The line of a case, whose views were read with it."""
    said = {view.side for view in row.views.all()}
    heard = row.kind == Kind.CONSEQUENCE or row.ruled_at is not None
    return CaseLine(
        number=row.pk,
        kind=row.kind,
        title=row.title,
        clause=row.clause,
        is_consequence=row.kind == Kind.CONSEQUENCE,
        side=row.side,
        opened_by=row.opened_by,
        opened_at=row.opened_at,
        due_at=row.due_at,
        age=((row.ruled_at or now) - row.opened_at) // _DAY,
        is_late=row.ruled_at is None and row.due_at < now,
        owner=row.owner,
        silent=() if heard else tuple(side for side in SIDES if side not in said),
        ruled_for=row.ruled_for,
        ruled_at=row.ruled_at,
    )
