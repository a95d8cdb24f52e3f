"""Facts in, in batches: each fact is answered by itself, and its buyer is replayed at once."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema
from pydantic import BaseModel, ConfigDict

from interlock.api.auth import actor
from interlock.api.once import IdempotencyKey, once
from interlock.api.problems import ProblemError, answers
from interlock.operations.answer_once import Answered
from interlock.operations.deeds import SOURCE as DESK
from interlock.operations.delivery import Became
from interlock.operations.permissions import Action, require
from interlock.operations.receive_facts import MOST_FACTS, FactsReceived, receive_facts

router = Router()

SOURCE = r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$"


class FactIn(BaseModel):
    """One fact: its kind, and the columns of that kind beside it.

    An `id` identifies the record among all of its kind; the same id again is a later version of a
    person or an account, and corrects anything else.
    """

    model_config = ConfigDict(extra="allow")

    fact: str = Field(description="the kind: person, account, touch, activity, decision…")
    attributes: dict[str, Any] = Field(default_factory=dict, description="columns of your own")


class Batch(BaseModel):
    """Facts of one source, in the order in which they are to be taken."""

    model_config = ConfigDict(extra="forbid")

    source: str = Field(
        "api",
        pattern=SOURCE,
        description="the system that the facts are of; an id belongs to its source",
    )
    facts: list[FactIn] = Field(min_length=1, max_length=MOST_FACTS)


class FactOut(Schema):
    """What became of one fact."""

    fact: str
    id: str
    became: Became = Field(description="taken, unchanged (it says what is known), or refused")
    reason: str = Field(description="why it was refused")


class Received(Schema):
    """What became of each fact, in their order."""

    taken: int
    unchanged: int
    refused: int
    delivery: int | None = Field(description="the number of what was taken; null: nothing was")
    facts: list[FactOut]


@router.post("/facts", response=answers(Received, 413), operation_id="sendFacts")
def send_facts(
    request: HttpRequest, batch: Batch, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Takes facts. One that is refused says why, and keeps none of the others out.

    Whoever they concern is replayed before the answer comes: the lead is on the desk with its owner
    and its due time. The header `Idempotent-Replayed` says that an answer is the first one's.
    """
    by = actor(request)
    require(by, Action.IMPORT)
    if batch.source == DESK:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "invalid",
            f"The source {DESK} is that of the members who work here.",
            "Name the system that the facts come from.",
        )
    rows = [fact.model_dump() for fact in batch.facts]

    def deed() -> Answered:
        received = receive_facts(rows, by=by, source=batch.source)
        return Answered(HTTPStatus.OK, json.dumps(_told(received).model_dump()))

    return once(idempotency_key, request.body, deed, by=by)


def _told(received: FactsReceived) -> Received:
    return Received(
        taken=received.count(Became.TAKEN),
        unchanged=received.count(Became.UNCHANGED),
        refused=received.count(Became.REFUSED),
        delivery=received.delivery,
        facts=[FactOut.from_orm(each) for each in received.facts],
    )
