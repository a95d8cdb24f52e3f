"""Putting an agreement's text in force."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from interlock.agreement.loading import load
from interlock.agreement.problems import Problem
from interlock.operations.actor import Actor, require_keeper
from interlock.operations.attributes import known_attributes
from interlock.store.models import AgreementVersion, Event


@dataclass(frozen=True)
class Adopted:
    """What became of a text: its version's number in the store, or why it was not taken."""

    version: int | None
    name: str
    problems: tuple[Problem, ...]


def adopt(text: str, *, by: Actor, why: str = "") -> Adopted:
    """Checks the text against the facts that are known and makes it the version in force.

    A text that is in the store already is put in force again, not kept twice.
    """
    require_keeper(by, "put an agreement in force")
    loaded = load(text, attributes=known_attributes())
    if loaded.agreement is None:
        return Adopted(None, "", loaded.problems)
    agreement, now = loaded.agreement, int(time.time())
    digest = hashlib.sha256(text.encode()).hexdigest()
    with transaction.atomic():
        # the last one added is in force, so no two are added in one second
        last = AgreementVersion.objects.aggregate(last=Max("added_at"))["last"]
        since = max(now, now if last is None else last + 1)
        version, fresh = AgreementVersion.objects.get_or_create(
            digest=digest,
            defaults={
                "name": agreement.name,
                "version": agreement.version,
                "text": text,
                "added_at": since,
                "by": by.name,
            },
        )
        if not fresh:
            AgreementVersion.objects.filter(pk=version.pk).update(added_at=since, by=by.name)
        Event.objects.create(
            at=now, by=by.name, verb="adopt", about=f"agreement {agreement.version}", why=why
        )
    return Adopted(version.pk, agreement.name, loaded.problems)


def has_agreement() -> bool:
    """Whether any agreement is in force."""
    return AgreementVersion.objects.exists()
