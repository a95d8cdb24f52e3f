"""Who gets a lead that has nobody: the clause on routing, decided for one lead after the other.

What is decided is kept with what it was decided by, so that "why did I get this lead?" has an
answer that does not change when turns, absences or the agreement do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from interlock.agreement.routing import Routing, RoutingRule
from interlock.replay.because import Condition
from interlock.replay.outcome import Instant
from interlock.replay.turns import NO_TURNS, UNIT, Dealt, Taker, Turns, deal, line_of, weights

SALES = "sales"


class State(StrEnum):
    """Whether a member can be given a lead just now."""

    AT_WORK = "at work"
    OFF_WORK = "not at work"
    AWAY = "away"


class How(StrEnum):
    """Why a lead went where it went.

    ACCOUNT: to who has the account · TURN: by turn · RULE_QUEUE: to the rule's own queue ·
    the others leave it in the fallback queue: NO_RULE matches, NOBODY takes turns by the rule,
    all who do are AWAY, or none is at work and it WAITS.
    """

    ACCOUNT = "account"
    TURN = "turn"
    RULE_QUEUE = "queue"
    NO_RULE = "no rule"
    NOBODY = "nobody"
    AWAY = "away"
    WAITS = "waits"


@dataclass(frozen=True)
class Candidate:
    """A member, and when the member can be given a lead.

    `capacity`: leads a week; None where nobody has said. `back`: when an absence ends (None: not
    away, or not known). `opens`: the first instant from now on at which the member is at work
    (None: never).
    """

    member: str
    side: str = SALES
    team: str = ""
    role: str = ""
    capacity: int | None = None
    state: State = State.AT_WORK
    back: Instant | None = None
    opens: Instant | None = None


@dataclass(frozen=True)
class Asked:
    """One rule as it was asked about a lead: whether it holds, and why (None: it takes all)."""

    rule: str
    holds: bool
    condition: Condition | None


@dataclass(frozen=True)
class Unowned:
    """A lead that stands at a routed stage and has nobody.

    `asked` are the rules in order, up to the first that holds. `account_owner` is the member who
    has its account ("": nobody).
    """

    person: str
    stage: str
    since: Instant
    asked: tuple[Asked, ...]
    account: str = ""
    account_owner: str = ""

    @property
    def rule(self) -> str:
        """The rule that holds; "" where none does."""
        return next((each.rule for each in self.asked if each.holds), "")


@dataclass(frozen=True)
class Standing:
    """One who takes turns by the rule, as it stood before this lead was given.

    `taken`: leads had by this rule so far. `owed`: turns that a fair share would still bring; below
    0, turns had ahead of it.
    """

    member: str
    weight: int
    state: State
    taken: int
    owed: float


@dataclass(frozen=True)
class Routed:
    """Where a lead went: to a member, or to a queue, and why.

    `again`: when somebody may be there who could take it (None: not known, or it has somebody).
    `standings` are of all who take turns by the rule, by member. `turns` are those of the rule that
    changed.
    """

    lead: Unowned
    how: How
    member: str = ""
    queue: str = ""
    again: Instant | None = None
    standings: tuple[Standing, ...] = ()
    turns: Turns = field(default_factory=dict)


def route(
    clause: Routing,
    lead: Unowned,
    candidates: Sequence[Candidate],
    turns: Mapping[str, Turns],
) -> Routed:
    """Where the lead goes. `turns` are those of each rule so far."""
    owner = _account_owner(clause, lead, candidates)
    if owner:
        return Routed(lead, How.ACCOUNT, member=owner)
    rule = clause.rule(lead.rule)
    if rule is None:
        return Routed(lead, How.NO_RULE, queue=clause.fallback.queue)
    if rule.queue:
        return Routed(lead, How.RULE_QUEUE, queue=rule.queue)
    return _by_turn(clause, lead, takers_of(rule, candidates), turns.get(rule.id, NO_TURNS))


def _account_owner(clause: Routing, lead: Unowned, candidates: Sequence[Candidate]) -> str:
    """Who of sales has the account, unless away; being off work just then does not matter."""
    if not clause.account_owner_first:
        return ""
    able = (each for each in candidates if each.side == SALES and each.state is not State.AWAY)
    return next((each.member for each in able if each.member == lead.account_owner), "")


def takers_of(rule: RoutingRule, candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Who takes turns by the rule, by member; who has a capacity of 0 does not."""
    found = {
        each.member: each
        for each in candidates
        if each.capacity != 0 and (each.member in rule.members or _is_meant(rule, each))
    }
    return tuple(found[member] for member in sorted(found))


def _is_meant(rule: RoutingRule, candidate: Candidate) -> bool:
    """Whether team and role are among those that the rule names; it names one of the two."""
    if candidate.side != SALES or not (rule.team or rule.role):
        return False
    return (not rule.team or candidate.team in rule.team) and (
        not rule.role or candidate.role in rule.role
    )


def _by_turn(clause: Routing, lead: Unowned, takers: Sequence[Candidate], turns: Turns) -> Routed:
    there = _there(clause, takers)
    weighed = weights([each.capacity for each in takers])
    asked = [
        Taker(each.member, weight, each.member in there, each.state is State.AWAY)
        for each, weight in zip(takers, weighed, strict=True)
    ]
    dealt = deal(asked, turns) if there else Dealt()
    standings = _standings(takers, asked, turns)
    if dealt.member:
        return Routed(lead, How.TURN, member=dealt.member, standings=standings, turns=dealt.changed)
    how, again = _why_not(clause, takers)
    return Routed(lead, how, queue=clause.fallback.queue, again=again, standings=standings)


def _there(clause: Routing, takers: Sequence[Candidate]) -> frozenset[str]:
    """Who can be given the lead now: those at work, or whom the clause names while nobody is."""
    able = [each for each in takers if each.state is not State.AWAY]
    at_work = [each for each in able if each.state is State.AT_WORK]
    if clause.working_hours and (at_work or clause.out_of_hours == "wait"):
        able = at_work
    elif clause.working_hours and clause.out_of_hours == "next":
        opens = [each.opens for each in able if each.opens is not None]
        able = [each for each in able if opens and each.opens == min(opens)]
    return frozenset(each.member for each in able)


def _why_not(clause: Routing, takers: Sequence[Candidate]) -> tuple[How, Instant | None]:
    """Why nobody could be given it, and when somebody may be there."""
    if not takers:
        return How.NOBODY, None
    able = [each for each in takers if each.state is not State.AWAY]
    waits = clause.working_hours and clause.out_of_hours == "wait"
    comes = [each.opens if waits or able else each.back for each in takers]
    again = min((at for at in comes if at is not None), default=None)
    return (How.WAITS if able else How.AWAY), again


def _standings(
    takers: Sequence[Candidate], asked: Sequence[Taker], turns: Turns
) -> tuple[Standing, ...]:
    level = line_of(asked, turns)
    found = []
    for candidate, taker in zip(takers, asked, strict=True):
        turn = turns.get(taker.member)
        owed = taker.weight * (level - turn.line) / UNIT if turn else 0.0
        state, taken = candidate.state, turn.taken if turn else 0
        found.append(Standing(taker.member, taker.weight, state, taken, round(owed, 2) + 0.0))
    return tuple(found)
