"""Receiving a webhook's message: checked, kept once, and its buyers replayed.

What cannot be taken is kept with its reason, so that the sender need not send it again: whoever
keeps the data mends it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction

from interlock.agreement.problems import Problem
from interlock.connectors.bodies import BodyFact, load_mapping, read_message, records_of
from interlock.connectors.files import UNCLEAN
from interlock.connectors.signatures import UnsignedError, message_id
from interlock.operations.actor import Actor
from interlock.operations.bounds import few_enough
from interlock.operations.delivery import Became, LiveFact
from interlock.operations.live import receive_live
from interlock.operations.permissions import Action, Role, require
from interlock.store.lock import held, taking_turns
from interlock.store.models import Message, WebhookIn
from interlock.store.sealed import unseal
from interlock.store.trail import record

MOST_BYTES = 1_000_000
MOST_MESSAGES = 6_000
WINDOW = 60
"""Messages of one webhook in so many seconds, for one process of the server."""
KEPT = 30 * 24 * 3600
"""Seconds for which it is remembered that a message was taken: a sender tries for a few days."""


class Came(StrEnum):
    """What came of a message."""

    TAKEN = "taken"
    KEPT = "kept"
    AGAIN = "again"
    UNSIGNED = "unsigned"
    UNKNOWN = "unknown"
    TOO_MANY = "too many"
    TOO_LARGE = "too large"


@dataclass(frozen=True)
class MessageReceived:
    """What came of a message. KEPT: some of it was refused and waits to be mended."""

    came: Came
    taken: int = 0
    unchanged: int = 0
    refused: int = 0
    reason: str = ""


@dataclass(frozen=True)
class _Taken:
    """What became of a body's facts, with the reasons of what was refused."""

    taken: int
    unchanged: int
    delivery: int | None
    reasons: tuple[str, ...]


def receive_webhook(
    name: str, headers: Mapping[str, str], body: bytes, token: str = "", now: int | None = None
) -> MessageReceived:
    """Takes what a body says, once; `headers` have names in small letters.

    A message that came before, by its id or its body, has no second effect. The webhook itself
    acts: nobody who is signed in stands behind it.
    """
    webhook = WebhookIn.objects.filter(name=name, closed_at=None).first()
    if webhook is None:
        return MessageReceived(Came.UNKNOWN)
    if len(body) > MOST_BYTES:
        return MessageReceived(Came.TOO_LARGE)
    if not few_enough(f"webhook {name}", MOST_MESSAGES, WINDOW):
        return MessageReceived(Came.TOO_MANY)
    secret = unseal(webhook.sealed)
    if secret is None:
        return MessageReceived(Came.UNSIGNED, reason="Its secret cannot be read: keep it anew.")
    try:
        called = message_id(secret, webhook.signing, headers, body, token)
    except UnsignedError as error:
        return MessageReceived(Came.UNSIGNED, reason=str(error))
    return _once(webhook, called, body, int(time.time()) if now is None else now)


def mend_message(
    number: int, body: str, *, by: Actor, now: int | None = None
) -> MessageReceived | None:
    """Takes a refused message again, with the body as somebody mended it; None: there is none."""
    require(by, Action.IMPORT)
    moment = int(time.time()) if now is None else now
    with taking_turns():
        row = _waiting(number)
        if row is None:
            return None
        raw = body.encode("utf-8", "replace")
        taken = _take(row.webhook, row.name, raw, row.received_at, by, moment)
        _settle(row, taken, body)
        row.state = Message.REFUSED if taken.reasons else Message.MENDED
        row.save()
        _note(row, "mend message", by, moment)
    return _received(row, taken)


def let_go(number: int, *, by: Actor, why: str) -> bool:
    """Waits no longer for a refused message to be mended; False: there is none. It stays kept."""
    require(by, Action.IMPORT)
    with transaction.atomic():
        row = _waiting(number)
        if row is None:
            return False
        row.state = Message.LET_GO
        row.save(update_fields=["state"])
        _note(row, "let message go", by, int(time.time()), why)
    return True


def _waiting(number: int) -> Message | None:
    rows = Message.objects.select_related("webhook")
    return held(rows.filter(pk=number, state=Message.REFUSED)).first()


def _once(webhook: WebhookIn, called: str, body: bytes, now: int) -> MessageReceived:
    by = Actor(f"webhook {webhook.name}", "operations", Role.OPERATIONS, door="webhook")
    with taking_turns():
        before = Message.objects.filter(webhook=webhook, name=called).first()
        if before is not None:
            return MessageReceived(Came.AGAIN, before.taken, before.unchanged, before.refused)
        old = Message.objects.filter(webhook=webhook, state=Message.TAKEN)
        old.filter(received_at__lt=now - KEPT).delete()
        taken = _take(webhook, called, body, now, by, now)
        row = Message(webhook=webhook, name=called, received_at=now)
        _settle(row, taken, body.decode("utf-8", "replace"))
        row.state = Message.REFUSED if taken.reasons else Message.TAKEN
        row.save()
    return _received(row, taken)


def _take(  # noqa: PLR0913, PLR0917 - what a message consists of
    webhook: WebhookIn, called: str, body: bytes, came_at: int, by: Actor, now: int
) -> _Taken:
    """Takes the facts of a body, as of a message of that id that came then."""
    read = _read(webhook, called, body, came_at)
    if isinstance(read, str):
        return _Taken(0, 0, None, (read,))
    source, facts, reasons = read
    live = [LiveFact(fact.kind, fact.values) for fact in facts]
    received = receive_live(live, by=by, source=source, now=now)
    reasons += [
        f"record {fact.line}, {each.kind}: {each.reason}"
        for fact, each in zip(facts, received.facts, strict=True)
        if each.became is Became.REFUSED
    ]
    became = [each.became for each in received.facts]
    taken, unchanged = became.count(Became.TAKEN), became.count(Became.UNCHANGED)
    return _Taken(taken, unchanged, received.delivery, tuple(reasons))


def _read(
    webhook: WebhookIn, called: str, body: bytes, came_at: int
) -> tuple[str, Sequence[BodyFact], list[str]] | str:
    """The source, the facts and what is refused; or why nothing can be read."""
    written = load_mapping(webhook.mapping)
    if isinstance(written, list):
        return f"the mapping: {written[0].message}"
    records = records_of(body, webhook.rows_at)
    if isinstance(records, Problem):
        return f"{records.message}; {records.hint}" if records.hint else records.message
    read = read_message(webhook.mapping, webhook.keys, records, called, came_at)
    if isinstance(read, list):
        return f"the mapping: {read[0].message}"
    reasons = [f"record {each.line}: {each.reason}" for each in read.refused]
    return written.manifest.source_, read.facts, reasons


def _settle(row: Message, taken: _Taken, body: str) -> None:
    row.taken, row.unchanged, row.refused = taken.taken, taken.unchanged, len(taken.reasons)
    row.delivery = taken.delivery
    row.reason = _storable("\n".join(taken.reasons))
    row.body = _storable(body) if taken.reasons else ""


def _storable(text: str) -> str:
    return UNCLEAN.sub("\N{REPLACEMENT CHARACTER}", text)


def _received(row: Message, taken: _Taken) -> MessageReceived:
    came = Came.KEPT if taken.reasons else Came.TAKEN
    return MessageReceived(came, row.taken, row.unchanged, row.refused, row.reason)


def _note(row: Message, verb: str, by: Actor, now: int, why: str = "") -> None:
    about = f"webhook {row.webhook.name}: message {row.pk}"
    record(by, verb, about, at=now, why=why)
