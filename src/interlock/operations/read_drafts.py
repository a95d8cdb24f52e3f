"""The drafts that are worked on, and those that were closed."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.db.models import F, OuterRef, Subquery

from interlock.operations.agreements import in_force
from interlock.operations.reading import Basis, current
from interlock.replay.outcome import Instant
from interlock.store.models import Draft, DraftText

MOST = 50
"""Drafts on the page; the latest."""


@dataclass(frozen=True)
class DraftRow:
    """One draft in the list. `behind`: another version came into force since it was made."""

    number: int
    title: str
    made_by: str
    changed_by: str
    changed_at: Instant
    revisions: int
    behind: bool
    is_open: bool


@dataclass(frozen=True)
class DraftsPage:
    """The drafts, latest first. `version` is the one in force, "" where there is none."""

    basis: Basis
    version: str
    drafts: tuple[DraftRow, ...]


def read_drafts() -> DraftsPage:
    """The latest drafts. One query beside those of every page."""
    base = in_force(int(time.time()))
    last = DraftText.objects.filter(draft=OuterRef("pk"), revision=OuterRef("revision"))
    rows = Draft.objects.annotate(
        changed_by=Subquery(last.values("by")[:1]), changed_at=Subquery(last.values("at")[:1])
    ).order_by(F("withdrawn_at").desc(nulls_first=True), "-pk")[:MOST]
    found = tuple(
        DraftRow(
            number=row.pk,
            title=row.title,
            made_by=row.made_by,
            changed_by=row.changed_by or "",
            changed_at=row.changed_at or row.made_at,
            revisions=row.revision,
            behind=base is not None and row.base_id != base.pk,
            is_open=row.withdrawn_at is None,
        )
        for row in rows
    )
    return DraftsPage(current().basis, base.version if base else "", found)
