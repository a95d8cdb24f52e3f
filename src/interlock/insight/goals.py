"""Goals over a whole history: in how many of their periods they were reached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from interlock.agreement.goals import Goal
from interlock.agreement.schema import Agreement
from interlock.facts.money import digits_of
from interlock.insight.attainment import Kept
from interlock.insight.deals import Costs, Ledger, Span, costs_of, figure, spans_of, state_of
from interlock.insight.instants import day_of
from interlock.replay.deals import DEAL_COLUMNS, Deals, deals_of
from interlock.replay.index import Index
from interlock.replay.moments import Moments
from interlock.replay.openings import share_passed
from interlock.replay.outcome import ABSENT, Instant, PeriodState

GOAL_COLUMNS = DEAL_COLUMNS | {"campaign_cost": ("id", "amount", "currency")}
"""The columns that are read of facts where a goal is measured, by kind."""


class Ledgers:
    """The ledgers of an index as of an instant, of each currency one, whatever the other terms."""

    def __init__(self, index: Index, as_of: Instant) -> None:
        self._index, self._as_of = index, as_of
        self._read: dict[str, tuple[Deals, Costs]] = {}

    def under(self, agreement: Agreement) -> Ledger:
        """What is counted, in the currency and terms of an agreement."""
        currency = agreement.currency
        if currency not in self._read:
            deals = deals_of(self._index, currency, self._as_of)
            costs = costs_of(self._index.table("campaign_cost"), currency, self._as_of)
            self._read[currency] = (deals, costs)
        return Ledger(*self._read[currency], agreement.metrics, 10 ** digits_of(currency))


def goals_reached(
    moments: Moments, ledgers: Ledgers, first: Instant, as_of: Instant
) -> Mapping[str, Kept]:
    """The periods of each measured goal that are decided, and those in which it was reached.

    The agreement of the moments is held against all of the history, which begins at `first`
    (ABSENT: there is none). Periods without working time, and of which nothing can be said, are
    left out, as they are where they are shown one by one.
    """
    goals = moments.agreement.measured_goals
    if not goals or first == ABSENT:
        return {}
    ledger, zone = ledgers.under(moments.agreement), moments.agreement.zone
    spans = {
        each: [
            (span, passed)
            for span in spans_of(each, first, as_of, zone)
            if (passed := _share_passed(moments, span, as_of)) is not None
        ]
        for each in {goal.each for goal in goals}
    }
    return {goal.id: _kept(goal, ledger, spans[goal.each]) for goal in goals}


def _kept(goal: Goal, ledger: Ledger, spans: Iterable[tuple[Span, float]]) -> Kept:
    states = [
        state_of(goal, value, passed)
        for span, passed in spans
        if goal.counts_on(day_of(span.begins, span.zone))
        and (value := figure(goal.measured_by, ledger, span).value) is not None
    ]
    kept = states.count(PeriodState.KEPT)
    return Kept(kept + states.count(PeriodState.BROKEN), kept)


def _share_passed(moments: Moments, span: Span, as_of: Instant) -> float | None:
    calendars, (begins, ends) = moments.calendars, (span.begins, span.ends)
    opened = calendars.openings(0, begins, ends, 0) if len(calendars.ids) else None
    return share_passed(opened, begins, ends, as_of)
