"""Bringing a draft up to the version that came into force since it was made."""

from __future__ import annotations

import time

from interlock.agreement.editing import refused
from interlock.agreement.loading import load
from interlock.agreement.merging import HEAD, merge
from interlock.operations.actor import Actor
from interlock.operations.agreements import in_force
from interlock.operations.attributes import known_attributes
from interlock.operations.change_draft import GONE, Changed, keep, writing
from interlock.operations.permissions import Action, require
from interlock.replay.outcome import Instant
from interlock.store.models import Draft


def rebase_draft(number: int, *, by: Actor, now: Instant | None = None) -> Changed:
    """Takes into the draft what the version in force changed since, clause by clause.

    What both changed stays as the draft has it and is put down as a conflict, which somebody has
    to decide before the draft can be proposed.
    """
    require(by, Action.DRAFT)
    moment = int(time.time()) if now is None else now
    base = in_force(moment)
    with writing(number) as last:
        if last is None or base is None:
            return Changed(None, (GONE,))
        old = last.draft.base
        if old == base:
            return Changed(last.revision)
        merged = merge(old.text if old else last.text, last.text, base.text, own=HEAD)
        if problems := refused(merged.text):  # both together may be longer than is read
            return Changed(None, problems)
        conflicts = list(dict.fromkeys([*last.conflicts, *merged.conflicts]))
        kept = keep(last, merged.text, by=by, at=moment, conflicts=conflicts)
        Draft.objects.filter(pk=number).update(base=base)
    return Changed(kept.revision, load(kept.text, attributes=known_attributes()).problems)
