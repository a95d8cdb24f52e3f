"""The webhooks that come in, and the messages of theirs that wait to be mended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from interlock.operations.actor import Actor
from interlock.operations.permissions import Action, require
from interlock.operations.reading import PAGE, page_after
from interlock.replay.outcome import Instant
from interlock.store.models import Message, WebhookIn


@dataclass(frozen=True)
class WebhookRow:
    """One webhook. `waiting`: messages that wait to be mended; `last_at`: when one came last."""

    name: str
    signing: str
    is_open: bool
    messages: int
    waiting: int
    last_at: Instant | None


@dataclass(frozen=True)
class WebhookKeptAs:
    """How a webhook is kept, for whoever changes it. The secret is not told."""

    name: str
    signing: str
    mapping: str
    rows_at: str
    example: str
    is_open: bool


@dataclass(frozen=True)
class MessageRow:
    """A message that was refused, or was once. `body` as it came, or as it was mended last."""

    id: int
    webhook: str
    received_at: Instant
    state: str
    taken: int
    unchanged: int
    refused: int
    reasons: tuple[str, ...]
    body: str

    @property
    def waits(self) -> bool:
        """Whether somebody is to mend it."""
        return self.state == Message.REFUSED


@dataclass(frozen=True)
class Messages:
    """Messages of a webhook that wait, the latest first; `after` marks the next page."""

    webhook: WebhookRow
    rows: tuple[MessageRow, ...]
    after: str


def read_webhooks() -> tuple[WebhookRow, ...]:
    """All webhooks by name, closed ones too. One query."""
    return tuple(_webhook(each) for each in _counted().order_by("name"))


def read_webhook(name: str, *, by: Actor) -> WebhookKeptAs | None:
    """How the webhook of that name is kept; None where there is none."""
    require(by, Action.MANAGE_DOORS)
    row = WebhookIn.objects.filter(name=name).first()
    if row is None:
        return None
    return WebhookKeptAs(
        row.name, row.signing, row.mapping, row.rows_at, row.example, row.closed_at is None
    )


def read_messages(name: str, after: str = "", size: int = PAGE) -> Messages | None:
    """The messages of a webhook that wait to be mended; None where there is no such webhook."""
    webhook = _counted().filter(name=name).first()
    if webhook is None:
        return None
    waiting = Message.objects.filter(webhook=webhook, state=Message.REFUSED)
    page, mark = page_after(waiting, "received_at", after, size)
    return Messages(_webhook(webhook), tuple(_message(each, name) for each in page), mark)


def read_message(number: int) -> MessageRow | None:
    """One message, or None."""
    row = Message.objects.select_related("webhook").filter(pk=number).first()
    return _message(row, row.webhook.name) if row else None


def _counted() -> QuerySet[WebhookIn, Any]:
    return WebhookIn.objects.annotate(
        came=Count("messages"),
        waiting=Count("messages", Q(messages__state=Message.REFUSED)),
        last_at=Max("messages__received_at"),
    )


def _webhook(row: Any) -> WebhookRow:
    return WebhookRow(
        row.name, row.signing, row.closed_at is None, row.came, row.waiting, row.last_at
    )


def _message(row: Message, webhook: str) -> MessageRow:
    return MessageRow(
        id=row.pk,
        webhook=webhook,
        received_at=row.received_at,
        state=row.state,
        taken=row.taken,
        unchanged=row.unchanged,
        refused=row.refused,
        reasons=tuple(row.reason.splitlines()),
        body=row.body,
    )
