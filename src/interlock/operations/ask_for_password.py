"""Asking for a new password, by whoever has forgotten theirs.

Nobody looks here whether anybody signs in with the address: what is done, said and written down is
the same for all. The worker looks (`interlock.operations.send_password_links`).
"""

from __future__ import annotations

from enum import StrEnum

from django.db import transaction

from interlock.operations.actor import Actor
from interlock.operations.outside import is_mail_set_up
from interlock.operations.whence import network_of
from interlock.replay.outcome import Instant
from interlock.store.models import PasswordLink
from interlock.store.trail import record

ASKED = "ask for a new password"
WINDOW = 3600
MOST_FOR_ONE, MOST_FROM_ONE = 3, 20
"""Links that may be asked for within the window: for an e-mail address, and by one network."""
_LONGEST = 254


class Asking(StrEnum):
    """What came of asking. TAKEN says nothing of whether anybody has the address."""

    TAKEN = "taken"
    TOO_OFTEN = "too often"
    NO_MAIL = "no mail"


def ask_for_password(email: str, *, address: str, now: Instant) -> Asking:
    """Has the worker send a link to the e-mail address, if somebody signs in with it.

    `address` is the network address of whoever asks. Where no mail is set up, nothing is done.
    """
    if not is_mail_set_up():
        return Asking.NO_MAIL
    email, network = email.strip().lower()[:_LONGEST], network_of(address)
    with transaction.atomic():
        if _is_beyond(email, network, now, MOST_FOR_ONE - 1, MOST_FROM_ONE - 1):
            return Asking.TOO_OFTEN
        PasswordLink.objects.create(email=email, network=network, asked_at=now, send_at=now)
        unknown = Actor(network, "", "", door="web", place=address)
        record(unknown, ASKED, email, at=now)
        # who asked in the same moment is seen by now: entries of the trail wait for one another
        if _is_beyond(email, network, now, MOST_FOR_ONE, MOST_FROM_ONE):
            transaction.set_rollback(True)
            return Asking.TOO_OFTEN
    return Asking.TAKEN


def _is_beyond(email: str, network: str, now: Instant, for_one: int, from_one: int) -> bool:
    lately = PasswordLink.objects.filter(asked_at__gt=now - WINDOW)
    counts = lately.filter(email=email).count(), lately.filter(network=network).count()
    return counts[0] > for_one or counts[1] > from_one
