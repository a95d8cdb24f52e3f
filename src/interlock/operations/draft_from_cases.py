"""A draft for a clause that was ruled on the same way again and again, with a note that says so."""

from __future__ import annotations

import time

from interlock.agreement.problems import Problem
from interlock.operations.actor import Actor
from interlock.operations.evidence import clause_then
from interlock.operations.open_draft import Opened, open_draft
from interlock.operations.permissions import Action, require
from interlock.operations.precedents import precedents
from interlock.operations.remark import remark
from interlock.replay.outcome import Instant
from interlock.store.lock import taking_turns


def draft_from_cases(clause: str, *, by: Actor, now: Instant | None = None) -> Opened:
    """Opens a draft of the version in force, with a remark at the clause that names the cases."""
    require(by, Action.DRAFT)
    require(by, Action.AGREE)
    moment = int(time.time()) if now is None else now
    then = clause_then(clause, moment)
    same = precedents(clause, then["sentence"]).alike
    if not same:
        return Opened(None, (Problem("there are not enough rulings alike on this clause"),))
    numbers = ", ".join(str(each.number) for each in same)
    note = (
        f"Cases {numbers} were ruled alike, for {same[0].ruled_for}: let the clause say so. "
        f"The latest gave as its reasons: {same[0].reasons}"
    )
    with taking_turns():  # before the trail, which opening a draft takes
        opened = open_draft(f"{then['title']}, as it is ruled", by=by, now=moment)
        if opened.draft is not None:
            remark(opened.draft, clause, note, by=by, now=moment)
    return opened
