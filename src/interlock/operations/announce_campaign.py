"""Telling sales of a campaign before it begins."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date

from interlock.agreement.expiry import day_words
from interlock.agreement.schema import Agreement, Side
from interlock.operations.actor import Actor
from interlock.operations.addresses import CAMPAIGNS
from interlock.operations.agreements import text_in_force
from interlock.operations.answer import Answer
from interlock.operations.ask import said_in
from interlock.operations.notify import notify
from interlock.operations.permissions import ALLOWED, Action, may, require
from interlock.operations.staff import staff
from interlock.replay.outcome import Instant
from interlock.store.lock import taking_turns
from interlock.store.models import CampaignNotice
from interlock.store.trail import record


@dataclass(frozen=True)
class Campaign:
    """What sales is told: what it is called, whom it reaches, what it offers, its first day.

    `campaign` is its key in the CRM, "" where it is not there.
    """

    name: str
    audience: str
    offer: str
    starts_on: date
    campaign: str = ""


def announce_campaign(told: Campaign, *, by: Actor, now: Instant | None = None) -> Answer:
    """Keeps that it was announced now; the leads of sales and its point of contact are told.

    One that has begun already may be announced, too: that is late.
    """
    require(by, Action.WORK)
    moment = int(time.time()) if now is None else now
    name, audience, offer = (said_in(each) for each in (told.name, told.audience, told.offer))
    if refused := may_not_announce(by):
        return Answer(refused=refused)
    if not (name and audience and offer):
        return Answer(refused="Say what it is called, whom it reaches and what it offers.")
    agreement = text_in_force(moment)
    with taking_turns():
        row = CampaignNotice.objects.create(
            name=name,
            audience=audience,
            offer=offer,
            starts_on=told.starts_on,
            campaign=said_in(told.campaign),
            by=by.name,
            at=moment,
        )
        _tell(row, agreement, by)
        record(by, "announce campaign", f"campaign notice {row.pk}", at=moment, why=name)
    return Answer(said=f"Sales is told of {name}.")


def may_announce(by: Actor) -> bool:
    """Whether the actor may announce a campaign."""
    return may(by, Action.WORK) and not may_not_announce(by)


def may_not_announce(by: Actor) -> str:
    """Why the actor may not announce a campaign; "" where they may."""
    if by.side == Side.MARKETING or by.role in ALLOWED[Action.ADOPT]:
        return ""
    return "It is for marketing to announce a campaign."


def told_as(row: CampaignNotice) -> tuple[object, ...]:
    """What the notices of an announcement are about."""
    return ("campaign", row.pk)


def _tell(row: CampaignNotice, agreement: Agreement | None, by: Actor) -> None:
    everybody = staff(row.at)
    contact = everybody.meant_by("point of contact", "", Side.SALES, agreement)
    notify(
        (*contact, *everybody.leads_of(Side.SALES)),
        told_as(row),
        f"{everybody.name_of(by)} announces {row.name}, from {day_words(row.starts_on)}",
        because="Sales hears of campaigns before they begin (rules of engagement)",
        link=CAMPAIGNS,
        at=row.at,
    )
