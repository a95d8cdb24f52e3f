"""Goals held against what was measured, and in how many periods of a history they were reached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from interlock.agreement.goals import Goal, Metrics
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

MOST_VALUES = 10_000
"""So many values are kept; of a goal of each day there are two hundred."""


@dataclass(frozen=True)
class Reached:
    """What a goal wants in each period, and in how many of them that was reached.

    `unit` is what its target is counted in ("": it is a share), `each` the kind of period.
    """

    target: float
    unit: str
    each: str
    periods: Kept


class Ledgers:
    """The ledgers of an index as of an instant, of each currency one, whatever the other terms."""

    def __init__(self, index: Index, as_of: Instant) -> None:
        self._index, self._as_of = index, as_of
        self._read: dict[str, tuple[Deals, Costs]] = {}
        self._values: dict[tuple[str, str, Metrics, Span], float] = {}

    def under(self, agreement: Agreement) -> Ledger:
        """What is counted, in the currency and terms of an agreement."""
        currency = agreement.currency
        if currency not in self._read:
            deals = deals_of(self._index, currency, self._as_of)
            costs = costs_of(self._index.table("campaign_cost"), currency, self._as_of)
            self._read[currency] = (deals, costs)
        return Ledger(*self._read[currency], agreement.metrics, 10 ** digits_of(currency))

    def value(self, metric: str, agreement: Agreement, span: Span) -> float | None:
        """What a metric comes to over the period; None where it cannot be said.

        It is kept: targets are what is tried otherwise, and it does not hang on them.
        """
        key = metric, agreement.currency, agreement.metrics, span
        if (known := self._values.get(key)) is not None:  # another thread may clear them meanwhile
            return known
        found = figure(metric, self.under(agreement), span).value
        if len(self._values) >= MOST_VALUES:
            self._values.clear()
        if found is not None:
            self._values[key] = found
        return found


def judged(goal: Goal, value: float | None, span: Span, passed: float | None) -> PeriodState | None:
    """Where a goal stands in a period; None where it is not held against it.

    `passed` is the share of the period's working time that is over. A period is left out that has
    none, that begins after the goal's day, or of which nothing can be said.
    """
    if value is None or passed is None or not goal.counts_on(day_of(span.begins, span.zone)):
        return None
    return state_of(goal, value, passed)


def goals_reached(
    moments: Moments, ledgers: Ledgers, first: Instant, as_of: Instant
) -> Mapping[str, Reached]:
    """How often each goal that is measured was reached in the periods that are decided.

    The agreement of the moments is held against all of the history that begins at `first` (ABSENT:
    there is none), of `MOST_SPANS` periods at most.
    """
    agreement = moments.agreement
    goals, none = agreement.measured_goals, first == ABSENT
    spans = {
        each: [] if none else _spans(each, moments, first, as_of)
        for each in {goal.each for goal in goals}
    }
    return {
        goal.id: Reached(
            target=goal.target,
            unit="" if goal.is_share else goal.unit,
            each=goal.each,
            periods=_kept(
                judged(goal, ledgers.value(goal.measured_by, agreement, span), span, passed)
                for span, passed in spans[goal.each]
            ),
        )
        for goal in goals
    }


def _kept(found: Iterable[PeriodState | None]) -> Kept:
    states = list(found)
    kept = states.count(PeriodState.KEPT)
    return Kept(kept + states.count(PeriodState.BROKEN), kept)


def _spans(
    each: str, moments: Moments, first: Instant, as_of: Instant
) -> list[tuple[Span, float | None]]:
    """The periods, and the share of the working time of each that is over."""
    found, calendars = spans_of(each, first, as_of, moments.agreement.zone), moments.calendars
    opened = None  # the first calendar counts, and all time where there is none
    if found and len(calendars.ids):
        opened = calendars.openings(0, found[-1].begins, found[0].ends, 0)
    return [(span, share_passed(opened, span.begins, span.ends, as_of)) for span in found]
