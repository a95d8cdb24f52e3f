"""What one side owed, whatever the promise: the records behind a side's numbers."""

from __future__ import annotations

from dataclasses import dataclass

from interlock.agreement.schema import Side
from interlock.insight.attainment import Counts, Rate, attainment
from interlock.insight.tally import Subject
from interlock.operations.counting import counted
from interlock.operations.read_promises import obligations_of, promise_rows
from interlock.operations.reading import (
    ALL,
    NO_CHOICES,
    PAGE,
    Basis,
    Choices,
    Filters,
    choices,
    current,
    page_after,
)
from interlock.operations.rows import ObligationRow, names_in, obligation_rows


@dataclass(frozen=True)
class Obligations:
    """A page of what one side owed, latest start first.

    `counts` are of all that the filters leave, whatever their state; None before a replay. `after`
    marks the next page ("": this is the last).
    """

    basis: Basis
    filters: Filters
    side: Side
    counts: Counts | None = None
    attainment: Rate | None = None
    rows: tuple[ObligationRow, ...] = ()
    after: str = ""
    choices: Choices = NO_CHOICES


def read_obligations(
    side: Side, filters: Filters = ALL, after: str = "", size: int = PAGE
) -> Obligations:
    """The obligations of every promise that the side owes."""
    reading = current()
    if reading.replay is None or reading.agreement is None:
        return Obligations(reading.basis, filters, side)
    promises = [each for each in reading.agreement.event_promises if each.owed_by is side]
    names = names_in(reading.agreement)
    sums = counted(reading, Subject.PROMISE, filters)
    counts = sum((row.counts for row in promise_rows(promises, sums)), Counts())
    ids = (promise.id for promise in promises)
    owed = obligations_of(reading.replay, ids, filters, reading.basis.tz)
    page, mark = page_after(owed, "started_at", after, size)
    return Obligations(
        basis=reading.basis,
        filters=filters,
        side=side,
        counts=counts,
        attainment=attainment(counts),
        rows=obligation_rows(page, names),
        after=mark,
        choices=choices(reading, names.members),
    )
