"""One ends where one is signed in."""

from __future__ import annotations

import time

from django.db import transaction

from interlock.operations.actor import Actor
from interlock.operations.permissions import Action, require
from interlock.operations.sessions import forget, sessions_of
from interlock.store.trail import record


def end_sessions(*, by: Actor, here: str, number: int | None = None) -> int:
    """Ends one of one's sessions, or all but the one that asks; how many ended."""
    require(by, Action.OWN_SIGN_IN)
    own = sessions_of(by)
    chosen = own.exclude(session_key=here) if number is None else own.filter(pk=number)
    with transaction.atomic():
        ended = forget(chosen)
        if ended:
            now, count = int(time.time()), f"{ended} session{'s' if ended > 1 else ''}"
            record(by, "end sessions", by.name, at=now, why=count)
    return ended
