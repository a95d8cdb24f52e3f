"""The settings: which pages there are."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from interlock.operations.permissions import Action, may
from interlock.operations.read_webhooks_out import broken_webhooks_out
from interlock.operations.reading import current
from interlock.web.pages import actor, show


@require_safe
def settings(request: HttpRequest) -> HttpResponse:
    """The pages of this room that whoever is signed in may use, and what is to be put right."""
    off = broken_webhooks_out() if may(actor(request), Action.MANAGE_DOORS) else ()
    return show(request, "settings/index", current().basis, off=off)
