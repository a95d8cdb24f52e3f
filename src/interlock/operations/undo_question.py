"""Undoing a question within ten seconds of asking it: nobody owes its answer any more."""

from __future__ import annotations

import time

from interlock.operations.actor import Actor
from interlock.operations.ask import AGAIN
from interlock.operations.deeds import NOTHING, UNDO_SECONDS, Deed
from interlock.operations.permissions import Action, require
from interlock.operations.undo import ON_THE_WAY, not_undone
from interlock.replay.outcome import Instant
from interlock.store.lock import taking_turns
from interlock.store.models import Question
from interlock.store.trail import record


def undo_question(number: int, *, by: Actor, now: Instant | None = None) -> Deed:
    """Withdraws one's own question, unless it is older than ten seconds or was answered."""
    require(by, Action.WORK)
    moment = int(time.time()) if now is None else now
    with taking_turns():  # as whoever answers does
        row = Question.objects.filter(pk=number, by=by.name).exclude(topic=AGAIN).first()
        if row is None:
            return not_undone("There is no such question of yours.")
        if row.withdrawn_at is not None:
            return not_undone("It was undone before.")
        if row.answered_at is not None:
            return not_undone(f"{row.answered_by} has answered already: {row.answer}")
        if moment > row.asked_at + UNDO_SECONDS + ON_THE_WAY:
            return not_undone(f"It is more than {UNDO_SECONDS} seconds old: they may be at it.")
        row.withdrawn_at = moment
        row.save(update_fields=["withdrawn_at"])
        record(by, "withdraw question", f"lead {row.person}", at=moment, why="undone at once")
    return Deed(NOTHING, said="Undone")
