"""The command around the metrics. Operations are imported inside it, as in `cli.replay`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.console import RenderableType
from rich.text import Text

from interlock.agreement.periods import PERIODS
from interlock.cli.output import emit, json_option, shown, table, with_store
from interlock.cli.replay import fresh
from interlock.cli.verdict_tables import basis_text, goal_tables, share
from interlock.insight.sentences import duration, percent

if TYPE_CHECKING:
    from interlock.operations.read_metrics import Cell, MetricRow, MetricsPage
    from interlock.operations.read_required import Plan


@click.command()
@click.option(
    "--each",
    type=click.Choice(PERIODS),
    default="quarter",
    show_default=True,
    help="The period that the metrics are counted over.",
)
@json_option
@with_store
def metrics(each: str, *, as_json: bool) -> None:
    r"""Revenue, win rate, velocity, acceptance, speed to lead…: the latest periods; goals and plan.

    A share has its numerator and denominator, and its interval where these are few. Goals that the
    agreement measures come with how far they are; of the one for revenue, how many leads it needs
    at each stage, altogether and from each source. If facts came in since the last replay, they are
    replayed first.

    \b
    Exit codes:
      0  printed
      1  there is no agreement
      2  wrong usage
    """
    from interlock.operations.read_metrics import read_metrics  # noqa: PLC0415 - see the module

    found = fresh(lambda: read_metrics(each))
    emit(found, as_json=as_json, table=lambda: _tables(found))


def _tables(page: MetricsPage) -> list[RenderableType]:
    made: list[RenderableType] = [basis_text(page.basis)]
    if not page.periods:
        made.append(Text(f"\nNo whole {page.each} yet: the first one begins after the data do."))
    else:
        made.append(Text(shown(f"\n{page.sentence}")))
        labels = [each.label if each.is_over else f"{each.label}*" for each in page.periods]
        rows = [(row.name, *(_cell(row, cell) for cell in row.cells)) for row in page.rows]
        title = f"Metrics, money in {page.currency}"
        made.append(table(title, ("metric", *labels), rows, labels))
        made += [Text("* so far")] if labels[0].endswith("*") else []
    made += goal_tables(page.goals)
    return [*made, *(_plan(page.plan, page.currency) if page.plan else [])]


def _cell(row: MetricRow, cell: Cell) -> str:
    if cell.rate is not None:
        return share(cell.rate)
    if cell.value is None:
        return "\N{EN DASH}"
    return duration(int(cell.value)) if row.form == "time" else _amount(cell.value)


def _amount(value: float) -> str:
    """A number of whole units, to the hundredth."""
    return f"{round(value, 2):,.10g}"


def _plan(plan: Plan, currency: str) -> list[RenderableType]:
    stages = [each.name for each in plan.needed.stages]
    rows: list[tuple[object, ...]] = [("all", *(each.leads for each in plan.needed.stages))]
    for each in plan.sources:
        leads = [f"{stage.leads:,}" for stage in each.needed.stages] if each.needed else []
        name = f"{each.source or 'no source'} ({percent(each.share)})"
        rows.append((name, *(leads or [""] * len(stages))))
    needed = plan.needed
    of = f"{_amount(needed.revenue)} {currency} at {_amount(needed.average)} a sale"
    title = f"{plan.goal.name}: {of}, leads needed"
    return [table(title, ("from", *stages), rows, stages)]


commands = [metrics]
