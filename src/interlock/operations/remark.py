"""Saying something about one clause of a draft or a proposal, or about the whole of it."""

from __future__ import annotations

import time

from interlock.agreement.canonical import plain
from interlock.agreement.parts import parts
from interlock.operations.actor import Actor
from interlock.operations.addresses import of_proposal
from interlock.operations.answer import Answer
from interlock.operations.ask import said_in
from interlock.operations.notify import notify
from interlock.operations.permissions import Action, require
from interlock.operations.proposed import all_proposed
from interlock.operations.remark_on_clause import SAY_SOMETHING, short
from interlock.replay.outcome import Instant
from interlock.store.lock import taking_turns
from interlock.store.models import DraftText, Proposal, Remark
from interlock.store.trail import record


def remark(draft: int, clause: str, words: str, *, by: Actor, now: Instant | None = None) -> Answer:
    """Adds a remark to the discussion of a draft, which its proposals share.

    Those whom an open proposal of it concerns are told.

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
        _tell(draft, said, by, moment)
        about = f"draft {draft}: {clause}" if clause else f"draft {draft}"
        record(by, "remark", about, at=moment, why=said)
    return Answer(said="Your remark stands here for both sides.")


def _tell(draft: int, said: str, by: Actor, now: Instant) -> None:
    """Those hear of it whom an open proposal of the draft concerns; a mere draft is quiet."""
    rows = Proposal.objects.filter(draft=draft, withdrawn_at=None, adopted=None)[:1]
    for found in all_proposed(rows, now):
        notify(
            found.audience(by),
            ("said", found.row.pk, by.name, now),
            f"{found.name_of(by.name)} on proposal {found.row.pk}: {short(said)}",
            because="What is said of a proposal stands there for both sides",
            link=of_proposal(found.row.pk),
            at=now,
        )


def _known(last: DraftText) -> set[str]:
    """The paths of the parts of both texts, and of what holds them."""
    base = last.draft.base
    paths = [*parts(plain(last.text)), *(parts(plain(base.text)) if base else ())]
    return {*paths, *(path.partition(".")[0].partition("#")[0] for path in paths)}
