"""The proposals, latest first, and the drafts that can be proposed."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.db.models import QuerySet

from interlock.agreement.wording import joined
from interlock.operations.agreements import agreements
from interlock.operations.counting_from import signed_words
from interlock.operations.proposed import Proposed, all_proposed
from interlock.operations.reading import PAGE, Basis, current
from interlock.operations.signed import marks_of
from interlock.replay.outcome import Instant
from interlock.store.models import Proposal


@dataclass(frozen=True)
class ProposalLine:
    """One proposal. `missing` is what an open one lacks.

    `state` is open, withdrawn, or what the signed text is: to come, in force or no longer.
    """

    number: int
    title: str
    version: str
    state: str
    by: str
    side: str
    at: Instant
    signed_by: tuple[str, ...]
    missing: str = ""


@dataclass(frozen=True)
class ProposalsPage:
    """Open ones first, then the latest of those that are settled."""

    basis: Basis
    open: tuple[ProposalLine, ...]
    settled: tuple[ProposalLine, ...]


def read_proposals(now: Instant | None = None) -> ProposalsPage:
    """Every open proposal, of which there are few, and a page of those that are settled."""
    moment = int(time.time()) if now is None else now
    still = Proposal.objects.filter(withdrawn_at=None, adopted=None)
    settled = Proposal.objects.exclude(withdrawn_at=None, adopted=None)
    return ProposalsPage(
        basis=current().basis,
        open=tuple(_open(each) for each in all_proposed(still, moment)),
        settled=tuple(_settled(settled, moment)),
    )


def _open(found: Proposed) -> ProposalLine:
    row = found.row
    return ProposalLine(
        number=row.pk,
        title=row.draft.title,
        version=found.agreement.version if found.agreement else "",
        state="open",
        by=found.name_of(row.by),
        side=row.side,
        at=row.at,
        signed_by=tuple(each.name for each in found.marks if not each.void),
        missing=joined(found.missing(), "and"),
    )


def _signed_by(row: Proposal) -> tuple[str, ...]:
    marks = marks_of(row.text, list(row.signatures.all()))
    return tuple(each.name for each in marks if not each.void)


def _settled(rows: QuerySet[Proposal, Proposal], now: Instant) -> list[ProposalLine]:
    texts = agreements()
    known = rows.select_related("draft", "adopted").prefetch_related("signatures")
    return [
        ProposalLine(
            number=row.pk,
            title=row.draft.title,
            version=row.adopted.version if row.adopted else "",
            state=signed_words(row.adopted, texts, now) if row.adopted else "withdrawn",
            by=row.by,
            side=row.side,
            at=row.at,
            signed_by=_signed_by(row),
        )
        for row in known[:PAGE]
    ]
