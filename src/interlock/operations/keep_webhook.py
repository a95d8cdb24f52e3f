"""Keeping a webhook: who sends, how it signs, how its bodies are read. Changing it."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

from django.db import transaction

from interlock.agreement.problems import Problem
from interlock.connectors.signatures import fresh_secret, trouble_with
from interlock.operations.actor import Actor
from interlock.operations.check_mapping import check_mapping
from interlock.operations.permissions import Action, require
from interlock.store.lock import held
from interlock.store.models import WebhookIn
from interlock.store.sealed import seal
from interlock.store.trail import record

SIGNINGS = (WebhookIn.STANDARD, WebhookIn.TOKEN)
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
"""What the name of a webhook or a form can be: it is a part of an address."""


@dataclass(frozen=True)
class WebhookAsked:
    """What a webhook consists of. `secret` "": one is made, or the one that it has stays."""

    name: str
    signing: str
    mapping: str
    example: str
    rows_at: str = ""
    secret: str = ""


@dataclass(frozen=True)
class WebhookKept:
    """The webhook's name and a secret that was made for it (""), shown once; or the problems."""

    name: str
    secret: str = ""
    problems: tuple[Problem, ...] = ()


def keep_webhook(asked: WebhookAsked, *, by: Actor) -> WebhookKept:
    """Makes a webhook, or changes the one of that name; a closed one is opened again."""
    require(by, Action.MANAGE_DOORS)
    checked = check_mapping(asked.mapping, asked.rows_at, asked.example)
    problems = (*_problems(asked), *checked.problems)
    if problems:
        return WebhookKept(asked.name, problems=problems)
    now = int(time.time())
    with transaction.atomic():
        row = held(WebhookIn.objects.filter(name=asked.name)).first()
        fresh = row is None
        row = row or WebhookIn(name=asked.name, made_at=now)
        keeps = not fresh and row.signing == asked.signing and not asked.secret
        made = "" if keeps or asked.secret else fresh_secret(asked.signing)
        if not keeps:
            row.sealed = seal(asked.secret or made)
        row.signing, row.mapping, row.rows_at = asked.signing, asked.mapping, asked.rows_at
        row.example, row.keys, row.closed_at = asked.example, list(checked.keys), None
        row.save()
        verb = "make webhook" if fresh else "change webhook"
        record(by, verb, asked.name, at=now)
    return WebhookKept(asked.name, made)


def _problems(asked: WebhookAsked) -> tuple[Problem, ...]:
    found = []
    if not NAME.fullmatch(asked.name):
        hint = "use small letters, digits and -: it is part of the address"
        found.append(Problem(f"`{asked.name}` cannot be the name of a webhook", hint))
    if asked.signing not in SIGNINGS:
        found.append(Problem("it is not said how it signs", "choose one of the two ways"))
    elif asked.secret and (trouble := trouble_with(asked.secret, asked.signing)):
        found.append(Problem(trouble, "leave it out, and one is made"))
    return tuple(found)
