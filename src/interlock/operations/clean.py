"""Clearing away what has expired and that nobody will ask for again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from django.contrib.sessions.models import Session

from interlock.replay.outcome import Instant


def _sessions(now: Instant) -> None:
    Session.objects.filter(expire_date__lt=datetime.fromtimestamp(now, UTC)).delete()


CLEANERS: tuple[Callable[[Instant], object], ...] = (_sessions,)
"""Each clears away one kind of thing that has expired by an instant (UTC seconds)."""


def clean(now: Instant, stopping: Callable[[], bool] = lambda: False) -> None:
    """Has every cleaner do its work."""
    for each in CLEANERS:
        if not stopping():
            each(now)
