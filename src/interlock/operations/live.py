"""Facts that come in one by one: kept, and their buyers replayed, before the door answers."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from interlock.facts.kinds import KINDS
from interlock.operations.actor import Actor
from interlock.operations.delivery import Became, FactReceived, LiveFact, deliver
from interlock.operations.look import NOT_LIVE, Looked, look_at_changed
from interlock.operations.outbox import decisions_among, publish
from interlock.operations.permissions import Action, require
from interlock.replay.outcome import Instant
from interlock.store.lock import taking_turns
from interlock.store.models import FACTS, Challenge, Import
from interlock.store.receiving import settle
from interlock.store.trail import record

# doors take these from here, too
__all__ = ["Became", "FactReceived", "LiveFact", "LiveReceived", "receive_live", "withdraw"]


@dataclass(frozen=True)
class LiveReceived:
    """What became of each fact, in the order in which they were given, and who was looked at.

    `delivery` is the number by which what was taken can be withdrawn; None: nothing was taken.
    """

    delivery: int | None
    facts: tuple[FactReceived, ...]
    looked: Looked

    @property
    def refused(self) -> tuple[FactReceived, ...]:
        """The facts that were not taken."""
        return tuple(each for each in self.facts if each.became is Became.REFUSED)


def receive_live(
    facts: Sequence[LiveFact], *, by: Actor, source: str, now: Instant | None = None
) -> LiveReceived:
    """Keeps the facts and looks at everybody whom they concern, in one transaction.

    Each fact is checked as a row of an import is, and taken or refused by itself. `now`: UTC
    seconds, when they came; None: at present.
    """
    require(by, Action.WORK)
    moment = int(time.time()) if now is None else now
    with taking_turns():
        delivered = deliver(facts, by=by.name, source=source, now=moment)
        looked = NOT_LIVE
        if delivered.number is not None:
            about = f"delivery {delivered.number}: {source}"
            looked = look_at_changed(delivered.changed, moment)
            publish(decisions_among(facts, delivered.facts, moment), moment)
            record(by, "receive", about, at=moment)
    return LiveReceived(delivered.number, delivered.facts, looked)


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
