"""What has to be missed for a rule of disengagement to follow, in words."""

from __future__ import annotations

from interlock.agreement.goals import Goal
from interlock.agreement.missed import Missed
from interlock.agreement.periods import PERIODS
from interlock.agreement.schema import Agreement, PeriodPromise
from interlock.agreement.wording import joined


def promises_of(agreement: Agreement, missed: Missed) -> tuple[PeriodPromise, ...]:
    """The promises that it names."""
    return tuple(each for each in agreement.period_promises if each.id in missed.promises)


def goals_of(agreement: Agreement, missed: Missed) -> tuple[Goal, ...]:
    """The goals that it names."""
    return tuple(each for each in agreement.measured_goals if each.id in missed.goals)


def numbers_of(agreement: Agreement, missed: Missed) -> tuple[PeriodPromise | Goal, ...]:
    """All that it names."""
    return (*promises_of(agreement, missed), *goals_of(agreement, missed))


def longest(agreement: Agreement, missed: Missed) -> str:
    """The period that is counted: the longest one among theirs ("quarter")."""
    found = [PERIODS.index(each.each) for each in numbers_of(agreement, missed)]
    return PERIODS[max(found, default=0)]


def missed_words(agreement: Agreement, missed: Missed) -> str:
    """When it follows: "it follows by itself when both sides miss Pipeline in a quarter"."""
    names = joined([each.name for each in numbers_of(agreement, missed)], "or")
    period, many = longest(agreement, missed), missed.periods_in_a_row
    when = f"in {many} {period}s in a row" if many > 1 else f"in a {period}"
    shared = bool(missed.goals) and not missed.promises
    either = "we together miss" if shared else "a side misses"
    who = {"both": "both sides miss", "": either}.get(missed.by, f"{missed.by} misses")
    ends = " and the agreement is then to end" if missed.ends_agreement else ""
    return f"it follows by itself when {who} {names} {when}{ends}"
