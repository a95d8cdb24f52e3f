"""Words that commands put together."""

from __future__ import annotations


def several(number: int, noun: str, nouns: str = "") -> str:
    """A number with its noun: `1 row`, `2,000 rows`, `2 people`."""
    return f"{number:,} {noun if number == 1 else nouns or f'{noun}s'}"
