"""Rows of an import into the tables of facts, and out of account again.

What is new, what is unchanged and which version counts is decided by `interlock.store.versions`;
here it is read and written, many rows at a time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from interlock.facts.kinds import Kind
from interlock.store.bulk import insert_columns
from interlock.store.knowledge import MANY, stored, table_name
from interlock.store.models import FACTS
from interlock.store.models.facts import columns_of
from interlock.store.versions import Version, arranged, judged


@dataclass(frozen=True)
class Batch:
    """The import that rows come with: its id, its source, when it started (UTC seconds)."""

    id: int
    source: str
    started_at: int


@dataclass(frozen=True)
class Rows:
    """Rows of one kind, in columns by the contract's names; one value stands for all rows."""

    kind: Kind
    columns: Mapping[str, Any]
    attributes: Sequence[str | None]
    digests: Sequence[int]
    lines: Sequence[int]

    def __len__(self) -> int:
        return len(self.digests)

    def column(self, name: str | None) -> Sequence[Any]:
        """A column as a list; of None where the rows have no such column."""
        values = self.columns.get(name) if name else None
        return values if isinstance(values, list) else [values] * len(self)


@dataclass(frozen=True)
class Settled:
    """What became of rows: how many were taken and unchanged, and where a key is another source's.

    `clashes` tells that source by the row's place. `withdrawn` counts, by their part, versions of
    earlier rows of the import that turned out to change nothing. `differing` are places of rows
    that say something else than an earlier row of the import, with what that one was.
    """

    taken: int
    unchanged: int
    clashes: Mapping[int, str]
    withdrawn: Mapping[int, int]
    differing: Mapping[int, Version]


@dataclass
class _Work:
    """The rows of one call as they are decided, and what has to be written.

    `instants` are the columns that say when: the contract's, creation and change of what lasts.
    """

    rows: Rows
    batch: Batch
    instants: tuple[Sequence[Any], ...]
    places: list[int] = field(default_factory=list)
    at: list[int | None] = field(default_factory=list)
    live: list[bool] = field(default_factory=list)
    changed: list[Version] = field(default_factory=list)
    withdrawn: list[Version] = field(default_factory=list)
    unchanged: int = 0
    clashes: dict[int, str] = field(default_factory=dict)
    differing: dict[int, Version] = field(default_factory=dict)


def receive_rows(rows: Rows, batch: Batch, part: int) -> Settled:
    """Adds the rows that say something new. Call it inside a transaction."""
    own = ("created_at", "updated_at") if rows.kind.versioned else (None, None)
    instants = tuple(rows.column(name) for name in (rows.kind.at, *own))
    work, keys, at = _Work(rows, batch, instants), rows.column("id"), instants[0]
    known, times = stored(rows.kind, keys), Counter(keys)
    repeated: dict[str, list[int]] = defaultdict(list)
    for place, key in enumerate(keys):
        if key in known and times[key] == 1 and _is_same(known[key], rows.digests[place], batch):
            work.unchanged += 1
        elif key in known or times[key] > 1:
            repeated[key].append(place)
        else:
            work.places.append(place)
            work.at.append(at[place])
            work.live.append(True)
    for key, places in repeated.items():
        _judge(work, known.get(key, []), places)
    _write(work, part)
    withdrawn = Counter(each.part for each in work.withdrawn if each.part is not None)
    return Settled(len(work.places), work.unchanged, work.clashes, withdrawn, work.differing)


def _is_same(versions: Sequence[Version], digest: int, batch: Batch) -> bool:
    """The usual case of a known record, decided quickly: one version, and the row says the same."""
    only = versions[0]
    return len(versions) == 1 and only.digest == digest and only.source == batch.source


def settle(kind: Kind, batch: int) -> None:
    """Lets the versions that are left count, after an import's state became "taken back"."""
    table = table_name(kind)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET live = %s WHERE batch_id = %s AND live",  # noqa: S608 - our names
            [False, batch],
        )
        cursor.execute(
            f"SELECT DISTINCT key FROM {table} WHERE batch_id = %s"  # noqa: S608 - as above
            f" AND key IN (SELECT key FROM {table} WHERE batch_id <> %s)",
            [batch, batch],
        )
        keys = [key for (key,) in cursor.fetchall()]
    for start in range(0, len(keys), MANY):
        known = stored(kind, keys[start : start + MANY])
        _update(kind, [each for many in known.values() for each in _moved(kind, many)])


def _judge(work: _Work, versions: list[Version], places: list[int]) -> None:
    others = {each.source for each in versions} - {work.batch.source}
    if others:
        work.clashes |= dict.fromkeys(places, min(others))
        return
    lasting = work.rows.kind.versioned
    rows = _versions(work, places)
    _compare(work, [*(each for each in versions if each.batch == work.batch.id), *rows])
    found = judged(versions, rows, lasting=lasting)
    work.unchanged += found.unchanged
    work.withdrawn += found.withdrawn
    before = {each.id: (each.at, each.live) for each in versions}
    for each in found.versions:
        if each.row is not None:
            work.places.append(each.row)
            work.at.append(each.at)
            work.live.append(each.live)
        elif before[each.id] != (each.at, each.live):
            work.changed.append(each)


def _compare(work: _Work, versions: Sequence[Version]) -> None:
    """Notes rows that contradict the one before; of what lasts, each `updated_at` by itself."""
    last: dict[int | None, Version] = {}
    for each in versions:
        since = each.updated_at if work.rows.kind.versioned else None
        before = last.get(since)
        if each.row is not None and before is not None and before.digest != each.digest:
            work.differing[each.row] = before
        last[since] = each


def _versions(work: _Work, places: Sequence[int]) -> list[Version]:
    """The rows at these places as versions that are not in the store yet."""
    digests, (at, created, updated) = work.rows.digests, work.instants
    batch = (work.batch.id, work.batch.source, work.batch.started_at)
    return [
        Version(digests[each], *batch, at[each], created[each], updated[each], row=each)
        for each in places
    ]


def _moved(kind: Kind, versions: Sequence[Version]) -> list[Version]:
    """Stored versions whose instant or standing is another, now that some count no more."""
    before = {each.id: (each.at, each.live) for each in versions}
    after = arranged(versions, lasting=kind.versioned)
    return [each for each in after if before[each.id] != (each.at, each.live)]


# --- writing ----------------------------------------------------------------------------------


def _write(work: _Work, part: int) -> None:
    kind = work.rows.kind
    order = sorted(range(len(work.places)), key=work.places.__getitem__)
    places = [work.places[index] for index in order]
    FACTS[kind.name].objects.filter(pk__in=[each.id for each in work.withdrawn]).delete()
    _update(kind, work.changed)
    columns = {
        column.name: _picked(work.rows.columns[column.name], places, len(work.rows))
        for column in columns_of(kind)
        if column.name in work.rows.columns
    }
    picked = {
        "key": work.rows.columns["id"],
        "digest": work.rows.digests,
        "attributes": work.rows.attributes,
        "line": work.rows.lines,
    }
    columns |= {name: _picked(cells, places, len(work.rows)) for name, cells in picked.items()}
    columns |= {"at": [work.at[index] for index in order]}
    columns |= {"live": [work.live[index] for index in order]}
    columns |= {"batch_id": work.batch.id, "part": part}
    insert_columns(FACTS[kind.name], columns, len(places))


def _picked(values: Any, places: Sequence[int], rows: int) -> Any:
    """The values at these places, which ascend; all of them, where they are all."""
    if not isinstance(values, list) or len(places) == rows:
        return values
    return [values[place] for place in places]


def _update(kind: Kind, versions: Sequence[Version]) -> None:
    """Instants and standing of stored versions; one steps down before another steps up."""
    rows = sorted(((each.live, each.at, each.id) for each in versions), key=lambda row: row[0])
    sql = f"UPDATE {table_name(kind)} SET live = %s, at = %s WHERE id = %s"  # noqa: S608 - our names
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)
