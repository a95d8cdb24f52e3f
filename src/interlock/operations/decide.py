"""Deciding about a lead: accept, reject, recycle, qualify, disqualify, convert, win, lose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from interlock.agreement.schema import Reason, Side
from interlock.agreement.vocabulary import ATTEMPT_KINDS
from interlock.facts.kinds import DECISION_KINDS, KINDS, ColumnType
from interlock.facts.money import digits_of
from interlock.operations.actor import Actor
from interlock.operations.deeds import SOURCE, Deed, Plan, new_id, perform, refuse
from interlock.operations.delivery import LiveFact
from interlock.operations.options import CLOSING, Options, options
from interlock.operations.standing import Standing
from interlock.operations.whose import Reach
from interlock.practice.rejections import STANDS, Attempt, Finding, Judged, judge
from interlock.replay.outcome import Instant
from interlock.replay.reasons import TURNING_AWAY
from interlock.store.models import FACTS, Challenge, Visit
from interlock.store.models.facts import columns_of

SAID = {
    "accept": "Accepted",
    "reject": "Rejected",
    "recycle": "Recycled",
    "qualify": "Qualified",
    "disqualify": "Disqualified",
    "convert": "Opportunity made",
    "win": "Won",
    "lose": "Lost",
}


@dataclass(frozen=True)
class _Choice:
    """What was chosen: the kind, the reason's id ("": none), an amount in whole units."""

    kind: str
    reason: str
    amount: float | None


def decide(  # noqa: PLR0913 - what a decision consists of
    person: str,
    kind: str,
    *,
    by: Actor,
    reason: str = "",
    amount: float | None = None,
    mark: str | None = None,
    now: Instant | None = None,
) -> Deed:
    """Decides about the lead. `reason` is the id of one of the agreement's reasons.

    `amount` is that of the opportunity which `convert` makes, in whole units of the agreement's
    currency. A decision that does not apply at the lead's stage comes back with what does.
    """
    choice = _Choice(kind, reason, amount)

    def plan(here: Standing, reach: Reach, moment: Instant) -> Plan:
        return _plan(choice, here, reach, moment, by)

    return perform(person, plan, by=by, mark=mark, now=now)


def _plan(choice: _Choice, here: Standing, reach: Reach, now: Instant, by: Actor) -> Plan:
    if choice.kind not in DECISION_KINDS:
        return refuse(f"There is no decision “{choice.kind}”.", *SAID)
    if not reach.may_decide:
        return refuse("Sales decides about leads.", "hand it over", "ask")
    offered = options(here, reach.member, now)
    option = offered.of(choice.kind)
    if option is None:
        return refuse(offered.why_not[choice.kind], *offered.words)
    why = here.agreement.at(f"reasons.{choice.reason}") if choice.reason else None
    allowed = {each.key for each in option.reasons}
    if (choice.reason or choice.kind in TURNING_AWAY) and choice.reason not in allowed:
        return _without_reason(choice, [each.name for each in option.reasons])
    judged = _judged(why, here, offered, now)
    if judged.finding is Finding.REFUSED:
        others = len(option.reasons) > 1  # another reason may still hold
        words = [word for word in offered.words if others or word != choice.kind]
        return refuse(judged.says, *words)
    facts, source, key = _facts(choice, here, reach, now, offered.opportunity)

    def opened(delivery: int) -> str:
        return _challenge(judged, choice, here, reach, now, by, key, delivery)

    return Plan(
        facts=facts,
        verb=choice.kind,
        said=f"{SAID[choice.kind]} ({why.name})" if isinstance(why, Reason) else SAID[choice.kind],
        why=choice.reason,
        source=source,
        after=opened if judged.finding is Finding.CONTESTED else None,
    )


def _without_reason(choice: _Choice, names: Sequence[str]) -> Plan:
    if choice.reason:
        why = f"The agreement has no reason “{choice.reason}” to {choice.kind} for."
    else:
        why = f"The agreement asks for a reason to {choice.kind} a lead."
    return refuse(why, *names)


# --- what it writes ----------------------------------------------------------------------------


def _facts(
    choice: _Choice, here: Standing, reach: Reach, now: Instant, opportunity: str
) -> tuple[tuple[LiveFact, ...], str, str]:
    """The facts of the decision, whose records they are, and the decision's key."""
    key, source = new_id(), SOURCE
    before: tuple[LiveFact, ...] = ()
    if choice.kind == "convert":
        opportunity = new_id()
        before = (_opened(opportunity, choice, here, reach, now),)
    elif choice.kind in CLOSING:
        closed, source = _closed(opportunity, choice.kind, now)
        before = (closed,)
    concerns = opportunity if choice.kind in ("convert", *CLOSING) else ""
    decision = {
        "id": key,
        "person": here.key,
        "at": now,
        "kind": choice.kind,
        "reason": choice.reason or None,
        "member": reach.member or None,
        "opportunity": concerns or None,
    }
    return (*before, LiveFact("decision", decision)), source, key


def _opened(key: str, choice: _Choice, here: Standing, reach: Reach, now: Instant) -> LiveFact:
    return LiveFact(
        "opportunity",
        {
            "id": key,
            "created_at": now,
            "status": "open",
            "name": here.account_name or here.name,
            "amount": None if choice.amount is None else str(choice.amount),
            "currency": here.agreement.currency,
            "person": here.key,
            "account": here.account or None,
            "member": reach.member or None,
        },
    )


def _closed(key: str, kind: str, now: Instant) -> tuple[LiveFact, str]:
    """The opportunity as it is known, closed now; it stays a record of its own source."""
    row = FACTS["opportunity"].objects.select_related("batch").get(key=key, live=True)
    values = as_given("opportunity", row)
    values |= {"status": "won" if kind == "win" else "lost", "closed_at": now}
    return LiveFact("opportunity", values), row.batch.source


def as_given(kind: str, row: Any) -> dict[str, Any]:
    """A fact of the store as a door would give it again: money in units, its own columns too."""
    contract = KINDS[kind]
    values: dict[str, Any] = {"id": row.key}
    for column in columns_of(contract):
        value = getattr(row, column.name)
        if value is not None and column.type is ColumnType.MONEY:
            value = _units(int(value), digits_of(row.currency or "EUR"))
        values[column.name] = value
    if contract.at == "at":
        values["at"] = row.at
    return {**(row.attributes or {}), **values}


def _units(minor: int, digits: int) -> str:
    """Minor units written in whole ones: 123450 as 1234.50."""
    if not digits:
        return str(minor)
    whole, rest = divmod(abs(minor), 10**digits)
    return f"{'-' if minor < 0 else ''}{whole}.{rest:0{digits}}"


# --- whether its reason stands -----------------------------------------------------------------


def _judged(why: object, here: Standing, offered: Options, now: Instant) -> Judged:
    if not isinstance(why, Reason):
        return STANDS
    return judge(why, here.agreement, offered.fit(now), attempts_since_handed(here))


def attempts_since_handed(here: Standing) -> tuple[Attempt, ...]:
    """Attempts of ours since the lead last came out of marketing's hands. Two queries."""
    tried = FACTS["activity"].objects.filter(
        person__in=here.records,
        live=True,
        human=True,
        direction="outbound",
        kind__in=ATTEMPT_KINDS,
        at__gte=_handed_at(here),
    )
    rows = tried.order_by("at", "pk").values_list("at", "kind", "result")
    return tuple(Attempt(at, kind, result or "") for at, kind, result in rows)


def _handed_at(here: Standing) -> Instant:
    """When marketing handed the lead over; since then it went on by decisions, or within sales."""
    stays = Visit.objects.filter(replay_id=here.replay, person=here.key)
    since: Instant = 0
    for entered, came_from, by in stays.order_by("-entered_at", "-pk").values_list(
        "entered_at", "came_from", "by"
    ):
        since = entered
        before = here.agreement.stage(came_from)
        if before is None or (before.owner != Side.SALES and not by):
            break
    return since


def _challenge(  # noqa: PLR0913, PLR0917 - what a challenge consists of
    judged: Judged,
    choice: _Choice,
    here: Standing,
    reach: Reach,
    now: Instant,
    by: Actor,
    key: str,
    delivery: int,
) -> str:
    Challenge.objects.create(
        person=here.key,
        decision=key,
        kind=choice.kind,
        reason=choice.reason,
        clause=judged.clause,
        says=judged.says,
        passes=list(judged.passes),
        delivery_id=delivery,
        by=by.sign_in,
        member=reach.member,
        opened_at=now,
    )
    return judged.says
