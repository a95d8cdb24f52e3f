"""Putting what a round of the language test proposes into a draft of its own."""

from __future__ import annotations

import time

from django.db import transaction

from interlock.agreement.editing import as_text
from interlock.agreement.problems import Problem
from interlock.operations.actor import Actor
from interlock.operations.change_draft import Keys, change_draft
from interlock.operations.open_draft import Opened, open_draft
from interlock.operations.permissions import Action, require
from interlock.operations.read_round_result import read_round_result
from interlock.replay.outcome import Instant


def draft_from_round(number: int, *, by: Actor, now: Instant | None = None) -> Opened:
    """Opens a draft of the version in force with the one key changed that the round proposes."""
    require(by, Action.DRAFT)
    moment = int(time.time()) if now is None else now
    result = read_round_result(number, by=by, now=moment)
    start = result.start if result else None
    if start is None:
        return Opened(None, (Problem("this round proposes nothing"),))
    with transaction.atomic():
        opened = open_draft(f"Language test: {start.after}", by=by, now=moment)
        if opened.draft is None:
            return opened
        keys = Keys(((start.path, as_text(start.value)),))
        changed = change_draft(opened.draft, keys, revision=1, by=by, now=moment)
        if changed.revision is None:  # the version in force has no such clause any more
            transaction.set_rollback(True)
            return Opened(None, changed.problems)
    return opened
