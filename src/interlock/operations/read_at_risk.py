"""What the other side is about to miss: both teams own a lead until it is won or lost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from interlock.agreement.schema import Side
from interlock.operations.reading import Reading
from interlock.operations.rows import Names, ObligationRow, obligation_rows
from interlock.replay.outcome import Instant, State
from interlock.store.models import Obligation

MOST = 15
"""So many obligations are listed."""


@dataclass(frozen=True)
class AtRisk:
    """Obligations that are warned about or past due since today began: how many, and the first."""

    count: int = 0
    rows: tuple[ObligationRow, ...] = ()


def read_at_risk(reading: Reading, side: Side, names: Names, now: Instant) -> AtRisk:
    """What `side` owes and is about to miss, the first due first. Three queries."""
    owed = open_of(reading, side)
    if owed is None:
        return AtRisk()
    warned = owed.filter(state=State.WARNED.word)
    rows = warned.exclude(due_at=None).filter(due_at__gte=now).order_by("due_at", "pk")[:MOST]
    return AtRisk(warned.count(), obligation_rows(rows, names))
