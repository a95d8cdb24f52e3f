"""Whatever goes wrong at the addresses of programs is told as a problem, never as a page."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from interlock.api.problems import MEDIA_TYPE, told

PREFIXES = ("/api/", "/in/")
MOST_BYTES = 2_000_000
"""Of a body."""


class ProblemsMiddleware:
    """Stands around all others that may end a request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, or the problem that its status means."""
        if not request.path.startswith(PREFIXES):
            return self.get_response(request)
        if _length(request) > MOST_BYTES:
            return told(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        answer = self.get_response(request)
        if answer.status_code < HTTPStatus.BAD_REQUEST:
            return answer
        if answer.get("Content-Type", "").startswith(MEDIA_TYPE):
            return answer
        return told(answer.status_code, answer.get("Allow"))


def _length(request: HttpRequest) -> int:
    told_length = str(request.META.get("CONTENT_LENGTH") or "0")
    return int(told_length) if told_length.isdecimal() else 0
