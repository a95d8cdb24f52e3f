"""Answering what the other side asked or contested; the answer is noted on the lead, too."""

from __future__ import annotations

import time
from dataclasses import dataclass

from interlock.operations.actor import Actor
from interlock.operations.ask import AGAIN, said_in
from interlock.operations.deeds import SOURCE, new_id
from interlock.operations.live import LiveFact, receive_live
from interlock.operations.permissions import Action, may, require
from interlock.operations.whose import Reach, reach_of
from interlock.replay.outcome import Instant
from interlock.store.lock import taking_turns
from interlock.store.models import Challenge, Question
from interlock.store.trail import record

STANDS = "The rejection stands."
WAS_GOOD = "The lead meets the agreement; please look at it again."
LOOKED = "Looked at it again."
"""The answer to being asked to look again, where nothing is said."""


@dataclass(frozen=True)
class Answer:
    """What became of an answer: said in words, or refused with the reason."""

    said: str = ""
    refused: str = ""


def answer_question(number: int, words: str, *, by: Actor, now: Instant | None = None) -> Answer:
    """Answers a question about a lead that one's side was asked.

    Words may be left out where the lead was only to be looked at again.
    """
    require(by, Action.WORK)
    moment, text = _now(now), said_in(words)
    with taking_turns():
        row = Question.objects.filter(pk=number).first()
        refused = _refused(row, by)
        if row is None or refused:
            return Answer(refused=refused)
        text = text or (LOOKED if row.topic == AGAIN else "")
        if not text:
            return Answer(refused="Say something, however short: somebody waits for it.")
        row.answered_at, row.answered_by, row.answer = moment, by.name, text
        row.save(update_fields=["answered_at", "answered_by", "answer"])
        _note(row.person, text, reach_of(by), by, moment)
        record(by, "answer", f"lead {row.person}", at=moment, why=text)
    return Answer(said="Answered.")


def answer_challenge(
    number: int, *, upheld: bool, by: Actor, words: str = "", now: Instant | None = None
) -> Answer:
    """Answers whether a contested rejection stands.

    Where it does not (`upheld`: the lead was good), sales is asked to look at the lead again.
    """
    require(by, Action.WORK)
    moment = _now(now)
    text = said_in(words) or (WAS_GOOD if upheld else STANDS)
    with taking_turns():
        row = Challenge.objects.filter(pk=number).first()
        refused = _refused(row, by)
        if row is None or refused:
            return Answer(refused=refused)
        row.answered_at, row.answered_by, row.answer = moment, by.name, text
        row.upheld = upheld
        row.save(update_fields=["answered_at", "answered_by", "answer", "upheld"])
        reach = reach_of(by)
        if upheld:
            Question.objects.create(
                person=row.person,
                topic=AGAIN,
                words=said_in(words),
                by=by.sign_in,
                member=reach.member,
                owed_by="sales",
                asked_at=moment,
            )
        _note(row.person, text, reach, by, moment)
        record(by, "answer challenge", f"lead {row.person}", at=moment, why=text)
    return Answer(said="Answered: sales looks again." if upheld else "Answered: it stands.")


def may_answer(row: Question, by: Actor) -> bool:
    """Whether the question waits, and for this one's answer."""
    return may(by, Action.WORK) and not _refused(row, by)


def _refused(row: Challenge | Question | None, by: Actor) -> str:
    if row is None or row.withdrawn_at is not None:
        return "Nobody asks that any more."
    if row.answered_at is not None:
        return f"{row.answered_by} has answered already: {row.answer}"
    if row.by == by.sign_in:
        return "You asked it yourself: somebody else answers."
    if by.side != row.owed_by and by.side in {"marketing", "sales"}:
        return f"It is for {row.owed_by} to answer."
    return ""


def _note(person: str, text: str, reach: Reach, by: Actor, now: Instant) -> None:
    """The answer as a note on the lead: what keeps the promise to answer is a fact."""
    values = {
        "id": new_id(),
        "person": person,
        "at": now,
        "kind": "note",
        "human": True,
        "subject": text,
        "member": reach.member or None,
    }
    received = receive_live([LiveFact("activity", values)], by=by, source=SOURCE, now=now)
    for each in received.refused:  # never half: the answer goes back with its note
        raise RuntimeError(f"the note of an answer was refused: {each.reason}")


def _now(now: Instant | None) -> Instant:
    return int(time.time()) if now is None else now
