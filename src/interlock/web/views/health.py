"""What load balancers and process managers ask: whether this server can do its work."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from interlock.operations.look_at_store import StoreState, look_at_store


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """`ok`, or 503 and one word of what is the matter; nothing else, since anybody may ask."""
    request.user = AnonymousUser()  # a broken store is not asked whose session it is
    state = look_at_store()
    status = HTTPStatus.OK if state is StoreState.OK else HTTPStatus.SERVICE_UNAVAILABLE
    return HttpResponse(
        state, status=status, content_type="text/plain", headers={"Cache-Control": "no-store"}
    )
