"""Digests: what somebody wants to be told of once a day, or once a week, and not at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta

from interlock.agreement.schema import Agreement
from interlock.operations.news import News
from interlock.operations.reading import current
from interlock.operations.release import Ways, send_by, ways
from interlock.operations.tell import key_of
from interlock.operations.working_hours import next_open, zone_of
from interlock.replay.outcome import Instant
from interlock.store.lock import taking_turns
from interlock.store.models import Notice, NoticeChoice

DAILY, WEEKLY = "daily", "weekly"
LINES = 20
"""So many pieces of news are written out in one; the page has them all."""


def digest(now: Instant, stopping: Callable[[], bool] = lambda: False) -> int:  # noqa: ARG001 - a duty
    """Makes the digests that are due; how many. One query: nothing waits for one."""
    waiting = Notice.objects.filter(digest=True)
    if not waiting.exists():
        return 0
    with taking_turns():
        agreement = current().agreement
        by_whom: dict[str, list[Notice]] = defaultdict(list)
        for row in waiting.order_by("told_at", "pk"):
            by_whom[row.whom].append(row)
        known = ways(list(by_whom))
        made = [
            _digest(whom, rows, now)
            for whom, rows in by_whom.items()
            if agreement is None or _is_due(whom, known, agreement, now)
        ]
        Notice.objects.bulk_create(made)
        theirs = [each.whom for each in made]
        waiting.filter(whom__in=theirs).update(digest=False)
        NoticeChoice.objects.filter(whom__in=theirs).update(digested_at=now)
        send_by(made, known, now)
    return len(made)


def _is_due(whom: str, known: Ways, agreement: Agreement, now: Instant) -> bool:
    """Whether the day, or the week, in which none was made yet has come to its first open hour."""
    somebody, choice = known.staff.people.get(whom), known.choices.get(whom)
    calendar = somebody.calendar if somebody else ""
    today = datetime.fromtimestamp(now, zone_of(agreement, calendar))
    begins = today.replace(hour=0, minute=0, second=0, microsecond=0)
    if choice is not None and choice.digest == WEEKLY:
        begins -= timedelta(days=begins.weekday())
    since = next_open(agreement, calendar, int(begins.timestamp()))
    return (choice.digested_at if choice else 0) < since <= now


def _digest(whom: str, rows: list[Notice], now: Instant) -> Notice:
    lines = [row.text for row in rows[:LINES]]
    more = len(rows) - len(lines)
    return Notice(
        key=key_of("digest", *(row.key for row in rows)),
        whom=whom,
        news=News.DIGEST,
        happened_at=now,
        from_at=now,
        told_at=now,
        read_at=now,  # in the app each stands by itself
        text=f"{len(rows)} {'things' if len(rows) > 1 else 'thing'} since the last digest",
        because="\n".join([*lines, *([f"and {more} more"] if more else [])]),
        link="/notices",
    )
