"""Saying yes or no to a proposal, by whom the agreement asks for a word."""

from __future__ import annotations

import time

from interlock.operations.actor import Actor
from interlock.operations.addresses import of_proposal
from interlock.operations.answer import Answer
from interlock.operations.ask import said_in
from interlock.operations.notify import notify
from interlock.operations.permissions import Action, require
from interlock.operations.proposed import Proposed, proposed
from interlock.operations.staff import whom_of
from interlock.replay.outcome import Instant
from interlock.store.lock import taking_turns
from interlock.store.models import Approval, User
from interlock.store.trail import record


def approve(
    number: int, *, agrees: bool, by: Actor, why: str = "", now: Instant | None = None
) -> Answer:
    """Approves a proposal, or objects to it with a reason; the last word of each counts.

    While one who is accountable objects, nobody can sign.
    """
    require(by, Action.AGREE)
    moment, reason = int(time.time()) if now is None else now, said_in(why)
    with taking_turns():
        found = proposed(number, moment, lock=True)
        refused = _refused(found, by, agrees=agrees, reason=reason)
        if found is None or refused:
            return Answer(refused=refused)
        for part in found.governing.asks_word_of(by):
            Approval.objects.create(
                proposal=found.row,
                by=by.name,
                side=by.side,
                part=part,
                agrees=agrees,
                why=reason,
                at=moment,
            )
        if not agrees:
            _tell(found, by, reason, moment)
        record(by, "approve" if agrees else "object", f"proposal {number}", at=moment, why=reason)
    return Answer(said="Approved." if agrees else "Your objection stands until you take it back.")


def _refused(found: Proposed | None, by: Actor, *, agrees: bool, reason: str) -> str:
    if found is None:
        return "There is no such proposal."
    if not found.is_open:
        return "It is settled: nothing is left to approve."
    if not found.intact:
        return "The text is no longer the one that was proposed."
    if not found.governing.asks_word_of(by):
        return "The agreement does not ask for your word here. Say it in the discussion."
    if not agrees and not reason:
        return "Say what you object to, so that the others can do something about it."
    return ""


def _tell(found: Proposed, by: Actor, reason: str, now: Instant) -> None:
    """Whoever proposed hears of an objection."""
    user = User.objects.filter(username=found.row.by).first()
    if user is None or user.username == by.name:
        return
    notify(
        [whom_of(user.member, user.username)],
        ("objected", found.row.pk, by.name, now),
        f"{found.name_of(by.name)} objects to proposal {found.row.pk}",
        because=reason,
        link=of_proposal(found.row.pk),
        at=now,
    )
