"""The command that tries another agreement on the facts that are there."""

from __future__ import annotations

from collections.abc import Iterator
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
    """A line a value: leads by stage, and how the promises are kept."""
    compared = [(each.label, each.comparison) for each in trials if each.comparison is not None]
    first = compared[0][1]
    stages = [stage.name for stage in first.stages if _varies(compared, "stages", stage.stage)]
    owed = [each.name for each in first.promises if _varies(compared, "promises", each.promise)]
    rows = []
    for label, each in compared:
        volumes = {stage.name: f"{stage.total.after:,}" for stage in each.stages}
        rates = {p.name: _kept(p.after) for p in each.promises}
        rows.append((label, *(volumes[name] for name in stages), *(rates[name] for name in owed)))
    over = [sum(change.after.weeks_over for change in each.load) for _, each in compared]
    if len(set(over)) > 1:
        rows = [(*row, str(weeks)) for row, weeks in zip(rows, over, strict=True)]
        owed.append("weeks over capacity")
    if not stages and not owed:
        tried = f"{compared[0][0]} to {compared[-1][0]}"
        return Text(shown(f"Nothing changes from {tried}: leads, promises and load stay as today."))
    headings = ("value", *stages, *owed)
    return table("Leads that enter, and promises kept in time", headings, rows, set(headings[1:]))


def _kept(counts: Counts) -> str:
    """The share kept in time; nothing where nothing is decided."""
    value = attainment(counts).value
    return "" if value is None else percent(value)


def _varies(compared: list[tuple[str, Comparison]], what: str, id: str) -> bool:
    """Whether it is not the same under every draft and today."""
    if what == "stages":
        seen = {
            volume
            for _, each in compared
            for stage in each.stages
            if stage.stage == id
            for volume in (stage.total.before, stage.total.after)
        }
        return len(seen) > 1
    counted = {
        counts
        for _, each in compared
        for promise in each.promises
        if promise.promise == id
        for counts in (promise.before, promise.after)
    }
    return len(counted) > 1


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
