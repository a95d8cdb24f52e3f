"""What an answer says when something was wrong: RFC 9457, with the place, the reason, a way out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Field, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from interlock.operations.actor import NotAllowedError

MEDIA_TYPE = "application/problem+json"


class Fault(Schema):
    """One thing that is wrong: where, what, and what to do."""

    place: str = Field(description="where it stands: `body.facts.3.kind`, `query.limit`; or empty")
    reason: str = Field(description="what is wrong")
    way_out: str = Field(default="", description="what to do about it; or empty")


class Problem(Schema):
    """Why the answer is not what was asked for."""

    type: str = Field(description="what kind of problem it is: `urn:interlock:problem:…`")
    title: str = Field(description="the status in words")
    status: int = Field(description="the status again")
    detail: str = Field(description="what happened, for people")
    way_out: str = Field(default="", description="what to do about it")
    faults: list[Fault] = Field(default_factory=list, description="everything that is wrong")


class ProblemError(Exception):
    """Ends an operation of the API with a problem."""

    def __init__(  # noqa: PLR0913 - what a problem consists of
        self,
        status: HTTPStatus,
        kind: str,
        detail: str,
        way_out: str = "",
        faults: Iterable[Fault] = (),
        *,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.kind, self.detail, self.way_out = status, kind, detail, way_out
        self.faults, self.headers = tuple(faults), dict(headers or {})


def problem(error: ProblemError) -> JsonResponse:
    """The answer that tells the problem."""
    told = Problem(
        type=f"urn:interlock:problem:{error.kind}",
        title=error.status.phrase,
        status=int(error.status),
        detail=error.detail,
        way_out=error.way_out,
        faults=list(error.faults),
    )
    answer = JsonResponse(told.dict(), status=error.status, content_type=MEDIA_TYPE)
    for name, value in error.headers.items():
        answer[name] = value
    return answer


def told(status: int, allowed: str | None = None) -> JsonResponse:
    """The problem of a status that was decided before the API was asked, or while it broke."""
    kind, detail, way_out = _BEFORE.get(HTTPStatus(status), _BEFORE[HTTPStatus.BAD_REQUEST])
    headers = {"Allow": allowed} if allowed else {}
    return problem(ProblemError(HTTPStatus(status), kind, detail, way_out, headers=headers))


_BEFORE = {
    HTTPStatus.BAD_REQUEST: (
        "unreadable",
        "The request cannot be read.",
        "Bodies are JSON in UTF-8, at most 32 deep; no address holds the character NUL.",
    ),
    HTTPStatus.NOT_FOUND: (
        "not-found",
        "There is nothing at this address.",
        "/api/v1/openapi.json lists all addresses.",
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        "method-not-allowed",
        "This address does not take this method.",
        "The header Allow names those that it takes.",
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        "too-large",
        "The body is larger than two million bytes.",
        "Send fewer facts at a time.",
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: (
        "broken",
        "Something broke here. Nothing of the request was kept.",
        "Ask again with the same Idempotency-Key; whoever runs the server finds it in the log.",
    ),
}


# --- what goes wrong in ninja's own words -----------------------------------------------------


def on_problem(_request: HttpRequest, error: Exception) -> HttpResponse:
    """A problem that an operation of the API ended with."""
    assert isinstance(error, ProblemError)  # noqa: S101 - it is registered for it
    return problem(error)


def on_invalid(_request: HttpRequest, error: Exception) -> HttpResponse:
    """What was sent does not fit the description."""
    assert isinstance(error, ValidationError)  # noqa: S101 - it is registered for it
    faults = [_fault(each) for each in error.errors]
    detail = "What was sent does not fit the description of this operation."
    way_out = "Mend every fault; nothing was kept."
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return problem(ProblemError(status, "invalid", detail, way_out, faults))


def on_stranger(_request: HttpRequest, error: Exception) -> HttpResponse:
    """No token, or none that is known."""
    assert isinstance(error, AuthenticationError)  # noqa: S101 - it is registered for it
    return problem(
        ProblemError(
            HTTPStatus.UNAUTHORIZED,
            "not-signed-in",
            "The token is missing, unknown, revoked or too old.",
            "Make one under Settings, and send it as `Authorization: Bearer …`.",
            headers={"WWW-Authenticate": 'Bearer realm="interlock"'},
        )
    )


def on_refused(_request: HttpRequest, error: Exception) -> HttpResponse:
    """An operation refuses its actor."""
    reason, _, way_out = str(error).partition("; ")
    return problem(ProblemError(HTTPStatus.FORBIDDEN, "not-allowed", f"{reason}.", way_out))


def on_status(_request: HttpRequest, error: Exception) -> HttpResponse:
    """Ninja itself ends a request, for instance because its body is no JSON."""
    assert isinstance(error, HttpError)  # noqa: S101 - it is registered for it
    return told(error.status_code)


HANDLERS: Sequence[tuple[type[Exception], Any]] = (
    (ProblemError, on_problem),
    (ValidationError, on_invalid),
    (AuthenticationError, on_stranger),
    (HttpError, on_status),
    (NotAllowedError, on_refused),
)
"""Which exception becomes which problem; anything else is a bug and a 500."""


def _fault(error: Mapping[str, Any]) -> Fault:
    """One of pydantic's errors. The first part of its place names query, path, header or body."""
    parts = [str(each) for each in error.get("loc", ())]
    reason = str(error.get("msg", "")).removeprefix("Value error, ")
    return Fault(place=".".join(parts), reason=_storable(reason), way_out="")


def _storable(text: str) -> str:
    """The text without lone halves of characters, which no answer can hold."""
    return text.encode("utf-8", "replace").decode()


def answers(ok: Any, *also: int, status: int = 200) -> dict[int, Any]:
    """Every answer of an operation: what it gives, and the problems that it can end with."""
    usual = (400, 401, 403, 422, 429)
    return {status: ok, **dict.fromkeys(sorted({*usual, *also}), Problem)}
