"""Calling off a campaign that was announced; those who were told of it hear so."""

from __future__ import annotations

import time

from interlock.agreement.expiry import day_words
from interlock.operations.actor import Actor
from interlock.operations.addresses import CAMPAIGNS
from interlock.operations.announce_campaign import may_not_announce, told_as
from interlock.operations.answer import Answer
from interlock.operations.notify import notify, told_of
from interlock.operations.permissions import Action, require
from interlock.operations.staff import staff, whom_of
from interlock.replay.outcome import Instant
from interlock.store.lock import taking_turns
from interlock.store.models import CampaignNotice
from interlock.store.trail import record


def call_off_campaign(number: int, *, by: Actor, now: Instant | None = None) -> Answer:
    """Keeps that it does not take place; it counts neither as in time nor as late.

    Whoever was told of it and is still here is told, but for the one who calls it off.
    """
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
        _tell(row, by, moment)
        record(by, "call off campaign", f"campaign notice {row.pk}", at=moment, why=row.name)
    return Answer(said=f"{row.name} is called off.")


def _tell(row: CampaignNotice, by: Actor, now: Instant) -> None:
    everybody = staff(now)
    told = told_of(told_as(row), everybody.people)
    notify(
        [each for each in told if each != whom_of(by.member, by.sign_in)],
        (*told_as(row), "called off"),
        f"{everybody.name_of(by)} calls off {row.name}, announced for {day_words(row.starts_on)}",
        because="You were told of it before; it does not take place",
        link=CAMPAIGNS,
        at=now,
    )
