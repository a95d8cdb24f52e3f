"""Switching a webhook that tells others off and on."""

from __future__ import annotations

import time

from django.db import transaction

from interlock.operations.actor import Actor
from interlock.operations.permissions import Action, require
from interlock.store.models import WebhookOut
from interlock.store.trail import record


def switch_webhook_out(name: str, *, on: bool, by: Actor) -> bool:
    """Switches it on or off; False where there is none to switch.

    While it is off nothing is put on its way to it; what is on its way waits.
    """
    require(by, Action.MANAGE_DOORS)
    now = int(time.time())
    with transaction.atomic():
        found = WebhookOut.objects.filter(name=name, off_at__isnull=not on)
        if not found.update(off_at=None if on else now, off_why="", failing_since=None):
            return False
        record(by, f"switch {'on' if on else 'off'} outgoing webhook", name, at=now)
    return True
