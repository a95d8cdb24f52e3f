"""Closing a round of the language test before its time."""

from __future__ import annotations

import time

from django.db import transaction

from interlock.operations.actor import Actor
from interlock.operations.permissions import Action, require
from interlock.operations.rounds import is_over
from interlock.replay.outcome import Instant
from interlock.store.models import LanguageRound
from interlock.store.trail import record


def close_round(number: int, *, by: Actor, now: Instant | None = None) -> bool:
    """Whether it was closed: False where there is no such round, or it is over."""
    require(by, Action.TEST_LANGUAGE)
    moment = int(time.time()) if now is None else now
    with transaction.atomic():
        row = LanguageRound.objects.filter(pk=number).first()
        if row is None or is_over(row, moment):
            return False
        row.closed_at, row.closed_by = moment, by.name
        row.save(update_fields=["closed_at", "closed_by"])
        record(by, "close", f"language round {row.pk}", at=moment)
    return True
