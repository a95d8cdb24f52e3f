"""An export without a manifest: its mapping guessed, shown, confirmed and written out."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.text import Text

from interlock.agreement.hours import zone_names
from interlock.agreement.problems import did_you_mean
from interlock.cli.import_tables import guess_table
from interlock.cli.output import errors, refuse, shown
from interlock.connectors.files import Table, UnreadableError
from interlock.connectors.guessing import Guessed, guess
from interlock.connectors.opening import open_table
from interlock.facts.kinds import KINDS


def columns_said(
    _context: click.Context, option: click.Parameter, pairs: tuple[str, ...]
) -> dict[str, tuple[str, ...]]:
    """What stands behind each `COLUMN=`, in order; refused where a pair is none."""
    said: dict[str, tuple[str, ...]] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign or not name:
            raise click.BadParameter(f"write {option.metavar}, not {pair}")
        said[name] = (*said.get(name, ()), value)
    return said


def _zone_said(_context: click.Context, _option: click.Parameter, zone: str) -> str:
    """The zone; refused where there is none of that name."""
    if zone and zone not in zone_names():
        hint = did_you_mean(zone, zone_names()) or "write a name such as Europe/Berlin"
        raise click.BadParameter(f"`{zone}` is not a time zone; {hint}")
    return zone


_OPTIONS = (
    click.option("--source", default="files", show_default=True, help="With --as: where from."),
    click.option(
        "--column",
        "named",
        multiple=True,
        metavar="COLUMN=HEADER",
        callback=columns_said,
        help="With --as: FILE's own name of a column. May be repeated; several headers are joined.",
    ),
    click.option(
        "--set",
        "fixed",
        multiple=True,
        metavar="COLUMN=VALUE",
        callback=columns_said,
        help="With --as: a column's value for every row. May be repeated.",
    ),
    click.option(
        "--zone",
        default="",
        metavar="ZONE",
        callback=_zone_said,
        help="With --as: time zone of times that name none, such as Europe/Berlin. Else UTC.",
    ),
    click.option(
        "--keep",
        type=click.Path(path_type=Path, dir_okay=False),
        help="With --as: where to write the manifest. Else FILE's name with .manifest.yaml, here.",
    ),
    click.option(
        "--draft",
        is_flag=True,
        help="With --as: write the manifest, whole or not, to mend it; import nothing.",
    ),
    click.option("--yes", is_flag=True, help="With --as: accept the guess without asking."),
)


@dataclass(frozen=True)
class Wish:
    """What somebody says beside `--as`."""

    source: str
    named: Mapping[str, tuple[str, ...]]
    fixed: Mapping[str, tuple[str, ...]]
    zone: str
    keep: Path | None
    draft: bool
    yes: bool


def guess_options(command: Any) -> Any:
    """Adds the options of a guess to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def guessed(file: Path, kind: str, wish: Wish) -> str:
    """The manifest that was guessed, confirmed and written; exits where there is none."""
    try:
        table = open_table(file)
        _check_names(table, kind, wish)
        found = guess(
            table,
            KINDS[kind],
            file=file.name,
            source=wish.source,
            fixed={name: values[-1] for name, values in wish.fixed.items()},
            named=wish.named,
            zone=wish.zone,
        )
    except UnreadableError as error:
        refuse(f"{error.reason}.", error.hint)
    errors.print(guess_table(file.name, kind, found))
    if found.zoneless:
        said = f"{found.zoneless} names no time zone, and is read as UTC; say another with --zone."
        errors.print(Text(shown(said)))
    if wish.draft:
        _write(file, wish.keep, _draft(found, table, kind), "")
        errors.print("Nothing was imported: mend it, then import it.")
        raise click.exceptions.Exit(0)
    if found.missing:
        _refuse_missing(file, found, table)
    if not wish.yes:
        _confirm()
    _write(file, wish.keep, found.manifest, f" --data {file.parent}")
    return found.manifest


def kept_as(file: Path, keep: Path | None) -> Path:
    """Where the manifest of a guess is written."""
    return keep or Path(f"{file.name.split('.')[0]}.manifest.yaml")


def _check_names(table: Table, kind: str, wish: Wish) -> None:
    for name in (*wish.named, *wish.fixed):
        if KINDS[kind].column(name) is None:
            names = ", ".join(column.name for column in KINDS[kind].columns)
            raise click.BadParameter(f"a {kind} has no column {name}; it has {names}")
    for header in (header for headers in wish.named.values() for header in headers):
        if header not in table.headers:
            meant = did_you_mean(header, table.headers)
            refuse(f"The file has no column `{header}`.", meant or _has(table))


def _refuse_missing(file: Path, found: Guessed, table: Table) -> None:
    names = " and ".join(f"`{column.name}` ({column.meaning})" for column in found.missing)
    first = found.missing[0].name
    refuse(
        f"No column of {file.name} looks like {names}.",
        f"{_has(table)}\n"
        f'Say which it is: --column {first}="HEADER"\n'
        f"Or give it for every row: --set {first}=VALUE\n"
        f"Or add --draft: it writes what was guessed to {kept_as(file, None)}, to be completed.",
    )


def _has(table: Table) -> str:
    return f"The file has: {', '.join(f'`{header}`' for header in table.headers)}"


def _draft(found: Guessed, table: Table, kind: str) -> str:
    """The manifest, after what it lacks."""
    said = [f"# {_has(table)}", f"# What a {kind} may have: docs/reference/facts.md"]
    said += [f"# To be said: `{each.name}`, {each.meaning}" for each in found.missing]
    return "\n".join([*(" ".join(line.split()) for line in said), found.manifest])


def _confirm() -> None:
    if not sys.stdin.isatty():
        refuse("Nobody is there to confirm the guess.", "Accept it with --yes.")
    if not click.confirm("Import it so?", err=True):
        refuse("Nothing was imported.")


def _write(file: Path, keep: Path | None, text: str, data: str) -> None:
    path = kept_as(file, keep)
    if path.exists() and path.read_text(encoding="utf-8") != text:
        refuse(
            f"{path} exists and says something else.",
            f"Import it (interlock import {path}{data}), or choose --keep FILE.",
        )
    path.write_text(text, encoding="utf-8")
    errors.print(Text(shown(f"Written as {path}.")))
