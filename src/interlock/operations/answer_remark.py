"""Answering what was asked about a clause in force."""

from __future__ import annotations

import time

from interlock.operations.actor import Actor
from interlock.operations.answer import Answer
from interlock.operations.ask import said_in
from interlock.operations.permissions import Action, require
from interlock.operations.remark_on_clause import SAY_SOMETHING, tell_of
from interlock.operations.staff import staff
from interlock.replay.outcome import Instant
from interlock.store.lock import taking_turns
from interlock.store.models import Remark
from interlock.store.trail import record


def answer_remark(number: int, words: str, *, by: Actor, now: Instant | None = None) -> Answer:
    """Answers a remark on a clause in force; whoever made or answered it before is told."""
    require(by, Action.AGREE)
    moment, said = int(time.time()) if now is None else now, said_in(words)
    if not said:
        return Answer(refused=SAY_SOMETHING)
    with taking_turns():
        row = Remark.objects.filter(pk=number, draft=None, to=None).first()
        if row is None:
            return Answer(refused="There is no such remark.")
        if row.settled_at is not None:
            return Answer(refused="It is settled by now. Say it as a remark of its own.")
        heard = {row.by, *row.answers.values_list("by", flat=True)} - {by.name}
        made = Remark.objects.create(
            to=row, clause=row.clause, words=said, by=by.name, side=by.side, at=moment
        )
        everybody = staff(moment)
        tell_of(made, heard, f"{everybody.name_of(by)} answers", everybody, at=moment)
        record(by, "answer", f"remark {number}", at=moment, why=said)
    return Answer(said="Your answer stands here.")
