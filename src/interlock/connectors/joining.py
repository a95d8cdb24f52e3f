"""Columns of another file, found by key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import repeat

from interlock.connectors.files import Cell, Table
from interlock.connectors.manifest import Join, Several

Key = tuple[str, ...]
Found = tuple[Cell, ...]


def load_join(table: Table, join: Join) -> dict[Key, Found]:
    """What the other file gives for each key. It is held whole, so it should be the smaller one.

    Where rows with the same key differ, `several` decides: nothing is taken, or the first or the
    last one's cells. A name is often no key, and a wrong match is worse than none.
    """
    nothing: Found = (None,) * len(join.take)
    found: dict[Key, Found] = {}
    for key, taken in _pairs(table, join):
        known = found.get(key)
        if known is None or join.several is Several.LAST:
            found[key] = taken
        elif known != taken and join.several is Several.LEAVE_EMPTY:
            found[key] = nothing
    return found


def joined(
    columns: Mapping[str, Sequence[Cell]], join: Join, found: Mapping[Key, Found], rows: int
) -> Iterator[tuple[str, list[Cell]]]:
    """The taken columns by their names here; empty where the key is not there."""
    nothing: Found = (None,) * len(join.take)
    keys = _keys([columns[here] for here in join.on])
    taken = [found.get(key, nothing) if all(key) else nothing for key in keys]
    cells: Iterable[Sequence[Cell]] = zip(*taken, strict=True) if rows else repeat(())
    for name, column in zip(join.take.values(), cells, strict=False):
        yield name, list(column)


def _pairs(table: Table, join: Join) -> Iterator[tuple[Key, Found]]:
    place = {header: index for index, header in enumerate(table.headers)}
    for chunk in table.chunks():
        keys = _keys([chunk.columns[place[there]] for there in join.on.values()])
        taken = zip(*(chunk.columns[place[there]] for there in join.take), strict=True)
        for key, cells in zip(keys, taken, strict=True):
            if all(key):
                yield key, cells


def _keys(columns: Sequence[Sequence[Cell]]) -> Iterator[Key]:
    texts = [["" if cell is None else str(cell).strip() for cell in column] for column in columns]
    return zip(*texts, strict=True)
