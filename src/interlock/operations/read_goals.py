"""Goals that are measured: what was reached in each period, by the text that counted then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from interlock.agreement.goals import Goal
from interlock.insight.deals import Span, figure
from interlock.insight.goals import judged
from interlock.insight.instants import day_of
from interlock.operations.books import Books, books_of
from interlock.operations.read_periods import PERIODS, PeriodRow, period_label
from interlock.operations.reading import Reading
from interlock.operations.working_hours import share_passed


@dataclass(frozen=True)
class GoalRow:
    """A goal, and its latest periods, the latest first; none where nothing measures it."""

    goal: Goal
    periods: tuple[PeriodRow, ...] = ()


def read_goals(reading: Reading, goals: Iterable[Goal], most: int = PERIODS) -> tuple[GoalRow, ...]:
    """Each goal with its latest `most` periods."""
    wanted = tuple(goals)
    books = books_of(reading) if any(each.measured_by for each in wanted) else None
    return tuple(GoalRow(each, goal_periods(each, books, most) if books else ()) for each in wanted)


def goal_periods(goal: Goal, books: Books, most: int = PERIODS) -> tuple[PeriodRow, ...]:
    """Its latest periods, the latest first."""
    found: list[PeriodRow] = []
    for span in books.spans(goal.each) if goal.measured_by else ():
        row = _period(goal, books, span)
        found += [row] if row else []
        if len(found) == most:
            break
    return tuple(found)


def goal_on(goal: Goal, day: date, books: Books) -> PeriodRow | None:
    """Its period that holds the day; None where there is none, or nothing is known of it."""
    span = books.span_on(goal.each, day) if goal.measured_by else None
    return _period(goal, books, span) if span else None


def _period(goal: Goal, books: Books, span: Span) -> PeriodRow | None:
    """One period under the text that counted at its beginning; None where it wanted nothing."""
    agreement = books.texts.agreement_at(span.begins)
    then = agreement.at(goal.path)
    if not isinstance(then, Goal) or (then.measured_by, then.each) != (goal.measured_by, goal.each):
        return None
    begins = day_of(span.begins, span.zone)
    passed = share_passed(agreement, span.begins, span.ends, books.as_of)
    found = figure(then.measured_by, books.under(agreement), span)
    state = judged(then, found.value, span, passed)
    if state is None or found.value is None or passed is None:
        return None
    reached, base = (part for _, part in found.parts) if then.is_share else (found.value, 0.0)
    return PeriodRow(
        promise=goal.id,
        label=period_label(goal.each, begins),
        begins=begins,
        begins_at=span.begins,
        ends_at=span.ends,
        member=None,
        state=state.word,
        value=found.value,
        target=then.target,
        is_rate=then.is_share,
        unit="" if then.is_share else then.unit,
        reached=reached,
        base=base,
        passed=passed,
    )
