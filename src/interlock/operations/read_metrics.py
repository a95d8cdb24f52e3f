"""The metrics that both sides read: this period and those before it, and what a goal needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from interlock.agreement.goals import MEASURES, SHARES, form_of, slug_of
from interlock.agreement.schema import Agreement
from interlock.insight.attainment import Rate, rate
from interlock.insight.deals import Figure, Span, figure
from interlock.insight.handed_over import RATES, Followed, rate_of, speed_of
from interlock.insight.instants import day_of
from interlock.insight.sentences import percent
from interlock.operations.books import Books, books_of
from interlock.operations.read_goals import GoalRow, read_goals
from interlock.operations.read_handed_over import read_cohorts
from interlock.operations.read_periods import period_label
from interlock.operations.read_required import Plan, read_required
from interlock.operations.reading import Basis, Named, current

SHOWN = 4
"""So many periods stand beside one another, the latest first."""

SAYS = {
    "revenue": "what was won in the period",
    "pipeline": "what was opened in it",
    "new customers": "who bought for the first time",
    "win rate": "won, of those that ended or of all that were opened, as agreed",
    "retention": "customers of its start who still are at its end",
    "velocity": "open opportunities × win rate × average deal / median cycle, a day",
    "acquisition cost": "what both teams cost, for each new customer",
    "acceptance": "accepted, of those handed over",
    "rejection": "rejected, of those handed over",
    "recycling": "sent back to nurture, of those rejected or disqualified",
    "leakage": "past the deadline without accept, reject or attempt, of those handed over",
    "attempted in time": "first attempts by the deadline, of those attempted",
    "speed to lead": "from the hand-over to the first human attempt, in working time: the median",
    "nine of ten": "the working time within which nine of ten were attempted",
}
"""How each number is counted, in words."""
DEALS, LEADS = "deals", "hand-overs"
_SPEEDS = {"speed to lead": "working_median", "nine of ten": "working_most"}
_WALL = {"speed to lead": "wall_median", "nine of ten": "wall_most"}


@dataclass(frozen=True)
class Cell:
    """One number in one period. `value` None: it cannot be said; `rate` where it is a share.

    `parts` are what it is made of, each by its name; times are in seconds.
    """

    value: float | None
    rate: Rate | None = None
    parts: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class MetricRow:
    """One metric over the periods. `form`: share, money, count or time; `of`: deals or hand-overs.

    `slug` is what the address of its records has.
    """

    slug: str
    name: str
    says: str
    form: str
    of: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Shown:
    """One period that is shown: what it is called, its first day, whether it runs."""

    label: str
    begins: date
    is_over: bool


@dataclass(frozen=True)
class MetricsPage:
    """The metrics of the latest periods, the latest first; none before a whole one is known.

    `hand_over` is the promise that says when a lead is handed over. `plan` is what the revenue goal
    needs; None where there is no such goal, or no rate to go by.
    """

    basis: Basis
    each: str
    sentence: str = ""
    periods: tuple[Shown, ...] = ()
    rows: tuple[MetricRow, ...] = ()
    goals: tuple[GoalRow, ...] = ()
    plan: Plan | None = None
    currency: str = ""
    hand_over: Named | None = None


def read_metrics(each: str = "quarter") -> MetricsPage:
    """The metrics by day, week, month, quarter or year."""
    reading = current()
    books, agreement = books_of(reading), reading.agreement
    if books is None or agreement is None:
        return MetricsPage(reading.basis, each)
    promise = agreement.hand_over
    page = MetricsPage(
        reading.basis,
        each,
        goals=read_goals(reading, agreement.measured_goals, 2),
        plan=read_required(reading, books),
        currency=agreement.currency,
        hand_over=Named(promise.id, promise.name) if promise else None,
    )
    spans = books.spans(each)[:SHOWN]
    if not spans:
        return page
    rows = (*_of_deals(books, spans), *_of_hand_overs(books, agreement, spans))
    return replace(
        page,
        sentence=_sentence(spans[0], each, rows, agreement),
        periods=tuple(_shown(span, each) for span in spans),
        rows=rows,
    )


def _shown(span: Span, each: str) -> Shown:
    begins = day_of(span.begins, span.zone)
    return Shown(period_label(each, begins), begins, span.until >= span.ends)


def _of_deals(books: Books, spans: list[Span]) -> Iterator[MetricRow]:
    """The metrics over opportunities, each period under the terms that counted at its beginning."""
    ledgers = [books.under(books.texts.agreement_at(span.begins)) for span in spans]
    for metric in MEASURES:
        found = [figure(metric, *each) for each in zip(ledgers, spans, strict=True)]
        cells = tuple(_cell(metric, each) for each in found)
        yield MetricRow(slug_of(metric), metric, SAYS[metric], form_of(metric), DEALS, cells)


def _cell(metric: str, found: Figure) -> Cell:
    if metric not in SHARES:
        return Cell(found.value, None, found.parts)
    (_, numerator), (_, denominator) = found.parts
    return Cell(found.value, rate(int(numerator), int(denominator)), found.parts)


def _of_hand_overs(books: Books, agreement: Agreement, spans: list[Span]) -> Iterator[MetricRow]:
    """The metrics over hand-overs, as the agreement in force has it."""
    cohorts = read_cohorts(books, agreement, spans[-1].begins)
    if cohorts is None:
        return
    over = [cohorts.over(span) for span in spans]
    for name in RATES:
        rates = (rate_of(name, each) for each in over)
        cells = tuple(Cell(each.value, each) for each in rates)
        yield MetricRow(slug_of(name), name, SAYS[name], "share", LEADS, cells)
    yield from _speeds(over)


def _speeds(over: Iterable[Followed]) -> Iterator[MetricRow]:
    speeds = [speed_of(each) for each in over]
    for name, field in _SPEEDS.items():
        cells = []
        for speed in speeds:
            wall: int | None = getattr(speed, _WALL[name])
            parts = () if wall is None else (("on the wall clock", wall),)
            cells.append(Cell(getattr(speed, field), None, parts))
        yield MetricRow("attempted-in-time", name, SAYS[name], "time", LEADS, tuple(cells))


def _sentence(span: Span, each: str, rows: tuple[MetricRow, ...], agreement: Agreement) -> str:
    """The latest period in one sentence."""
    now = {row.name: row.cells[0] for row in rows}
    begins = day_of(span.begins, span.zone)
    so_far = "" if span.until >= span.ends else " so far"
    said = [f"{now['revenue'].value or 0:,.0f} {agreement.currency} won"]
    for name, words in (("win rate", "a win rate of"), ("acceptance", "accepted:")):
        share = now[name].rate if name in now else None
        if share is not None and share.value is not None:
            of = f"{share.numerator:,} of {share.denominator:,}"
            said.append(f"{words} {percent(share.value)} ({of})")
    label = period_label(each, begins)
    return f"{label[:1].upper()}{label[1:]}{so_far}: {', '.join(said)}."
