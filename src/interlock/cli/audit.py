"""The commands that audit the past. Their operations are imported inside; see `cli.replay`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import RenderableType
from rich.text import Text

from interlock.cli.instants import instant
from interlock.cli.output import emit, json_option, progress, refuse, shown, store_option, table
from interlock.cli.trail import head, verify
from interlock.cli.words import clock, moment, several
from interlock.config import setup

if TYPE_CHECKING:
    from interlock.insight.late import Change, ChangedVerdict, Late
    from interlock.operations.audit import Audit, Shown

OTHERWISE = 3
"""The exit code that says that what was shown then comes out otherwise today."""


@click.group(invoke_without_command=True, subcommand_metavar="[verify|head]")
@click.option(
    "--at",
    callback=instant,
    metavar="INSTANT",
    help="The instant that is audited, such as 2026-03-20T17:00+01:00.",
)
@click.option(
    "--most",
    type=click.IntRange(0, 10_000),
    default=20,
    show_default=True,
    help="Name so many of the verdicts that differ, those that began last.",
)
@json_option
@store_option
@click.pass_context
def audit(
    context: click.Context, at: int | None, most: int, store: Path | None, *, as_json: bool
) -> None:
    r"""What was known at an instant, beside what was true then by what is known today.

    Replays as of that instant what was known at it, under the agreement in force by what was known
    then; then all that is known today, under the same agreement. What differs is what facts changed
    that came late, were corrected or were taken back. If agreements were made later that count
    from an earlier day, it says what they change, too.

    The replay that was shown at that instant is made again: it has to come to the same verdicts.
    Counts are always of all; verdicts are named up to --most. Nothing is changed.

    `audit verify` and `audit head` are about the trail of who changed what; see below.

    \b
    Exit codes:
      0  printed
      1  there was no agreement then, or the instant is yet to come
      2  wrong usage
      3  printed, and what was shown then comes out otherwise today
    """
    if context.invoked_subcommand is not None:
        if store is not None:
            setup(store)
        return
    if at is None:
        raise click.MissingParameter(ctx=context, param_hint="--at", param_type="option")
    setup(store)
    from interlock.operations.audit import audit as look_back  # noqa: PLC0415 - see the module

    with progress() as told:
        found = look_back(at, most=most, progress=told)
    if found.trouble:
        refuse(f"{found.trouble[:1].upper()}{found.trouble[1:]}.")
    emit(found, as_json=as_json, table=lambda: list(_tables(found)))
    if found.shown is not None and found.shown.same is False:
        raise click.exceptions.Exit(OTHERWISE)


def _tables(found: Audit) -> Iterator[RenderableType]:
    yield Text(
        shown(
            f"{found.agreement}, version {found.version}, as of {moment(found.at, found.zone)}. "
            f"Known then: {several(found.people_then, 'person', 'people')}, "
            f"{several(found.facts_then, 'fact')}; known today of then: "
            f"{several(found.people_now, 'person', 'people')}, "
            f"{several(found.facts_now, 'fact')}."
        )
    )
    yield Text(shown(_shown(found.shown, found.zone)))
    if found.running:
        imports = ", ".join(map(str, found.running))
        yield Text(f"Import {imports} came or went just then: part of it may have been known.")
    if found.late is not None:
        yield from _late(found.late, found.zone)
    if found.agreed:
        yield _changes("What agreements changed that were made later", found.agreed)


def _shown(replay: Shown | None, zone: str) -> str:
    if replay is None:
        return "Of what was shown then no replay is kept."
    name = f"The replay shown then (as of {moment(replay.as_of, zone)})"
    if replay.same:
        return f"{name} comes to the same verdicts today."
    if replay.same is None:
        return f"{name} cannot be compared: no fingerprint of its verdicts was kept."
    if replay.running:
        imports = ", ".join(map(str, replay.running))
        return f"{name} comes to others today: it may have seen a part of import {imports} only."
    return f"{name} comes to others today: the program has changed, or the store from outside."


def _late(late: Late, zone: str) -> Iterator[RenderableType]:
    if not late.kinds and not late.verdict_count:
        yield Text("Nothing came late: what was known then is what was true then.")
        return
    rows = [(each.kind.replace("_", " "), each.came, each.went) for each in late.kinds]
    yield table("Facts that came late, and that count no more", ("kind", "came", "went"), rows, _N)
    if not late.verdict_count:
        yield Text("They change no verdict.")
        return
    yield _changes(
        f"They change {several(late.verdict_count, 'verdict')} about "
        f"{several(late.people, 'person', 'people')}",
        late.changes,
    )
    if late.verdicts:
        yield table(
            f"The latest {len(late.verdicts)} of {late.verdict_count:,}",
            ("about", "verdict", "since", "then", "today", "because of"),
            [_verdict(each, zone) for each in late.verdicts],
        )


_N = {"came", "went", "times"}


def _changes(title: str, changes: tuple[Change, ...]) -> RenderableType:
    rows = [(_named(c.sort, c.clause), c.then, c.now, c.count) for c in changes]
    return table(title, ("verdict", "then", "today", "times"), rows, _N)


def _named(sort: str, clause: str) -> str:
    return f"{sort} {clause}".rstrip()


def _verdict(each: ChangedVerdict, zone: str) -> tuple[object, ...]:
    facts = [
        f"{fact.kind.replace('_', ' ')} of {clock(fact.at, zone)} "
        + ("that counts no more" if fact.went else f"learned {clock(fact.learned_at, zone)}")
        for fact in each.facts
    ]
    if each.fact_count > len(facts):
        facts.append(f"and {each.fact_count - len(facts):,} more")
    today = each.now
    if each.differs and each.then == each.now:
        today = f"{each.now}, other {', '.join(each.differs)}".replace("_", " ")
    since = "" if each.began is None else clock(each.began, zone)
    return (
        each.person or "the team",
        _named(each.sort, each.clause),
        since,
        each.then,
        today,
        "; ".join(facts) or "facts about others",
    )


audit.add_command(verify)
audit.add_command(head)

commands: list[click.Command] = [audit]
