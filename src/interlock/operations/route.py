"""Giving leads that have nobody to those whose turn it is: part of every look at a person.

Who is looked at and has nobody is given an owner in the same transaction, so that no two looks see
the same turns, and a look that dies has given nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from interlock.agreement.routing import Routing
from interlock.agreement.routing_words import rule_sentence
from interlock.agreement.schema import Agreement
from interlock.operations.actor import Actor
from interlock.operations.delivery import Became, LiveFact, deliver
from interlock.replay.affected import Ids
from interlock.replay.eras import Eras
from interlock.replay.outcome import Instant, Stands
from interlock.replay.routing import Candidate, Routed, Unowned, route
from interlock.replay.turns import Turn as TurnOf
from interlock.replay.turns import Turns
from interlock.replay.unowned import candidates, unowned
from interlock.store.bulk import among
from interlock.store.models import FACTS, Route, Turn
from interlock.store.trail import record

SOURCE = "routing"
"""The source of assignments that are made here, and their maker's name in the trail."""
ADDS = "assignment"
"""The kind of fact that giving out adds."""
_RULES = Actor(SOURCE, "operations", "operations")
"""The rules of the agreement, which act for nobody."""


@dataclass(frozen=True)
class Given:
    """What a look gave out. `again`: when to look again at leads that wait in a queue.

    `anything`: facts of the kind `ADDS` were added, so that more is known of these people.
    """

    anything: bool = False
    again: Mapping[str, Instant] = field(default_factory=dict)


NOTHING = Given()


def give_out(eras: Eras, stood: Stands, people: Ids) -> Given:
    """Gives the leads among these people that have nobody to whose turn it is.

    Call it inside a transaction that has taken its turn; the index has `ROUTING_COLUMNS`.
    """
    now, agreement = stood.as_of, eras.at(stood.as_of).agreement
    found = unowned(eras, stood) if agreement.routing else ()
    waited = {row.person: row for row in Route.objects.filter(waits=True, person__in=among(people))}
    gone = waited.keys() - {lead.person for lead in found}
    Route.objects.filter(waits=True, person__in=among(gone)).update(waits=False)
    if not found or agreement.routing is None:
        return NOTHING
    staff = candidates(eras.index, agreement, now)
    routed = _one_by_one(agreement.routing, found, staff, now)
    new = [each for each in routed if not _waits_already(each, waited.get(each.lead.person))]
    _keep(agreement, new, now)
    again = {each.lead.person: each.again for each in routed if each.again is not None}
    return Given(anything=bool(new), again=again)


def waiting() -> Ids:
    """The people who wait in a queue since nobody could be given them."""
    rows = Route.objects.filter(waits=True).values_list("person", flat=True)
    return frozenset(rows)


def _waits_already(routed: Routed, before: Route | None) -> bool:
    """Whether the lead stays in the queue in which it is, by the same rule."""
    return before is not None and (routed.queue, routed.lead.rule) == (before.queue, before.rule)


def _one_by_one(
    clause: Routing, leads: Sequence[Unowned], staff: Sequence[Candidate], now: Instant
) -> list[Routed]:
    """Where each lead goes, those before it counted: turns move on, accounts get an owner."""
    owners = _account_owners({lead.account for lead in leads if lead.account}, staff, now)
    turns = _turns(leads)
    found = []
    for lead in leads:
        known = replace(lead, account_owner=owners.get(lead.account, ""))
        routed = route(clause, known, staff, turns)
        turns[lead.rule] = {**turns.get(lead.rule, {}), **routed.turns}
        if routed.member and lead.account:
            owners.setdefault(lead.account, routed.member)
        found.append(routed)
    return found


# --- what is known ----------------------------------------------------------------------------


def _turns(leads: Iterable[Unowned]) -> dict[str, Turns]:
    """The turns so far of the rules that these leads come under."""
    found: dict[str, Turns] = {}
    for row in Turn.objects.filter(rule__in=among({lead.rule for lead in leads})):
        found[row.rule] = {**found.get(row.rule, {}), row.member: TurnOf(row.taken, row.line)}
    return found


def _account_owners(
    accounts: Ids | set[str], staff: Sequence[Candidate], now: Instant
) -> dict[str, str]:
    """Who of sales has each account: by its open opportunity, else by the lead given last."""
    if not accounts:
        return {}
    sales = [each.member for each in staff if each.side == "sales"]
    people = FACTS["person"].objects.filter(live=True, account__in=among(accounts))
    account_of = dict(people.values_list("key", "account"))
    given = FACTS["assignment"].objects.filter(
        live=True, person__in=among(account_of), member__in=among(sales), at__lte=now
    )
    deals = FACTS["opportunity"].objects.filter(
        live=True, account__in=among(accounts), status="open", member__in=among(sales), at__lte=now
    )
    found = {
        account_of[person]: member
        for person, member in given.order_by("at", "id").values_list("person", "member")
    }
    return found | dict(deals.order_by("at", "id").values_list("account", "member"))


# --- keeping ----------------------------------------------------------------------------------


def _keep(agreement: Agreement, routed: Sequence[Routed], now: Instant) -> None:
    """Writes where the leads went: a fact for each, why, and the turns that moved on."""
    if not routed:
        return
    moved = [each.lead.person for each in routed]
    Route.objects.filter(waits=True, person__in=among(moved)).update(waits=False)
    rows = Route.objects.bulk_create([_row(agreement, each, now) for each in routed])
    facts = [LiveFact(ADDS, {name: value for name, value in _fact(row) if value}) for row in rows]
    delivered = deliver(facts, by=SOURCE, source=SOURCE, now=now)
    refused = [each.reason for each in delivered.facts if each.became is Became.REFUSED]
    if refused:  # never half: the turns go back with the facts
        raise RuntimeError(f"an assignment of routing was refused: {refused[0]}")
    about = f"delivery {delivered.number}: {len(rows)} of {SOURCE}"
    turns = {
        (each.lead.rule, member): turn for each in routed for member, turn in each.turns.items()
    }
    Turn.objects.bulk_create(
        [Turn(rule=rule, member=who, **asdict(turn)) for (rule, who), turn in turns.items()],
        update_conflicts=True,
        unique_fields=["rule", "member"],
        update_fields=["taken", "line"],
    )
    record(_RULES, "route", about, at=now)


def _fact(row: Route) -> tuple[tuple[str, Any], ...]:
    return (
        ("id", f"{SOURCE}-{row.person}-{row.at}-{row.pk}"),  # as no other store has it
        ("person", row.person),
        ("at", row.at),
        ("member", row.member),
        ("queue", row.queue),
    )


def _row(agreement: Agreement, routed: Routed, now: Instant) -> Route:
    return Route(
        person=routed.lead.person,
        at=now,
        how=routed.how,
        rule=routed.lead.rule,
        member=routed.member,
        queue=routed.queue,
        why=_why(agreement, routed),
        waits=not routed.member,
    )


def _why(agreement: Agreement, routed: Routed) -> dict[str, Any]:
    """Everything that the answer needs, as JSON: nothing of it may be asked of later times."""
    clause = agreement.routing
    says = {rule.id: rule_sentence(rule) for rule in (clause.rules if clause else ())}
    said = {rule: f"{text[:1].upper()}{text[1:]}." for rule, text in says.items()}
    return {
        "version": agreement.version,
        "stage": routed.lead.stage,
        "account": routed.lead.account,
        "account_owner": routed.lead.account_owner,
        "queue_owner": clause.fallback.owner if clause and routed.queue else "",
        "again": routed.again,
        "asked": [{**asdict(each), "says": said[each.rule]} for each in routed.lead.asked],
        "standings": [asdict(each) for each in routed.standings],
    }
