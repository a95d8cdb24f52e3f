"""What the API tells: each thing with its meaning, from which its description is made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from ninja import Field, Schema
from pydantic import BeforeValidator, WithJsonSchema

from interlock.insight.instants import iso

Moment = Annotated[
    str,
    BeforeValidator(lambda value: iso(value) if isinstance(value, int) else value),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""An instant, as ISO 8601 in UTC."""


class Called(Schema):
    """Something by its key, with the name that people know it by."""

    key: str = Field(description="empty where there is none")
    name: str


class Basis(Schema):
    """What the answer comes from."""

    agreement: str = Field(description="the name of the agreement; empty before the first replay")
    version: str = Field(description="its version")
    as_of: Moment | None = Field(description="the instant as of which everything was decided")
    stale: bool = Field(
        description="what it was worked out from changed, and a whole replay is to come"
    )


class Person(Schema):
    """Where a person stands."""

    person: Called
    account: Called
    stage: Called = Field(description="the key is empty before the first stage")
    since: Moment | None = Field(description="when the person came to this stage")
    owner: Called
    source: str
    tier: Called
    fit: float = Field(description="points for who the person is")
    engagement: float = Field(description="points for what the person did, as faded by `as_of`")
    open_obligations: int = Field(description="how many promises about this person wait")
    next_due: Moment | None = Field(description="when the first of them is due")
    last_at: Moment | None = Field(description="when the person was last heard of")


class Account(Schema):
    """A company, as its facts have it."""

    key: str
    name: str
    domain: str
    industry: str
    country: str
    segment: str
    tier: str
    employees: int | None
    revenue: float | None
    created_at: Moment | None
    attributes: dict[str, Any] = Field(description="the company's own columns")


class Obligation(Schema):
    """One instance of a promise."""

    promise: Called
    person: Called
    account: Called
    owner: Called
    state: str = Field(description="open, warned, kept, kept late, broken or void")
    started_at: Moment
    due_at: Moment | None
    kept_at: Moment | None
    ended_at: Moment | None = Field(description="when it became void")
    variant: str = Field(description="the variant of the promise that it goes by")
    source: str
    tier: Called


class Decision(Schema):
    """A member decided about a lead."""

    key: str
    person: Called
    at: Moment
    kind: str = Field(
        description="accept, reject, recycle, qualify, disqualify, convert, win, lose"
    )
    reason: Called = Field(description="a reason of the agreement")
    by: Called = Field(description="the member who decided")
    opportunity: str
    source: str = Field(description="where it came from; `desk`: it was made here")


class Verdict(Schema):
    """A stay of a person at a stage."""

    person: Called
    stage: Called
    came_from: Called
    entered_at: Moment
    left_at: Moment | None = Field(description="null while it lasts")
    skipped: bool = Field(description="passed through without meeting its criterion")
    reason: Called
    by: Called = Field(description="the member who decided, where one did")


# --- why --------------------------------------------------------------------------------------


class Fact(Schema):
    """The fact that decided."""

    kind: str
    at: Moment


class Condition(Schema):
    """One part of a criterion as it stood then."""

    sentence: str
    holds: bool | None = Field(description="null where it cannot be known")
    values: dict[str, Any] = Field(description="what it read")
    joined: str = Field(description="`and` or `or`, where it is made of parts")
    parts: list[Condition]

    @staticmethod
    def resolve_values(each: Any) -> dict[str, Any]:
        """Pairs as an object, also of a because that was kept."""
        return dict(each["values"] if isinstance(each, dict) else each.values)


class ScoreLine(Schema):
    """One line of a score."""

    what: str
    points: float
    at: Moment | None


class Because(Schema):
    """Why: the clause in the version that decided, the fact, and each condition."""

    clause: str
    version: str
    says: str
    fact: Fact | None
    conditions: Condition | None
    fit: list[ScoreLine]
    engagement: list[ScoreLine]


class ExplainedVerdict(Verdict):
    """A stay with its because; `cited` is the clause that its reason names."""

    because: Because
    cited: Because | None


class Step(Schema):
    """A step of an escalation."""

    tell: str
    does: str
    at: Moment | None
    state: str = Field(description="coming, reached or never")


class WorkingDay(Schema):
    """What one day added to the clock."""

    date: date
    seconds: int
    note: str


class ExplainedObligation(Schema):
    """An obligation with its becauses and its clock."""

    promise: Called
    owed_by: str
    owner: Called
    state: str
    started_at: Moment
    due_at: Moment | None
    kept_at: Moment | None
    ended_at: Moment | None
    spent: int = Field(description="seconds that its clock ran")
    kept_by: str = Field(description="what keeps it, in words")
    went: str = Field(description="what its time went on, in words")
    started_because: Because
    timed_because: Because | None = Field(description="why a variant's time applies, if one does")
    ended_because: Because | None
    clock: list[WorkingDay]
    steps: list[Step]


class Why(Schema):
    """Every verdict about a person, each with its because."""

    key: str = Field(description="of the record that stays, if the one asked for was merged")
    name: str
    merged: list[str] = Field(description="keys of other records of the same person")
    basis: Basis
    verdicts: list[ExplainedVerdict]
    obligations: list[ExplainedObligation]
    cut: bool = Field(description="there are more, and these are the latest")


# --- pages ------------------------------------------------------------------------------------


class Page(Schema):
    """A page of a list."""

    basis: Basis
    next: str | None = Field(description="the cursor of the next page; null: this is the last")


class People(Page):
    """Some people, in order of key."""

    items: list[Person]


class Accounts(Page):
    """Some accounts, in order of key."""

    items: list[Account]


class Obligations(Page):
    """Some obligations, in order of person, promise and start."""

    items: list[Obligation]


class Decisions(Page):
    """Some decisions, in order of arrival."""

    items: list[Decision]


class Verdicts(Page):
    """Some verdicts, in order of person and entry."""

    items: list[Verdict]


Answer = Mapping[str, Any]
"""What a view gives; ninja makes it fit the declared answer."""
