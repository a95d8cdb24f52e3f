"""Taking back what came in live."""

from __future__ import annotations

import time

from interlock.facts.kinds import KINDS
from interlock.operations.actor import Actor
from interlock.operations.look import Looked, look_at_changed
from interlock.operations.permissions import Action, require
from interlock.replay.outcome import Instant
from interlock.store.lock import taking_turns
from interlock.store.models import FACTS, Challenge, Import
from interlock.store.receiving import settle
from interlock.store.trail import record


def withdraw(
    delivery: int, *, by: Actor, why: str = "", now: Instant | None = None
) -> Looked | None:
    """Takes a live delivery back: what it said counts no more; nothing is deleted.

    None where there is no such delivery, or it was taken back before. Only who made it may, or
    somebody who may take imports back.
    """
    require(by, Action.WORK)
    moment = int(time.time()) if now is None else now
    with taking_turns():
        row = Import.objects.filter(pk=delivery, live=True, state=Import.DONE).first()
        if row is None:
            return None
        if row.by != by.name:
            require(by, Action.TAKE_BACK)
        changed = {
            kind: frozenset(FACTS[kind].objects.filter(batch=row).values_list("key", flat=True))
            for kind in row.parts.values_list("kind", flat=True)
        }
        row.state, row.taken_back_at, row.taken_back_by = Import.TAKEN_BACK, moment, by.name
        row.save(update_fields=["state", "taken_back_at", "taken_back_by"])
        for kind in changed:
            settle(KINDS[kind], row.pk)
        Challenge.objects.filter(delivery=row).update(withdrawn_at=moment)
        about = f"delivery {row.pk}: {row.source}"
        looked = look_at_changed(changed, moment)
        record(by, "withdraw", about, at=moment, why=why)
    return looked
