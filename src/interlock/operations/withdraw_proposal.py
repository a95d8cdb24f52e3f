"""Withdrawing a proposal: it stays readable, and nobody can sign it any more."""

from __future__ import annotations

import time

from interlock.operations.actor import Actor
from interlock.operations.answer import Answer
from interlock.operations.ask import said_in
from interlock.operations.governing import Part
from interlock.operations.permissions import Action, require
from interlock.operations.proposed import Proposed, proposed
from interlock.replay.outcome import Instant
from interlock.store.lock import taking_turns
from interlock.store.trail import record


def withdraw_proposal(
    number: int, *, by: Actor, why: str = "", now: Instant | None = None
) -> Answer:
    """Withdraws it: whoever proposed it may, who is accountable, and who may sign it."""
    require(by, Action.AGREE)
    moment, reason = int(time.time()) if now is None else now, said_in(why)
    with taking_turns():
        found = proposed(number, moment, lock=True)
        if found is None:
            return Answer(refused="There is no such proposal.")
        if not found.is_open:
            return Answer(refused="It is settled: there is nothing to withdraw.")
        if not may_withdraw(found, by):
            return Answer(refused="Whoever proposed it, answers for it or may sign withdraws it.")
        row = found.row
        row.withdrawn_at, row.withdrawn_by = moment, by.name
        row.save(update_fields=["withdrawn_at", "withdrawn_by"])
        record(by, "withdraw", f"proposal {number}", at=moment, why=reason)
    return Answer(said="Withdrawn. The draft is still there.")


def may_withdraw(found: Proposed, by: Actor) -> bool:
    """Whether the actor may."""
    governing = found.governing
    return (
        found.row.by == by.name
        or Part.ACCOUNTABLE in governing.parts_of(by)
        or any(signers.is_one(by) for signers in governing.signers)
    )
