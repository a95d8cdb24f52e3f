"""Clearing away what has expired and that nobody will ask for again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from django.contrib.sessions.models import Session

from interlock.agreement.hours import DAY
from interlock.replay.outcome import Instant
from interlock.store.models import Notice, PasswordLink

KEPT = 366 * DAY
"""How long notices are kept; what came to pass is kept for good."""


def _sessions(now: Instant) -> None:
    Session.objects.filter(expire_date__lt=datetime.fromtimestamp(now, UTC)).delete()


def _notices(now: Instant) -> None:
    Notice.objects.filter(happened_at__lt=now - KEPT).delete()


def _password_links(now: Instant) -> None:
    PasswordLink.objects.filter(asked_at__lt=now - DAY).delete()  # the trail keeps who asked


CLEANERS: tuple[Callable[[Instant], object], ...] = (_sessions, _notices, _password_links)
"""Each clears away one kind of thing that has expired by an instant (UTC seconds)."""


def clean(now: Instant, stopping: Callable[[], bool] = lambda: False) -> None:
    """Has every cleaner do its work."""
    for each in CLEANERS:
        if not stopping():
            each(now)
