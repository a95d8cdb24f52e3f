"""Receiving facts that a program writes: each is answered by itself, and its buyer replayed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from interlock.connectors.posted import FACT, read_posted
from interlock.operations.actor import Actor
from interlock.operations.delivery import Became, LiveFact
from interlock.operations.live import receive_live
from interlock.operations.permissions import Action, require

MOST_FACTS = 1_000
"""Facts of one batch."""


@dataclass(frozen=True)
class FactAnswer:
    """What became of one fact: taken, unchanged or refused, and then why."""

    fact: str
    id: str
    became: Became
    reason: str = ""


@dataclass(frozen=True)
class FactsReceived:
    """What became of each fact, in order. `delivery`: the number of what was taken, if any was."""

    delivery: int | None
    facts: tuple[FactAnswer, ...]

    def count(self, became: Became) -> int:
        """How many facts became that."""
        return sum(each.became is became for each in self.facts)


def receive_facts(
    rows: Sequence[Mapping[str, Any]], *, by: Actor, source: str, now: int | None = None
) -> FactsReceived:
    """Takes every fact that can be taken; one that is refused keeps none of the others out."""
    require(by, Action.IMPORT)
    read = [read_posted(row) for row in rows]
    facts = [LiveFact(each.kind, each.values) for each in read if not isinstance(each, str)]
    # who may import may do this; a token's scope speaks of importing alone
    received = receive_live(facts, by=replace(by, scopes=None), source=source, now=now)
    answers = iter(received.facts)
    return FactsReceived(
        received.delivery,
        tuple(
            FactAnswer(_text(row.get(FACT)), _text(row.get("id")), Became.REFUSED, each)
            if isinstance(each, str)
            else FactAnswer((got := next(answers)).kind, got.id, got.became, got.reason)
            for row, each in zip(rows, read, strict=True)
        ),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
