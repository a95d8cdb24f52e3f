"""Sending what is on its way: at least once, tried again for a day, and what failed is shown."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urljoin

from django.conf import settings

from interlock.operations.news import News
from interlock.operations.outside import Message, send_mail, send_outside
from interlock.operations.staff import staff
from interlock.replay.outcome import Instant
from interlock.store.models import Delivery
from interlock.store.sealed import unseal

MINUTE, HOUR = 60, 3600
AGAIN = (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR)
"""Seconds from one try to the next; after the last it is given up."""
LEASE = 2 * MINUTE
"""Seconds after which another worker tries, where whoever claimed it died."""


def send(now: Instant, stopping: Callable[[], bool] = lambda: False) -> int:
    """Sends what is due; how many were tried. One query: nothing is."""
    tried = 0
    while not stopping() and (row := claimed(now)) is not None:
        _settle(row, _sent(row), now)
        tried += 1
    return tried


def claimed(now: Instant) -> Delivery | None:
    """One that is due, and that nobody else sends; None: none is."""
    waiting = Delivery.objects.filter(state=Delivery.WAITING, next_at__lte=now)
    while (
        row := waiting.select_related("notice", "channel").order_by("next_at").first()
    ) is not None:
        mine = Delivery.objects.filter(pk=row.pk, state=Delivery.WAITING, next_at=row.next_at)
        if mine.update(next_at=now + LEASE, tries=row.tries + 1):
            row.tries += 1
            return row
    return None


def _sent(row: Delivery) -> str:
    """Why it was not taken, or ""."""
    message = message_of(row)
    if row.channel is not None:
        url = unseal(row.channel.sealed)
        if url is None:
            return "its address was kept under another secret_key; set it up anew"
        return send_outside(url, message)
    somebody = staff().people.get(row.notice.whom)
    if somebody is None or not somebody.email:
        return "nobody's e-mail address is known"
    return send_mail(somebody.email, message)


def message_of(row: Delivery) -> Message:
    """What is sent: the line, its because, and the page that has the rest."""
    notice = row.notice
    path = f"/notices/{notice.key}" if notice.news != News.DIGEST else "/notices"
    link = urljoin(settings.ADDRESS, path)
    return Message(notice.key, notice.text, f"{notice.text}\n\n{notice.because}\n\n{link}\n")


def _settle(row: Delivery, trouble: str, now: Instant) -> None:
    """Notes what became of a try."""
    row.trouble = trouble
    if not trouble:
        row.state, row.ended_at = Delivery.SENT, now
    elif row.tries > len(AGAIN):
        row.state, row.ended_at = Delivery.GIVEN_UP, now
    else:
        row.next_at = now + AGAIN[row.tries - 1]
    row.save(update_fields=["state", "ended_at", "next_at", "trouble"])
