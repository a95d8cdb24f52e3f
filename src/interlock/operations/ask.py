"""Asking the other side about a lead."""

from __future__ import annotations

import re
import time

from django.db import transaction

from interlock.agreement.document import TURNING
from interlock.connectors.files import UNCLEAN
from interlock.operations.actor import Actor
from interlock.operations.deeds import UNDO_SECONDS, Deed
from interlock.operations.permissions import Action, require
from interlock.operations.reading import Named
from interlock.operations.standing import standing
from interlock.operations.whose import reach_of
from interlock.replay.outcome import Instant
from interlock.store.models import Question
from interlock.store.trail import record

TOPICS = {
    "told": "What exactly did we tell them?",
    "wants": "What did they ask for?",
    "data": "Are name, address and account right?",
    "warm": "Can you keep them warm meanwhile?",
}
"""What is asked most often, so that nobody has to type."""

AGAIN = "again"
"""The topic by which marketing asks sales to look at a rejected lead again."""

_ASKED = {**TOPICS, AGAIN: "Please look at this lead again."}

LONGEST = 1_000
"""Characters of a question or an answer."""
_TURNING = re.compile(f"[{TURNING}]")


def said_in(words: str) -> str:
    """What somebody wrote, as it is kept: within bounds, and of signs that every store takes.

    Browsers count the end of a line once and send two signs for it; none that turns the direction
    of reading stays, since what stands beside it would be read otherwise.
    """
    return _TURNING.sub("", UNCLEAN.sub("", words)).replace("\r\n", "\n").strip()[:LONGEST]


def asked_in(topic: str, words: str) -> str:
    """A question as it is read: what was chosen, and whatever was written beside it."""
    return " ".join(part for part in (_ASKED.get(topic, ""), words) if part)


def ask(person: str, topic: str, *, by: Actor, words: str = "", now: Instant | None = None) -> Deed:
    """Asks marketing about a lead; who is of marketing asks sales. The answer is owed."""
    require(by, Action.WORK)
    moment, text = int(time.time()) if now is None else now, said_in(words)
    here = standing(person, moment)
    if here is None:
        return Deed(Named(person, person), refused=f"Nobody has the key {person}.")
    whom = Named(here.key, here.name)
    if topic not in TOPICS and not text:
        return Deed(whom, refused="There is nothing asked.", instead=tuple(TOPICS.values()))
    owed_by = "sales" if by.side == "marketing" else "marketing"
    with transaction.atomic():
        asked = Question.objects.create(
            person=here.key,
            topic=topic,
            words=text,
            by=by.sign_in,
            member=reach_of(by).member,
            owed_by=owed_by,
            asked_at=moment,
        )
        record(by, "ask", f"lead {here.key}", at=moment, why=topic)
    said, until = f"Asked {owed_by}: {TOPICS.get(topic, text)}", moment + UNDO_SECONDS
    return Deed(whom, said=said, question=asked.pk, until=until)
