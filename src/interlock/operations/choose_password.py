"""Choosing a new password with the link that came by mail."""

from __future__ import annotations

import re
import time

from django.db import transaction

from interlock.operations.actor import Actor
from interlock.operations.add_user import password_problems
from interlock.operations.send_password_links import lock_links
from interlock.operations.sessions import forget_sessions
from interlock.operations.token_actor import digest_of
from interlock.replay.outcome import Instant
from interlock.store.lock import held
from interlock.store.models import PasswordLink, User
from interlock.store.trail import record

GONE = "this link does not hold any more; ask for another"
_SECRET = re.compile(r"[\w-]{43}", re.ASCII)


def read_password_link(secret: str) -> str:
    """The e-mail address whose password the link changes; "" where it does not hold."""
    found = _found(secret, int(time.time()))
    return "" if found is None else found.email


def choose_password(secret: str, password: str, *, address: str) -> tuple[str, ...]:
    """What keeps the password from being chosen; empty where it was, once.

    Every session of the sign-in ends with it. A second step stays: it is asked for as ever.
    `address` is the network address of whoever holds the link.
    """
    now, problems = int(time.time()), password_problems(password)
    if problems:
        return problems
    with transaction.atomic():
        link = _found(secret, now)
        # of two who use one link in the same moment, one is first
        if link is None or not lock_links(link.email) or _found(secret, now) is None:
            return (GONE,)
        user = held(User.objects.filter(username=link.email, is_active=True)).first()
        if user is None:
            return (GONE,)
        PasswordLink.objects.filter(pk=link.pk).update(used_at=now)
        # none that was sent before, or is to be sent still, is wanted any more
        PasswordLink.objects.filter(email=link.email).update(expires_at=now, send_at=None)
        user.set_password(password)
        user.save(update_fields=["password"])
        forget_sessions(user.pk)
        by = Actor(user.username, user.side, user.role, door="web", place=address)
        record(by, "choose a new password", user.username, at=now, why="by a link sent by mail")
    return ()


def _found(secret: str, now: Instant) -> PasswordLink | None:
    if not _SECRET.fullmatch(secret):
        return None
    held = PasswordLink.objects.filter(digest=digest_of(secret), used_at=None, expires_at__gt=now)
    return held.first()
