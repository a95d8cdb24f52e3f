"""Sending the links for new passwords that were asked for: the secret of one is kept nowhere."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from urllib.parse import urljoin

from django.conf import settings
from django.db import transaction

from interlock.operations.outside import Message, send_mail
from interlock.operations.token_actor import digest_of
from interlock.replay.outcome import Instant
from interlock.store.lock import held
from interlock.store.models import PasswordLink, User

HOLDS = 3600
"""Seconds for which a link holds."""
AGAIN = (60, 300, 900)
"""Seconds from one try to send it to the next; after the last it is given up."""
PATH = "/password/"
"""Where a link leads, with its secret."""

log = logging.getLogger("interlock.worker")


def send_password_links(now: Instant, stopping: Callable[[], bool] = lambda: False) -> int:
    """Sends the links that were asked for; how many were tried. One query: none waits."""
    tried = 0
    while not stopping() and (row := _claimed(now)) is not None:
        _send(row, now)
        tried += 1
    return tried


def _claimed(now: Instant) -> PasswordLink | None:
    """One that waits, and that no other worker sends."""
    waiting = PasswordLink.objects.filter(send_at__lte=now).order_by("send_at", "pk")
    while (row := waiting.first()) is not None:
        again = now + AGAIN[row.tries] if row.tries < len(AGAIN) else None
        mine = PasswordLink.objects.filter(pk=row.pk, send_at=row.send_at, tries=row.tries)
        if mine.update(send_at=again, tries=row.tries + 1):
            row.send_at, row.tries = again, row.tries + 1
            return row
    return None


def _send(row: PasswordLink, now: Instant) -> None:
    """Makes the link and sends it; an earlier one to the same address holds no more.

    A try that came to nothing may have arrived all the same, so the next one makes another link.
    """
    secret = secrets.token_urlsafe(32)
    if not User.objects.filter(username=row.email, is_active=True).exists():
        PasswordLink.objects.filter(pk=row.pk).update(send_at=None)
        return
    with transaction.atomic():
        lock_links(row.email)
        earlier = PasswordLink.objects.filter(email=row.email, pk__lt=row.pk)
        earlier.update(expires_at=now, send_at=None)
        fresh = PasswordLink.objects.filter(pk=row.pk, used_at=None)
        fresh.update(digest=digest_of(secret), expires_at=now + HOLDS)
    link = urljoin(settings.ADDRESS, f"{PATH}{secret}")
    trouble = send_mail(row.email, Message(f"password-{secrets.token_hex(8)}", *_words(link)))
    if not trouble:
        PasswordLink.objects.filter(pk=row.pk).update(send_at=None)
    elif row.send_at is None:
        log.error("A link for a new password was not sent, and is given up: %s", trouble)


def _words(link: str) -> tuple[str, str]:
    body = (
        "Somebody asked for a new password for your sign-in. This link holds once, for an hour:\n\n"
        f"{link}\n\nIf it was not you, do nothing: your password stays as it is.\n"
    )
    return "A new password for Interlock", body


def lock_links(email: str) -> list[PasswordLink]:
    """The links to an address, which nobody else changes until the transaction ends."""
    return [*held(PasswordLink.objects.filter(email=email).order_by("pk"))]
