"""Slows down whoever guesses passwords: failed sign-ins are counted in the audit trail."""

from __future__ import annotations

from django.db.models import Count, Q

from interlock.store.models import Event

FAILED = "failed to sign in"
WINDOW = 15 * 60
"""Seconds for which a failed attempt counts."""
MOST_FOR_ONE = 5
"""Failures that an e-mail address may have from one network address within the window."""
MOST_FOR_ALL = 50
"""Failures that one network address, or one e-mail address, may have in all within the window."""


def may_sign_in(email: str, address: str, now: int) -> bool:
    """Whether an attempt is let through to the password: too many have failed lately, if not."""
    recent = Event.objects.filter(verb=FAILED, at__gt=now - WINDOW)
    failed: dict[str, int] = recent.aggregate(
        one=Count("pk", Q(about=email, by=address)),
        email=Count("pk", Q(about=email)),
        address=Count("pk", Q(by=address)),
    )
    return failed["one"] < MOST_FOR_ONE and max(failed["email"], failed["address"]) < MOST_FOR_ALL


def note_failed_sign_in(email: str, address: str, now: int) -> None:
    """Writes down that an attempt failed."""
    Event.objects.create(at=now, by=address, verb=FAILED, about=email)
