"""What views share: who acts, and a page in the zone of its numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import TypeVar

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.timezone import override

from interlock.operations.actor import Actor, NotAllowedError
from interlock.operations.reading import Basis
from interlock.operations.whence import network_address
from interlock.store.models import User

Found = TypeVar("Found")

NOWHERE = "0.0.0.0"  # noqa: S104 - what is kept where no address is known
"""The network address of whoever has none, such as through a socket of the machine itself."""


def show(request: HttpRequest, template: str, basis: Basis, **context: object) -> HttpResponse:
    """The page, its instants written in the zone of the basis."""
    with override(basis.zone):
        page = render(request, f"web/{template}.html", {"basis": basis, **context})
    patch_cache_control(page, private=True, no_store=True)  # nobody goes back to it signed out
    return page


def there(found: Found | None, what: str) -> Found:
    """What was found; the page 404 where there is none."""
    if found is None:
        raise Http404(f"there is no {what}")
    return found


def day_in(text: str) -> date:
    """The day that an address holds; the page 404 where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404(f"{text} is no day") from None


def went(request: HttpRequest, said: str, *, to: str, done: bool, what: str) -> HttpResponse:
    """Back to the page `to` with what was said; 404 where there was nothing to do it to."""
    there(done or None, what)
    messages.success(request, said)
    return redirect(to)


def actor(request: HttpRequest) -> Actor:
    """Whoever is signed in, as operations know them, with where they come from."""
    user = request.user
    if isinstance(user, AnonymousUser):
        raise NotAllowedError("nobody is signed in")
    place, through = network_address(request.META), session_name(request.session.session_key)
    return replace(acting(user), door="web", place=place, through=through)


def session_name(key: str | None) -> str:
    """What a session is called where others can read it: its key opens it, so that is no name."""
    return f"session {sha256(key.encode()).hexdigest()[:8]}" if key else ""


def acting(user: User) -> Actor:
    """A sign-in as operations know it."""
    return Actor(user.username, user.side, user.role, user.member)


def refused(request: HttpRequest, why: NotAllowedError) -> HttpResponse:
    """The page 403 with the words of what was refused."""
    return render(request, "403.html", {"refusal": str(why)}, status=403)


OWN_DOORS = ("/api/", "/in/", "/form/")
"""Addresses whose doors look at what is sent themselves."""


class NoNulMiddleware:
    """Answers 400 to what holds NUL, which not every database hears: address, cookie or form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Looks at every text before anything is asked of the store."""
        told = [request.GET] if request.path.startswith(OWN_DOORS) else [request.GET, request.POST]
        asked = (text for each in told for texts in each.lists() for text in (texts[0], *texts[1]))
        cookies = tuple(request.COOKIES.values())
        if any("\0" in text for text in cookies):
            request.user = AnonymousUser()  # the page that says so asks no store for its session
        if any("\0" in text for text in (request.path, *asked, *cookies)):
            raise BadRequest("NUL is no part of a text")
        return self.get_response(request)


class NotAllowedMiddleware:
    """Shows what an operation refuses its actor as a page with its words."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing happens on the way in or out."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A refusal becomes the page 403; anything else goes on."""
        return refused(request, exception) if isinstance(exception, NotAllowedError) else None
