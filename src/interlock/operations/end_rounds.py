"""Ending the rounds of the language test whose time is over."""

from __future__ import annotations

from collections.abc import Callable

from interlock.operations.keep_up import WORKER
from interlock.operations.rounds import end
from interlock.replay.outcome import Instant
from interlock.store.lock import taking_turns
from interlock.store.models import LanguageRound


def end_rounds(now: Instant, stopping: Callable[[], bool] = lambda: False) -> int:
    """Tells, once for each such round, whom it asked; how many it ended. One query: none."""
    over = LanguageRound.objects.filter(closed_at=None, closes_at__lte=now)
    if stopping() or not over.exists():
        return 0
    with taking_turns():
        rows = [*over]
        for row in rows:
            end(row, row.closes_at, by=WORKER, because="Its last day has passed")
    return len(rows)
