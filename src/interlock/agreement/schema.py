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
from typing import Annotated
from zoneinfo import ZoneInfo

from interlock.agreement.attribution import Attribution
from interlock.agreement.cadence import Meeting
from interlock.agreement.criterion import TOP, Criterion, Place
from interlock.agreement.goals import Goal, Indicator, Metrics
from interlock.agreement.key import Key
from interlock.agreement.missed import Missed
from interlock.agreement.periods import PERIODS
from interlock.agreement.raci import RaciRow
from interlock.agreement.routing import Routing
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
class Party:
    """One side of the agreement: its name, who signs for it and whom the other side turns to."""

    side: Annotated[Side, Key("the side")]
    name: Annotated[str, Key("what the team is called")]
    signs: Annotated[tuple[str, ...], Key("who signs for it")]
    contact: Annotated[str, Key("the point of contact for the other side")] = ""
    deputy: Annotated[str, Key("who stands in while the point of contact is away")] = ""


@dataclass(frozen=True)
class Calendar:
    """Working hours as data for `interlock.replay.worktime.WorkCalendar.from_dict`.

    `definition` has the keys timezone, hours, holidays, date_overrides and breaks. Holidays named
    by country and subdivision are already resolved to dates here; `years` are the first and the
    last year for which they are known, or None where no country is named; `closed_on` says in words
    whose they are, "" where none is.
    """

    id: str
    meaning: str
    definition: dict[str, object]
    place: Place
    years: tuple[int, int] | None = None
    closed_on: str = ""


@dataclass(frozen=True)
class Term:
    """One word of the glossary, and what both teams mean by it."""

    id: str
    meaning: Annotated[str, Key("what both teams mean by the word")]
    not_: Annotated[str, Key("what it does not mean")] = ""


@dataclass(frozen=True)
class Market:
    """A target market or segment."""

    id: str
    name: Annotated[str, Key("its name")]
    meaning: Annotated[str, Key("who belongs to it")]


@dataclass(frozen=True)
class Tier:
    """A tier of ideal customers: who belongs to it, and why they are worth it. First match wins."""

    id: str
    name: Annotated[str, Key("its name")]
    meaning: Annotated[str, Key("who belongs to it, in words")]
    when: Annotated[Criterion | None, Key("who belongs to it; asks for person and account only")]
    worth: Annotated[str, Key("why both teams work it first")] = ""


@dataclass(frozen=True)
class Persona:
    """Who buys: their problems, how they buy, what we offer them and what we say at each stage."""

    id: str
    name: Annotated[str, Key("what the two teams call them")]
    meaning: Annotated[str, Key("who they are and what they decide")]
    problems: Annotated[tuple[str, ...], Key("what keeps them awake that we can solve")] = ()
    buying_behaviour: Annotated[str, Key("how they find, compare and decide")] = ""
    value_proposition: Annotated[str, Key("what we offer them")] = ""
    messages: Annotated[dict[str, str], Key("what we say to them, by stage")] = field(
        default_factory=dict
    )


@dataclass(frozen=True)
class Conduct:
    """What somebody does at a stage, and the benchmark of it."""

    does: Annotated[str, Key("what they do at this stage")]
    benchmark: Annotated[str, Key("the number or habit that shows that it is done")] = ""


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
    name: Annotated[str, Key("its name")]
    meaning: Annotated[str, Key("the one written meaning that both teams agreed", optional=True)]
    owner: Annotated[Side, Key("the side that owns the lead while it is here")]
    enter: Annotated[
        Criterion | None, Key("what has to be so for a lead to enter; left out: by a reason")
    ]
    comes_from: Annotated[
        tuple[str, ...],
        Key("stages that a lead may come from; `start` for none; left out: the stage before"),
    ] = ()
    may_skip: Annotated[
        bool, Key("whether a lead may pass through without meeting the condition")
    ] = False
    outcome: Annotated[
        str, Key("how the matter ended, for a stage that ends it", choices=("won", "lost", "out"))
    ] = ""
    buyer: Annotated[Conduct | None, Key("what the buyer does here")] = None
    marketing: Annotated[Conduct | None, Key("what marketing does here")] = None
    sales: Annotated[Conduct | None, Key("what sales does here")] = None


@dataclass(frozen=True)
class Points:
    """Points that one criterion gives to fit."""

    id: str
    when: Annotated[Criterion, Key("which leads; asks for person and account only")]
    points: Annotated[int, Key("points that it gives; negative ones take away")]


@dataclass(frozen=True)
class Fit:
    """How well a lead matches whom we want: the sum of the points, capped."""

    points: Annotated[tuple[Points, ...], Key("conditions and the points that each gives")] = ()
    cap: Annotated[int | None, Key("the most that the sum can be", least=0)] = None


@dataclass(frozen=True)
class Engagement:
    """How alive a lead is: points per touch kind, halved every `half_life_days`."""

    points: Annotated[dict[str, int], Key("points that a touch of each kind gives")] = field(
        default_factory=dict
    )
    half_life_days: Annotated[float, Key("days after which points count half", least=0.01)] = 14.0


@dataclass(frozen=True)
class Return:
    """How a lead that a reason sent away comes back."""

    when: Annotated[Criterion | None, Key("what has to be so for the lead to come back")] = None
    after_days: Annotated[int, Key("days that it stays away at least", least=0)] = 0
    owner: Annotated[Side, Key("the side that sees to it")] = Side.MARKETING


@dataclass(frozen=True)
class Reason:
    """A reason for a decision: what it cites, and where it sends the lead.

    `for_` are the decisions that it may be given with (reject, disqualify, recycle);
    `cites` is the clause that the lead is said not to meet; `goes_to` the stage it sends it to.
    """

    id: str
    name: Annotated[str, Key("what the person who decides chooses")]
    for_: Annotated[
        tuple[str, ...],
        Key("decisions that it may be given with", choices=("reject", "disqualify", "recycle")),
    ]
    goes_to: Annotated[str, Key("the stage that the lead goes to")]
    cites: Annotated[str, Key("the clause that the lead does not meet, such as `stages.mql`")] = ""
    returns: Annotated[Return | None, Key("how the lead comes back")] = None


@dataclass(frozen=True)
class Start:
    """When an obligation starts: on entering a stage, or at a fact that meets a criterion."""

    enters: Annotated[str, Key("a stage: the time starts when a lead enters it")] = ""
    when: Annotated[
        Criterion | None,
        Key("the time starts at each fact that meets it, or whenever the lead comes to"),
    ] = None


@dataclass(frozen=True)
class Variant:
    """Another budget for some leads. First match wins."""

    id: str
    when: Annotated[Criterion, Key("which leads it is for")]
    within: Annotated[Duration, Key("the time for them")]


@dataclass(frozen=True)
class Escalation:
    """What follows, and when: a share of the budget (1.0 = at the deadline)."""

    at: Annotated[float, Key("share of the time passed: 0.5, or 1.0 at the deadline", least=0)]
    tell: Annotated[str, Key("who is told")]
    does: Annotated[str, Key("what they do then")] = ""
    also_outside_hours: Annotated[
        bool, Key("whether they are told outside their working hours, too")
    ] = False


@dataclass(frozen=True)
class Delays:
    """Which side answers for each part of the time until a promise is kept."""

    detection: Annotated[
        Side | None, Key("until we knew what started it; left out: who relies on it")
    ] = None
    assignment: Annotated[
        Side | None,
        Key(
            "from then until one who owes it, and was not away, had it; left out: who relies on it"
        ),
    ] = None
    acceptance: Annotated[
        Side | None, Key("from then until it was accepted; left out: who promises")
    ] = None
    reaction: Annotated[
        Side | None, Key("from then until the promise was kept; left out: who promises")
    ] = None


@dataclass(frozen=True)
class EventPromise:
    """One side does something within a time after something happened to a lead."""

    id: str
    name: Annotated[str, Key("what both teams call it")]
    says: Annotated[str, Key("the promise in their own words")]
    owed_by: Annotated[Side, Key("the side that promises")]
    owed_to: Annotated[Side, Key("the side that relies on it")]
    starts: Annotated[Start, Key("when the time starts")]
    kept_by: Annotated[
        Criterion,
        Key("the first fact that meets it keeps the promise; counts begin with the clock"),
    ]
    within: Annotated[Duration, Key("how long it may take")]
    calendar: Annotated[str, Key("the calendar whose working time counts")]
    pauses_while: Annotated[Criterion | None, Key("while it holds, the time stands still")] = None
    void_when: Annotated[Criterion | None, Key("once it holds, nothing is owed any more")] = None
    warn_at: Annotated[
        float | None, Key("share of the time after which the owner is warned", least=0, most=1)
    ] = None
    variants: Annotated[
        tuple[Variant, ...], Key("other times for some leads; the first that matches counts")
    ] = ()
    escalation: Annotated[tuple[Escalation, ...], Key("what follows, in order of time")] = ()
    delays: Annotated[Delays, Key("which side answers for which part of the time")] = Delays()
    place: Place = TOP


@dataclass(frozen=True)
class PeriodPromise:
    """One side brings a number each period.

    What is measured is one of: leads that enter a stage (`enters: sal`), the rate of those that
    entered another (`enters` and `out_of`), opportunity amounts (`sum: opportunity.amount`), facts
    that meet a criterion (`counts`), the share of an event promise kept in time (`keeps`).
    `target` is a count, a share (0.4) or money.
    """

    id: str
    name: Annotated[str, Key("what both teams call it")]
    says: Annotated[str, Key("the promise in their own words")]
    owed_by: Annotated[Side, Key("the side that promises")]
    owed_to: Annotated[Side, Key("the side that relies on it")]
    each: Annotated[str, Key("the period", choices=PERIODS)]
    target: Annotated[float, Key("a count, a share (0.4 or 40 %) or whole money", least=0)]
    enters: Annotated[str, Key("a stage: leads that enter it are counted")] = ""
    out_of: Annotated[str, Key("a stage: the rate of those that entered it")] = ""
    sum: Annotated[
        str, Key("an amount to add up instead of counting", choices=("opportunity.amount",))
    ] = ""
    counts: Annotated[Criterion | None, Key("facts that meet it are counted")] = None
    keeps: Annotated[str, Key("an event promise: the share of it that was kept in time")] = ""
    when: Annotated[Criterion | None, Key("which leads count")] = None
    calendar: Annotated[
        str, Key("the calendar of its pace and its zone; left out: the first one")
    ] = ""
    per: Annotated[str, Key("whose target it is", choices=("team", "member"))] = "team"
    place: Place = TOP

    @property
    def path(self) -> str:
        """The path of its clause."""
        return f"promises.{self.id}"

    @property
    def is_rate(self) -> bool:
        """Whether the target is a share of something, and not a number that adds up."""
        return bool(self.out_of or self.keeps)


RULED = ("campaigns",)
"""What a rule of engagement may govern."""


@dataclass(frozen=True)
class Rule:
    """A rule of engagement or of disengagement, in words.

    With `when_missed`, a rule of disengagement is opened as a case by itself when that comes.
    """

    id: str
    says: Annotated[str, Key("the rule")]
    owner: Annotated[str, Key("who sees to it")] = ""
    within: Annotated[Duration | None, Key("how soon")] = None
    governs: Annotated[
        str,
        Key(
            "what Interlock goes by this rule for, if anything: of engagement `campaigns`, how "
            "long before its first day a campaign is announced",
            choices=RULED,
        ),
    ] = ""
    when_missed: Annotated[
        Missed | None, Key("what has to be missed for it to follow by itself, as a case")
    ] = None


@dataclass(frozen=True)
class Agreement:
    """The whole text. Clauses keep the order of the file; `at("stages.mql")` finds one."""

    name: Annotated[str, Key("what the agreement is called")]
    version: Annotated[str, Key("its version: a change is a new one")]
    in_force_from: Annotated[date, Key("the first day on which it counts")]
    review_by: Annotated[date | None, Key("the day by which both teams look at it again")]
    parties: Annotated[tuple[Party, ...], Key("both sides, and who signs for them")]
    calendars: Annotated[tuple[Calendar, ...], Key("working hours, by name")]
    expires_on: Annotated[
        date | None, Key("the last day for which it was agreed; left out: until it is replaced")
    ] = None
    when_it_expires: Annotated[
        str,
        Key(
            "what holds after that day where nothing was renewed: it `stays` in force until "
            "another takes its place, or it `lapses` and binds nobody",
            choices=("stays", "lapses"),
        ),
    ] = "stays"
    currency: Annotated[str, Key("ISO 4217 code of the money in promises")] = "EUR"
    glossary: Annotated[tuple[Term, ...], Key("words, and what both teams mean by them")] = ()
    markets: Annotated[tuple[Market, ...], Key("target markets and segments")] = ()
    tiers: Annotated[tuple[Tier, ...], Key("tiers of ideal customers, best first")] = ()
    personas: Annotated[tuple[Persona, ...], Key("who buys")] = ()
    attributes: Annotated[
        dict[str, dict[str, ColumnType]],
        Key("columns of your own, by kind of fact, with their types"),
    ] = field(default_factory=dict)
    fit: Annotated[Fit, Key("how well a lead matches whom we want")] = Fit()
    engagement: Annotated[Engagement, Key("how alive a lead is")] = Engagement()
    attribution: Annotated[
        Attribution, Key("how a sale is shared out among the touches before it")
    ] = field(default_factory=Attribution)
    stages: Annotated[tuple[Stage, ...], Key("states of a lead, in order")] = ()
    reasons: Annotated[tuple[Reason, ...], Key("reasons for turning a lead away")] = ()
    promises: Annotated[
        tuple[EventPromise | PeriodPromise, ...], Key("what each side owes the other")
    ] = ()
    routing: Annotated[Routing | None, Key("who gets a lead that has nobody yet")] = None
    metrics: Annotated[Metrics, Key("what the numbers mean, where a company may choose")] = field(
        default_factory=Metrics
    )
    goals: Annotated[tuple[Goal, ...], Key("numbers that both sides want together")] = ()
    indicators: Annotated[
        tuple[Indicator, ...], Key("numbers that both sides watch, leading and lagging")
    ] = ()
    roles: Annotated[
        dict[str, str], Key("who can be named below; left out: anybody, unchecked")
    ] = field(default_factory=dict)
    raci: Annotated[
        tuple[RaciRow, ...], Key("who does, answers for, advises on and hears of each activity")
    ] = ()
    rules_of_engagement: Annotated[tuple[Rule, ...], Key("how the two teams work together")] = ()
    rules_of_disengagement: Annotated[
        tuple[Rule, ...],
        Key("what follows when a side misses, how disputes are settled, what ends it"),
    ] = ()
    cadence: Annotated[tuple[Meeting, ...], Key("meetings that both teams keep")] = ()
    source: str = ""

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone in which its days and weeks begin: that of its first calendar, else UTC."""
        named = (str(calendar.definition["timezone"]) for calendar in self.calendars)
        return ZoneInfo(next(named, "UTC"))

    @cached_property
    def event_promises(self) -> tuple[EventPromise, ...]:
        """The promises with a clock on one lead each."""
        return tuple(p for p in self.promises if isinstance(p, EventPromise))

    @cached_property
    def period_promises(self) -> tuple[PeriodPromise, ...]:
        """The promises of a number per period."""
        return tuple(p for p in self.promises if isinstance(p, PeriodPromise))

    @cached_property
    def measured_goals(self) -> tuple[Goal, ...]:
        """The goals that are measured."""
        return tuple(goal for goal in self.goals if goal.measured_by)

    @cached_property
    def hand_over(self) -> EventPromise | None:
        """The promise whose clock starts when marketing hands a lead over to sales."""
        named = [p for p in self.event_promises if p.id == self.metrics.hand_over]
        of_sales = [p for p in self.event_promises if p.owed_by is Side.SALES]
        return next(iter(named or of_sales), None)

    def at(self, path: str) -> object | None:
        """The clause of that path (`stages.mql`, `fit.points.size`, `engagement`), or None."""
        found: object = self
        for step in path.split("."):
            if isinstance(found, tuple):
                found = next((each for each in found if clause_id(each) == step), None)
            elif isinstance(found, dict):
                found = found.get(step)
            else:
                found = getattr(found, step, None)
        return found

    def stage(self, id: str) -> Stage | None:
        """The stage of that id, or None."""
        return next((stage for stage in self.stages if stage.id == id), None)


def clause_id(clause: object) -> str | None:
    """The key of a clause in the file: its id, or the side of a party."""
    key = getattr(clause, "id", getattr(clause, "side", None))
    return None if key is None else str(key)
