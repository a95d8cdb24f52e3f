"""Slows down whoever guesses passwords: failed sign-ins are counted in the audit trail."""

from __future__ import annotations

from interlock.operations.actor import Actor
from interlock.operations.whence import network_of
from interlock.store.models import Event
from interlock.store.trail import record

FAILED = "failed to sign in"
WINDOW = 15 * 60
"""Seconds for which a failed attempt counts."""
MOST_FOR_ONE = 5
"""Failures that an e-mail address may have from one network within the window."""
MOST_FOR_ALL = 50
"""Failures that one network, or one e-mail address, may have in all within the window."""


def may_sign_in(email: str, address: str, now: int) -> bool:
    """Whether an attempt is let through to the password: too many have failed lately, if not.

    However many fail, no more than the latest few of either address are looked at.
    """
    network = network_of(address)
    of_email, of_network = _lately(now, about=email), _lately(now, by=network)
    most = max(len(of_email), len(of_network))
    return of_email.count(network) < MOST_FOR_ONE and most < MOST_FOR_ALL


def _lately(now: int, **of: str) -> list[str]:
    """Where the latest failures of these came from, if they still count."""
    failed = Event.objects.filter(verb=FAILED, **of).order_by("-number")
    latest = failed.values_list("at", "by")[:MOST_FOR_ALL]
    return [by for at, by in latest if at > now - WINDOW]


def note_failed_sign_in(email: str, address: str, now: int) -> None:
    """Writes down that an attempt failed."""
    unknown = Actor(network_of(address), "", "", door="web", place=address)
    record(unknown, FAILED, email, at=now)
