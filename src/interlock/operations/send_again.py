"""Sending a message of the log once more, with the id that it had."""

from __future__ import annotations

import time

from django.db import transaction

from interlock.operations.actor import Actor
from interlock.operations.permissions import Action, require
from interlock.store.models import Outgoing
from interlock.store.trail import record


def send_again(number: int, *, by: Actor) -> str | None:
    """Puts the message on its way again, now; its webhook's name, or None: there is no such one."""
    require(by, Action.MANAGE_DOORS)
    now = int(time.time())
    with transaction.atomic():
        row = Outgoing.objects.select_related("webhook").filter(pk=number).first()
        if row is None:
            return None
        again = {"state": Outgoing.WAITS, "next_at": now, "tries": 0, "ended_at": None}
        Outgoing.objects.filter(pk=number).update(**again, claim="")
        about = f"outgoing webhook {row.webhook.name}: {row.name}"
        record(by, "send again", about, at=now)
    return row.webhook.name
