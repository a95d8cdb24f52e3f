"""What an agreement is: frozen types, one per kind of clause.

`interlock.agreement.loading` makes these from a YAML file; everything else only reads them. The
YAML has the same names: a section is a field of `Agreement`, a clause's key is its `id`
(`stages.mql` is `Agreement.stages` with id `mql`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from interlock.agreement.expression import Expression
from interlock.facts.kinds import ColumnType


class Side(StrEnum):
    """Who owes and who is owed."""

    MARKETING = "marketing"
    SALES = "sales"


class TimeUnit(StrEnum):
    """What a duration is counted in.

    WORKING: seconds of open time · WORKING_DAYS: to the same point of the n-th next open day ·
    ELAPSED: seconds on the wall clock.
    """

    WORKING = "working"
    WORKING_DAYS = "working days"
    ELAPSED = "elapsed"


@dataclass(frozen=True)
class Duration:
    """How long. `amount` is seconds, or days where the unit is WORKING_DAYS; `text` as written."""

    amount: int
    unit: TimeUnit
    text: str


@dataclass(frozen=True)
class Place:
    """Where in the file a clause stands (both from 1)."""

    line: int
    column: int


@dataclass(frozen=True)
class Criterion:
    """A CEL expression over facts, checked, with its sentence in plain English."""

    text: str
    expression: Expression
    sentence: str
    place: Place


@dataclass(frozen=True)
class Party:
    """One side of the agreement: its name and who signs for it."""

    side: Side
    name: str
    signs: tuple[str, ...]


@dataclass(frozen=True)
class Calendar:
    """Working hours as data for `interlock.replay.worktime.WorkCalendar.from_dict`.

    `definition` has the keys timezone, hours, holidays, date_overrides and breaks. Holidays named
    by country and subdivision are already resolved to dates here.
    """

    id: str
    meaning: str
    definition: dict[str, object]
    place: Place


@dataclass(frozen=True)
class Term:
    """One word of the glossary, and what both teams mean by it."""

    id: str
    meaning: str
    not_: str = ""


@dataclass(frozen=True)
class Market:
    """A target market or segment."""

    id: str
    name: str
    meaning: str


@dataclass(frozen=True)
class Tier:
    """A tier of ideal customers: who belongs to it, and why they are worth it. First match wins."""

    id: str
    name: str
    meaning: str
    when: Criterion | None
    worth: str = ""


@dataclass(frozen=True)
class Persona:
    """Who buys: their problems, how they buy, what we offer them and what we say at each stage."""

    id: str
    name: str
    meaning: str
    problems: tuple[str, ...] = ()
    buying_behaviour: str = ""
    value_proposition: str = ""
    messages: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Conduct:
    """What somebody does at a stage, and the benchmark of it."""

    does: str
    benchmark: str = ""


@dataclass(frozen=True)
class Stage:
    """A named state of a lead.

    `comes_from` lists the stages that a lead may be in when it enters (`start`: in none yet);
    in the file it may be left out and is then the stage written before, or `start` for the first.
    `may_skip`: a lead may pass through it without meeting its criterion.
    `outcome`: "won", "lost" or "out" for a stage that ends the matter, else "".
    A stage without `enter` is entered only by a reason that sends leads there.
    """

    id: str
    name: str
    meaning: str
    owner: Side
    enter: Criterion | None
    comes_from: tuple[str, ...] = ()
    may_skip: bool = False
    outcome: str = ""
    buyer: Conduct | None = None
    marketing: Conduct | None = None
    sales: Conduct | None = None


@dataclass(frozen=True)
class Points:
    """Points that one criterion gives to fit."""

    id: str
    when: Criterion
    points: int


@dataclass(frozen=True)
class Fit:
    """How well a lead matches whom we want: the sum of the points, capped."""

    points: tuple[Points, ...] = ()
    cap: int | None = None


@dataclass(frozen=True)
class Engagement:
    """How alive a lead is: points per touch kind, halved every `half_life_days`."""

    points: dict[str, int] = field(default_factory=dict)
    half_life_days: float = 14.0


@dataclass(frozen=True)
class Return:
    """How a lead that a reason sent away comes back."""

    when: Criterion | None = None
    after_days: int = 0
    owner: Side = Side.MARKETING


@dataclass(frozen=True)
class Reason:
    """A reason for a decision: what it cites, and where it sends the lead.

    `for_` are the decisions that it may be given with (reject, disqualify, recycle);
    `cites` is the clause that the lead is said not to meet; `goes_to` the stage it sends it to.
    """

    id: str
    name: str
    for_: tuple[str, ...]
    goes_to: str
    cites: str = ""
    returns: Return | None = None


@dataclass(frozen=True)
class Start:
    """When an obligation starts: on entering a stage, or at a fact that meets a criterion."""

    enters: str = ""
    when: Criterion | None = None


@dataclass(frozen=True)
class Variant:
    """Another budget for some leads. First match wins."""

    id: str
    when: Criterion
    within: Duration


@dataclass(frozen=True)
class Escalation:
    """What follows, and when: a share of the budget (1.0 = at the deadline)."""

    at: float
    tell: str
    does: str = ""


@dataclass(frozen=True)
class EventPromise:
    """One side does something within a time after something happened to a lead."""

    id: str
    name: str
    says: str
    owed_by: Side
    owed_to: Side
    starts: Start
    kept_by: Criterion
    within: Duration
    calendar: str
    pauses_while: Criterion | None = None
    void_when: Criterion | None = None
    warn_at: float | None = None
    variants: tuple[Variant, ...] = ()
    escalation: tuple[Escalation, ...] = ()
    place: Place = Place(1, 1)


@dataclass(frozen=True)
class PeriodPromise:
    """One side brings a number each period.

    `measure`: stage entries (`enters: sal`), or a rate of two stages (`enters`/`out_of`), or a sum
    of opportunity amounts (`sum: opportunity.amount`). `target` is a count, a share (0.4) or money.
    """

    id: str
    name: str
    says: str
    owed_by: Side
    owed_to: Side
    each: str
    target: float
    enters: str = ""
    out_of: str = ""
    sum: str = ""
    when: Criterion | None = None
    per: str = "team"
    place: Place = Place(1, 1)


@dataclass(frozen=True)
class Goal:
    """A number that both sides want together."""

    id: str
    name: str
    meaning: str
    target: float
    unit: str
    by: date | None = None


@dataclass(frozen=True)
class RaciRow:
    """Who is responsible, accountable, consulted and informed for one activity."""

    id: str
    activity: str
    responsible: tuple[str, ...]
    accountable: tuple[str, ...]
    consulted: tuple[str, ...] = ()
    informed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """A rule of engagement or of disengagement, in words."""

    id: str
    says: str
    owner: str = ""
    within: Duration | None = None


@dataclass(frozen=True)
class Meeting:
    """A meeting that both teams keep."""

    id: str
    name: str
    every: str
    called_by: str
    agenda: tuple[str, ...] = ()
    attends: tuple[str, ...] = ()


@dataclass(frozen=True)
class Agreement:
    """The whole text. Clauses keep the order of the file; `at("stages.mql")` finds one."""

    name: str
    version: str
    in_force_from: date
    review_by: date | None
    parties: tuple[Party, ...]
    calendars: tuple[Calendar, ...]
    glossary: tuple[Term, ...] = ()
    markets: tuple[Market, ...] = ()
    tiers: tuple[Tier, ...] = ()
    personas: tuple[Persona, ...] = ()
    attributes: dict[str, dict[str, ColumnType]] = field(default_factory=dict)
    fit: Fit = Fit()
    engagement: Engagement = Engagement()
    stages: tuple[Stage, ...] = ()
    reasons: tuple[Reason, ...] = ()
    promises: tuple[EventPromise | PeriodPromise, ...] = ()
    goals: tuple[Goal, ...] = ()
    raci: tuple[RaciRow, ...] = ()
    rules_of_engagement: tuple[Rule, ...] = ()
    rules_of_disengagement: tuple[Rule, ...] = ()
    cadence: tuple[Meeting, ...] = ()
    source: str = ""

    @cached_property
    def event_promises(self) -> tuple[EventPromise, ...]:
        """The promises with a clock on one lead each."""
        return tuple(p for p in self.promises if isinstance(p, EventPromise))

    @cached_property
    def period_promises(self) -> tuple[PeriodPromise, ...]:
        """The promises of a number per period."""
        return tuple(p for p in self.promises if isinstance(p, PeriodPromise))

    def stage(self, id: str) -> Stage | None:
        """The stage of that id, or None."""
        return next((stage for stage in self.stages if stage.id == id), None)
