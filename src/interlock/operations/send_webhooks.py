"""Sending what is in the outbox: at least once each, tried again for a day."""

from __future__ import annotations

import secrets
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus

from django.conf import settings
from django.db import transaction
from django.db.models import F, Window
from django.db.models.functions import RowNumber
from standardwebhooks import Webhook

from interlock.connectors.posting import Posted, post
from interlock.operations.actor import Actor
from interlock.operations.news import News
from interlock.operations.staff import staff
from interlock.replay.outcome import Instant
from interlock.store.lock import held
from interlock.store.models import Attempt, Notice, Outgoing, WebhookOut
from interlock.store.sealed import unseal
from interlock.store.trail import record

MINUTE, HOUR, DAY = 60, 3600, 86_400
AGAIN = (5, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 8 * HOUR, 8 * HOUR)
"""Seconds from one try to the next, a day in all; after the last the message is given up."""
LEASE = 5 * MINUTE
"""Seconds after which another worker tries, where whoever claimed a message died."""
AT_ONCE, OF_ONE = 16, 4
"""Messages that are sent at the same time, in all and to one webhook; one that fails gets one."""
FAILS_FOR = 3 * DAY
"""Seconds of nothing but failures after which a webhook is switched off."""
FORGOTTEN = 1_000
"""So many messages are taken out of the log in one transaction."""
KEPT_FOR = 30 * DAY
"""Seconds for which a message stays in the log after it ended."""

WORKER = Actor("worker", "operations", "operations", door="worker")


@dataclass(frozen=True)
class _Claimed:
    """A message that nobody else sends meanwhile, and where to."""

    number: int
    webhook: int
    name: str
    body: str
    url: str
    sealed: str
    tries: int


def send_webhooks(now: Instant, stopping: Callable[[], bool] = lambda: False) -> int:
    """Sends what is due; how many were tried. One query where nothing is.

    Several workers may. One that is killed between sending and noting it down has the message sent
    once more, with the same id.
    """
    tried = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while not stopping() and (claimed := _claim(now, token := secrets.token_hex(8))):
            answers = list(pool.map(_post, claimed))
            _settle(claimed, answers, token, now)
            tried += len(claimed)
    return tried


def forget_sent(
    now: Instant, stopping: Callable[[], bool] = lambda: False, most: int = FORGOTTEN
) -> int:
    """Takes messages that ended long ago out of the log, a bounded number in each transaction.

    How many rows that were, with their attempts. It ends between two where `stopping` says so.
    """
    old, gone = Outgoing.objects.filter(ended_at__lt=now - KEPT_FOR).order_by("ended_at", "pk"), 0
    while not stopping() and (some := list(old.values_list("pk", flat=True)[:most])):
        gone += Outgoing.objects.filter(pk__in=some).delete()[0]
    return gone


def _claim(now: Instant, token: str) -> list[_Claimed]:
    due = Outgoing.objects.filter(state=Outgoing.WAITS, next_at__lte=now, webhook__off_at=None)
    order = ("next_at", "pk")
    # the first ones of each webhook: those of one that takes nothing may be any number
    place = Window(RowNumber(), partition_by="webhook", order_by=order)
    first = due.annotate(place=place).filter(place__lte=OF_ONE).order_by(*order)
    chosen = _chosen(first.values_list("pk", "webhook", "webhook__failing_since"))
    if not chosen:
        return []
    still = Outgoing.objects.filter(pk__in=chosen, state=Outgoing.WAITS, next_at__lte=now)
    still.update(claim=token, next_at=now + LEASE, tries=F("tries") + 1)
    fields = ("pk", "webhook", "name", "body", "webhook__url", "webhook__sealed", "tries")
    mine = Outgoing.objects.filter(pk__in=chosen, claim=token).order_by("pk")
    return [_Claimed(*row) for row in mine.values_list(*fields)]


def _chosen(due: Iterable[tuple[int, int, int | None]]) -> list[int]:
    """Few of each webhook, so that one that does not answer keeps no other waiting for long."""
    found: list[int] = []
    of = Counter[int]()
    for number, webhook, failing_since in due:
        if of[webhook] < (OF_ONE if failing_since is None else 1) and len(found) < AT_ONCE:
            of[webhook] += 1
            found.append(number)
    return found


def _post(message: _Claimed) -> Posted:
    secret = unseal(message.sealed)
    if secret is None:
        return Posted(None, "It was not sent: its secret was kept under another secret_key.")
    at = int(time.time())
    signature = Webhook(secret).sign(message.name, datetime.fromtimestamp(at, UTC), message.body)
    headers = {
        "content-type": "application/json",
        "user-agent": "Interlock",
        "webhook-id": message.name,
        "webhook-timestamp": str(at),
        "webhook-signature": signature,
    }
    return post(
        message.url,
        headers,
        message.body.encode(),
        inside=settings.WEBHOOKS_INSIDE,
        patience=settings.WEBHOOK_PATIENCE,
    )


def _settle(
    claimed: Sequence[_Claimed], answers: Sequence[Posted], token: str, now: Instant
) -> None:
    """Notes what became of each try, and of the webhooks."""
    of = {message.number: answer for message, answer in zip(claimed, answers, strict=True)}
    with transaction.atomic():
        Attempt.objects.bulk_create(
            Attempt(
                outgoing_id=number,
                at=now,
                status=answer.status,
                said=answer.said.replace("\0", ""),
                took=answer.took,
            )
            for number, answer in of.items()
        )
        rows = held(Outgoing.objects.filter(pk__in=of, claim=token).order_by("pk"))
        mine = [_settled(row, of[row.pk], now) for row in rows]
        Outgoing.objects.bulk_update(mine, ["state", "next_at", "ended_at"])
        _judge(claimed, answers, now)


def _settled(row: Outgoing, answer: Posted, now: Instant) -> Outgoing:
    if answer.taken:
        row.state, row.ended_at = Outgoing.SENT, now
    elif row.tries > len(AGAIN):
        row.state, row.ended_at = Outgoing.GIVEN_UP, now
    else:
        row.next_at = now + max(AGAIN[row.tries - 1], min(answer.again_after or 0, DAY))
    return row


def _judge(claimed: Sequence[_Claimed], answers: Sequence[Posted], now: Instant) -> None:
    """Whether each webhook fails, since when, and whether that is enough."""
    of = defaultdict[int, list[Posted]](list)
    for message, answer in zip(claimed, answers, strict=True):
        of[message.webhook].append(answer)
    webhooks = held(WebhookOut.objects.filter(pk__in=of, off_at=None).order_by("pk"))
    judged, off = [], []
    for row in webhooks:
        fails = not any(answer.taken for answer in of[row.pk])
        gone = any(answer.status == HTTPStatus.GONE for answer in of[row.pk])
        row.failing_since = (row.failing_since or now) if fails else None
        if gone or (row.failing_since is not None and now - row.failing_since >= FAILS_FOR):
            row.off_at = now
            row.off_why = _GONE if gone else f"it took nothing for {FAILS_FOR // DAY} days"
            off.append(row)
        judged.append(row)
    WebhookOut.objects.bulk_update(judged, ["failing_since", "off_at", "off_why"])
    if off:
        _tell_admins(off, now)
    for row in off:
        record(WORKER, "switch off outgoing webhook", row.name, at=now, why=row.off_why)


def _tell_admins(off: Sequence[WebhookOut], now: Instant) -> None:
    """Puts it among the notices of those who can mend it."""
    admins = staff().admins
    notices = [
        Notice(
            key=f"webhook-off-{row.pk}-{now}-{whom}",
            whom=whom,
            news=News.FINDING,
            detail={"webhook": row.name, "why": row.off_why},
            happened_at=now,
            from_at=now,
        )
        for row in off
        for whom in admins
    ]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)


_GONE = "it answered 410: whoever was told there is gone"
