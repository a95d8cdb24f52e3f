"""The funnel: cohorts by when they entered, and who stands where now."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from interlock.agreement.schema import Stage
from interlock.insight.funnel import FunnelGroup, FunnelRow, funnel_rows, main_path
from interlock.insight.tally import Subject
from interlock.operations.counting import By, Counted, counted, group_label, grouped
from interlock.operations.reading import ALL, NO_CHOICES, Basis, Choices, Filters, choices, current
from interlock.operations.rows import names_in


@dataclass(frozen=True)
class Funnel:
    """The funnel of all, and of each group where it is divided. Empty before a replay."""

    basis: Basis
    filters: Filters
    by: By | None
    rows: tuple[FunnelRow, ...] = ()
    groups: tuple[FunnelGroup, ...] = ()
    choices: Choices = NO_CHOICES


def read_funnel(by: By | None = None, filters: Filters = ALL) -> Funnel:
    """The funnel along the agreement's main path (see `interlock.insight.funnel`)."""
    reading = current()
    if reading.replay is None or reading.agreement is None:
        return Funnel(reading.basis, filters, by)
    names = names_in(reading.agreement)
    path = main_path(reading.agreement)
    rows = counted(reading, Subject.STAGE, filters, by)
    return Funnel(
        basis=reading.basis,
        filters=filters,
        by=by,
        rows=rows_of(path, rows),
        groups=tuple(
            FunnelGroup(key, group_label(by, key, names), rows_of(path, part))
            for key, part in grouped(rows).items()
        )
        if by
        else (),
        choices=choices(reading, names.members),
    )


def rows_of(path: tuple[Stage, ...], rows: list[Counted]) -> tuple[FunnelRow, ...]:
    """The funnel's rows from the tally's sums, whatever groups these are of."""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        sums[row.clause, row.state] += row.count
    return funnel_rows(path, sums)
