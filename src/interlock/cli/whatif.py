"""The command that tries another agreement on the facts that are there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import RenderableType
from rich.text import Text

from interlock.cli.output import emit, json_option, refuse, shown, table, with_store
from interlock.cli.words import several
from interlock.insight.attainment import Counts, attainment
from interlock.insight.sentences import percent

if TYPE_CHECKING:
    # the operations load tables, which needs the data folder; the replay loads its compiler
    from interlock.insight.attainment import Kept
    from interlock.insight.goals import Reached
    from interlock.insight.load import Load, LoadChange
    from interlock.insight.whatif import Comparison, Flip, GoalChange
    from interlock.operations.whatif import Trial, WhatIf

_NUMBERS = {"today", "then", "change", "gained", "lost"}


def _change(_context: click.Context, _option: click.Parameter, written: object) -> object:
    """PATH=VALUE as a pair; of several, each."""
    if isinstance(written, tuple):
        return tuple(_pair(each) for each in written)
    return None if written is None else _pair(str(written))


def _pair(written: str) -> tuple[str, str]:
    path, sign, value = written.partition("=")
    if not sign or not path.strip() or not value.strip():
        raise click.BadParameter(f"{written} is not PATH=VALUE, such as stages.mql.enter=fit >= 45")
    return path.strip(), value.strip()


@click.command()
@click.option(
    "--set",
    "changes",
    multiple=True,
    callback=_change,
    metavar="PATH=VALUE",
    help="Change one key of the agreement, such as 'stages.mql.enter=fit >= 45'. May be repeated.",
)
@click.option(
    "--agreement",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Try this file instead of the agreement in force.",
)
@click.option(
    "--sweep",
    callback=_change,
    metavar="PATH=RANGE",
    help="Try each of a range: promises.first-touch.within=1h..8h, or a text with {40..80..10}.",
)
@json_option
@with_store
def whatif(
    changes: tuple[tuple[str, str], ...],
    agreement: Path | None,
    sweep: tuple[str, str] | None,
    *,
    as_json: bool,
) -> None:
    r"""What another agreement would have made of the same facts. Nothing is changed.

    Both are replayed as of the instant that is shown: leads by stage and month, who would enter a
    stage or no longer enter it and what became of them in fact, the promises, and the load of each
    salesperson.

    \b
    Exit codes:
      0  printed
      1  a draft is no agreement, or there is none in force
      2  wrong usage
    """
    from interlock.cli.replay import fresh  # noqa: PLC0415 - the replay's commands
    from interlock.operations.whatif import whatif as try_out  # noqa: PLC0415 - see cli.replay

    if not changes and agreement is None and sweep is None:
        raise click.UsageError("Say what to try: --set, --agreement or --sweep.")
    draft = None if agreement is None else agreement.read_text("utf-8")
    try:
        found = fresh(lambda: try_out(changes, sweep, draft))
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    for trial in found.trials:
        if trial.problems:
            label = f"{trial.label}: " if trial.label else ""
            refuse("\n".join(f"{label}{problem}" for problem in trial.problems))
    emit(found, as_json=as_json, table=lambda: _tables(found))


def _tables(found: WhatIf) -> list[RenderableType]:
    if len(found.trials) == 1 and found.trials[0].comparison is not None:
        return _comparison(found.trials[0].comparison, found.currency)
    return [_sweep(found.trials)]


def _sweep(trials: tuple[Trial, ...]) -> RenderableType:
    """A line a value: whatever is not the same under every draft and today."""
    labels = [each.label for each in trials if each.comparison is not None]
    found = [each.comparison for each in trials if each.comparison is not None]
    columns = [(name, cells) for name, values, cells in _swept(found) if len(set(values)) > 1]
    if not columns:
        said = f"Nothing changes from {labels[0]} to {labels[-1]}: all of it stays as today."
        return Text(shown(said))
    headings = ("value", *(name for name, _ in columns))
    rows = list(zip(labels, *(cells for _, cells in columns), strict=True))
    return table("Value by value", headings, rows, set(headings[1:]))


_Swept = tuple[str, Sequence[object], list[str]]
"""A column of a sweep: its heading, what it is today and under each draft, and the cells."""


def _swept(found: list[Comparison]) -> Iterator[_Swept]:
    """All that drafts may change: they differ in a value alone, and so have it in one order."""
    for n, stage in enumerate(found[0].stages):
        volumes = [each.stages[n].total for each in found]
        seen = [volumes[0].before, *(each.after for each in volumes)]
        yield stage.name, seen, [f"{each.after:,}" for each in volumes]
    for n, promise in enumerate(found[0].promises):
        counts = [each.promises[n] for each in found]
        kept = [counts[0].before, *(each.after for each in counts)]
        yield promise.name, kept, [_kept(each.after) for each in counts]
    for n, number in enumerate(found[0].numbers):
        periods = [each.numbers[n] for each in found]
        decided = [periods[0].before, *(each.after for each in periods)]
        yield number.name, decided, ["{} of {}".format(*_periods(each.after)) for each in periods]
    for n, goal in enumerate(found[0].goals):
        aims = [each.goals[n] for each in found]
        reached = [aims[0].before, *(each.after for each in aims)]
        told = (_reached(each) for each in reached[1:])
        yield goal.name, reached, [f"{kept} of {decided}" for _, kept, decided in told]
    over = [sum(change.after.weeks_over for change in each.load) for each in found]
    today = sum(change.before.weeks_over for change in found[0].load)
    yield "weeks over capacity", [today, *over], [f"{weeks:,}" for weeks in over]


def _kept(counts: Counts) -> str:
    """The share kept in time; nothing where nothing is decided."""
    value = attainment(counts).value
    return "" if value is None else percent(value)


def _comparison(found: Comparison, currency: str) -> list[RenderableType]:
    made: list[RenderableType] = [
        table(
            "Leads that enter each stage",
            ("stage", "today", "then", "gained", "lost"),
            [
                (
                    each.name,
                    each.total.before,
                    each.total.after,
                    each.gained.people,
                    each.lost.people,
                )
                for each in found.stages
            ],
            _NUMBERS,
        )
    ]
    for each in found.stages:
        if each.gained.people or each.lost.people:
            made += _flips(each.name, (("gains", each.gained), ("loses", each.lost)), currency)
            months = [(m.month, m.before, m.after) for m in each.months if m.before != m.after]
            made.append(
                table(f"{each.name} by month", ("month", "today", "then"), months, _NUMBERS)
            )
    if found.touched.people:
        made += _flips("The draft", (("moves", found.touched),), currency)
    rates = [
        (p.name, _kept(p.before), _kept(p.after)) for p in found.promises if p.before != p.after
    ]
    if rates:
        made.append(table("Promises kept in time", ("promise", "today", "then"), rates, _NUMBERS))
    periods = [(n.name, *_periods(n.before), *_periods(n.after)) for n in found.numbers]
    periods = [row for row in periods if row[1:3] != row[3:]]
    if periods:
        headings = ("promise", "kept", "of", "kept then", "of then")
        made.append(table("Periods that are decided", headings, periods, headings[1:]))
    goals = [_goal(each) for each in found.goals if each.before != each.after]
    if goals:
        told = ("goal", "target", "target then", "reached", "reached then", "of", "of then")
        made.append(table("Goals, by periods that are decided", told, goals, told[1:]))
    made += _loads(found.load)
    if len(made) == 1:
        made.append(Text("The draft changes nothing: leads, promises and load stay as today."))
    return made


def _periods(kept: Kept) -> tuple[int, int]:
    return kept.kept, kept.decided


def _goal(change: GoalChange) -> tuple[object, ...]:
    """What it wanted and in how many periods it was reached, today beside then."""
    pairs = zip(_reached(change.before), _reached(change.after), strict=True)
    return (change.name, *(cell for pair in pairs for cell in pair))


def _reached(found: Reached | None) -> tuple[object, object, object]:
    if found is None:
        return "", "", ""
    target = f"{found.target:,.10g} {found.unit}" if found.unit else percent(found.target)
    return target, found.periods.kept, found.periods.decided


def _loads(changes: tuple[LoadChange, ...]) -> Iterator[RenderableType]:
    """The load of whoever has another one then, in leads a week."""
    rows = [
        (
            each.member or "nobody",
            "" if each.capacity is None else each.capacity,
            *(cell for load in (each.before, each.after) for cell in _load(load, each.capacity)),
        )
        for each in changes
        if each.before != each.after
    ]
    if rows:
        now = ("member", "capacity", "peak", "mean", "over")
        headings = (*now, "peak then", "mean then", "over then")
        yield table("Leads a week to work on", headings, rows, headings[1:])
        yield Text("over: weeks with more leads than the capacity.")


def _load(load: Load, capacity: int | None) -> tuple[object, ...]:
    return load.peak, f"{load.mean:.1f}", "" if capacity is None else load.weeks_over


def _flips(stage: str, flips: tuple[tuple[str, Flip], ...], currency: str) -> list[RenderableType]:
    """What became in fact of those that the stage gains and loses."""
    said: list[RenderableType] = []
    for verb, flip in flips:
        if flip.people:
            reasons = ", ".join(f"{word} {count}" for word, count in flip.reasons) or "none"
            said.append(
                Text(
                    shown(
                        f"\n{stage} {verb} {several(flip.people, 'lead')}: "
                        f"{flip.accepted} accepted, {flip.won} won, {flip.lost} lost, "
                        f"{flip.open} open; turned away: {reasons}; "
                        f"pipeline {flip.pipeline:,.0f} {currency}, "
                        f"revenue {flip.revenue:,.0f} {currency}. "
                        f"Among them: {', '.join(flip.examples)}."
                    )
                )
            )
    return said


commands: list[click.Command] = [whatif]
