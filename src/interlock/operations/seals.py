"""The seals of stored texts, made anew from the text itself: a changed letter is another seal."""

from __future__ import annotations

from functools import lru_cache

from interlock.agreement.canonical import seal_of


@lru_cache(maxsize=64)
def sealed(text: str) -> str:
    """The seal of a text. It goes by the text, so one that was changed in the store shows."""
    return seal_of(text)
