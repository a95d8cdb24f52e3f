"""Answering whether a contested rejection stands."""

from __future__ import annotations

import time

from interlock.operations.actor import Actor
from interlock.operations.answer import Answer, kept_from_answering, note
from interlock.operations.ask import AGAIN, said_in
from interlock.operations.permissions import Action, require
from interlock.operations.whose import reach_of
from interlock.replay.outcome import Instant
from interlock.store.lock import taking_turns
from interlock.store.models import Challenge, Question
from interlock.store.trail import record

STANDS = "The rejection stands."
WAS_GOOD = "The lead meets the agreement; please look at it again."


def answer_challenge(
    number: int, *, upheld: bool, by: Actor, words: str = "", now: Instant | None = None
) -> Answer:
    """Answers whether a contested rejection stands.

    Where it does not (`upheld`: the lead was good), sales is asked to look at the lead again.
    """
    require(by, Action.WORK)
    moment = int(time.time()) if now is None else now
    text = said_in(words) or (WAS_GOOD if upheld else STANDS)
    with taking_turns():
        row = Challenge.objects.filter(pk=number).first()
        refused = kept_from_answering(row, by)
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
        note(row.person, text, reach, by, moment)
        record(by, "answer challenge", f"lead {row.person}", at=moment, why=text)
    return Answer(said="Answered: sales looks again." if upheld else "Answered: it stands.")
