"""Saying yes or no to a proposal, and taking a no back, by whom the agreement asks for a word."""

from __future__ import annotations

import time

from interlock.operations.actor import Actor
from interlock.operations.addresses import of_proposal
from interlock.operations.answer import Answer
from interlock.operations.ask import said_in
from interlock.operations.notify import notify
from interlock.operations.permissions import Action, require
from interlock.operations.proposed import Proposed, proposed
from interlock.replay.outcome import Instant
from interlock.store.lock import taking_turns
from interlock.store.models import Approval
from interlock.store.trail import record

NO_LONGER = "The objection no longer stands"
"""Why somebody hears of the end of an objection, where whoever ended it says nothing."""


def approve(
    number: int, *, agrees: bool, by: Actor, why: str = "", now: Instant | None = None
) -> Answer:
    """Approves a proposal, or objects to it with a reason; the last word of each counts.

    While one who is accountable objects, nobody can sign. Of an objection, and of its end, those
    hear whom the proposal concerns.
    """
    require(by, Action.AGREE)
    moment, reason = int(time.time()) if now is None else now, said_in(why)
    with taking_turns():
        found = proposed(number, moment, lock=True)
        refused = _refused(found, by, agrees=agrees, reason=reason)
        if found is None or refused:
            return Answer(refused=refused)
        _write(found, by, agrees=agrees, why=reason, now=moment)
        about = f"proposal {number}"
        if not agrees:
            _tell(found, by, f"objects to {about}", reason, moment)
        elif found.objects(by):
            _tell(found, by, f"approves {about} now", reason or NO_LONGER, moment)
        record(by, "approve" if agrees else "object", about, at=moment, why=reason)
    return Answer(said="Approved." if agrees else "Your objection stands until you take it back.")


def take_objection_back(
    number: int, *, by: Actor, why: str = "", now: Instant | None = None
) -> Answer:
    """Takes one's own objection back, as if nothing had been said."""
    require(by, Action.AGREE)
    moment, reason = int(time.time()) if now is None else now, said_in(why)
    with taking_turns():
        found = proposed(number, moment, lock=True)
        refused = _refused(found, by, agrees=True, reason=reason)
        if found is not None and not refused and not found.objects(by):
            refused = "You do not object to it."
        if found is None or refused:
            return Answer(refused=refused)
        _write(found, by, agrees=None, why=reason, now=moment)
        about = f"proposal {number}"
        _tell(found, by, f"takes the objection to {about} back", reason or NO_LONGER, moment)
        record(by, "take objection back", about, at=moment, why=reason)
    return Answer(said="Your objection is taken back. You have said nothing yet.")


def _write(found: Proposed, by: Actor, *, agrees: bool | None, why: str, now: Instant) -> None:
    for part in found.governing.asks_word_of(by):
        Approval.objects.create(
            proposal=found.row, by=by.name, side=by.side, part=part, agrees=agrees, why=why, at=now
        )


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


def _tell(found: Proposed, by: Actor, does: str, reason: str, now: Instant) -> None:
    notify(
        found.audience(by),
        ("objected", found.row.pk, by.name, does, now),
        f"{found.name_of(by.name)} {does}",
        because=reason,
        link=of_proposal(found.row.pk),
        at=now,
    )
