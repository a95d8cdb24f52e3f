"""What the made-up company did under its agreement: read it, and announced its campaigns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import transaction

from interlock.operations.actor import Actor
from interlock.operations.agreements import text_in_force
from interlock.operations.announce_campaign import Campaign, announce_campaign
from interlock.operations.confirm import confirm
from interlock.operations.governing import SIDES
from interlock.operations.permissions import Role
from interlock.operations.seals import sealed
from interlock.replay.outcome import Instant
from interlock.simulate.staff import DEMO_HEADS, DEMO_MARKETING, DEMO_SALES
from interlock.store.models import FACTS

_DAY = 86_400
_ANNOUNCED = ("webinar", "trade show")
_LATELY = 90 * _DAY
_EVERY_SEVENTH = 7
_MORNING = 10 * 3_600
_EARLY, _LATE = 12 * _DAY, 4 * _DAY
"""How long before their first day most campaigns were announced, and every fourth."""


def live_by_it(now: Instant) -> None:
    """Most members have confirmed the agreement; webinars and trade shows were announced.

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
            if each.member in signing_in or place % _EVERY_SEVENTH:
                confirm(seal, by=each, now=now - (20 + place % 9) * _DAY)
        _announce(next(each for each in members if each.member == DEMO_MARKETING), now)


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
