"""Decisions in, one at a time: the deed of a desk, with its checks and its undoing."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Field, Path, Router, Schema
from pydantic import BaseModel, ConfigDict

from interlock.api.auth import actor
from interlock.api.once import IdempotencyKey, once
from interlock.api.problems import Fault, ProblemError, answers
from interlock.api.reading import Key
from interlock.api.schemas import Called, Moment
from interlock.operations.answer_once import Answered
from interlock.operations.decide import decide
from interlock.operations.deeds import Deed

router = Router()

Amount = Annotated[float | None, Field(ge=0, le=1e12, allow_inf_nan=False)]


class DecisionIn(BaseModel):
    """What is decided about a lead."""

    model_config = ConfigDict(extra="forbid")

    kind: str = Field(
        max_length=50,
        description="accept, reject, recycle, qualify, disqualify, convert, win, lose",
    )
    reason: str = Field(
        "", max_length=200, description="the id of a reason of the agreement, where one is asked"
    )
    amount: Amount = Field(None, description="of the opportunity that `convert` makes")


class Decided(Schema):
    """The decision was taken: in words, and where the lead stands now."""

    person: Called
    said: str
    stage: Called
    next: Called = Field(description="the promise that is due next")
    next_due: Moment | None
    delivery: int = Field(description="the number by which it can be undone")
    until: Moment = Field(description="until when it can be undone")
    challenge: str = Field(description="the facts speak against it, and the other side is to say")


@router.post("/people/{path:key}/decisions", response=answers(Decided, 409), operation_id="decide")
def send_decision(
    request: HttpRequest,
    key: Path[Key],
    decision: DecisionIn,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Decides about a lead as the member whose token it is would, with the same checks.

    What does not apply is refused (409) with the reason, and with what applies instead; a refusal
    is not kept for the Idempotency-Key, since nothing was done.
    """
    by = actor(request)

    def deed() -> Answered:
        done = decide(key, decision.kind, by=by, reason=decision.reason, amount=decision.amount)
        if not done.done:
            raise _refused(done)
        return Answered(HTTPStatus.OK, Decided.from_orm(done).model_dump_json())

    return once(idempotency_key, f"{request.path}\n".encode() + request.body, deed, by=by)


def _refused(deed: Deed) -> ProblemError:
    faults = [Fault(place="", reason=deed.refused, way_out=each) for each in deed.instead]
    way_out = f"What applies: {', '.join(deed.instead)}." if deed.instead else ""
    return ProblemError(HTTPStatus.CONFLICT, "not-done", deed.refused, way_out, faults)
