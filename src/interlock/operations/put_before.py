"""Whether a draft's last revision was put before both sides, and what became of that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F

from interlock.operations.agreements import agreements
from interlock.operations.counting_from import signed_words
from interlock.replay.outcome import Instant
from interlock.store.models import Proposal


@dataclass(frozen=True)
class PutBefore:
    """The proposal of a draft's last revision.

    `state` is "proposed", or what the signed text is: to come, in force or no longer.
    """

    proposal: int
    state: str
    is_signed: bool


def put_before(drafts: Iterable[int], now: Instant) -> dict[int, PutBefore]:
    """Of each of these drafts whose last revision is proposed or signed: its proposal.

    One that was withdrawn, or is of an earlier revision, hinders nobody and is not named. One query
    where there is none, two where there are any.
    """
    rows = list(
        Proposal.objects.filter(
            draft__in=list(drafts), withdrawn_at=None, revision=F("draft__revision")
        )
        .select_related("adopted")
        .defer("text", "adopted__text")
        .order_by("pk")
    )
    texts = agreements() if rows else None
    return {
        row.draft_id: PutBefore(
            row.pk,
            signed_words(row.adopted, texts, now) if row.adopted else "proposed",
            is_signed=row.adopted is not None,
        )
        for row in rows
    }
