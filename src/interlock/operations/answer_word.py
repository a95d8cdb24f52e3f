"""Saying what a word means that somebody asked about."""

from __future__ import annotations

import time

from interlock.operations.actor import Actor
from interlock.operations.addresses import WORDS
from interlock.operations.answer import Answer
from interlock.operations.ask import said_in
from interlock.operations.governing import SIDES
from interlock.operations.notify import notify
from interlock.operations.permissions import ALLOWED, Action, require
from interlock.operations.staff import staff, whom_of
from interlock.replay.outcome import Instant
from interlock.store.lock import taking_turns
from interlock.store.models import AskedWord
from interlock.store.trail import record


def answer_word(number: int, words: str, *, by: Actor, now: Instant | None = None) -> Answer:
    """Answers for the side that was asked, or as whoever keeps the data; whoever asked is told."""
    require(by, Action.AGREE)
    moment, text = int(time.time()) if now is None else now, said_in(words)
    if not text:
        return Answer(refused="Say what it means, however short: somebody waits for it.")
    with taking_turns():
        row = AskedWord.objects.filter(pk=number).first()
        if row is None:
            return Answer(refused="Nobody asks that.")
        if refused := kept_from(row, by):
            return Answer(refused=refused)
        row.answered_at, row.answered_by, row.answer = moment, by.name, text
        row.save(update_fields=["answered_at", "answered_by", "answer"])
        me = staff().people.get(whom_of(by.member, by.name))
        notify(
            [row.whom],
            ("word answered", row.pk),
            f"{me.name if me else by.name} says what {row.word} means: {text}",
            because="You asked what it means (glossary)",
            link=WORDS,
            at=moment,
        )
        record(by, "answer word", f"word {row.pk}", at=moment, why=text)
    return Answer(said=f"Answered what {row.word} means.")


def kept_from(row: AskedWord, by: Actor) -> str:
    """Why the actor may not answer; "" where they may."""
    if row.answered_at is not None:
        return f"{row.word} was answered already: {row.answer}"
    if row.by == by.name:
        return "You asked it yourself: somebody else answers."
    if by.role in ALLOWED[Action.ADOPT] or by.side in ((row.owed_by,) if row.owed_by else SIDES):
        return ""
    return f"It is for {row.owed_by or 'marketing or sales'} to answer."
