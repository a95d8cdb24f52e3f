"""Keeping what trying a draft showed, as evidence."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict

from django.db import transaction

from interlock.agreement.canonical import seal_of, seal_of_rules
from interlock.operations.actor import Actor
from interlock.operations.permissions import Action, require
from interlock.operations.reading import current
from interlock.operations.try_draft import tried_text, try_draft
from interlock.replay.outcome import Instant
from interlock.store.models import SavedTrial
from interlock.store.trail import record


def keep_trial(
    number: int, turns: Mapping[str, float], *, by: Actor, seen: int = 0, now: Instant | None = None
) -> int | None:
    """Keeps what `try_draft` shows, as it is shown; its number, or None: nothing to keep."""
    require(by, Action.DRAFT)
    page, reading = try_draft(number, turns, seen=seen), current()
    if page is None or page.shown is None or reading.agreement is None:
        return None
    moment, text = int(time.time()) if now is None else now, tried_text(page)
    with transaction.atomic():
        kept = SavedTrial.objects.create(
            draft_id=number,
            revision=page.revision,
            seal=seal_of(text),
            rules=seal_of_rules(text),
            against=seal_of(reading.agreement.source),
            as_of=reading.basis.as_of or 0,
            known_by=reading.basis.known_by,
            shown={**asdict(page.shown), "currency": page.currency, "turned": list(page.turned)},
            by=by.name,
            at=moment,
        )
        record(by, "keep trial", f"draft {number}", at=moment, why=page.shown.sentence)
    return kept.pk
