"""Records of one person that were merged, by their keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from interlock.replay.merges import stays_of
from interlock.store.knowledge import chosen
from interlock.store.models import FACTS, Fact

People = Sequence[str] | QuerySet[Fact, Any]
"""Some persons' keys; a query of them stays one, and is as long as it likes."""


@dataclass(frozen=True)
class Records:
    """The records of one person: the one that stays, and all of them."""

    stays: str
    all: frozenset[str]


def records_of(key: str, known_by: int | None = None) -> Records:
    """All records of the person who has the one of that key, by what counts or counted then."""
    stays = merged_into(known_by)
    one = stays.get(key, key)
    return Records(one, frozenset({one, *(goes for goes, to in stays.items() if to == one)}))


def with_merged(keys: People, known_by: int | None = None) -> People:
    """The keys, with those of all other records of these people, by what counts or counted then.

    A query may come back with other people who were merged, too.
    """
    stays = merged_into(known_by)
    if not stays:
        return keys
    if isinstance(keys, QuerySet):
        merged = Q(key__in={*stays, *stays.values()})
        return FACTS["person"].objects.filter(Q(key__in=keys) | merged).values("key")
    ends = {stays.get(key, key) for key in keys}
    return sorted({*keys, *ends, *(goes for goes, to in stays.items() if to in ends)})


def merged_into(known_by: int | None = None) -> dict[str, str]:
    """The record that stays of each that was merged away, by what counts or counted then."""
    rows = chosen("merge", known_by).few().order_by("at", "id")
    return stays_of(rows.values_list("person", "into"))
