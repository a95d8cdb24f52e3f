"""What was known by an instant: the imports that counted then, and how their versions stood.

An import is known from its start on, and counts until it is taken back. `known_by` is an instant
(UTC seconds, inclusive) everywhere; None: what counts now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from numpy.typing import NDArray

from interlock.facts.kinds import KINDS, Kind
from interlock.replay.outcome import ABSENT
from interlock.store.bulk import among
from interlock.store.models import FACTS, Fact, Import
from interlock.store.versions import Version, arranged

MANY = 20_000
"""So many records are arranged at a time."""
FEW = 500
"""Up to so many imports are looked for by their ids."""


@dataclass(frozen=True)
class Imports:
    """Imports by their ids, ascending, and when each started (UTC seconds)."""

    ids: NDArray[np.int64]
    started: NDArray[np.int64]

    def learned(self, batch: NDArray[np.int64]) -> NDArray[np.int64]:
        """When each row was learned of, by the id of the import that it came with."""
        return self.started[np.searchsorted(self.ids, batch)]


def imports_of(batches: NDArray[np.int64]) -> Imports:
    """The imports of these ids, in one query. Where they are many, all are read: it is quicker."""
    found = Import.objects.order_by("id")
    if len(batches) <= FEW:
        found = found.filter(pk__in=batches.tolist())
    pairs = np.array([*found.values_list("id", "started_at")], np.int64).reshape(-1, 2)
    return Imports(pairs[:, 0], pairs[:, 1])


def first_import() -> QuerySet[Import, int]:
    """When the first import started (UTC seconds), if there is one: one row, for a query to ask."""
    return Import.objects.order_by("started_at").values_list("started_at", flat=True)[:1]


def watched_since() -> int:
    """The same instant: nobody watched what happened before. ABSENT where there is no import."""
    return next(iter(first_import()), ABSENT)


def counting(known_by: int | None = None) -> Q:
    """Which rows came with imports that count, or counted then."""
    if known_by is None:
        return ~Q(batch__state=Import.TAKEN_BACK)
    standing = Q(batch__taken_back_at=None) | Q(batch__taken_back_at__gt=known_by)
    return standing & Q(batch__started_at__lte=known_by)


def running_imports(at: int) -> list[int]:
    """The imports that came or went at the instant: what was known of them then cannot be told."""
    came = Q(started_at__lte=at) & (Q(finished_at=None) | Q(finished_at__gte=at))
    found = Import.objects.filter(came | Q(taken_back_at=at)).order_by("id")
    return list(found.values_list("id", flat=True))


def stored(kind: Kind, keys: Sequence[str], which: Q | None = None) -> dict[str, list[Version]]:
    """The versions of the records with these keys that came with imports that count, by arrival.

    `which` are the rows that did at another time. `at` and `live` of each are those of now.
    """
    own = ("created_at", "updated_at") if kind.versioned else ()
    fields = ("batch__source", "batch__started_at", "digest", "batch_id", "part", "at", "live")
    found: dict[str, list[Version]] = defaultdict(list)
    for live in (True, False):  # each has an index of its own
        rows = FACTS[kind.name].objects.filter(live=live, key__in=among(keys))
        rows = rows.filter(counting() if which is None else which)
        for key, id_, source, started, digest, batch, part, at, stands, *times in rows.values_list(
            "key", "id", *fields, *own
        ):
            created, updated = times or (None, None)
            found[key].append(
                Version(digest, batch, source, started, at, created, updated, stands, part, id_)
            )
    for versions in found.values():
        versions.sort(key=lambda each: each.id or 0)
    return dict(found)


def table_name(kind: Kind) -> str:
    """The table of a kind as SQL writes it."""
    return connection.ops.quote_name(FACTS[kind.name]._meta.db_table)  # noqa: SLF001 - Django's way


# --- then and now -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Otherwise:
    """What was otherwise then about the rows of imports that counted then.

    `idle` are the ids of rows that did not count, since another version of their record did;
    `since` tells by their ids from when others held (None: always).
    """

    idle: frozenset[int]
    since: Mapping[int, int | None]


AS_NOW = Otherwise(frozenset(), {})


def otherwise(kind: Kind, rows: QuerySet[Fact], known_by: int, *, are_all: bool) -> Otherwise:
    """How these rows of a kind, of imports that counted then, stood otherwise than now.

    `are_all`: they are all rows of those imports; else records are looked for by the rows' keys.
    """
    earlier = () if kind.versioned else rows.filter(live=False).values_list("id", flat=True)
    idle, since = set(earlier), dict[int, int | None]()
    for versions in _rearranged(kind, None if are_all else rows, known_by):
        if kind.versioned:
            since |= {each.id: each.at for each in versions if each.id is not None}
        else:
            idle -= {each.id for each in versions if each.live}
            idle |= {each.id for each in versions if each.id is not None and not each.live}
    return Otherwise(frozenset(idle), since)


def _rearranged(kind: Kind, rows: QuerySet[Fact] | None, known_by: int) -> Iterator[list[Version]]:
    """The versions that counted then of each record of which others count now, as they stood.

    Such a record has a version that is not live now: of two rows at most one is live, and a row
    that counts no more is not.
    """
    model = FACTS[kind.name]
    came = Q(started_at__gt=known_by) & ~Q(state=Import.TAKEN_BACK)
    went = Q(started_at__lte=known_by, taken_back_at__gt=known_by)
    changed = Import.objects.filter(came | went).values("id")
    newer = model.objects.filter(key=OuterRef("key"), live=True, batch__in=changed)
    earlier = model.objects.filter(live=False).filter(Q(batch__in=changed) | Exists(newer))
    if rows is not None:
        earlier = earlier.filter(key__in=rows.order_by().values("key"))
    keys = list(earlier.values_list("key", flat=True).distinct())
    for start in range(0, len(keys), MANY):
        for versions in stored(kind, keys[start : start + MANY], counting(known_by)).values():
            yield arranged(versions, lasting=kind.versioned)


@dataclass(frozen=True)
class Chosen:
    """Rows of one kind by arrival; where they are those of an instant, what was otherwise then."""

    rows: QuerySet[Any]
    then: Otherwise = AS_NOW

    def few(self) -> QuerySet[Any]:
        """The rows that counted, where not many are of records with several versions."""
        return self.rows.exclude(pk__in=self.then.idle) if self.then.idle else self.rows


def chosen(kind: str, known_by: int | None = None, which: Q | None = None) -> Chosen:
    """The rows of a kind that count, or that counted then: `which` of them, or all."""
    contract, rows = KINDS[kind], FACTS[kind].objects.order_by("id")
    if known_by is None and not contract.versioned:
        rows = rows.filter(live=True)
    else:
        rows = rows.filter(counting(known_by))
    rows = rows if which is None else rows.filter(which)
    if known_by is None:
        return Chosen(rows)
    return Chosen(rows, otherwise(contract, rows, known_by, are_all=which is None))
