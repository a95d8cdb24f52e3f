"""The tokens that there are."""

from __future__ import annotations

import time
from dataclasses import dataclass

from interlock.operations.actor import Actor
from interlock.operations.permissions import Action, may, require
from interlock.store.models import Token


@dataclass(frozen=True)
class TokenLine:
    """One token as people see it; `prefix` is how its secret begins. Instants are UTC seconds.

    `state`: in use, expired, revoked, or switched off with its maker's sign-in.
    """

    number: int
    name: str
    prefix: str
    scopes: tuple[str, ...]
    role: str
    made_by: str
    made_at: int
    expires_at: int | None
    last_used_at: int | None
    state: str


def read_tokens(*, by: Actor) -> tuple[TokenLine, ...]:
    """One's own, latest first; everybody's for whoever decides about sign-ins."""
    require(by, Action.OWN_SIGN_IN)
    tokens = Token.objects.select_related("made_by")
    if not may(by, Action.MANAGE_PEOPLE):
        tokens = tokens.filter(made_by__username=by.name)
    now = int(time.time())
    return tuple(
        TokenLine(
            number=token.pk,
            name=token.name,
            prefix=token.prefix,
            scopes=tuple(token.scopes),
            role=token.role,
            made_by=token.made_by.username,
            made_at=token.made_at,
            expires_at=token.expires_at,
            last_used_at=token.last_used_at,
            state=_state(token, now),
        )
        for token in tokens
    )


def _state(token: Token, now: int) -> str:
    if token.revoked_at is not None:
        return "revoked"
    if token.expires_at is not None and token.expires_at <= now:
        return "expired"
    return "in use" if token.made_by.is_active else "switched off"
