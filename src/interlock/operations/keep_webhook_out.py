"""Telling a system what happens: making such a webhook, and changing it."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from interlock.connectors.posting import trouble_with
from interlock.connectors.signatures import fresh_secret
from interlock.operations.actor import Actor
from interlock.operations.keep_webhook import NAME
from interlock.operations.outbox import Topic
from interlock.operations.permissions import Action, require
from interlock.store.models import WebhookOut
from interlock.store.sealed import seal
from interlock.store.trail import record


@dataclass(frozen=True)
class WebhookOutKept:
    """The webhook's name and the secret that was made for it (""), shown once; or the problems."""

    name: str
    secret: str = ""
    problems: tuple[str, ...] = ()


def keep_webhook_out(name: str, url: str, topics: Collection[str], *, by: Actor) -> WebhookOutKept:
    """Makes a webhook, or changes where the one of that name sends and of what it tells."""
    require(by, Action.MANAGE_DOORS)
    url = url.strip()
    problems = _problems(name, url, topics)
    if problems:
        return WebhookOutKept(name, problems=problems)
    now, secret = int(time.time()), fresh_secret("standard")
    with transaction.atomic():
        fresh = {"made_at": now, "made_by": by.name, "sealed": seal(secret)}
        told = {"url": url, "topics": sorted(set(topics))}
        _, made = WebhookOut.objects.update_or_create(
            name=name, defaults=told, create_defaults={**told, **fresh}
        )
        verb = "make outgoing webhook" if made else "change outgoing webhook"
        # the rest of an address is often a secret itself, and the trail never forgets
        where = urlsplit(url).hostname
        record(by, verb, name, at=now, why=f"to {where}: {', '.join(told['topics'])}")
    return WebhookOutKept(name, secret if made else "")


def _problems(name: str, url: str, topics: Collection[str]) -> tuple[str, ...]:
    found = []
    if not NAME.fullmatch(name):
        found.append("a name is of small letters, digits and -, up to 63 of them")
    if trouble := trouble_with(url, inside=settings.WEBHOOKS_INSIDE):
        found.append(f"nothing can be sent to that address: {trouble}")
    if unknown := set(topics) - set(Topic):
        found.append(f"there is no topic {', '.join(sorted(unknown))}")
    if not topics:
        found.append("choose at least one topic to tell of")
    return tuple(found)
