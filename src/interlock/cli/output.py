"""What commands print: tables for people, JSON for programs. Shared by every command.

Standard output carries the answer and nothing else; what went wrong goes to standard error. Exit
codes: 0 done, 1 what was asked for cannot be given (the reason is printed), 2 wrong usage.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache, wraps
from pathlib import Path
from typing import Any, NoReturn, ParamSpec, TypeVar, get_type_hints
from unicodedata import category

import click
import numpy as np
from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from interlock.config import setup
from interlock.insight.instants import iso
from interlock.replay.outcome import Instant

P = ParamSpec("P")
R = TypeVar("R")

REPLACED = "\N{REPLACEMENT CHARACTER}"
"""Stands for a control character of the data, which a terminal would obey."""

WIDEST = 10_000
"""Columns of what is no terminal: as many as any table needs, so that a row is a line."""


def _console(*, stderr: bool) -> Console:
    is_terminal = (sys.stderr if stderr else sys.stdout).isatty()
    return Console(stderr=stderr, width=None if is_terminal else WIDEST)


console = _console(stderr=False)
"""Standard output; colours and boxes only where it is a terminal that shows them."""
errors = _console(stderr=True)

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")


store_option = click.option(
    "--store",
    type=click.Path(path_type=Path, file_okay=False),
    help="The data folder (else INTERLOCK_DATA, else interlock.toml, else ./data).",
)


def with_store(command: Callable[P, R]) -> Callable[..., R]:
    """Adds `--store DIR` and makes that data folder usable before the command's body runs.

    A body imports the operations that it calls: tables can be loaded only once the folder is known.
    """

    @store_option
    @wraps(command)
    def ready(*args: Any, store: Path | None, **kwargs: Any) -> R:
        setup(store)
        return command(*args, **kwargs)

    return ready


def emit(
    value: object, *, as_json: bool, table: Callable[[], RenderableType | Sequence[RenderableType]]
) -> None:
    """Prints `value` as JSON, or what `table` makes of it."""
    if as_json:
        click.echo(json.dumps(plain(value), indent=2, ensure_ascii=False))
        return
    made = table()
    parts = made if isinstance(made, Sequence) else (made,)
    if console.is_terminal:
        console.print(*parts, sep="\n")
        return
    with console.capture() as captured:
        console.print(*parts, sep="\n")
    for line in captured.get().splitlines():
        click.echo(line.rstrip())  # or short lines would be as wide as the widest


def refuse(reason: str, way_out: str = "") -> NoReturn:
    """Says why the command cannot do it, and what to do instead; exits with 1."""
    errors.print(Text(shown(reason), style="bold"))
    if way_out:
        errors.print(Text(shown(way_out)))
    raise click.exceptions.Exit(1)


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on standard error for as long as something runs; nothing where that is no terminal.

    It is told what is being done, how much of it is done, and how much there is.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as bar:
        task = bar.add_task("")
        yield lambda what, done, of: bar.update(task, description=what, completed=done, total=of)


def table(
    title: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[object]],
    numbers: Collection[str] = (),
    *,
    style: str = "bold",
) -> Table:
    """A table of cells as `shown`. The columns named in `numbers` stand to the right."""
    made = Table(
        title=f"\n{title}", title_justify="left", title_style=style, box=None, pad_edge=False
    )
    for heading in headings:
        right = heading in numbers
        made.add_column(
            heading, justify="right" if right else "left", no_wrap=right, overflow="fold"
        )
    for row in rows:
        made.add_row(*(Text(shown(cell)) for cell in row))
    return made


def shown(cell: object) -> str:
    """A cell as text: nothing for None, thousands apart, and no control characters from data."""
    if cell is None:
        return ""
    if isinstance(cell, int) and not isinstance(cell, bool):
        return f"{cell:,}"
    return "".join(c if c == "\n" or category(c)[0] != "C" else REPLACED for c in str(cell))


def plain(value: object) -> Any:
    """The value in JSON's own types: dataclasses as objects, instants and dates as ISO 8601."""
    if is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: _plain_field(
                getattr(value, field.name), field.name in _instants(type(value))
            )
            for field in fields(value)
        }
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, np.generic):
        return value.item()
    return str(value) if isinstance(value, Path) else value


def _plain_field(value: Any, is_instant: bool) -> Any:  # noqa: FBT001 - internal, by position
    return iso(value) if is_instant and value is not None else plain(value)


@cache
def _instants(type_: type) -> frozenset[str]:
    """The fields of a dataclass that hold an instant."""
    hints = get_type_hints(type_, include_extras=True)
    return frozenset(name for name, hint in hints.items() if hint in (Instant, Instant | None))
