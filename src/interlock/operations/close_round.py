"""Closing a round of the language test before its time."""

from __future__ import annotations

import time

from interlock.operations.actor import Actor
from interlock.operations.permissions import Action, require
from interlock.operations.rounds import end, is_over
from interlock.operations.staff import staff
from interlock.replay.outcome import Instant
from interlock.store.lock import taking_turns
from interlock.store.models import LanguageRound


def close_round(number: int, *, by: Actor, now: Instant | None = None) -> bool:
    """Whether it was closed: False where there is no such round, or it is over."""
    require(by, Action.TEST_LANGUAGE)
    moment = int(time.time()) if now is None else now
    with taking_turns():
        row = LanguageRound.objects.filter(pk=number).first()
        if row is None or is_over(row, moment):
            return False
        end(row, moment, by=by, because=f"{staff().name_of(by)} closed it before its time")
    return True
