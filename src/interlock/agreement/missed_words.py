"""What has to be missed for a rule of disengagement to follow, in words."""

from __future__ import annotations

from interlock.agreement.missed import Missed
from interlock.agreement.schema import PERIODS, Agreement, PeriodPromise
from interlock.agreement.wording import joined


def promises_of(agreement: Agreement, missed: Missed) -> tuple[PeriodPromise, ...]:
    """The promises that it names."""
    return tuple(each for each in agreement.period_promises if each.id in missed.promises)


def longest(agreement: Agreement, missed: Missed) -> str:
    """The period that is counted: the longest one among the promises' ("quarter")."""
    found = [PERIODS.index(each.each) for each in promises_of(agreement, missed)]
    return PERIODS[max(found, default=0)]


def missed_words(agreement: Agreement, missed: Missed) -> str:
    """When it follows: "it follows by itself when both sides miss Pipeline in a quarter"."""
    names = joined([each.name for each in promises_of(agreement, missed)], "or")
    period, many = longest(agreement, missed), missed.periods_in_a_row
    when = f"in {many} {period}s in a row" if many > 1 else f"in a {period}"
    who = {"both": "both sides miss", "": "a side misses"}.get(missed.by, f"{missed.by} misses")
    ends = " and the agreement is then to end" if missed.ends_agreement else ""
    return f"it follows by itself when {who} {names} {when}{ends}"
