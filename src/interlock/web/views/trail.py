"""The trail: who changed what, when, why and from where."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from interlock.operations.read_trail import TrailFilters, read_trail
from interlock.web.filters import facet
from interlock.web.pages import actor, show

LONGEST_SEARCH = 200


@require_safe
def trail(request: HttpRequest) -> HttpResponse:
    """Entries of the trail, latest first, filtered, a page at a time."""
    asked = request.GET
    about = asked.get("about", "")[:LONGEST_SEARCH].strip()
    filters = TrailFilters(asked.get("by"), asked.get("verb"), about)
    page = read_trail(filters, by=actor(request), after=asked.get("after", ""))
    return show(
        request,
        "trail",
        page.basis,
        page=page,
        facets=(
            facet("by", "Who", page.people, filters.by),
            facet("verb", "Deed", page.verbs, filters.verb),
        ),
        kept={name: asked[name] for name in ("by", "verb") if name in asked},
    )
