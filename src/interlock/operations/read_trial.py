"""A trial as it was kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from interlock.operations.reading import Basis, current
from interlock.operations.staff import staff
from interlock.operations.try_draft import names_of
from interlock.replay.outcome import Instant
from interlock.store.models import SavedTrial


@dataclass(frozen=True)
class TrialKept:
    """A trial as it was kept: what was tried, against what, of which facts, by whom.

    `turned` says what the text that was tried had otherwise than the draft. `names` are those of
    the people named there.
    """

    basis: Basis
    number: int
    draft: int
    title: str
    revision: int
    currency: str
    seal: str
    against: str
    as_of: Instant
    by: str
    at: Instant
    shown: Mapping[str, Any]
    turned: tuple[str, ...]
    names: Mapping[str, str]


def read_trial(number: int) -> TrialKept | None:
    """A trial as it was kept, whatever came since; None where there is none."""
    row = SavedTrial.objects.filter(pk=number).select_related("draft").first()
    if row is None:
        return None
    return TrialKept(
        basis=current().basis,
        number=row.pk,
        draft=row.draft_id,
        title=row.draft.title,
        revision=row.revision,
        currency=row.shown.get("currency", ""),
        seal=row.seal,
        against=row.against,
        as_of=row.as_of,
        by=staff().name_at(row.by),
        at=row.at,
        shown=row.shown,
        turned=tuple(row.shown.get("turned", ())),
        names=names_of(
            key
            for stage in row.shown["stages"]
            for way in ("gained", "lost")
            for key in stage[way]["examples"]
        ),
    )
