"""What the API tells of leads: lists by page, and the because of one person."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Path, Query, Router

from interlock.api import schemas
from interlock.api.auth import actor
from interlock.api.paging import Paged, Text, listed
from interlock.api.problems import ProblemError, answers
from interlock.operations.list_accounts import list_accounts
from interlock.operations.list_decisions import list_decisions
from interlock.operations.list_obligations import list_obligations
from interlock.operations.list_people import list_people
from interlock.operations.list_verdicts import list_verdicts
from interlock.operations.permissions import Action, require
from interlock.operations.read_people import PeopleFilters
from interlock.operations.read_person import PersonPage, read_person
from interlock.operations.reading import Filters

router = Router()

Key = Annotated[str, Field(min_length=1, max_length=1000)]


class WhichPeople(Paged):
    """Which people. A filter that is left out filters nothing; an empty one: who has none."""

    search: Text = Field("", description="every word occurs in name, account, key or e-mail")
    stage: Text = Field(None, description="the key of a stage")
    owner: Text = Field(None, description="the key of a member")
    source: Text = None
    tier: Text = None


class WhichAccounts(Paged):
    """Which accounts."""

    tier: Text = None
    segment: Text = None
    domain: Text = None


class WhichObligations(Paged):
    """Which obligations."""

    side: Text = Field(None, description="who owes: marketing or sales")
    promise: Text = Field(None, description="the id of a promise")
    person: Text = Field(None, description="the key of a person")
    state: Text = Field(None, description="open, warned, kept, kept late, broken or void")
    owner: Text = Field(None, description="the key of a member")
    source: Text = None
    tier: Text = None


class WhichDecisions(Paged):
    """Which decisions."""

    person: Text = Field(None, description="the key of a person")
    kind: Text = Field(None, description="accept, reject…")
    member: Text = Field(None, description="the key of the member who decided")


class WhichVerdicts(Paged):
    """Which verdicts."""

    person: Text = Field(None, description="the key of a person")
    stage: Text = Field(None, description="the key of a stage")
    present: bool | None = Field(None, description="only stays that last, or only ended ones")


@router.get("/people", response=answers(schemas.People), operation_id="listPeople")
def people(request: HttpRequest, which: Query[WhichPeople]) -> schemas.Answer:
    """People and where they stand, in order of key."""
    filters = PeopleFilters(which.search or "", which.stage, which.owner, which.source, which.tier)
    return listed(request, which, list_people, (str,), filters=filters)


@router.get("/people/{path:key}/because", response=answers(schemas.Why, 404), operation_id="why")
def because(request: HttpRequest, key: Path[Key]) -> schemas.Answer:
    """Why a person stands there: every verdict with its clause, its fact and its conditions."""
    require(actor(request), Action.READ)
    return _why(_known(key))


@router.get("/people/{path:key}", response=answers(schemas.Person, 404), operation_id="getPerson")
def person(request: HttpRequest, key: Path[Key]) -> Any:
    """Where one person stands. The key of a record that was merged finds the one that stays."""
    require(actor(request), Action.READ)
    row = _known(key).row
    if row is None:
        raise _nobody(key)
    return row


@router.get("/accounts", response=answers(schemas.Accounts), operation_id="listAccounts")
def accounts(request: HttpRequest, which: Query[WhichAccounts]) -> schemas.Answer:
    """Accounts as their facts have them, in order of key."""
    return listed(request, which, list_accounts, (str,), **which.filters)


@router.get("/obligations", response=answers(schemas.Obligations), operation_id="listObligations")
def obligations(request: HttpRequest, which: Query[WhichObligations]) -> schemas.Answer:
    """What was owed, whatever became of it, in order of person, promise and start."""
    filters = Filters(which.owner, which.source, which.tier, state=which.state)
    whose = {"side": which.side, "promise": which.promise, "person": which.person}
    return listed(request, which, list_obligations, (str, str, int), filters=filters, **whose)


@router.get("/decisions", response=answers(schemas.Decisions), operation_id="listDecisions")
def decisions(request: HttpRequest, which: Query[WhichDecisions]) -> schemas.Answer:
    """What members decided, in order of arrival: what is new stands at the end."""
    return listed(request, which, list_decisions, (int,), **which.filters)


@router.get("/verdicts", response=answers(schemas.Verdicts), operation_id="listVerdicts")
def verdicts(request: HttpRequest, which: Query[WhichVerdicts]) -> schemas.Answer:
    """Every stay of a person at a stage, in order of person and entry."""
    return listed(request, which, list_verdicts, (str, int, str), **which.filters)


def _known(key: str) -> PersonPage:
    page = read_person(key)
    if not page.name:
        raise _nobody(key)
    return page


def _nobody(key: str) -> ProblemError:
    return ProblemError(
        HTTPStatus.NOT_FOUND, "not-found", f"Nobody has the key {key}.", "List /api/v1/people."
    )


def _why(page: PersonPage) -> schemas.Answer:
    who = {"key": page.key, "name": page.name}
    return {
        **who,
        "merged": page.merged,
        "basis": page.basis,
        "verdicts": [
            {**{n: getattr(each, n) for n in _OF_A_VISIT}, "person": who} for each in page.visits
        ],
        "obligations": page.obligations,
        "cut": page.cut,
    }


_OF_A_VISIT = tuple(set(schemas.ExplainedVerdict.model_fields) - {"person"})
