"""What the made-up company did under its agreement: read it, announced and planned campaigns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import transaction

from interlock.operations.actor import Actor
from interlock.operations.agreements import text_in_force
from interlock.operations.announce_campaign import Campaign, announce_campaign
from interlock.operations.confirm import confirm
from interlock.operations.delivery import LiveFact
from interlock.operations.governing import SIDES
from interlock.operations.live import receive_live
from interlock.operations.permissions import Role
from interlock.operations.seals import sealed
from interlock.replay.outcome import Instant
from interlock.simulate.staff import DEMO_HEADS, DEMO_MARKETING, DEMO_NEWCOMERS, DEMO_SALES
from interlock.store.models import FACTS

_DAY = 86_400
_ANNOUNCED = ("webinar", "trade show")
_LATELY = 90 * _DAY
_EVERY_SEVENTH = 7
_MORNING = 10 * 3_600
_EARLY, _LATE = 12 * _DAY, 4 * _DAY
"""How long before their first day most campaigns were announced, and every fourth."""

_WEEKEND = (5, 6)
_OPENS = "08:00:00"
_PLANNED = (
    ("C-planned-1", "Webinar: Vibration data in the system that you have", "webinar", 3),
    ("C-planned-2", "Nordic Process Days, the winter edition", "trade show", 20),
)
"""Campaigns that the CRM has and sales was not told of: key, name, kind, in so many days or, where
that is a weekend, the Monday after. Of the first it is too late to tell in time."""


def live_by_it(now: Instant) -> None:
    """Most members have confirmed the agreement; webinars and trade shows were announced.

    Two more are planned, and nobody has told sales of them.

    It is there whole, or not at all.
    """
    agreement = text_in_force(now)
    if agreement is None:
        return
    seal = sealed(agreement.source)
    columns = ("key", "email", "side")
    rows = FACTS["member"].objects.filter(live=True, side__in=SIDES).order_by("key")
    with transaction.atomic():
        members = [Actor(row[1], row[2], Role.MEMBER, row[0]) for row in rows.values_list(*columns)]
        signing_in = {DEMO_MARKETING, DEMO_SALES, *DEMO_HEADS}
        for place, each in enumerate(members):
            late = place % _EVERY_SEVENTH == 0 and each.member not in signing_in
            if not late and each.member not in DEMO_NEWCOMERS:
                confirm(seal, by=each, now=now - (20 + place % 9) * _DAY)
        marketing = next(each for each in members if each.member == DEMO_MARKETING)
        _announce(marketing, now)
        _plan(marketing, now)


def _announce(by: Actor, now: Instant) -> None:
    """The campaigns that began lately, most of them in good time; and one that is to come."""
    known = FACTS["campaign"].objects.filter(live=True, kind__in=_ANNOUNCED)
    begun = known.filter(starts_at__gte=now - _LATELY).order_by("starts_at", "pk")
    for place, (name, kind, starts_at) in enumerate(begun.values_list("name", "kind", "starts_at")):
        day = datetime.fromtimestamp(starts_at, UTC).date()
        offer = "A pilot at the stand" if kind == "trade show" else "Half an hour with an engineer"
        told = Campaign(name, "Plant managers and reliability engineers", offer, day)
        announce_campaign(told, by=by, now=starts_at + _MORNING - (_EARLY if place % 4 else _LATE))
    day = datetime.fromtimestamp(now, UTC).date() + timedelta(days=12)
    told = Campaign("A pilot in six weeks", "Tier A in the Nordics", "One line, one number", day)
    announce_campaign(told, by=by, now=now - _DAY)


def _plan(by: Actor, now: Instant) -> None:
    facts = []
    for key, name, kind, days in _PLANNED:
        day = datetime.fromtimestamp(now, UTC).date() + timedelta(days=days)
        day += timedelta(days=7 - day.weekday() if day.weekday() in _WEEKEND else 0)
        starts_at = f"{day}T{_OPENS}+00:00"
        values = {"id": key, "name": name, "kind": kind, "status": "planned"}
        facts.append(LiveFact("campaign", values | {"starts_at": starts_at}))
    received = receive_live(facts, by=by, source="halden-crm", now=now)
    for each in received.refused:
        raise RuntimeError(f"a planned campaign was refused: {each.reason}")
