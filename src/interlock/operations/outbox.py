"""The outbox: what happens is written down for each webhook that wants to hear of it.

`publish` is called in the transaction of what it tells of: both are there, or neither is. The
worker sends it (`interlock.operations.send_webhooks`).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from interlock.insight.instants import iso
from interlock.operations.delivery import Became, FactReceived, LiveFact
from interlock.replay.outcome import Instant
from interlock.store.models import Outgoing, WebhookOut

BATCH = 1_000


class Topic(StrEnum):
    """What a webhook may be told of; the `type` of its messages."""

    ENTERED = "lead.entered"
    ASSIGNED = "lead.assigned"
    WARNED = "obligation.warned"
    BROKEN = "obligation.broken"
    KEPT = "obligation.kept"
    DECIDED = "decision.made"


IN_WORDS = {
    Topic.ENTERED: "a lead entered a stage",
    Topic.ASSIGNED: "a lead was given to somebody",
    Topic.WARNED: "an obligation is due soon",
    Topic.BROKEN: "an obligation was not kept in time",
    Topic.KEPT: "an obligation was kept, in time or late",
    Topic.DECIDED: "somebody decided about a lead",
}
"""Each in words, where somebody chooses."""


@dataclass(frozen=True)
class Telling:
    """One thing to be told of: about which person (a key), when it came to pass, and what of it.

    `data` has what JSON has; instants in it are ISO 8601.
    """

    topic: Topic
    about: str
    at: Instant
    data: Mapping[str, Any]


def wanted() -> frozenset[Topic]:
    """The topics that some webhook wants to hear of. One query."""
    return frozenset(topic for _, topics in _listening() for topic in topics)


def publish(tellings: Iterable[Telling], now: Instant) -> int:
    """Puts these into the outbox of every webhook that wants them; how many messages that makes.

    Call it inside the transaction of what they tell of. One query where nobody listens.
    """
    listening = _listening()
    if not listening:
        return 0
    rows = [
        _message(webhook, telling, now)
        for telling in tellings
        for webhook, topics in listening
        if telling.topic in topics
    ]
    Outgoing.objects.bulk_create(rows, batch_size=BATCH)
    return len(rows)


def _listening() -> list[tuple[int, frozenset[Topic]]]:
    on = WebhookOut.objects.filter(off_at=None).order_by("pk").values_list("pk", "topics")
    return [(pk, frozenset(Topic(t) for t in topics)) for pk, topics in on]


def _message(webhook: int, telling: Telling, now: Instant) -> Outgoing:
    body = {
        "type": telling.topic,
        "timestamp": iso(telling.at),
        "data": {"person": telling.about, **telling.data},
    }
    return Outgoing(
        webhook_id=webhook,
        name=f"msg_{secrets.token_hex(16)}",
        topic=telling.topic,
        about=telling.about,
        body=json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        made_at=now,
        next_at=now,
    )


def decisions_among(
    facts: Sequence[LiveFact], became: Sequence[FactReceived], now: Instant
) -> Iterator[Telling]:
    """The decisions among facts that came in live and were taken."""
    for fact, received in zip(facts, became, strict=True):
        if fact.kind == "decision" and received.became is Became.TAKEN:
            at = fact.values.get("at")
            when = {"at": iso(at)} if isinstance(at, int) else {}
            data = {**fact.values, **when, "id": received.id}
            yield Telling(Topic.DECIDED, str(fact.values.get("person", "")), now, data)
