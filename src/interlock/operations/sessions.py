"""Where somebody is signed in: seen, and ended."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from interlock.operations.actor import Actor
from interlock.operations.permissions import Action, require
from interlock.store.trail import record

_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
"""What tells a browser and a system, the more telling first: most name others, too."""

SEEN_EVERY = 300
"""Seconds for which it is not noted again that a session is used."""
_NOTED: dict[str, int] = {}
"""When this process noted last that a session is used, by its key."""
_MOST_NOTED = 10_000


@dataclass(frozen=True)
class SessionLine:
    """One place where somebody is signed in; `here`: the one that asks. Instants: UTC seconds."""

    number: int
    since: int
    seen_at: int
    address: str
    browser: str
    here: bool


def read_sessions(*, by: Actor, here: str) -> tuple[SessionLine, ...]:
    """One's own, last seen first; `here` is the key of the session that asks."""
    require(by, Action.OWN_SIGN_IN)
    rows = [*_own(by).order_by("-last_seen_at")]
    keys = [each.session_key for each in rows]
    live = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    held = set(live.values_list("session_key", flat=True))
    return tuple(
        SessionLine(
            number=each.pk,
            since=int(each.created_at.timestamp()),
            seen_at=int(each.last_seen_at.timestamp()),
            address=each.ip,
            browser=browser_of(each.user_agent),
            here=each.session_key == here,
        )
        for each in rows
        if each.session_key in held
    )


def end_sessions(*, by: Actor, here: str, number: int | None = None) -> int:
    """Ends one of one's sessions, or all but the one that asks; how many ended."""
    require(by, Action.OWN_SIGN_IN)
    chosen = _own(by).exclude(session_key=here) if number is None else _own(by).filter(pk=number)
    with transaction.atomic():
        ended = _forget(chosen)
        if ended:
            now, count = int(time.time()), f"{ended} session{'s' if ended > 1 else ''}"
            record(by, "end sessions", by.name, at=now, why=count)
    return ended


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


def forget_sessions(user: int) -> None:
    """Signs the user of that number out everywhere; part of a deed that says why in the trail."""
    _forget(UserSession.objects.filter(user_id=user))


def browser_of(agent: str) -> str:
    """A browser's description of itself in words: "Firefox on Linux"."""
    browser = next((word for sign, word in _BROWSERS if sign in agent), "another program")
    system = next((word for sign, word in _SYSTEMS if sign in agent), "")
    return f"{browser} on {system}" if system else browser


def _own(by: Actor) -> QuerySet[UserSession]:
    own: QuerySet[UserSession] = UserSession.objects.filter(user__username=by.name)
    return own


def _forget(sessions: QuerySet[UserSession]) -> int:
    keys = [*sessions.values_list("session_key", flat=True)]
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
    return len(keys)
