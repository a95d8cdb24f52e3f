"""Who acts when a program shows a token."""

from __future__ import annotations

import hashlib
import hmac
import re
import time

from django.db.models import Q

from interlock.operations.actor import Actor
from interlock.operations.permissions import Role, Scope
from interlock.store.models import Token

BEGINNING = "ilk_"
"""How every token's secret begins, so that one that leaked is recognised."""
_SECRET = re.compile(rf"({BEGINNING}[0-9a-f]{{8}})_[\w-]{{43}}", re.ASCII)
_MINUTE = 60
"""Seconds for which a use is not written down again."""
_RANKS = tuple(Role)


def digest_of(secret: str) -> str:
    """What is kept of a secret: long and random as it is, SHA-256 needs no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


def token_actor(secret: str, now: int | None = None) -> Actor | None:
    """Whoever acts with this secret; None where it is unknown, revoked or too old.

    A token dies with the sign-in that made it, and never has a higher role than that sign-in.
    """
    now = int(time.time()) if now is None else now
    found = _SECRET.fullmatch(secret)
    if found is None:
        return None
    token = Token.objects.select_related("made_by").filter(prefix=found[1]).first()
    if token is None or not hmac.compare_digest(token.digest, digest_of(secret)):
        return None
    expired = token.expires_at is not None and token.expires_at <= now
    if expired or token.revoked_at is not None or not token.made_by.is_active:
        return None
    stale = Q(last_used_at=None) | Q(last_used_at__lte=now - _MINUTE)
    Token.objects.filter(stale, pk=token.pk).update(last_used_at=now)
    user = token.made_by
    return Actor(
        name=f"{user.username} by token {token.name}",
        side=user.side,
        role=min(Role(token.role), Role(user.role), key=_RANKS.index),
        member=user.member,
        scopes=frozenset(token.scopes) & frozenset(Scope),
        door="api",
        through=f"token {token.name}",
    )
