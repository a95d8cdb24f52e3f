"""The drafts that are worked on, and those that were closed."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.db.models import F, OuterRef, Subquery

from interlock.operations.agreements import agreement_of, in_force
from interlock.operations.put_before import PutBefore, put_before
from interlock.operations.read_discussion import OpenRemark, read_open_remarks
from interlock.operations.reading import Basis, current
from interlock.operations.staff import staff
from interlock.replay.outcome import Instant
from interlock.store.models import Draft, DraftText

MOST = 50
"""Drafts on the page; the latest."""


@dataclass(frozen=True)
class DraftRow:
    """One draft in the list. `behind`: another version came into force since it was made.

    `put` is the proposal of its last revision, None where it is of none.
    """

    number: int
    title: str
    made_by: str
    changed_by: str
    changed_at: Instant
    revisions: int
    behind: bool
    is_open: bool
    put: PutBefore | None


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
    """The latest drafts. Six queries beside those of every page."""
    names, moment = staff().names, int(time.time()) if now is None else now
    base = in_force(moment)
    last = DraftText.objects.filter(draft=OuterRef("pk"), revision=OuterRef("revision"))
    found = Draft.objects.annotate(
        changed_by=Subquery(last.values("by")[:1]), changed_at=Subquery(last.values("at")[:1])
    ).order_by(F("withdrawn_at").desc(nulls_first=True), "-pk")[:MOST]
    rows = list(found)
    put = put_before([row.pk for row in rows], moment)
    lines = tuple(
        DraftRow(
            number=row.pk,
            title=row.title,
            made_by=names.get(row.made_by, row.made_by),
            changed_by=names.get(row.changed_by, row.changed_by or ""),
            changed_at=row.changed_at or row.made_at,
            revisions=row.revision,
            behind=base is not None and row.base_id != base.pk,
            is_open=row.withdrawn_at is None,
            put=put.get(row.pk),
        )
        for row in rows
    )
    agreement = agreement_of(base.digest).agreement if base else None
    return DraftsPage(
        basis=current().basis,
        version=base.version if base else "",
        drafts=lines,
        asked=read_open_remarks(agreement, names),
    )
