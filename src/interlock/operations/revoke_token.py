"""Revoking a token: whoever shows it from now on is nobody."""

from __future__ import annotations

import time

from django.db import transaction

from interlock.operations.actor import Actor
from interlock.operations.permissions import Action, may, require
from interlock.store.lock import held
from interlock.store.models import Token
from interlock.store.trail import record


def revoke_token(number: int, *, by: Actor) -> bool:
    """Whether it was revoked now: False where there is no such token, or it was before.

    One's own; whoever decides about sign-ins may revoke all. Another's token is as none.
    """
    require(by, Action.OWN_SIGN_IN)
    now = int(time.time())
    tokens = Token.objects.filter(pk=number, revoked_at=None)
    if not may(by, Action.MANAGE_PEOPLE):
        tokens = tokens.filter(made_by__username=by.name)
    with transaction.atomic():
        token = held(tokens).first()
        if token is None:
            return False
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
        record(by, "revoke token", token.prefix, at=now)
    return True
