"""A session is used: noted now and then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from allauth.usersessions.models import UserSession
from django.db import OperationalError, connection

SEEN_EVERY = 300
"""Seconds for which it is not noted again that a session is used."""
_NOTED: dict[str, int] = {}
"""When this process noted last that a session is used, by its key."""
_MOST_NOTED = 10_000


def note_seen(key: str, address: str, now: int) -> None:
    """Notes that the session is used from the address, unless that was noted a while ago.

    Nobody waits for it: where another process writes to SQLite just now, it is left out.
    """
    if now - _NOTED.get(key, 0) < SEEN_EVERY:
        return
    if len(_NOTED) >= _MOST_NOTED:
        _NOTED.clear()
    _NOTED[key] = now
    at = datetime.fromtimestamp(now, UTC)
    with _not_waiting():
        UserSession.objects.filter(session_key=key).update(last_seen_at=at, ip=address)


@contextmanager
def _not_waiting() -> Iterator[None]:
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        (usual,) = cursor.execute("PRAGMA busy_timeout").fetchone()
        cursor.execute("PRAGMA busy_timeout = 0")
        try:
            yield
        except OperationalError as error:
            if "locked" not in str(error):
                raise
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {int(usual)}")
