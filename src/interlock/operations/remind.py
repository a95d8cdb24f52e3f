"""Reminding people of what the agreement asks for by a day: reading it, reviewing it, renewing it.

Everything is told once: a notice is known by its text's seal and by whom it is told to.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db import transaction

from interlock.agreement.expiry import day_words, expiry_of, is_over
from interlock.agreement.schema import Agreement
from interlock.operations.agreements import text_in_force
from interlock.operations.governing import SIDES, can_take_part, governing
from interlock.operations.notify import notify
from interlock.operations.seals import sealed
from interlock.operations.staff import Staff, staff
from interlock.replay.outcome import Instant
from interlock.store.models import Confirmation

AHEAD = timedelta(days=30)
"""How long before a day of the agreement its signers hear of it."""


def remind(now: Instant, stopping: Callable[[], bool] = lambda: False) -> None:  # noqa: ARG001 - a duty
    """Tells both sides' signers of a review or an end that is near, and newcomers what to read."""
    agreement = text_in_force(now)
    if agreement is None or is_over(agreement, now):
        return
    everybody, seal = staff(), sealed(agreement.source)
    today = datetime.fromtimestamp(now, agreement.zone).date()
    with transaction.atomic():
        _ask_to_confirm(agreement, everybody, seal, now)
        for what, day, because in _days(agreement):
            if day is not None and today <= day <= today + AHEAD:
                signers = governing(agreement, everybody).signers
                notify(
                    [one.whom for side in signers for one in side.people],
                    (what, seal, day),
                    f"{agreement.name} is to be {what} by {day_words(day)}",
                    because=because,
                    link="/agreement",
                    at=now,
                )


def _days(agreement: Agreement) -> tuple[tuple[str, date | None, str], ...]:
    review = "Both sides look at it again by then (review_by)"
    return (
        ("reviewed", agreement.review_by, review),
        ("renewed", agreement.expires_on, expiry_of(agreement)),
    )


def _ask_to_confirm(agreement: Agreement, everybody: Staff, seal: str, now: Instant) -> None:
    known = set(Confirmation.objects.filter(seal=seal).values_list("by", flat=True))
    asked = [
        each.whom
        for each in everybody.people.values()
        if each.side in SIDES and can_take_part(each) and each.email not in known
    ]
    notify(
        asked,
        ("confirm", seal),
        f"Read {agreement.name}, version {agreement.version}, and confirm it",
        because="Every member of both sides confirms the agreement in force",
        link="/agreement/mine",
        at=now,
    )
