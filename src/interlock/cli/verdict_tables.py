"""Verdicts as tables that fit eighty columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text

from interlock.cli.output import shown, table
from interlock.cli.words import RECORDS_AND_FACTS, clock, moment, several
from interlock.insight.attainment import SMALL, Counts, Rate, whole_percent
from interlock.insight.funnel import FunnelRow
from interlock.insight.sentences import percent
from interlock.replay.outcome import Finding

if TYPE_CHECKING:
    # the operations load tables, which needs the data folder; the replay loads its compiler
    from interlock.agreement.attribution import Attribution
    from interlock.insight.sourced import Sourced
    from interlock.operations.fact_lines import FactLine
    from interlock.operations.read_attribution import AttributionPage
    from interlock.operations.read_funnel import Funnel
    from interlock.operations.read_goals import GoalRow
    from interlock.operations.read_period import PeriodPage
    from interlock.operations.read_periods import PeriodRow
    from interlock.operations.read_person import (
        PersonObligation,
        PersonPage,
        PersonStep,
        PersonVisit,
    )
    from interlock.operations.read_promises import Promises
    from interlock.operations.reading import Basis
    from interlock.operations.rebuild import Rebuilt
    from interlock.replay.because import Because, Condition
    from interlock.replay.credit_because import ChannelBecause
    from interlock.replay.workdaytable import DayRow
    from interlock.scale.plan import Written

_COUNTS = ("kept", "late", "broken", "open", "void")
_NUMBERS = {*_COUNTS, "entered", "of previous", "of first", "there now", "attainment", "times"}

Cells = tuple[object, ...]


def share(rate: Rate | None) -> str:
    """A rate in per cent with its numerator and denominator; with its interval where few."""
    if rate is None:
        return ""
    if rate.value is None or rate.low is None or rate.high is None:
        return "\N{EN DASH}"
    interval = f"; {whole_percent(rate.low)}\N{EN DASH}{whole_percent(rate.high)}"
    of = f"{rate.numerator:,}/{rate.denominator:,}"
    return f"{percent(rate.value)} ({of}{interval if rate.denominator < SMALL else ''})"


def rebuilt_tables(rebuilt: Rebuilt | Written, how: str = "") -> list[RenderableType]:
    """What a replay went over, how, and what it found."""
    summary = (
        f"Replayed {several(rebuilt.facts, 'fact')} about "
        f"{several(rebuilt.people, 'person', 'people')} under "
        f"{rebuilt.agreement} as of {moment(rebuilt.as_of, rebuilt.zone)}"
        f"{how}: "
        f"{several(rebuilt.visits, 'stage visit')} and "
        f"{several(rebuilt.obligations, 'obligation')} in {rebuilt.seconds:.1f} seconds."
    )
    return [Text(shown(summary)), Text(RECORDS_AND_FACTS), *_findings(rebuilt.findings)]


def _findings(findings: tuple[Finding, ...]) -> Iterator[RenderableType]:
    if findings:
        rows = [(each.message, each.count, each.example) for each in findings]
        yield table("To look at", ("finding", "times", "example"), rows, _NUMBERS)


def promise_tables(promises: Promises) -> list[RenderableType]:
    """A table for each side; where they are divided, one for each promise."""
    made: list[RenderableType] = [basis_text(promises.basis)]
    if promises.by is None:
        for side in promises.sides:
            rows = [
                _counted(row.name, row.counts, row.attainment)
                for row in promises.rows
                if row.owed_by is side.side and row.has_clock
            ]
            if not rows:
                made.append(Text(f"\n{side.side.capitalize()} owes nothing that has a clock."))
                continue
            total = _counted("all together", side.counts, side.attainment)
            made.append(_counts_table(f"What {side.side} owes", "promise", [*rows, total]))
        return [*made, *_period_tables(promises), *goal_tables(promises.goals)]
    for at, row in enumerate(row for row in promises.rows if row.has_clock):
        parts = [(group.label, group.rows[at]) for group in promises.groups]
        cells = [
            _counted(label, part.counts, part.attainment)
            for label, part in parts
            if part.counts != Counts()
        ]
        title = f"{row.name}, owed by {row.owed_by}"
        if cells:
            made.append(_counts_table(title, promises.by, cells))
        else:
            made.append(Text(shown(f"\n{title}: nothing yet.")))
    return made


def _period_tables(promises: Promises) -> list[RenderableType]:
    rows = [
        (
            f"{row.name}, {period.label}",
            period.member.name if period.member else row.owed_by,
            period.state,
            percent(period.value) if period.is_rate else f"{period.value:,.10g}",
            percent(period.target) if period.is_rate else f"{period.target:,.10g}",
            percent(period.passed),
        )
        for row in promises.rows
        for period in row.periods
    ]
    headings = ("promise", "of", "state", "reached", "promised", "time passed")
    return [table("Numbers per period", headings, rows, headings[3:])] if rows else []


def goal_tables(goals: tuple[GoalRow, ...]) -> list[RenderableType]:
    """How far the goals of both sides are."""
    rows = [
        (f"{row.goal.name}, {each.label}", each.state, reached(each), percent(each.passed))
        for row in goals
        for each in row.periods
    ]
    headings = ("goal", "state", "reached", "time passed")
    return [table("Goals of both sides", headings, rows, headings[2:])] if rows else []


def record_tables(page: PeriodPage) -> list[RenderableType]:
    """The records behind the number of one period, the latest first."""
    period = page.period
    assert page.promise is not None  # noqa: S101 - refused before
    assert period is not None  # noqa: S101 - refused before
    whose = f", {period.member.name}" if period.member else ""
    title = f"{page.promise.name}, {period.label}{whose}: {reached(period)} ({period.state})"
    rows = [
        (
            each.person.name,
            moment(each.at, page.basis.zone),
            f"{each.weight:,.10g}",
            each.kind,
            *((each.member.name,) if page.of_members else ()),
        )
        for each in page.records
    ]
    headings = ("about", "when", "counts", "by the fact", *(("whose",) if page.of_members else ()))
    records = several(page.total, "record")
    return [basis_text(page.basis), table(title, headings, rows, {"counts"}), Text(records)]


def reached(period: PeriodRow) -> str:
    """What was reached of the target of one period."""
    if period.is_rate:
        return f"{percent(period.value)}, {period.reached:,.10g} of {period.base:,.10g}"
    return f"{period.value:,.10g} of {period.target:,.10g} {period.unit}".rstrip()


def _counts_table(title: str, what: str, rows: Iterable[Cells]) -> RenderableType:
    return table(title, (what, *_COUNTS, "attainment"), rows, _NUMBERS)


def _counted(name: str, counts: Counts, attainment: Rate) -> Cells:
    numbers = (counts.kept, counts.kept_late, counts.broken, counts.pending, counts.void)
    return (name, *numbers, share(attainment))


def funnel_tables(funnel: Funnel) -> list[RenderableType]:
    """The funnel of all; where it is divided, one table for each part."""
    if funnel.by is None:
        return [basis_text(funnel.basis), _funnel_table("All leads", funnel.rows)]
    parts = [_funnel_table(group.label, group.rows) for group in funnel.groups]
    return [basis_text(funnel.basis), *(parts or [Text("\nNobody has entered a stage yet.")])]


def _funnel_table(title: str, rows: tuple[FunnelRow, ...]) -> RenderableType:
    headings = ("stage", "entered", "of previous", "of first", "there now")
    cells = [
        (row.name, row.entered, share(row.of_previous), share(row.of_first), row.there)
        for row in rows
    ]
    return table(title, headings, cells, _NUMBERS)


def attribution_tables(page: AttributionPage) -> list[RenderableType]:
    """What each channel earned, what marketing sourced and influenced; then becauses asked for."""

    def money(amount: int) -> str:
        return f"{amount / 10**page.digits:,.{page.digits}f}"

    terms = page.terms
    whose = "all contacts" if terms.per == "account" else "the main contact"
    about = (
        f"{several(page.sales, 'sale')} of {money(page.amount)} {page.currency}; "
        f"touches of {whose}, {terms.look_back_days} days back."
    )
    rows = [(row.name, *_beside(map(money, row.amounts), row.sales)) for row in page.rows]
    headings = [page.by, *_beside(page.models, ["sales"] * len(page.models))]
    made: list[RenderableType] = [basis_text(page.basis), Text(about)]
    made.append(table("Credit", headings, rows, headings[1:]))
    if page.sourced:
        made.append(_sourced_table(page.sourced, terms, money))
    for place, model in enumerate(page.weighing):
        made += _because_of_sale(page, place, model)
    for model, why in zip(page.models, page.because, strict=False):
        made += _because_of_channel(page, model, why)
    return made


def _sourced_table(
    found: Sourced, terms: Attribution, money: Callable[[int], str]
) -> RenderableType:
    """The deals by source; marketing's, and those it influenced, apart from each other."""
    milestone = {"lead": "the lead was known", "opportunity": "the opening", "sale": "the end"}
    rows = [
        *((row.name, row.deals) for row in found.rows),
        ("all deals", found.all),
        ("sourced by marketing", found.sourced),
        (f"influenced, before {milestone[terms.influenced_before]}", found.influenced),
    ]
    headings = ("source", "deals", "pipeline", "won", "revenue")
    told = [(name, d.count, money(d.pipeline), d.won, money(d.revenue)) for name, d in rows]
    title = f"Deals by {terms.sourced_by}; sourced and influenced overlap, and are not added up"
    return table(title, headings, told, headings[1:])


def _because_of_sale(page: AttributionPage, place: int, model: str) -> Iterator[RenderableType]:
    """Why each touch of the sale earned what it did, under the model at that place."""
    told = []
    for touch in page.touches:
        because = touch.because[place]
        who = f"{touch.person}, {touch.name}{''.join(f', {each}' for each in because.milestones)}"
        credit = f"{because.formula}{because.rounding and f'; {because.rounding}'}"
        told.append((moment(touch.fact.at, page.basis.zone), who, credit))
    title = f"Sale {page.sale} by the model {model}"
    yield table(title, ("touch", f"person, {page.by}, milestones", "credit"), told)
    yield Text(f"credit = {page.read_as[place]}")


def _because_of_channel(
    page: AttributionPage, model: str, because: ChannelBecause
) -> Iterator[RenderableType]:
    """Why a channel earned what it did."""
    told = [(step.what, step.formula) for step in because.steps]
    told.append((f"credit in {page.currency}", because.formula))
    yield table(f"{page.of} by the model {model}", ("number", "how it comes about"), told)
    if because.rounding:
        yield Text(because.rounding)


def _beside(left: Iterable[str], right: Iterable[object]) -> list[str]:
    """A pair of cells a model."""
    pairs = zip(left, right, strict=True)
    return [cell for a, b in pairs for cell in (a, f"{b:.1f}" if isinstance(b, float) else str(b))]


def basis_text(basis: Basis) -> Text:
    """Under which agreement, as of when, and of how many people the numbers are."""
    as_of = moment(basis.as_of, basis.zone)
    people = (
        several(basis.people, "person", "people")
        if basis.people
        else "nobody yet: interlock import"
    )
    known = "" if basis.known_by is None else f", as known on {moment(basis.known_by, basis.zone)}"
    under = f"{basis.agreement}, version {basis.version}"
    return Text(shown(f"{under}, as of {as_of}{known}: {people}."))


def person_tables(page: PersonPage, *, clock_days: bool = False) -> list[RenderableType]:
    """Who it is, and everything in order of time, each verdict with its because.

    `clock_days`: the clock of each promise day by day, not only its total.
    """
    zone, told = page.basis.zone, _Told(page.basis.zone, clock_days)
    entries: list[tuple[int | None, int, Callable[[], str]]] = [
        (fact.at, 0, partial(_fact, fact)) for fact in page.facts
    ]
    entries += [(visit.entered_at, 1, partial(told.visit, visit)) for visit in page.visits]
    entries += [(owed.started_at, 2, partial(told.obligation, owed)) for owed in page.obligations]
    entries += [
        (step.at, 3, partial(_step, step, owed)) for owed in page.obligations for step in owed.told
    ]
    entries.sort(key=lambda entry: (entry[0] is not None, entry[0] or 0, entry[1]))
    rows = [(clock(at, zone), say()) for at, _, say in entries]
    made: list[RenderableType] = [Text(shown(_who(page)), style="bold")]
    if page.cut:
        made.append(Text("Only the latest facts of each kind, visits and promises are listed."))
    return [*made, table(f"Timeline ({zone})", ("when", "what"), rows), *_findings(page.findings)]


def _fact(fact: FactLine) -> str:
    return fact.what + (f" ({fact.by.name})" if fact.by.name else "")


def _step(step: PersonStep, owed: PersonObligation) -> str:
    does = f"\n  {step.does}" if step.does else ""
    return f"{step.tell} is to be told: {owed.promise.name} not kept {step.when}{does}"


def _who(page: PersonPage) -> str:
    who = page.key if page.name == page.key else f"{page.name} ({page.key})"
    row = page.row
    if row is None:
        return f"{who}: nothing replayed yet"
    parts = (
        row.account.name,
        f"stage {row.stage.name or 'none'}",
        f"owner {row.owner.name or 'none'}",
        f"source {row.source or 'none'}",
        f"fit {row.fit:g}",
        f"engagement {row.engagement:.1f}",
    )
    return f"{who}: {', '.join(filter(None, parts))}"


@dataclass
class _Told:
    """Tells verdicts with their because; conditions that were told already are not told again."""

    zone: str
    clock_days: bool
    before: set[Condition] = field(default_factory=set)

    def visit(self, visit: PersonVisit) -> str:
        how = "passed through" if visit.skipped else "entered"
        who = f" (decided by {visit.by.name})" if visit.by.name else ""
        reason = f", reason: {visit.reason.name}" if visit.reason.name else ""
        return f"{how} {visit.stage.name}{reason}{who}\n{self.because(visit.because)}"

    def obligation(self, owed: PersonObligation) -> str:
        due = f"due {clock(owed.due_at, self.zone)}" if owed.due_at is not None else "never due"
        kept = f" at {clock(owed.kept_at, self.zone)}" if owed.kept_at is not None else ""
        owner = f", {owed.owner.name}" if owed.owner.name else ""
        lines = [
            f"{owed.promise.name}, owed by {owed.owed_by}{owner}: {due}; {owed.state}{kept}",
            self.because(owed.started_because),
        ]
        others = (owed.timed_because, owed.ended_because)
        lines += [self.because(each) for each in others if each is not None]
        return "\n".join([*lines, f"  {owed.went}", *self.clock(owed.clock), *self.next_step(owed)])

    def next_step(self, owed: PersonObligation) -> Iterator[str]:
        step = owed.next_step
        if step is not None:
            yield f"    next to be told: {step.tell}, {step.note or clock(step.at, self.zone)}"

    def clock(self, days: tuple[DayRow, ...]) -> Iterator[str]:
        if len(days) > 1 and not self.clock_days:
            worked = sum(day.seconds for day in days) / 3600
            on = several(sum(day.seconds > 0 for day in days), "day")
            yield f"    working time: {worked:.2f} h on {on} (each with --clock)"
            return
        several_calendars = len({day.calendar for day in days}) > 1
        for day in days:
            by = f" by {day.calendar}" if several_calendars else ""
            note = f" ({day.note})" if day.note else ""
            yield f"    {day.date}: {day.seconds / 3600:.2f} h{by}{note}"

    def because(self, because: Because) -> str:
        line = f"  because of {because.clause}: {because.says}"
        if because.conditions is None:
            return line
        if because.conditions in self.before:
            return f"{line} (as above)"
        self.before.add(because.conditions)
        return "\n".join([line, *(f"    {each}" for each in _conditions(because.conditions))])


def _conditions(condition: Condition) -> Iterator[str]:
    """The condition, and below it, further in, those that it is made of."""
    mark = {True: "yes", False: "no", None: "unknown"}[condition.holds]
    if condition.parts:
        yield f"{mark}: {'all' if condition.joined == 'and' else 'any'} of these:"
        for part in condition.parts:
            yield from (f"  {line}" for line in _conditions(part))
        return
    values = ", ".join(f"{path} = {value}" for path, value in condition.values)
    yield f"{mark}: {condition.sentence}{f' ({values})' if values else ''}"
