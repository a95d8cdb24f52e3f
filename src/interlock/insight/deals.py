"""Metrics over opportunities, and goals held against them.

A period is half open, [begins, ends); what it says while it runs is said as of `until`, its end or
the instant after the replay's. Money is in minor units here, and in whole units in a figure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from interlock.agreement.goals import Goal, Metrics
from interlock.agreement.hours import DAY
from interlock.facts.columns import FactTable
from interlock.insight.ranks import MEDIAN, nearest_rank
from interlock.replay.deals import Deals
from interlock.replay.money import amounts_in
from interlock.replay.outcome import ABSENT, Flags, Instants, PeriodState
from interlock.replay.periods import starts_of, states_of

Places = NDArray[np.int64]


@dataclass(frozen=True)
class Costs:
    """Money that was spent on campaigns, in minor units of the agreement's currency."""

    at: Instants
    amount: Instants


@dataclass(frozen=True)
class Span:
    """One period, and how far it is told; `zone` is that in which months begin."""

    begins: int
    ends: int
    until: int
    zone: tzinfo

    def holds(self, at: Instants) -> Flags:
        """Which instants lie in what is told of it."""
        return (at >= self.begins) & (at < self.until)


MOST_SPANS = 200
"""A figure of each is counted when it is asked for, and not with a replay."""


def spans_of(each: str, first: int, as_of: int, zone: ZoneInfo) -> list[Span]:
    """The periods of that kind since the instant `first`, the latest first: it holds `as_of`.

    At most `MOST_SPANS` are told.
    """
    starts = starts_of(each, first, as_of, zone, MOST_SPANS).tolist()
    return [
        Span(begins, ends, min(ends, as_of + 1), zone)
        for begins, ends in zip(starts[-2::-1], starts[:0:-1], strict=True)
    ]


def costs_of(spent: FactTable, currency: str, as_of: int) -> Costs:
    """What was spent on campaigns up to the instant; nothing in another currency."""
    before = spent.at <= as_of
    return Costs(spent.at[before], amounts_in(spent, currency)[before])


@dataclass(frozen=True)
class Ledger:
    """All that is counted, and as the agreement has it. `unit`: minor units in a whole one."""

    deals: Deals
    costs: Costs
    terms: Metrics
    unit: int


@dataclass(frozen=True)
class Figure:
    """What a metric comes to. `value` is None where it cannot be said, as of a share of nothing.

    `parts` are what it is made of, each by its name; `places` are the deals behind it.
    """

    value: float | None
    parts: tuple[tuple[str, float], ...]
    places: Places


def figure(metric: str, ledger: Ledger, span: Span) -> Figure:
    """The metric of that name over the period."""
    return _FIGURES[metric](ledger, span)


def _revenue(ledger: Ledger, span: Span) -> Figure:
    sold = _sold(ledger.deals, span)
    return _money(ledger, sold, "sales")


def _pipeline(ledger: Ledger, span: Span) -> Figure:
    return _money(ledger, np.flatnonzero(span.holds(ledger.deals.opened)), "opportunities")


def _money(ledger: Ledger, places: Places, what: str) -> Figure:
    amount = int(ledger.deals.amount[places].sum()) / ledger.unit
    return Figure(amount, ((what, len(places)),), places)


def _new_customers(ledger: Ledger, span: Span) -> Figure:
    """Who never bought before; each by the first purchase."""
    deals = ledger.deals
    won = np.flatnonzero(deals.won)
    won = won[np.argsort(deals.closed[won], kind="stable")]
    _, first = np.unique(deals.customer[won], return_index=True)
    places = np.sort(won[first])
    places = places[span.holds(deals.closed[places])]
    return Figure(float(len(places)), (), places)


def _win_rate(ledger: Ledger, span: Span) -> Figure:
    deals = ledger.deals
    if ledger.terms.win_rate == "all":
        places = np.flatnonzero(span.holds(deals.opened))
        won = deals.won[places] & (deals.closed[places] < span.until)
        return _share(int(won.sum()), places, "won", "opened")
    places = np.flatnonzero(span.holds(deals.closed))
    return _share(int(deals.won[places].sum()), places, "won", "closed")


def _retention(ledger: Ledger, span: Span) -> Figure:
    """By the latest purchase of each who was a customer when the period began."""
    deals, term = ledger.deals, ledger.terms.customer_days * DAY
    won = np.flatnonzero(deals.won)
    won = won[np.argsort(deals.closed[won], kind="stable")]
    closed = deals.closed[won]
    before = won[(closed < span.begins) & (closed > span.begins - term)]
    customers, last = np.unique(deals.customer[before][::-1], return_index=True)
    places = before[::-1][last]
    still = deals.customer[won[(closed < span.until) & (closed > span.until - term)]]
    kept = int(np.isin(customers, still).sum())
    return _share(kept, places, "still customers", "customers at its start")


def _velocity(ledger: Ledger, span: Span) -> Figure:
    """Money a day."""
    deals = ledger.deals
    sold, rate = _sold(deals, span), _win_rate(ledger, span)
    left = (deals.closed == ABSENT) | (deals.closed >= span.until)
    is_open = (deals.opened < span.until) & left
    cycle = nearest_rank(deals.closed[sold] - deals.opened[sold], MEDIAN)
    average = average_deal(deals.where(sold), ledger.unit)
    value = None
    if cycle and average is not None and rate.value is not None:
        value = int(is_open.sum()) * rate.value * average / (cycle / DAY)
    parts = [("open opportunities", float(is_open.sum()))]
    parts += [("win rate", rate.value)] if rate.value is not None else []
    parts += [("average deal", average)] if average is not None else []
    parts += [("days of the median cycle", cycle / DAY)] if cycle is not None else []
    return Figure(value, tuple(parts), np.union1d(np.flatnonzero(is_open), rate.places))


def _acquisition_cost(ledger: Ledger, span: Span) -> Figure:
    new = _new_customers(ledger, span)
    cost = cost_of(ledger, span) / ledger.unit
    value = cost / len(new.places) if len(new.places) else None
    return Figure(value, (("cost", cost), ("new customers", float(len(new.places)))), new.places)


_FIGURES: dict[str, Callable[[Ledger, Span], Figure]] = {
    "revenue": _revenue,
    "pipeline": _pipeline,
    "new customers": _new_customers,
    "win rate": _win_rate,
    "retention": _retention,
    "velocity": _velocity,
    "acquisition cost": _acquisition_cost,
}


def cost_of(ledger: Ledger, span: Span) -> int:
    """What both teams cost in the period: campaigns, and what is agreed for each month."""
    campaigns = int(ledger.costs.amount[span.holds(ledger.costs.at)].sum())
    monthly = (ledger.terms.marketing_cost + ledger.terms.sales_cost) * ledger.unit
    return campaigns + round(monthly * months_in(span))


_LAST_MONTH = date.max.replace(day=1)
"""After it there is no month to count up to."""


def months_in(span: Span) -> float:
    """How many months are told of, of one that has begun the share."""
    day = datetime.fromtimestamp(span.begins, span.zone).date().replace(day=1)
    months, last = 0.0, int(datetime.combine(day, time(), span.zone).timestamp())
    while last < span.until and day < _LAST_MONTH:
        first = last
        day = day.replace(year=day.year + day.month // 12, month=day.month % 12 + 1)
        last = int(datetime.combine(day, time(), span.zone).timestamp())
        inside = min(last, span.until) - max(first, span.begins)
        months += inside / (last - first)
    return months


def _sold(deals: Deals, span: Span) -> Places:
    return np.flatnonzero(deals.won & span.holds(deals.closed))


def average_deal(sold: Deals, unit: int) -> float | None:
    """What those of them bring that have an amount, each; None where none has."""
    many = int(sold.priced.sum())
    return int(sold.amount.sum()) / unit / many if many else None


def _share(numerator: int, places: Places, of: str, all_: str) -> Figure:
    value = numerator / len(places) if len(places) else None
    return Figure(value, ((of, float(numerator)), (all_, float(len(places)))), places)


def state_of(goal: Goal, value: float, passed: float) -> PeriodState:
    """Where a goal stands in one period, of whose working time such a share is over."""
    share = value / goal.target
    reached = share <= 1 if goal.is_cost else share >= 1
    flags = (np.array([each]) for each in (reached, share, passed, passed >= 1, goal.adds_up))
    return PeriodState(int(states_of(*flags)[0]))
