"""The settings: which pages there are."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from interlock.operations.reading import current
from interlock.web.pages import show


@require_safe
def settings(request: HttpRequest) -> HttpResponse:
    """The pages of this room that whoever is signed in may use."""
    return show(request, "settings/index", current().basis)
