"""Putting the numbers that a trial was turned to into the draft that was tried."""

from __future__ import annotations

from collections.abc import Mapping

from interlock.agreement.dials import turned
from interlock.operations.actor import Actor
from interlock.operations.change_draft import GONE, Changed, Keys, change_draft
from interlock.operations.loaded_draft import loaded_draft
from interlock.operations.permissions import Action, require
from interlock.replay.outcome import Instant
from interlock.store.models import DraftText


def put_numbers(
    number: int, turns: Mapping[str, float], *, by: Actor, seen: int = 0, now: Instant | None = None
) -> Changed:
    """Makes the numbers that dials stand at those of the draft, as any change of its keys is made.

    `seen` is the revision whose dials were turned; 0: the last one. A draft with errors has no
    dials: its problems come back, and nothing is kept.
    """
    require(by, Action.DRAFT)
    rows = DraftText.objects.filter(draft=number)
    row = rows.filter(revision=seen).first() or rows.last()
    if row is None:
        return Changed(None, (GONE,))
    loaded = loaded_draft(row.text)
    if loaded.agreement is None:
        return Changed(None, loaded.errors)
    changes = turned(loaded.agreement, turns)
    return change_draft(number, Keys(changes), revision=row.revision, by=by, now=now)
