"""The seals of stored texts, made anew from the text itself: a changed letter is another seal."""

from __future__ import annotations

from functools import lru_cache

from django.db.models import Q, QuerySet

from interlock.agreement.canonical import seal_of, seal_of_rules
from interlock.store.models import DraftText, SavedTrial


@lru_cache(maxsize=64)
def sealed(text: str) -> str:
    """The seal of a text. It goes by the text, so one that was changed in the store shows."""
    return seal_of(text)


def trials_of(last: DraftText) -> QuerySet[SavedTrial]:
    """The kept trials of a draft that tried what its text says.

    Version and days may be others, in the same year (see `seal_of_rules`).
    """
    same = Q(rules=seal_of_rules(last.text)) | Q(seal=sealed(last.text))
    return SavedTrial.objects.filter(same, draft=last.draft_id)
