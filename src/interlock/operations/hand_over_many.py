"""Handing several leads over at once, by whoever answers for a team."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from interlock.operations.actor import Actor
from interlock.operations.deeds import SOURCE, let_undo, new_id
from interlock.operations.delivery import LiveFact
from interlock.operations.live import receive_live
from interlock.operations.permissions import Action, require
from interlock.operations.reading import Named
from interlock.operations.whose import Reach, reach_of
from interlock.replay.outcome import Instant
from interlock.store.bulk import among
from interlock.store.lock import taking_turns
from interlock.store.models import Lead, Replay
from interlock.store.trail import record

MOST = 200
"""So many leads can be handed over in one go."""


@dataclass(frozen=True)
class HandedOver:
    """How many leads went to whom, and those that did not, each with the reason.

    `problem`: why none did, or "". `delivery` undoes it `until` an instant.
    """

    to: Named
    count: int = 0
    kept: tuple[tuple[Named, str], ...] = ()
    problem: str = ""
    delivery: int | None = None
    until: Instant | None = None


def hand_over_many(
    people: Sequence[str], to: str, *, by: Actor, now: Instant | None = None
) -> HandedOver:
    """Gives all these leads to the member of the key `to`, in one transaction.

    A lead that is with somebody of another team, or with that member already, stays where it is.
    """
    require(by, Action.LEAD_TEAM)
    moment = int(time.time()) if now is None else now
    reach = reach_of(by)
    whom = reach.called(to)
    problem = _problem(people, to, reach)
    if problem:
        return HandedOver(whom, problem=problem)
    with taking_turns():
        shown = Replay.objects.filter(current=True, pinned=False, known_by=None).first()
        if shown is None:
            return HandedOver(whom, problem="The replay that is shown was pinned: nothing moves.")
        leads = Lead.objects.filter(replay=shown, person__in=among(people)).order_by("name", "pk")
        kept, facts = [], []
        for lead in leads:
            why = _stays(lead, to, reach)
            if why:
                kept.append((Named(lead.person, lead.name or lead.person), why))
            else:
                values = {"id": new_id(), "person": lead.person, "at": moment, "member": to}
                facts.append(LiveFact("assignment", values))
        if not facts:
            return HandedOver(whom, kept=tuple(kept))
        received = receive_live(facts, by=by, source=SOURCE, now=moment)
        about = f"{len(facts)} leads"
        record(by, "hand over", about, at=moment, why=whom.name)
        until = let_undo(received.delivery, moment)
    return HandedOver(whom, len(facts), tuple(kept), "", received.delivery, until)


def _problem(people: Sequence[str], to: str, reach: Reach) -> str:
    if to not in reach.colleagues:
        return f"No member has the key {to}." if to else "Choose who gets the leads."
    if not people:
        return "Choose the leads first."
    return f"At most {MOST} leads go over at once." if len(people) > MOST else ""


def _stays(lead: Lead, to: str, reach: Reach) -> str:
    """Why the lead stays with whom it is; "" where it goes."""
    if lead.owner == to:
        return "is there already"
    if not reach.may_work_on(lead.owner):
        return f"is with {reach.called(lead.owner).name}, of another team"
    return ""
