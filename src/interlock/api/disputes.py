"""Disputes: what the pages of disputes can do, for the member whose token it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date
from http import HTTPStatus
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Field, Path, Query, Router
from pydantic import AwareDatetime, BaseModel, ConfigDict

from interlock.api import dispute_schemas as schemas
from interlock.api.auth import actor
from interlock.api.once import IdempotencyKey, once
from interlock.api.paging import Paged, Text, listed
from interlock.api.problems import Fault, ProblemError, answers
from interlock.api.schemas import Answer
from interlock.operations import answer
from interlock.operations.answer_once import Answered
from interlock.operations.ask import LONGEST
from interlock.operations.case_subjects import About
from interlock.operations.list_cases import list_cases
from interlock.operations.open_case import open_case
from interlock.operations.read_case import read_case
from interlock.operations.rule import rule
from interlock.operations.state_view import state_view

router = Router()

Number = Annotated[int, Field(ge=1, lt=2**63)]
Words = Annotated[str, Field(min_length=1, max_length=LONGEST)]


class WhichDisputes(Paged):
    """Which cases."""

    open: bool | None = Field(None, description="only open ones, or only settled ones")
    kind: Text = Field(
        None, description="challenge, obligation, period, goal, credit, channel or consequence"
    )
    clause: Text = Field(None, description="the path of a clause: `promises.first-touch`")
    person: Text = Field(None, description="the key of a person")


class DisputeIn(BaseModel):
    """What is disputed, and how one's side sees it."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["challenge", "obligation", "period", "goal", "credit", "channel"]
    id: str = Field(
        max_length=1000,
        description="of a challenge its number, of an obligation or a period the promise, of what "
        "a goal came to the goal, of a sale's credit the opportunity, of the credit of a channel, "
        "a campaign or an asset its key",
    )
    person: str = Field("", max_length=1000, description="of an obligation: about whom")
    started_at: AwareDatetime | None = Field(None, description="of an obligation: when it began")
    day: date | None = Field(
        None, description="of a period, a goal, the credit of a channel: a day in it"
    )
    member: str = Field("", max_length=1000, description="of a period: whose; empty: the team's")
    by: Literal["", "channel", "campaign", "asset"] = Field(
        "", description="of a channel's credit: what tells touches apart"
    )
    each: Literal["", "quarter", "month", "year"] = Field(
        "", description="of a channel's credit: the period; empty: under a model over all sales"
    )
    words: Words = Field(description="how one's side sees it")


class ViewIn(BaseModel):
    """How one's side sees a case."""

    model_config = ConfigDict(extra="forbid")

    words: Words


class RulingIn(BaseModel):
    """How a case ends."""

    model_config = ConfigDict(extra="forbid")

    way: Literal["marketing", "sales", "both", "done"] = Field(
        description="for whom; of a consequence, that it is done"
    )
    reasons: Words


@router.get("/disputes", response=answers(schemas.Disputes), operation_id="listDisputes")
def disputes(request: HttpRequest, which: Query[WhichDisputes]) -> Answer:
    """Cases, in the order in which they were opened: what is new stands at the end."""
    return listed(request, which, list_cases, (int,), **which.filters)


@router.post("/disputes", response=answers(schemas.Said, 409), operation_id="openDispute")
def opening(
    request: HttpRequest, dispute: DisputeIn, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Opens a case; its evidence is put together as it is seen now. About one thing there is one.

    Where there is one already, the problem's way out is its address.
    """
    by = actor(request)

    def deed() -> Answered:
        opened = open_case(_about(dispute), dispute.words, by=by)
        if opened.number is None:
            there = f"GET /api/v1/disputes/{opened.other}" if opened.other else ""
            raise _not_done(opened.refused, there)
        return _done(opened.number, "The case is open. The other side and whoever rules hear it.")

    return once(idempotency_key, _asked(request), deed, by=by)


@router.get(
    "/disputes/{int:number}", response=answers(schemas.Dispute, 404), operation_id="getDispute"
)
def one(request: HttpRequest, number: Path[Number]) -> Any:
    """A case with its evidence as it was seen, both sides' views, and the ruling."""
    found = read_case(number, by=actor(request))
    if found is None:
        raise _unknown(number)
    return found


@router.post(
    "/disputes/{int:number}/view",
    response=answers(schemas.Said, 404, 409),
    operation_id="stateView",
)
def view(
    request: HttpRequest,
    number: Path[Number],
    view: ViewIn,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Says how one's side sees a case; until the ruling it may be said anew."""
    by = actor(request)
    return _settled(request, number, lambda: state_view(number, view.words, by=by), idempotency_key)


@router.post(
    "/disputes/{int:number}/ruling",
    response=answers(schemas.Said, 404, 409),
    operation_id="ruleDispute",
)
def ruling(
    request: HttpRequest,
    number: Path[Number],
    ruling: RulingIn,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Settles a case for good, by whom the agreement names."""
    by = actor(request)
    return _settled(
        request, number, lambda: rule(number, ruling.way, ruling.reasons, by=by), idempotency_key
    )


def _settled(
    request: HttpRequest, number: int, said: Callable[[], answer.Answer], key: str | None
) -> HttpResponse:
    """What was said to a case, or why it was not done."""

    def deed() -> Answered:
        found = said()
        if found.refused:
            raise _unknown(number) if found.is_unknown else _not_done(found.refused)
        return _done(number, found.said)

    return once(key, _asked(request), deed, by=actor(request))


def _about(dispute: DisputeIn) -> About:
    at = "" if dispute.day is None else dispute.day.isoformat()
    if dispute.started_at is not None:
        at = str(int(dispute.started_at.astimezone(UTC).timestamp()))
    named = dispute.model_dump(include={"kind", "id", "person", "member", "by", "each"})
    return About(**named, at=at)


def _asked(request: HttpRequest) -> bytes:
    return f"{request.path}\n".encode() + request.body


def _done(number: int, said: str) -> Answered:
    return Answered(HTTPStatus.OK, schemas.Said(number=number, said=said).model_dump_json())


def _not_done(refused: str, way_out: str = "") -> ProblemError:
    faults = [Fault(place="", reason=refused, way_out=way_out)] if way_out else []
    return ProblemError(HTTPStatus.CONFLICT, "not-done", refused, way_out, faults)


def _unknown(number: int) -> ProblemError:
    detail = f"There is no case {number}."
    return ProblemError(HTTPStatus.NOT_FOUND, "not-found", detail, "List /api/v1/disputes.")
