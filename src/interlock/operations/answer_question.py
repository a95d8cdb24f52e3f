"""Answering what the other side asked about a lead."""

from __future__ import annotations

import time

from interlock.operations.actor import Actor
from interlock.operations.answer import Answer, kept_from_answering, note
from interlock.operations.ask import AGAIN, said_in
from interlock.operations.permissions import Action, require
from interlock.operations.whose import reach_of
from interlock.replay.outcome import Instant
from interlock.store.lock import taking_turns
from interlock.store.models import Question
from interlock.store.trail import record

LOOKED = "Looked at it again."
"""The answer to being asked to look again, where nothing is said."""


def answer_question(number: int, words: str, *, by: Actor, now: Instant | None = None) -> Answer:
    """Answers a question about a lead that one's side was asked.

    Words may be left out where the lead was only to be looked at again.
    """
    require(by, Action.WORK)
    moment, text = int(time.time()) if now is None else now, said_in(words)
    with taking_turns():
        row = Question.objects.filter(pk=number).first()
        refused = kept_from_answering(row, by)
        if row is None or refused:
            return Answer(refused=refused)
        text = text or (LOOKED if row.topic == AGAIN else "")
        if not text:
            return Answer(refused="Say something, however short: somebody waits for it.")
        row.answered_at, row.answered_by, row.answer = moment, by.name, text
        row.save(update_fields=["answered_at", "answered_by", "answer"])
        note(row.person, text, reach_of(by), by, moment)
        record(by, "answer", f"lead {row.person}", at=moment, why=text)
    return Answer(said="Answered.")
