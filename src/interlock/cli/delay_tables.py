"""Where the time of promises went, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text

from interlock.cli.output import shown, table
from interlock.cli.verdict_tables import basis_text
from interlock.cli.words import several
from interlock.insight.sentences import duration

if TYPE_CHECKING:
    # the operations load tables, which needs the data folder; the replay loads its compiler
    from interlock.insight.delays import PromiseDelays
    from interlock.operations.read_delays import DelaysPage

_HEADINGS = ("part", "answers", "median", "total", "clock median", "clock total")
_NUMBERS = {*_HEADINGS[2:]}


def delay_tables(page: DelaysPage) -> list[RenderableType]:
    """A table for each promise, and what each side answers for in all."""
    made: list[RenderableType] = [basis_text(page.basis)]
    made.append(Text("On the wall, then on the promise's own clock, pauses left out."))
    for promise in page.promises:
        if promise.obligations:
            made += _of_promise(promise)
        else:
            made.append(Text(shown(f"\n{promise.name}: nothing is decided yet.")))
    rows = [(each.side, _hours(each.total), _hours(each.working_total)) for each in page.charged]
    headings = ("side", "total", "clock total")
    return [*made, table("What each side answers for", headings, rows, _NUMBERS)]


def _of_promise(promise: PromiseDelays) -> list[RenderableType]:
    rows = [
        (
            each.part,
            each.side,
            duration(each.lengths.median or 0),
            _hours(each.lengths.total),
            duration(each.lengths.working_median or 0),
            _hours(each.lengths.working_total),
        )
        for each in promise.parts
    ]
    title = f"{promise.name}, owed by {promise.owed_by}: {several(promise.obligations, 'time')}"
    made: list[RenderableType] = [table(title, _HEADINGS, rows, _NUMBERS)]
    if promise.paused:
        made.append(Text(f"The clock stood still for {_hours(promise.paused)}."))
    return made


def _hours(seconds: int) -> str:
    return f"{seconds / 3600:,.1f} h"
