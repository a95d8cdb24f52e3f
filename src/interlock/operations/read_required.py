"""How many leads the revenue goal needs, and from where: worked back by the rates so far."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from interlock.agreement.goals import Goal
from interlock.agreement.hours import DAY
from interlock.agreement.schema import Agreement
from interlock.insight.deals import average_deal
from interlock.insight.instants import day_of
from interlock.insight.required import Needed, required, way_to_a_sale
from interlock.insight.tally import Subject
from interlock.operations.books import Books
from interlock.operations.counting import By, counted
from interlock.operations.reading import ALL, Filters, Reading
from interlock.replay.deals import Deals

LOOK_BACK_DAYS = 365
"""Sales of so many days tell what a sale brings, and how they divide among the sources."""


@dataclass(frozen=True)
class SourcePlan:
    """One lead source: its share of what was won, and what it needs to bring as much of the goal.

    `needed` is None where nobody of that source went all the way.
    """

    source: str
    share: float
    needed: Needed | None


@dataclass(frozen=True)
class Plan:
    """What the goal needs by the rates of all leads, and by those of each source for its part.

    `sales` are those that tell what one brings: they have an amount in the agreement's currency.
    `until`: cohorts up to that day tell the rates, since later ones may still go on (None: all do).
    """

    goal: Goal
    sales: int
    needed: Needed
    sources: tuple[SourcePlan, ...]
    until: date | None


def read_required(reading: Reading, books: Books) -> Plan | None:
    """The plan of the first goal that is measured by revenue; None without one, or without sales.

    No query: it reads the tallies and the books.
    """
    agreement = reading.agreement
    goals = agreement.measured_goals if agreement else ()
    goal = next((each for each in goals if each.measured_by == "revenue"), None)
    if agreement is None or goal is None:
        return None
    ledger = books.under(agreement)
    deals = ledger.deals
    recent = deals.closed > books.as_of - LOOK_BACK_DAYS * DAY
    sold = deals.where(deals.won & deals.priced & recent)
    until = _until(agreement, books)
    needed = _needed(reading, goal.target, sold, ledger.unit, ALL, until)
    if needed is None:
        return None
    return Plan(goal, len(sold), needed, _sources(reading, goal, sold, ledger.unit, until), until)


def _until(agreement: Agreement, books: Books) -> date | None:
    """The last day whose leads have had the whole time in which they may go on."""
    days = agreement.metrics.conversion_days
    return None if days is None else day_of(books.as_of, agreement.zone) - timedelta(days=days)


def _sources(
    reading: Reading, goal: Goal, sold: Deals, unit: int, until: date | None
) -> tuple[SourcePlan, ...]:
    """Each source that sold something, the largest first."""
    whole = int(sold.amount.sum())
    found = []
    for source in sorted({str(each) for each in sold.source}):
        mine = sold.where(np.equal(sold.source, source))
        share = int(mine.amount.sum()) / whole
        if share:
            part = _needed(reading, goal.target * share, mine, unit, Filters(source=source), until)
            found.append(SourcePlan(source, share, part))
    return tuple(sorted(found, key=lambda each: -each.share))


def _needed(  # noqa: PLR0913, PLR0917 - what one source is worked back by
    reading: Reading, revenue: float, sold: Deals, unit: int, filters: Filters, until: date | None
) -> Needed | None:
    if reading.agreement is None:
        return None
    average, way = average_deal(sold, unit), way_to_a_sale(reading.agreement)
    return required(revenue, average, way, _counted(reading, filters, until))


def _counted(reading: Reading, filters: Filters, until: date | None) -> dict[tuple[str, str], int]:
    """How many by stage and what is counted, of the weeks that are over by that day."""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for row in counted(reading, Subject.STAGE, filters, By.WEEK if until else None):
        if until is None or date.fromisoformat(row.group) + timedelta(days=7) <= until:
            sums[row.clause, row.state] += row.count
    return sums
