"""Closing a webhook."""

from __future__ import annotations

import time

from django.db import transaction

from interlock.operations.actor import Actor
from interlock.operations.permissions import Action, require
from interlock.store.models import WebhookIn
from interlock.store.trail import record


def close_webhook(name: str, *, by: Actor, why: str = "") -> bool:
    """Takes nothing more from it; False where there is none that is open."""
    require(by, Action.MANAGE_DOORS)
    now = int(time.time())
    with transaction.atomic():
        closed = WebhookIn.objects.filter(name=name, closed_at=None).update(closed_at=now)
        if closed:
            record(by, "close webhook", name, at=now, why=why)
    return bool(closed)
