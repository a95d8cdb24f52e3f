"""Asking what a word means that the agreement does not define."""

from __future__ import annotations

import re
import time

from interlock.agreement.terms import Defined
from interlock.agreement.wording import words
from interlock.connectors.files import UNCLEAN
from interlock.operations.actor import Actor
from interlock.operations.addresses import WORDS
from interlock.operations.answer import Answer
from interlock.operations.ask import said_in
from interlock.operations.glossary import glossary_in_force
from interlock.operations.governing import SIDES
from interlock.operations.notify import notify
from interlock.operations.permissions import Action, require
from interlock.operations.staff import Staff, staff, whom_of
from interlock.replay.outcome import Instant
from interlock.store.lock import taking_turns
from interlock.store.models import AskedWord
from interlock.store.trail import record

LONGEST = 60
"""Characters of a word."""


def ask_word(word: str, *, by: Actor, heard: str = "", now: Instant | None = None) -> Answer:
    """Asks the other side what a word means; who is of neither side asks both.

    `heard` is where the word was met. A word that the agreement defines, or that was asked about
    before, is not asked again: the answer says what is known of it.
    """
    require(by, Action.ASK_WORD)
    moment, said = int(time.time()) if now is None else now, _plain(word)
    if not said or not re.search(r"\w", said):
        return Answer(refused="Write the word that you do not know.")
    if known := _known(said, moment):
        return Answer(refused=f"The agreement defines {known.word}: {known.meaning}")
    with taking_turns():
        before = AskedWord.objects.filter(key=key_of(said)).first()
        if before is not None:
            answered = f"It means: {before.answer}" if before.answer else "Nobody answered yet."
            return Answer(refused=f"{before.word} was asked about already. {answered}")
        row = AskedWord.objects.create(
            word=said,
            key=key_of(said),
            heard=said_in(heard),
            by=by.name,
            whom=whom_of(by.member, by.name),
            side=by.side,
            owed_by=_other(by.side),
            asked_at=moment,
        )
        _tell(row, staff())
        record(by, "ask word", f"word {row.pk}", at=moment, why=said)
    return Answer(said=f"Asked {row.owed_by or 'both sides'} what {said} means.")


def key_of(word: str) -> str:
    """A word as it is compared."""
    return " ".join(words(word).casefold().split())


def _plain(word: str) -> str:
    return " ".join(UNCLEAN.sub(" ", word).split()).strip("?\"“”'.,;:! ")[:LONGEST]


def _known(word: str, now: Instant) -> Defined | None:
    return next(
        (each for each in glossary_in_force(now) if key_of(each.word) == key_of(word)), None
    )


def _other(side: str) -> str:
    return next((each for each in SIDES if each != side), "") if side in SIDES else ""


def _tell(row: AskedWord, everybody: Staff) -> None:
    sides = [row.owed_by] if row.owed_by else SIDES
    people = everybody.people
    name = people[row.whom].name if row.whom in people else row.by
    notify(
        [each for side in sides for each in everybody.leads_of(side) if each != row.whom],
        ("word", row.pk),
        f"{name} asks what {row.word} means",
        because="Words that one side does not know are answered by the other (glossary)",
        link=WORDS,
        at=row.asked_at,
    )
