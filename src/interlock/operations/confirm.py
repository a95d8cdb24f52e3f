"""Confirming that one has read the agreement in force and agrees with it."""

from __future__ import annotations

import time

from interlock.agreement.expiry import is_over
from interlock.operations.actor import Actor
from interlock.operations.agreements import text_in_force
from interlock.operations.answer import Answer
from interlock.operations.governing import SIDES
from interlock.operations.permissions import Action, may, require
from interlock.operations.seals import sealed
from interlock.replay.outcome import Instant
from interlock.store.lock import taking_turns
from interlock.store.models import Confirmation
from interlock.store.trail import record


def confirm(seal: str, *, by: Actor, now: Instant | None = None) -> Answer:
    """Keeps that a member of a side read the text of this seal, which has to be the one in force.

    Once is enough for a text; another text asks anew.
    """
    require(by, Action.AGREE)
    moment = int(time.time()) if now is None else now
    with taking_turns():
        agreement = text_in_force(moment)
        if by.side not in SIDES:
            return Answer(refused="The members of marketing and sales confirm it.")
        if agreement is None or sealed(agreement.source) != seal:
            return Answer(refused="Another text is in force by now. Read that one, then confirm.")
        _, fresh = Confirmation.objects.get_or_create(
            seal=seal, by=by.name, defaults={"side": by.side, "at": moment}
        )
        if fresh:
            record(by, "confirm", f"agreement {agreement.version}", at=moment, why=f"seal {seal}")
    return Answer(said=f"Confirmed: you have read version {agreement.version} and agree.")


def to_confirm(by: Actor, now: Instant) -> str:
    """The version that the actor is asked to confirm; "" for none. Two queries."""
    if by.side not in SIDES or not may(by, Action.AGREE):
        return ""
    agreement = text_in_force(now)
    if agreement is None or is_over(agreement, now):
        return ""
    known = Confirmation.objects.filter(seal=sealed(agreement.source), by=by.name)
    return "" if known.exists() else agreement.version
