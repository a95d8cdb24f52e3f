"""The kinds of fact and their column contracts.

A kind is what one imported row may become; its contract says which columns the row has, of which
type, and which of them must be there. Everything that reads or writes facts (import, store, index,
criteria, reference page) reads these tables and states no column a second time.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ColumnType(StrEnum):
    """What a value of a column is, and how it is held.

    TEXT str · INTEGER int64 · NUMBER float64 · FLAG bool · INSTANT int64 seconds UTC ·
    MONEY int64 minor units of the row's `currency` · CHOICE one of the column's `choices`.
    """

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    FLAG = "flag"
    INSTANT = "instant"
    MONEY = "money"
    CHOICE = "choice"


@dataclass(frozen=True)
class Column:
    """One column of a contract. `least`: the smallest whole number that it takes."""

    name: str
    type: ColumnType
    meaning: str
    required: bool = False
    choices: tuple[str, ...] = ()
    refers_to: str | None = None
    default: str | bool | None = None
    least: int | None = None


@dataclass(frozen=True)
class Kind:
    """One kind of fact: its contract.

    `at` names the column that says when the fact happened. `versioned` kinds describe something
    that lasts: a changed row is a later version of it and both count, each in its time. Rows of
    the other kinds happened once: a changed row corrects the earlier one.
    """

    name: str
    meaning: str
    columns: tuple[Column, ...]
    at: str | None
    versioned: bool = False

    def column(self, name: str) -> Column | None:
        """The column of that name, or None."""
        return next((column for column in self.columns if column.name == name), None)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns that every row must fill."""
        return tuple(column.name for column in self.columns if column.required)


TEXT, INTEGER, NUMBER, FLAG, INSTANT, MONEY, CHOICE = ColumnType

SIDES = ("marketing", "sales", "leadership", "operations", "product")
ACTIVITY_KINDS = ("call", "email", "meeting", "message", "visit", "task", "note")
DECISION_KINDS = (
    "accept",
    "reject",
    "recycle",
    "qualify",
    "disqualify",
    "convert",
    "win",
    "lose",
)
OPPORTUNITY_STATUSES = ("open", "won", "lost")

_ID = Column("id", TEXT, "identifies the record among all of its kind", required=True)
_CURRENCY = Column("currency", TEXT, "ISO 4217 code of the row's money", default="EUR")
_SOURCE = Column("source", TEXT, "where the lead came from, in the company's own words")


def _refers(kind: str, meaning: str, *, required: bool = False) -> Column:
    return Column(kind, TEXT, meaning, required=required, refers_to=kind)


def _happened(name: str, meaning: str, *, required: bool = True) -> Column:
    return Column(name, INSTANT, meaning, required=required)


PERSON = Kind(
    "person",
    "somebody on the buyer's side; at a stage, a lead",
    (
        _ID,
        _happened("created_at", "when the person became known"),
        _happened("updated_at", "when this version of the person became true", required=False),
        Column("name", TEXT, "the person's name"),
        Column("email", TEXT, "e-mail address"),
        Column("phone", TEXT, "phone number"),
        Column("title", TEXT, "job title"),
        Column("seniority", TEXT, "level in the company's own words"),
        Column("persona", TEXT, "which of the agreement's personas the person is"),
        Column("country", TEXT, "country, as the company writes it"),
        _SOURCE,
        _refers("account", "the account that the person belongs to"),
        _refers("campaign", "the campaign that brought the person"),
        Column("lead_status", TEXT, "the status that the CRM shows"),
    ),
    at="created_at",
    versioned=True,
)

ACCOUNT = Kind(
    "account",
    "a company that buys or could",
    (
        _ID,
        _happened("created_at", "when the account became known", required=False),
        _happened("updated_at", "when this version of the account became true", required=False),
        Column("name", TEXT, "the company's name"),
        Column("domain", TEXT, "web domain"),
        Column("industry", TEXT, "industry, in the company's own words"),
        Column("country", TEXT, "country, as the company writes it"),
        Column("segment", TEXT, "market or segment"),
        Column("tier", TEXT, "priority tier that both teams work by"),
        Column("employees", INTEGER, "number of employees"),
        Column("revenue", NUMBER, "yearly revenue, in the unit of the export"),
    ),
    at="created_at",
    versioned=True,
)

OPPORTUNITY = Kind(
    "opportunity",
    "a possible sale",
    (
        _ID,
        _happened("created_at", "when it was opened"),
        _happened("closed_at", "when it was won or lost", required=False),
        Column("status", CHOICE, "open, won or lost", choices=OPPORTUNITY_STATUSES, default="open"),
        Column("stage", TEXT, "the stage that the CRM shows"),
        Column("name", TEXT, "what the CRM calls it"),
        Column("amount", MONEY, "value of the sale"),
        _CURRENCY,
        _refers("person", "the main contact"),
        _refers("account", "the account that would buy"),
        _refers("campaign", "the campaign credited by the CRM"),
        _refers("member", "who owns the opportunity"),
    ),
    at="created_at",
)

CONTACT_ROLE = Kind(
    "contact_role",
    "a person's part in an opportunity, beside its main contact",
    (
        _ID,
        _refers("opportunity", "the opportunity", required=True),
        _refers("person", "the person", required=True),
        Column("role", TEXT, "decision maker, user, champion…"),
    ),
    at=None,
)

TOUCH = Kind(
    "touch",
    "a person met our marketing",
    (
        _ID,
        _refers("person", "who", required=True),
        _happened("at", "when it happened"),
        Column("kind", TEXT, "form, visit, webinar, email_click…", required=True),
        Column("channel", TEXT, "the channel that it came through"),
        _refers("campaign", "the campaign that it belongs to"),
        _refers("asset", "the page, paper or recording"),
    ),
    at="at",
)

ACTIVITY = Kind(
    "activity",
    "one of us acted toward a buyer",
    (
        _ID,
        _refers("person", "toward whom", required=True),
        _happened("at", "when it happened"),
        Column("kind", CHOICE, "what was done", required=True, choices=ACTIVITY_KINDS),
        Column(
            "direction",
            CHOICE,
            "outbound: from us; inbound: from the buyer",
            choices=("outbound", "inbound"),
            default="outbound",
        ),
        Column("human", FLAG, "done by a person, not by a machine", default=True),
        Column("result", TEXT, "connected, no answer, bounced…"),
        Column("subject", TEXT, "subject line"),
        _refers("member", "who acted"),
        _refers("opportunity", "the opportunity that it concerned"),
    ),
    at="at",
)

DECISION = Kind(
    "decision",
    "a member decided about a lead",
    (
        _ID,
        _refers("person", "about whom", required=True),
        _happened("at", "when it was decided"),
        Column("kind", CHOICE, "what was decided", required=True, choices=DECISION_KINDS),
        Column("reason", TEXT, "why: a reason of the agreement"),
        _refers("member", "who decided"),
        _refers("opportunity", "the opportunity that came of it or was closed"),
    ),
    at="at",
)

ASSIGNMENT = Kind(
    "assignment",
    "a lead was given to a member or to a queue",
    (
        _ID,
        _refers("person", "which lead", required=True),
        _happened("at", "when"),
        _refers("member", "to whom; empty: to a queue"),
        Column("queue", TEXT, "the queue, where no member has it yet"),
    ),
    at="at",
)

MERGE = Kind(
    "merge",
    "two records turned out to be one person",
    (
        _ID,
        _refers("person", "the record that goes", required=True),
        Column("into", TEXT, "the record that stays", required=True, refers_to="person"),
        _happened("at", "when they were merged"),
        _refers("member", "who merged them"),
    ),
    at="at",
)

CAMPAIGN = Kind(
    "campaign",
    "a planned effort of marketing",
    (
        _ID,
        Column("name", TEXT, "its name", required=True),
        Column("kind", TEXT, "webinar, trade show, email…"),
        Column("channel", TEXT, "the channel that it runs on"),
        Column("status", TEXT, "planned, running, done…"),
        _happened("starts_at", "first day", required=False),
        _happened("ends_at", "last day", required=False),
        Column("expected_revenue", MONEY, "what marketing expects it to bring"),
        Column("budget", MONEY, "what it may cost"),
        _CURRENCY,
    ),
    at="starts_at",
)

CAMPAIGN_COST = Kind(
    "campaign_cost",
    "money spent on a campaign",
    (
        _ID,
        _refers("campaign", "the campaign", required=True),
        _happened("at", "when it was spent"),
        Column("amount", MONEY, "how much", required=True),
        _CURRENCY,
    ),
    at="at",
)

ASSET = Kind(
    "asset",
    "a piece of content",
    (
        _ID,
        Column("name", TEXT, "its title", required=True),
        Column("kind", TEXT, "landing page, white paper, recording…"),
        Column("url", TEXT, "where it lies"),
        _refers("campaign", "the campaign that it was made for"),
    ),
    at=None,
)

MEMBER = Kind(
    "member",
    "one of us",
    (
        _ID,
        Column("name", TEXT, "the member's name", required=True),
        Column("email", TEXT, "e-mail address; the one that signs in"),
        Column("side", CHOICE, "which side the member is on", choices=SIDES, default="sales"),
        Column("role", TEXT, "SDR, AE, campaign manager…"),
        Column("team", TEXT, "team or office"),
        Column("manager", TEXT, "the member that this one reports to", refers_to="member"),
        Column("calendar", TEXT, "the agreement's calendar that the member works by"),
        Column("capacity", INTEGER, "how many leads the member can work on in a week", least=0),
    ),
    at=None,
)

ABSENCE = Kind(
    "absence",
    "a member was away, or will be: the member's working time without it",
    (
        _ID,
        _refers("member", "who", required=True),
        _happened("starts_at", "the first instant of it"),
        _happened("ends_at", "when the member is back; empty: not known yet", required=False),
        Column("reason", TEXT, "holiday, illness, training…"),
    ),
    at="starts_at",
)

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        MEMBER,
        ABSENCE,
        CAMPAIGN,
        CAMPAIGN_COST,
        ASSET,
        ACCOUNT,
        PERSON,
        OPPORTUNITY,
        CONTACT_ROLE,
        TOUCH,
        ASSIGNMENT,
        ACTIVITY,
        DECISION,
        MERGE,
    )
}
"""Every kind by name, in the order in which facts of one second are ranked."""
