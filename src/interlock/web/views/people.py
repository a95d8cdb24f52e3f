"""Who is where, and one person's story."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from interlock.operations.read_people import PeopleFilters, read_people
from interlock.operations.read_person import read_person
from interlock.operations.reading import Filters
from interlock.web.filters import facet, lead_facets
from interlock.web.pages import show
from interlock.web.timeline import timeline

LONGEST_SEARCH = 200


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """People searched and filtered, a page at a time."""
    asked = request.GET
    filters = PeopleFilters(
        search=asked.get("q", "")[:LONGEST_SEARCH].strip(),
        stage=asked.get("stage"),
        owner=asked.get("owner"),
        source=asked.get("source"),
        tier=asked.get("tier"),
    )
    page = read_people(filters, asked.get("after", ""))
    on_lead = Filters(owner=filters.owner, source=filters.source, tier=filters.tier)
    return show(
        request,
        "people",
        page.basis,
        page=page,
        facets=(
            facet("stage", "Stage", page.stages, filters.stage),
            *lead_facets(page.choices, on_lead),
        ),
        kept={name: asked[name] for name in ("stage", "owner", "source", "tier") if name in asked},
    )


@require_safe
def person(request: HttpRequest, key: str) -> HttpResponse:
    """One person: where they stand, and everything that happened, with its because."""
    page = read_person(key)
    if not page.name:
        raise Http404(f"nobody has the key {key}")
    if page.key != key:  # this record was merged into another one
        return HttpResponseRedirect(reverse("person", args=[page.key]))
    return show(request, "person", page.basis, page=page, days=timeline(page))
