"""What each side owes the other and how well it was kept; one promise down to its obligations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, tzinfo

from django.db.models import Min, QuerySet

from interlock.agreement.schema import Agreement, EventPromise, PeriodPromise, Side
from interlock.insight.attainment import NONE, PENDING, Counts, Rate, attainment, counts, states
from interlock.insight.delays import TimeWent, time_went
from interlock.insight.instants import every_week
from interlock.insight.tally import Subject
from interlock.operations.counting import By, Counted, counted, day_label, group_label, grouped
from interlock.operations.read_goals import GoalRow, read_goals
from interlock.operations.read_periods import PERIODS, PeriodRow, read_periods
from interlock.operations.reading import (
    ALL,
    NO_CHOICES,
    PAGE,
    Basis,
    Choices,
    Filters,
    Reading,
    choices,
    current,
    page_after,
)
from interlock.operations.rows import Names, ObligationRow, names_in, obligation_rows
from interlock.replay.outcome import Instant
from interlock.store.models import Obligation


@dataclass(frozen=True)
class PromiseRow:
    """One promise with its obligations counted. `has_clock`: it obliges about one lead each.

    A promise of a number per period has no clock; its counts are nought, and `periods` are its
    latest ones, the latest first. `next_due`: the earliest deadline of those that wait, of all
    states. Both are read only for the pages of promises.
    """

    id: str
    name: str
    says: str
    owed_by: Side
    owed_to: Side
    has_clock: bool
    counts: Counts
    attainment: Rate
    next_due: Instant | None = None
    periods: tuple[PeriodRow, ...] = ()


@dataclass(frozen=True)
class SideCounts:
    """All promises of one side together."""

    side: Side
    counts: Counts
    attainment: Rate


@dataclass(frozen=True)
class PromiseGroup:
    """The promises of one owner, week, tier or source. `key` of a week: its Monday, ISO date."""

    key: str
    label: str
    sides: tuple[SideCounts, ...]
    rows: tuple[PromiseRow, ...]


@dataclass(frozen=True)
class Promises:
    """Every promise of the agreement, in its order, and each group where they are divided.

    `goals` are those of both sides together that are measured, with their two latest periods.
    """

    basis: Basis
    filters: Filters
    by: By | None
    sides: tuple[SideCounts, ...] = ()
    rows: tuple[PromiseRow, ...] = ()
    groups: tuple[PromiseGroup, ...] = ()
    goals: tuple[GoalRow, ...] = ()
    choices: Choices = NO_CHOICES


@dataclass(frozen=True)
class PromisePart:
    """One promise in one week, or of one owner, tier or source. `key` of a week: its Monday."""

    key: str
    label: str
    counts: Counts
    attainment: Rate


@dataclass(frozen=True)
class PromisePage:
    """One promise, and a page of its obligations, latest start first.

    `row` counts all that the filters leave, whatever their state; it is None where the agreement
    has no such promise. `weeks` are all weeks from the first to the last with one, oldest first,
    whichever is asked for; `parts` divide the row along `by`. `after` marks the next page ("": this
    is the last). `went`: what the time of those that are decided went on; None where it took none.
    """

    basis: Basis
    filters: Filters
    by: By = By.OWNER
    row: PromiseRow | None = None
    weeks: tuple[PromisePart, ...] = ()
    parts: tuple[PromisePart, ...] = ()
    obligations: tuple[ObligationRow, ...] = ()
    after: str = ""
    choices: Choices = NO_CHOICES
    went: TimeWent | None = None


def read_promises(by: By | None = None, filters: Filters = ALL) -> Promises:
    """The promises of both sides, counted."""
    reading = current()
    if reading.replay is None or reading.agreement is None:
        return Promises(reading.basis, filters, by)
    names = names_in(reading.agreement)
    promises = reading.agreement.promises
    rows = counted(reading, Subject.PROMISE, filters, by)
    made = promise_rows(promises, rows)
    return Promises(
        basis=reading.basis,
        filters=filters,
        by=by,
        sides=by_side(made),
        rows=_with_periods(
            _with_next_due(made, reading.replay, filters, reading.basis.tz), reading, names, 2
        ),
        groups=_groups(by, rows, reading.agreement, names) if by else (),
        goals=read_goals(reading, reading.agreement.measured_goals, 2),
        choices=choices(reading, names.members),
    )


def read_promise(
    id: str, filters: Filters = ALL, after: str = "", size: int = PAGE, by: By | None = None
) -> PromisePage:
    """One promise, divided by week and along `by`, and its obligations.

    Without `by` it is divided by owner, or by source where nobody owns any.
    """
    reading = current()
    if reading.replay is None or reading.agreement is None:
        return PromisePage(reading.basis, filters)
    promise = next((each for each in reading.agreement.promises if each.id == id), None)
    if promise is None:
        return PromisePage(reading.basis, filters)
    replay, basis, names = reading.replay, reading.basis, names_in(reading.agreement)
    always = replace(filters, week=None)
    weekly = counted(reading, Subject.PROMISE, always, By.WEEK, clause=id)
    divided = counted(reading, Subject.PROMISE, filters, by or By.OWNER, clause=id)
    if by is None and not any(row.group for row in divided):
        by, divided = By.SOURCE, counted(reading, Subject.PROMISE, filters, By.SOURCE, clause=id)
    owed = obligations_of(replay, [id], filters, basis.tz)
    page, mark = page_after(owed, "started_at", after, size)
    return PromisePage(
        basis=basis,
        filters=filters,
        by=by or By.OWNER,
        row=_with_periods(promise_rows((promise,), divided), reading, names)[0],
        weeks=_weeks(weekly, names),
        parts=_parts(by or By.OWNER, divided, names),
        obligations=obligation_rows(page, names),
        after=mark,
        choices=choices(reading, names.members),
        went=_went(reading, promise, filters),
    )


def _went(
    reading: Reading, promise: EventPromise | PeriodPromise, filters: Filters
) -> TimeWent | None:
    if not isinstance(promise, EventPromise):
        return None
    rows = counted(reading, Subject.DELAY, filters, clause=promise.id)
    return time_went(promise, {row.state: row.count for row in rows})


def promise_rows(
    promises: Sequence[EventPromise | PeriodPromise], rows: list[Counted]
) -> tuple[PromiseRow, ...]:
    """A row for each promise, with the sums that are about it."""
    made = []
    for promise in promises:
        sums = counts((row.state, row.count) for row in rows if row.clause == promise.id)
        made.append(
            PromiseRow(
                id=promise.id,
                name=promise.name,
                says=promise.says,
                owed_by=promise.owed_by,
                owed_to=promise.owed_to,
                has_clock=isinstance(promise, EventPromise),
                counts=sums,
                attainment=attainment(sums),
            )
        )
    return tuple(made)


def _parts(by: By, rows: list[Counted], names: Names) -> tuple[PromisePart, ...]:
    parts = []
    for key, part in grouped(rows).items():
        sums = counts((row.state, row.count) for row in part)
        label = group_label(by, key, names)
        parts.append(PromisePart(key, label, sums, attainment(sums)))
    return tuple(parts)


def _weeks(rows: list[Counted], names: Names) -> tuple[PromisePart, ...]:
    """Week by week; one in which nothing began is there with nothing counted."""
    known = {date.fromisoformat(part.key): part for part in _parts(By.WEEK, rows, names)}
    return tuple(
        known.get(week) or PromisePart(week.isoformat(), day_label(week), NONE, attainment(NONE))
        for week in every_week(known)
    )


def _with_next_due(
    rows: Sequence[PromiseRow], replay: int, filters: Filters, zone: tzinfo
) -> tuple[PromiseRow, ...]:
    """The rows with their earliest deadlines. One query."""
    owed = obligations_of(replay, (row.id for row in rows), replace(filters, state=None), zone)
    waiting = owed.filter(state__in=PENDING)
    due = dict(waiting.values_list("promise").annotate(due=Min("due_at")))
    return tuple(replace(row, next_due=due.get(row.id)) for row in rows)


def _with_periods(
    rows: Sequence[PromiseRow], reading: Reading, names: Names, most: int = PERIODS
) -> tuple[PromiseRow, ...]:
    """The rows with the latest periods of those that have no clock. One query."""
    numbers = reading.agreement.period_promises if reading.agreement else ()
    wanted = {row.id for row in rows if not row.has_clock}
    found = read_periods(reading, [each for each in numbers if each.id in wanted], names, most)
    return tuple(replace(row, periods=found.get(row.id, ())) for row in rows)


def by_side(rows: Sequence[PromiseRow]) -> tuple[SideCounts, ...]:
    """Both sides, marketing first, each with all of its promises together."""
    sums = {
        side: sum((row.counts for row in rows if row.owed_by is side), Counts()) for side in Side
    }
    return tuple(SideCounts(side, both, attainment(both)) for side, both in sums.items())


def _groups(
    by: By, rows: list[Counted], agreement: Agreement, names: Names
) -> tuple[PromiseGroup, ...]:
    groups = []
    for key, part in grouped(rows).items():
        made = promise_rows(agreement.event_promises, part)
        label = group_label(by, key, names)
        groups.append(PromiseGroup(key, label, by_side(made), made))
    return tuple(groups)


def obligations_of(
    replay: int, promises: Iterable[str], filters: Filters, zone: tzinfo
) -> QuerySet[Obligation, Obligation]:
    """The obligations of these promises that the filters leave."""
    owed = Obligation.objects.filter(**filters.on_lead, replay=replay, promise__in=list(promises))
    if filters.state is not None:
        owed = owed.filter(state__in=states(filters.state))
    span = filters.span(zone)
    return owed.filter(started_at__gte=span[0], started_at__lt=span[1]) if span else owed
