"""The drafts that are worked on, and those that were closed."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.db.models import F, OuterRef, Subquery

from interlock.operations.agreements import agreement_of, in_force
from interlock.operations.read_discussion import OpenRemark, read_open_remarks
from interlock.operations.reading import Basis, current
from interlock.operations.staff import staff
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
    """The drafts, latest first. `version` is the one in force, "" where there is none.

    `asked` is what is open about that: what the next one may have to answer.
    """

    basis: Basis
    version: str
    drafts: tuple[DraftRow, ...]
    asked: tuple[OpenRemark, ...]


def read_drafts(now: Instant | None = None) -> DraftsPage:
    """The latest drafts. Four queries beside those of every page."""
    names = staff().names
    base = in_force(int(time.time()) if now is None else now)
    last = DraftText.objects.filter(draft=OuterRef("pk"), revision=OuterRef("revision"))
    rows = Draft.objects.annotate(
        changed_by=Subquery(last.values("by")[:1]), changed_at=Subquery(last.values("at")[:1])
    ).order_by(F("withdrawn_at").desc(nulls_first=True), "-pk")[:MOST]
    found = tuple(
        DraftRow(
            number=row.pk,
            title=row.title,
            made_by=names.get(row.made_by, row.made_by),
            changed_by=names.get(row.changed_by, row.changed_by or ""),
            changed_at=row.changed_at or row.made_at,
            revisions=row.revision,
            behind=base is not None and row.base_id != base.pk,
            is_open=row.withdrawn_at is None,
        )
        for row in rows
    )
    agreement = agreement_of(base.digest).agreement if base else None
    return DraftsPage(
        basis=current().basis,
        version=base.version if base else "",
        drafts=found,
        asked=read_open_remarks(agreement, names),
    )
