"""The opportunities behind one number of one period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from interlock.agreement.goals import MEASURES, form_of, slug_of
from interlock.insight.deals import Figure, Ledger, figure
from interlock.insight.instants import day_of
from interlock.operations.books import Books, books_of
from interlock.operations.read_goals import GoalRow, goal_on
from interlock.operations.read_periods import period_label
from interlock.operations.reading import PAGE, Basis, Named, Reading, current, whole_number
from interlock.operations.rows import people_named
from interlock.replay.outcome import ABSENT, Instant

BY_SLUG = {slug_of(metric): metric for metric in MEASURES}
"""The metrics over opportunities by what an address has."""


@dataclass(frozen=True)
class DealRow:
    """One opportunity. `closed_at` None: it is open. `amount` in whole units of the currency."""

    key: str
    name: str
    person: Named
    opened_at: Instant
    closed_at: Instant | None
    state: str
    amount: float


@dataclass(frozen=True)
class FigurePage:
    """One metric over one period, and a page of the opportunities behind it, the latest first.

    `metric` is empty where there is no such one, or no such period. `parts` are what the value is
    made of, `goals` those held against it, each with this period. `total` counts all opportunities;
    `after` marks the next page.
    """

    basis: Basis
    metric: str = ""
    label: str = ""
    currency: str = ""
    value: float | None = None
    parts: tuple[tuple[str, float], ...] = ()
    goals: tuple[GoalRow, ...] = ()
    total: int = 0
    deals: tuple[DealRow, ...] = ()
    after: str = ""

    @property
    def form(self) -> str:
        """What the value is: a share, money or a count."""
        return form_of(self.metric)


def read_figure(slug: str, each: str, day: date, after: str = "", size: int = PAGE) -> FigurePage:
    """The metric over the period that holds the day, under the text that counted then."""
    reading = current()
    books, metric = books_of(reading), BY_SLUG.get(slug, "")
    span = books.span_on(each, day) if books else None
    if books is None or span is None or not metric:
        return FigurePage(reading.basis)
    agreement = books.texts.agreement_at(span.begins)
    ledger = books.under(agreement)
    found = figure(metric, ledger, span)
    start = max(whole_number(after) or 0, 0)
    return FigurePage(
        basis=reading.basis,
        metric=metric,
        label=period_label(each, day_of(span.begins, span.zone)),
        currency=agreement.currency,
        value=found.value,
        parts=found.parts,
        goals=_goals(books, metric, each, day),
        total=len(found.places),
        deals=_rows(reading, ledger, found, start, start + size),
        after=str(start + size) if start + size < len(found.places) else "",
    )


def _goals(books: Books, metric: str, each: str, day: date) -> tuple[GoalRow, ...]:
    mine = (
        goal
        for goal in books.agreement.measured_goals
        if (goal.measured_by, goal.each) == (metric, each)
    )
    found = ((goal, goal_on(goal, day, books)) for goal in mine)
    return tuple(GoalRow(goal, (row,)) for goal, row in found if row)


def _rows(
    reading: Reading, ledger: Ledger, found: Figure, start: int, end: int
) -> tuple[DealRow, ...]:
    """Some of the opportunities behind a figure, the latest first. One query."""
    mine = ledger.deals.where(found.places)
    order = np.argsort(-np.maximum(mine.opened, mine.closed), kind="stable")
    deals = mine.where(order[start:end])
    called = people_named(reading.replay, map(str, deals.person))
    return tuple(
        DealRow(
            key=str(deals.keys[place]),
            name=str(deals.names[place] or deals.keys[place]),
            person=Named(key := str(deals.person[place]), called.get(key) or key),
            opened_at=int(deals.opened[place]),
            closed_at=None if deals.closed[place] == ABSENT else int(deals.closed[place]),
            state=_state(deals.won[place], int(deals.closed[place])),
            amount=int(deals.amount[place]) / ledger.unit,
        )
        for place in range(len(deals))
    )


def _state(won: np.bool_, closed: int) -> str:
    if closed == ABSENT:
        return "open"
    return "won" if won else "lost"
