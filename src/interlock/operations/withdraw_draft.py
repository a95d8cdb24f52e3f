"""Closing a draft that nobody goes on with; it stays readable."""

from __future__ import annotations

import time

from django.db import transaction

from interlock.operations.actor import Actor
from interlock.operations.permissions import Action, require
from interlock.replay.outcome import Instant
from interlock.store.models import Draft
from interlock.store.trail import record


def withdraw_draft(number: int, *, by: Actor, now: Instant | None = None) -> bool:
    """Closes it; False where there is none that is open."""
    require(by, Action.DRAFT)
    moment = int(time.time()) if now is None else now
    with transaction.atomic():
        closed = Draft.objects.filter(pk=number, withdrawn_at=None).update(withdrawn_at=moment)
        if closed:
            record(by, "withdraw draft", f"draft {number}", at=moment)
    return bool(closed)
