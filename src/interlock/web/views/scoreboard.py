"""The scoreboard: are the promises kept, and does the funnel move?"""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from interlock.agreement.schema import Side
from interlock.operations.read_scoreboard import Scoreboard, WeekCounts, read_scoreboard
from interlock.web.filters import filters_of, lead_facets
from interlock.web.pages import show

Cells = tuple[tuple[Side, WeekCounts | None], ...]


@require_safe
def scoreboard(request: HttpRequest) -> HttpResponse:
    """One sentence a side, the week's promises, attainment by week, the funnel."""
    board = read_scoreboard(filters_of(request))
    weeks = _weeks(board)
    earlier, later = _neighbours([week for week, _ in weeks], board.week)
    return show(
        request,
        "scoreboard",
        board.basis,
        board=board,
        facets=lead_facets(board.choices, board.filters),
        weeks=weeks,
        earlier=earlier,
        later=later,
    )


def _weeks(board: Scoreboard) -> list[tuple[date, Cells]]:
    """Every week with one cell a side, None where the side owed nothing in it."""
    sides = {each.side: {week.week: week for week in each.weeks} for each in board.sides}
    every = sorted({week for weeks in sides.values() for week in weeks})
    return [
        (week, tuple((side, weeks.get(week)) for side, weeks in sides.items())) for week in every
    ]


def _neighbours(weeks: list[date], week: date | None) -> tuple[date | None, date | None]:
    if week is None:
        return None, None
    before = [each for each in weeks if each < week]
    after = [each for each in weeks if each > week]
    return (before[-1] if before else None), (after[0] if after else None)
