"""Asking the same again: with an `Idempotency-Key` the first answer comes again, and no more."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated

from django.http import HttpResponse
from ninja import Header

from interlock.api.problems import ProblemError
from interlock.operations.actor import Actor
from interlock.operations.answer_once import Answered, answer_once

_SIGNS = r"^[\x21-\x7e]{1,255}$"

IdempotencyKey = Annotated[
    str | None,
    Header(
        None,
        alias="Idempotency-Key",
        pattern=_SIGNS,
        description="asked again with the same key and body, it gives the first answer and does "
        "nothing; kept for two days",
    ),
]


def once(key: str | None, asked: bytes, deed: Callable[[], Answered], *, by: Actor) -> HttpResponse:
    """The answer of the deed, or the first one's where the key was used for the same before.

    `asked` is all that tells requests apart. A problem that the deed raises is not kept: nothing
    was done, and it may be asked again with the same key.
    """
    if key is None:
        return _answer(deed())
    answered = answer_once(key, asked, deed, by=by)
    if answered is None:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "key-reused",
            "This Idempotency-Key was used for another request.",
            "Make a new key for each new request; keep it only to ask the same again.",
        )
    return _answer(answered)


def _answer(answered: Answered) -> HttpResponse:
    body = HttpResponse(answered.body, status=answered.status, content_type="application/json")
    if answered.again:
        body["Idempotent-Replayed"] = "true"
    return body
