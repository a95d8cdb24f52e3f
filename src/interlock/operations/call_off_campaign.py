"""Calling off a campaign that was announced."""

from __future__ import annotations

import time

from interlock.operations.actor import Actor
from interlock.operations.announce_campaign import may_not_announce
from interlock.operations.answer import Answer
from interlock.operations.permissions import Action, require
from interlock.replay.outcome import Instant
from interlock.store.lock import taking_turns
from interlock.store.models import CampaignNotice
from interlock.store.trail import record


def call_off_campaign(number: int, *, by: Actor, now: Instant | None = None) -> Answer:
    """Keeps that it does not take place; it counts neither as in time nor as late."""
    require(by, Action.WORK)
    moment = int(time.time()) if now is None else now
    with taking_turns():
        row = CampaignNotice.objects.filter(pk=number, called_off_at=None).first()
        if row is None:
            return Answer(refused="There is no such campaign, or it was called off before.")
        if refused := may_not_announce(by):
            return Answer(refused=refused)
        row.called_off_at, row.called_off_by = moment, by.name
        row.save(update_fields=["called_off_at", "called_off_by"])
        record(by, "call off campaign", f"campaign notice {row.pk}", at=moment, why=row.name)
    return Answer(said=f"{row.name} is called off.")
