"""Saying something about one clause of a draft or a proposal, or about the whole of it."""

from __future__ import annotations

import time

from interlock.agreement.canonical import plain
from interlock.agreement.parts import parts
from interlock.operations.actor import Actor
from interlock.operations.answer import Answer
from interlock.operations.ask import said_in
from interlock.operations.permissions import Action, require
from interlock.operations.remark_on_clause import SAY_SOMETHING
from interlock.replay.outcome import Instant
from interlock.store.lock import taking_turns
from interlock.store.models import DraftText, Remark
from interlock.store.trail import record


def remark(draft: int, clause: str, words: str, *, by: Actor, now: Instant | None = None) -> Answer:
    """Adds a remark to the discussion of a draft, which its proposals share.

    `clause` is the path of a part that the draft, or the version that it was made from, has; ""
    is the whole.
    """
    require(by, Action.AGREE)
    moment, said = int(time.time()) if now is None else now, said_in(words)
    if not said:
        return Answer(refused=SAY_SOMETHING)
    with taking_turns():
        last = DraftText.objects.select_related("draft__base").filter(draft=draft).last()
        if last is None:
            return Answer(refused=f"There is no draft {draft}.")
        if clause and clause not in _known(last):
            return Answer(refused=f"Neither text has a clause {clause}.")
        Remark.objects.create(
            draft_id=draft, clause=clause, words=said, by=by.name, side=by.side, at=moment
        )
        about = f"draft {draft}: {clause}" if clause else f"draft {draft}"
        record(by, "remark", about, at=moment, why=said)
    return Answer(said="Your remark stands here for both sides.")


def _known(last: DraftText) -> set[str]:
    """The paths of the parts of both texts, and of what holds them."""
    base = last.draft.base
    paths = [*parts(plain(last.text)), *(parts(plain(base.text)) if base else ())]
    return {*paths, *(path.partition(".")[0].partition("#")[0] for path in paths)}
