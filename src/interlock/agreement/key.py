"""What a key of a written file means, beside its type."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Key:
    """What a key of the file means, beside its type.

    The loader, the JSON Schema and the reference page all read it. `choices` are all that it may
    say; `least` and `most` bound a number; `optional` keys may be left out although the field has
    no default, since the loader fills it.
    """

    meaning: str
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    optional: bool = False
