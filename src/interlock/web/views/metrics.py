"""The metrics that both sides read, and the records behind each number."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from interlock.agreement.periods import PERIODS
from interlock.operations.read_figure import read_figure
from interlock.operations.read_handed_over import read_handed_over
from interlock.operations.read_metrics import SAYS, read_metrics
from interlock.operations.reading import Ground
from interlock.web.pages import day_in, show

EACH = "quarter"
"""The period that is shown first."""


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Every metric over the latest periods, the goals, and what the revenue goal needs."""
    asked = request.GET.get("each", EACH)
    page = read_metrics(asked if asked in PERIODS else EACH)
    revenue = next((row for row in page.rows if row.name == "revenue"), None)
    cells = zip(page.periods, revenue.cells, strict=True) if revenue else ()
    return show(request, "metrics", page.basis, page=page, every=PERIODS, revenue=[*cells][::-1])


@require_safe
def figure(request: HttpRequest, slug: str, each: str, day: str) -> HttpResponse:
    """The opportunities behind one number of one period."""
    page = read_figure(slug, each, day_in(day), request.GET.get("after", ""))
    if not page.metric and page.basis.ground is Ground.READY:
        raise Http404("there is no such metric or period")
    return show(request, "figure", page.basis, page=page, says=SAYS.get(page.metric, ""))


@require_safe
def handed_over(request: HttpRequest, slug: str, each: str, day: str) -> HttpResponse:
    """The leads that were handed over, behind one number of one period."""
    page = read_handed_over(slug, each, day_in(day), request.GET.get("after", ""))
    if not page.name and page.basis.ground is Ground.READY:
        raise Http404("there is no such metric or period")
    return show(request, "handed_over", page.basis, page=page, says=SAYS.get(page.name, ""))
