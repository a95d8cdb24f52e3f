"""Who asks: a token, never a cookie, so that no other site can ask in somebody's name."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from interlock.api.access import OPERATIONS
from interlock.api.problems import ProblemError
from interlock.operations.actor import Actor, NotAllowedError
from interlock.operations.bounds import few_enough
from interlock.operations.permissions import require
from interlock.operations.token_actor import token_actor
from interlock.operations.whence import network_address

BELOW = "api/v1/"
"""Where the addresses of operations begin."""
MOST_REQUESTS = 6000
WINDOW = 60
"""Requests that a token may make in so many seconds, of one process of the server."""


class Bearer(HttpBearer):
    """`Authorization: Bearer ilk_…`, a token that somebody made under Settings."""

    openapi_description = "A token that somebody made under Settings: `ilk_…`"

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """Whoever acts with the token; None where it is none."""
        by = token_actor(token)
        if by is not None and not few_enough(f"token {by.name}", MOST_REQUESTS, WINDOW):
            raise too_many(WINDOW)
        if by is None:
            return None
        _require_row(by, request)
        return replace(by, place=network_address(request.META))


def _require_row(by: Actor, request: HttpRequest) -> None:
    """Holds the request against the table of operations; raises NotAllowedError."""
    match = request.resolver_match
    route = "" if match is None else str(match.route).removeprefix(BELOW)
    deed = OPERATIONS.get(f"{request.method} {route}")
    if deed is None:
        raise NotAllowedError("this operation stands in no row of the table of who may do what")
    require(by, deed)


def too_many(seconds: int) -> ProblemError:
    """More was asked than one may ask for."""
    return ProblemError(
        HTTPStatus.TOO_MANY_REQUESTS,
        "too-many",
        "There were too many requests.",
        f"Wait {seconds} seconds, and send facts in batches.",
        headers={"Retry-After": str(seconds)},
    )


def actor(request: Any) -> Actor:
    """Whoever asks, as operations know them."""
    by = request.auth
    assert isinstance(by, Actor)  # noqa: S101 - every operation asks for a token
    return by
