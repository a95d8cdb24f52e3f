"""The parts of an agreement that can be changed each by itself, by their paths.

A part is a clause (`stages.mql`, `fit.points.size`) or a key that holds none (`review_by`,
`engagement.half_life_days`). The order of a section's clauses is a part, too: its path is the
section's, followed by `#order`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from interlock.agreement.canonical import Keyed, Plain

ORDER = "#order"
"""The end of the path of a section's order."""

_WHOLE = ("attributes", "roles")
"""Sections that are one part: what stands in them is no clause."""


def parts(plain: Plain) -> dict[str, Any]:
    """Each part of what is written (`interlock.agreement.canonical.plain`) by its path."""
    return dict(_parts(plain))


def _parts(plain: Plain) -> Iterator[tuple[str, Any]]:
    for key, value in plain.items():
        if isinstance(value, Keyed):
            yield from _clauses(key, value)
        elif isinstance(value, dict) and key not in _WHOLE:
            for inner, held in value.items():
                path = f"{key}.{inner}"
                yield from _clauses(path, held) if isinstance(held, Keyed) else [(path, held)]
        else:
            yield key, value


def _clauses(path: str, keyed: Keyed) -> Iterator[tuple[str, Any]]:
    for name, clause in keyed.named:
        yield f"{path}.{name}", clause
    yield f"{path}{ORDER}", keyed.names


def is_order(path: str) -> bool:
    """Whether the part is the order of a section's clauses."""
    return path.endswith(ORDER)


def same_order(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether the clauses that both have stand in the same order."""
    return [each for each in one if each in other] == [each for each in other if each in one]
