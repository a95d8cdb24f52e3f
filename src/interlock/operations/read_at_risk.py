"""What a side owes now, and what it is about to miss."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from interlock.agreement.schema import Side
from interlock.operations.reading import Reading
from interlock.operations.rows import Names, ObligationRow, obligation_rows
from interlock.replay.outcome import Instant, State
from interlock.store.models import Obligation

MOST = 15
"""So many obligations are listed."""


@dataclass(frozen=True)
class Owed:
    """Obligations: how many there are, and the first that fall due."""

    count: int = 0
    rows: tuple[ObligationRow, ...] = ()


NOTHING_OWED = Owed()


def owed_now(reading: Reading, side: Side, names: Names, now: Instant) -> Owed:
    """What the side owes and can still keep in time, the first due first. Three queries."""
    return _owed(_of(reading, side, State.OPEN, State.WARNED), names, now)


def about_to_be_missed(reading: Reading, side: Side, names: Names, now: Instant) -> Owed:
    """What the side was warned about and can still keep in time. Three queries."""
    return _owed(_of(reading, side, State.WARNED), names, now)


def _of(reading: Reading, side: Side, *states: State) -> QuerySet[Obligation]:
    if reading.replay is None or reading.agreement is None:
        return Obligation.objects.none()
    promises = [each.id for each in reading.agreement.event_promises if each.owed_by is side]
    words = [state.word for state in states]
    return Obligation.objects.filter(replay=reading.replay, promise__in=promises, state__in=words)


def _owed(found: QuerySet[Obligation], names: Names, now: Instant) -> Owed:
    dated = found.filter(due_at__gte=now)
    return Owed(dated.count(), obligation_rows(dated.order_by("due_at", "pk")[:MOST], names))
