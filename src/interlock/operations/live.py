"""Facts that come in one by one: kept, and their buyers replayed, before the door answers."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from interlock.operations.actor import Actor
from interlock.operations.delivery import Became, FactReceived, LiveFact, deliver
from interlock.operations.look import NOT_LIVE, Looked, look_at_changed
from interlock.operations.outbox import decisions_among, publish
from interlock.operations.permissions import Action, require
from interlock.replay.outcome import Instant
from interlock.store.lock import taking_turns
from interlock.store.trail import record


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
