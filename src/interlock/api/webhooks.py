"""The addresses that other systems send their webhooks to."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from interlock.api.problems import ProblemError, problem
from interlock.operations.receive_webhook import WINDOW, Came, MessageReceived, receive_webhook

_PROBLEMS = {
    Came.UNKNOWN: (
        HTTPStatus.NOT_FOUND,
        "not-found",
        "There is no webhook of this name, or it was closed.",
        "Somebody may make it under Settings, Webhooks in.",
    ),
    Came.UNSIGNED: (
        HTTPStatus.UNAUTHORIZED,
        "unsigned",
        "The message is not signed as it should be.",
        "Sign it with the webhook's secret, or show the token; see to the clock.",
    ),
    Came.TOO_MANY: (
        HTTPStatus.TOO_MANY_REQUESTS,
        "too-many",
        "There were too many messages.",
        f"Send them again in {WINDOW} seconds.",
    ),
    Came.TOO_LARGE: (
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "too-large",
        "The body is larger than a million bytes.",
        "Send fewer records at a time.",
    ),
}


@csrf_exempt
@require_POST
def webhook(request: HttpRequest, name: str) -> HttpResponse:
    """Takes one message. What was kept, even to be mended, need not be sent again: 200."""
    headers = {key.lower(): value for key, value in request.headers.items()}
    received = receive_webhook(name, headers, request.body, request.GET.get("token", ""))
    return _answer(received)


def _answer(received: MessageReceived) -> HttpResponse:
    if received.came not in _PROBLEMS:
        told = {
            "came": received.came,
            "taken": received.taken,
            "unchanged": received.unchanged,
            "refused": received.refused,
            "reason": received.reason,
        }
        return JsonResponse(told)
    status, kind, detail, way_out = _PROBLEMS[received.came]
    again = {"Retry-After": str(WINDOW)} if received.came is Came.TOO_MANY else {}
    detail = received.reason or detail
    return problem(ProblemError(status, kind, detail, way_out, headers=again))
