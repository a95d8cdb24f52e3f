"""What the API tells of disputes. What a case was opened on is told as it was kept."""

from __future__ import annotations

from typing import Any

from ninja import Field, Schema

from interlock.api.schemas import Basis, Because, Called, Moment, Page


class DisputeLine(Schema):
    """A case in a list."""

    number: int
    kind: str = Field(
        description="challenge, obligation, period, goal, credit (of a sale), channel (the credit "
        "of a channel, a campaign or an asset); or consequence: agreed before"
    )
    title: str
    clause: str
    side: str = Field(description="whose it is; empty of a consequence")
    opened_by: str
    opened_at: Moment
    due_at: Moment = Field(description="by when it is to be settled")
    is_late: bool
    owner: str = Field(description="who sees to a consequence")
    silent: list[str] = Field(description="the sides that have not said yet how they see it")
    ruled_for: str = Field(description="marketing, sales, both or done; empty while it is open")
    ruled_at: Moment | None


class Disputes(Page):
    """Some cases, in the order in which they were opened."""

    items: list[DisputeLine]


class SideView(Schema):
    """How a side sees it."""

    side: str
    words: str = Field(description="empty where it has not said yet")
    by: str
    at: Moment | None


class Precedent(Schema):
    """What was ruled on the same clause."""

    number: int
    title: str
    ruled_for: str
    reasons: str
    by: str
    at: Moment
    wording: str = Field(description="the clause's sentence as it counted then")


class Line(Schema):
    """One thing that there was to see: a text or an instant."""

    label: str
    text: str = ""
    at: Moment | None = None


class ClauseThen(Schema):
    """The clause as it counted then."""

    path: str
    title: str = ""
    sentence: str
    written: str = ""
    version: str = ""


class AskedWhy(Schema):
    """One because of the verdict."""

    question: str
    because: Because


class Happened(Schema):
    """One entry of the person's timeline."""

    at: Moment
    what: str
    by: str
    more: str


class Counted(Schema):
    """One record that a number counted."""

    person: str
    name: str
    at: Moment
    kind: str
    weight: float


class TouchBecause(Schema):
    """What a touch earned, with the formula."""

    milestones: list[str]
    formula: str
    rounding: str
    amount: int = Field(description="in the smallest unit of the currency")


class CreditedTouch(Schema):
    """One touch before a sale."""

    at: Moment
    person: Called
    kind: str
    channel: str
    campaign: str
    because: TouchBecause | None = Field(description="null where the model weighs channels")


class Credit(Schema):
    """How a sale was shared out."""

    amount: int = Field(description="in the smallest unit of the currency")
    currency: str
    digits: int = Field(description="decimal digits of that unit")
    formula: str = Field(description="how the touches' formulas are to be read")
    touches: list[CreditedTouch]
    left: int = Field(description="how many earlier touches were left out")
    left_amount: int = Field(description="what those earned")


class CreditedSale(Schema):
    """What a channel earned of one sale, in the smallest unit of the currency."""

    key: str
    name: str
    won_at: Moment
    amount: int
    brought: int = Field(description="what the whole sale brought")
    share: float = Field(description="amount / brought")


class FormulaStep(Schema):
    """A number of a formula, worked out."""

    what: str
    formula: str


class EarnedBefore(Schema):
    """What the channel earned in the period before."""

    label: str
    amount: int
    brought: int


class Otherwise(Schema):
    """What the channel would have earned under another model."""

    model: str
    amount: int


class Earned(Schema):
    """What a channel earned; amounts in the smallest unit of the currency."""

    by: str = Field(description="channel, campaign or asset")
    channel: str
    each: str = Field(description="quarter, month or year; empty: of all sales")
    day: str = Field(description="the first day of the period; empty: of all sales")
    amount: int
    brought: int = Field(description="what all sales of the period brought")
    currency: str
    digits: int = Field(description="decimal digits of that unit")
    model: str
    formula: str
    rounding: str = Field(description="how the formula's value became the amount; empty: it is it")
    steps: list[FormulaStep] = Field(description="of a model that weighs channels as a whole")
    sales: list[CreditedSale] = Field(description="the biggest parts first")
    left: int = Field(description="how many smaller parts were left out")
    left_amount: int = Field(description="what those come to")
    before: EarnedBefore | None
    others: list[Otherwise] = Field(description="empty where there were too many sales to tell")


class Evidence(Schema):
    """What the case was opened on, as it was seen then."""

    as_of: Moment | None
    link: str = Field(description="the page where it stands as it is now")
    lines: list[Line]
    clause: ClauseThen
    whys: list[AskedWhy] = Field(default_factory=list)
    timeline: list[Happened] = Field(default_factory=list)
    timeline_left: int = 0
    records: list[Counted] = Field(default_factory=list)
    records_left: int = 0
    credit: Credit | None = None
    earned: Earned | None = None
    similar: list[Precedent] = Field(default_factory=list)


class Dispute(Schema):
    """A case with its evidence, the views and the ruling."""

    basis: Basis
    number: int
    kind: str
    title: str
    clause: str
    wording: str = Field(description="the clause's sentence as it counted then")
    person: str
    side: str
    opened_by: str
    opened_at: Moment
    due_at: Moment
    heard_until: Moment = Field(description="until when a silent side is waited for")
    is_late: bool
    owner: str
    called: str = Field(description="who settles it, as the agreement calls them")
    named_in: str = Field(description="the clause that says so; or empty")
    views: list[SideView]
    kept_from: str = Field(description="why whoever asks cannot settle it now; empty: they can")
    evidence: Evidence
    has_changed: bool = Field(description="the credit in question comes out otherwise by now")
    comes_to: int | None = Field(
        description="to what a channel's credit that has changed comes by now, in the smallest unit"
    )
    is_reworded: bool = Field(description="the clause says something else by now")
    before: list[Precedent] = Field(description="what was ruled on the clause by now")
    ruled_for: str
    reasons: str
    ruled_by: str
    ruled_at: Moment | None

    @staticmethod
    def resolve_evidence(each: Any) -> Any:
        """What was shown."""
        return each.shown

    @staticmethod
    def resolve_before(each: Any) -> Any:
        """The rulings alone."""
        return each.before.rulings


class Said(Schema):
    """What was done, in words, and the case."""

    number: int
    said: str
