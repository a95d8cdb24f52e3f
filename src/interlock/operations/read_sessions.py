"""Where somebody is signed in."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.sessions.models import Session
from django.utils import timezone

from interlock.operations.actor import Actor
from interlock.operations.permissions import Action, require
from interlock.operations.sessions import sessions_of

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
    rows = [*sessions_of(by).order_by("-last_seen_at")]
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


def browser_of(agent: str) -> str:
    """A browser's description of itself in words: "Firefox on Linux"."""
    browser = next((word for sign, word in _BROWSERS if sign in agent), "another program")
    system = next((word for sign, word in _SYSTEMS if sign in agent), "")
    return f"{browser} on {system}" if system else browser
