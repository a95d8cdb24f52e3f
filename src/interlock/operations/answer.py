"""What becomes of an answer: it is said or refused, and one about a lead is noted there, too."""

from __future__ import annotations

from dataclasses import dataclass

from interlock.operations.actor import Actor
from interlock.operations.deeds import SOURCE, new_id
from interlock.operations.delivery import LiveFact
from interlock.operations.live import receive_live
from interlock.operations.permissions import Action, may
from interlock.operations.whose import Reach
from interlock.replay.outcome import Instant
from interlock.store.models import Challenge, Question


@dataclass(frozen=True)
class Answer:
    """What became of an answer: said in words, or refused with the reason.

    `is_unknown`: it is refused since there is nothing of that number to answer.
    """

    said: str = ""
    refused: str = ""
    is_unknown: bool = False


def no_case(number: int) -> Answer:
    """The answer to a case that there is not."""
    return Answer(refused=f"There is no case {number}.", is_unknown=True)


def may_answer(row: Question, by: Actor) -> bool:
    """Whether the question waits, and for this one's answer."""
    return may(by, Action.WORK) and not kept_from_answering(row, by)


def kept_from_answering(row: Challenge | Question | None, by: Actor) -> str:
    """Why the actor may not answer; "" where they may."""
    if row is None or row.withdrawn_at is not None:
        return "Nobody asks that any more."
    if row.answered_at is not None:
        return f"{row.answered_by} has answered already: {row.answer}"
    if row.by == by.sign_in:
        return "You asked it yourself: somebody else answers."
    if by.side != row.owed_by and by.side in {"marketing", "sales"}:
        return f"It is for {row.owed_by} to answer."
    return ""


def note(person: str, text: str, reach: Reach, by: Actor, now: Instant) -> None:
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
