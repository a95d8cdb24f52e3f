"""The gate that every request for a page goes through, so that no view can forget to ask."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from interlock.operations.actor import NotAllowedError
from interlock.operations.note_seen import note_seen
from interlock.operations.permissions import require
from interlock.operations.whence import network_address
from interlock.store.models import User
from interlock.web.access import ANYONE, PAGES
from interlock.web.pages import NOWHERE, acting, refused

OWN_DOORS = frozenset({"api"})
"""Namespaces of addresses whose door asks for a token itself, and no cookie opens it."""
_UNLISTED = NotAllowedError("this page stands in no row of the table of who may do what")
_LAST = 2**63 - 1
"""The largest number that a store gives a row; about more, it cannot even be asked."""
_SEEING = frozenset({"GET", "HEAD", "OPTIONS"})


class GateMiddleware(LoginRequiredMiddleware):
    """Holds each request against the table of pages; a stranger is led to the sign-in."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[object, ...],  # noqa: ARG002 - Django's signature
        view_kwargs: Mapping[str, object],
    ) -> HttpResponseBase | None:
        """None lets the request through."""
        if any(isinstance(each, int) and each > _LAST for each in view_kwargs.values()):
            raise Http404("no store counts that far")
        match = request.resolver_match
        if match is not None and OWN_DOORS.intersection(match.namespaces):
            return None
        row = PAGES.get(match.view_name) if match is not None else None
        deed = None if row is None else row.see if request.method in _SEEING else row.send
        if row is not None and deed is ANYONE:
            return None
        if not isinstance(request.user, User):
            return self.handle_no_permission(request, view_func)
        if deed is None:
            return refused(request, _UNLISTED)
        try:
            require(acting(request.user), deed)
        except NotAllowedError as why:
            return refused(request, why)
        return None


class SeenMiddleware:
    """Notes, now and then, that a session is used, and from where."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer; the note comes after it was made."""
        answer = self.get_response(request)
        key = request.session.session_key
        if key and isinstance(request.user, User):
            note_seen(key, network_address(request.META) or NOWHERE, int(time.time()))
        return answer
