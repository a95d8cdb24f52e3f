"""Opening a draft: from the version in force, or from a text that somebody brings."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.db import transaction

from interlock.agreement.editing import refused
from interlock.agreement.problems import Problem
from interlock.operations.actor import Actor
from interlock.operations.agreements import in_force
from interlock.operations.permissions import Action, require
from interlock.replay.outcome import Instant
from interlock.store.models import Draft, DraftText
from interlock.store.trail import record

LONGEST_TITLE = 120
"""Characters of a draft's title."""


@dataclass(frozen=True)
class Opened:
    """The number of the new draft; None and what is wrong where there is none."""

    draft: int | None
    problems: tuple[Problem, ...] = ()


def open_draft(
    title: str, *, by: Actor, text: str | None = None, now: Instant | None = None
) -> Opened:
    """Opens a draft of the version in force, or of `text`, which may have errors but is YAML."""
    require(by, Action.DRAFT)
    moment = int(time.time()) if now is None else now
    base = in_force(moment)
    written = text if text is not None else base.text if base else None
    if written is None:
        way_out = "bring a file; `interlock init` writes one to start from"
        return Opened(None, (Problem("there is no agreement yet to start from", way_out),))
    if problems := refused(written):
        return Opened(None, problems)
    name = " ".join(title.split())[:LONGEST_TITLE] or "The next agreement"
    with transaction.atomic():
        draft = Draft.objects.create(title=name, base=base, made_by=by.name, made_at=moment)
        DraftText.objects.create(
            draft=draft, revision=1, text=written, by=by.name, side=by.side, at=moment
        )
        record(by, "open draft", f"draft {draft.pk}", at=moment, why=name)
    return Opened(draft.pk)
