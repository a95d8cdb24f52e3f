"""Revoking an invitation that nobody has accepted yet."""

from __future__ import annotations

import time

from django.db import transaction

from interlock.operations.actor import Actor
from interlock.operations.invite import open_invitations
from interlock.operations.permissions import Action, require
from interlock.store.lock import held
from interlock.store.trail import record


def revoke_invitation(number: int, *, by: Actor) -> bool:
    """Whether it was revoked now: False where it held no more."""
    require(by, Action.MANAGE_PEOPLE)
    now = int(time.time())
    with transaction.atomic():
        found = held(open_invitations(now).filter(pk=number)).first()
        if found is None:
            return False
        found.revoked_at = now
        found.save(update_fields=["revoked_at"])
        record(by, "revoke invitation", found.email, at=now)
    return True
