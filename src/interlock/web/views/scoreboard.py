"""The scoreboard: are the promises kept, and does the funnel move?"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from interlock.agreement.schema import Side
from interlock.insight.attainment import NONE
from interlock.operations.read_campaigns import read_rule_kept
from interlock.operations.read_obligations import member_with
from interlock.operations.read_scoreboard import Scoreboard, WeekCounts, read_scoreboard
from interlock.web.filters import filters_of, lead_facets
from interlock.web.pages import show

Cells = tuple[tuple[Side, WeekCounts], ...]


@require_safe
def scoreboard(request: HttpRequest) -> HttpResponse:
    """One sentence a side, the week's promises, attainment by week, the funnel."""
    board = read_scoreboard(filters_of(request))
    weeks = _weeks(board)
    begun = [week for week, cells in weeks if any(cell.counts != NONE for _, cell in cells)]
    earlier, later = _neighbours(begun, board.week)
    return show(
        request,
        "scoreboard",
        board.basis,
        board=board,
        facets=lead_facets(board.choices, board.filters),
        weeks=weeks,
        campaigns=read_rule_kept(replace(board.filters, week=board.week), int(time.time())),
        earlier=earlier,
        later=later,
        mine=member_with(request.user.get_username()),
    )


def _weeks(board: Scoreboard) -> list[tuple[date, Cells]]:
    """Every week with one cell a side."""
    sides = [each.side for each in board.sides]
    rows = zip(*(each.weeks for each in board.sides), strict=True)
    return [(cells[0].week, tuple(zip(sides, cells, strict=True))) for cells in rows]


def _neighbours(weeks: list[date], week: date | None) -> tuple[date | None, date | None]:
    if week is None:
        return None, None
    before = [each for each in weeks if each < week]
    after = [each for each in weeks if each > week]
    return (before[-1] if before else None), (after[0] if after else None)
