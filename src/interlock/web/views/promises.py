"""What each side owes the other, down to each obligation."""

from __future__ import annotations

import time

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from interlock.operations.counting import By
from interlock.operations.read_campaigns import read_rule_kept
from interlock.operations.read_obligations import member_with, read_obligations
from interlock.operations.read_period import read_period
from interlock.operations.read_promises import read_promise, read_promises
from interlock.operations.reading import Ground
from interlock.web.filters import (
    NEVER,
    any_filters_of,
    filters_of,
    lead_facets,
    owed_facets,
    state_facet,
)
from interlock.web.pages import day_in, show

DIMENSIONS = (By.OWNER, By.SOURCE, By.TIER)
"""Along what a promise's page can be divided."""


@require_safe
def promises(request: HttpRequest) -> HttpResponse:
    """Both sides' promises, counted."""
    filters = filters_of(request)
    page = read_promises(filters=filters)
    sides = [
        (each, tuple(row for row in page.rows if row.owed_by is each.side)) for each in page.sides
    ]
    return show(
        request,
        "promises",
        page.basis,
        promises=page,
        sides=sides,
        campaigns=read_rule_kept(filters, int(time.time())),
        facets=lead_facets(page.choices, page.filters),
        mine=member_with(request.user.get_username()),
    )


@require_safe
def promise(request: HttpRequest, id: str) -> HttpResponse:
    """One promise and its obligations."""
    asked = request.GET.get("by", "")
    by = By(asked) if asked in DIMENSIONS else None
    page = read_promise(id, filters_of(request), request.GET.get("after", ""), by=by)
    if page.row is None and page.basis.ground is Ground.READY:
        raise Http404(f"the agreement has no promise {id}")
    return show(
        request,
        "promise",
        page.basis,
        page=page,
        row=page.row,
        facets=lead_facets(page.choices, page.filters),
        states=(state_facet(page.filters),),
        dimensions=DIMENSIONS,
    )


@require_safe
def period(request: HttpRequest, id: str, day: str) -> HttpResponse:
    """The records behind the number of one period of a promise."""
    page = read_period(id, day_in(day), request.GET.get("member", ""), request.GET.get("after", ""))
    if page.period is None and page.basis.ground is Ground.READY:
        raise Http404(f"the promise {id} has no such period")
    return show(request, "period", page.basis, page=page, period=page.period)


@require_safe
def obligations(request: HttpRequest) -> HttpResponse:
    """What was owed, by whom, of which promise, in which week: any of these, or everything."""
    asked = request.GET
    page = read_obligations(
        asked.get("side"),
        any_filters_of(request),
        asked.get("after", ""),
        promise=asked.get("promise"),
    )
    return show(
        request,
        "obligations",
        page.basis,
        page=page,
        began=page.filters.week if page.filters.week != NEVER else None,
        facets=(
            *owed_facets(page.promises, page.side, asked.get("promise"), asked.get("week")),
            state_facet(page.filters),
            *lead_facets(page.choices, page.filters),
        ),
    )
