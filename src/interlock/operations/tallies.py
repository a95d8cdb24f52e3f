"""A replay's tallies in the store: one row that holds the columns, as Arrow has them."""

from __future__ import annotations

import hashlib
from functools import lru_cache

import numpy as np
import pyarrow as pa

from interlock.insight.tally import COLUMNS, Coded, Tallies
from interlock.store.arrow_bytes import from_bytes, to_bytes
from interlock.store.models import Replay, Tally

NO_TALLIES = Tallies(
    dict.fromkeys(COLUMNS, Coded(np.empty(0, object), np.empty(0, np.int32))), np.empty(0, np.int64)
)


def save_tallies(replay: Replay, tallies: Tallies) -> None:
    """Keeps the tallies of a replay, in the place of those that it had."""
    columns = packed(tallies)
    digest = hashlib.sha256(columns).hexdigest()
    Tally.objects.update_or_create(replay=replay, defaults={"columns": columns, "digest": digest})


@lru_cache(maxsize=2)
def tallies_of(digest: str) -> Tallies:
    """The tallies with that digest, read once a process."""
    columns = Tally.objects.filter(digest=digest).values_list("columns", flat=True)[:1].get()
    return unpacked(bytes(columns))


def packed(tallies: Tallies) -> bytes:
    """The columns as an Arrow stream."""
    columns = {name: _dictionary(tallies.columns[name]) for name in COLUMNS}
    return to_bytes(pa.table({**columns, "count": tallies.count}))


def unpacked(stream: bytes) -> Tallies:
    """The columns of an Arrow stream."""
    table = from_bytes(stream)
    if not table.num_rows:
        return NO_TALLIES
    columns = {name: _coded(table.column(name).chunk(0)) for name in COLUMNS}
    return Tallies(columns, table.column("count").to_numpy())


def _dictionary(column: Coded) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(column.codes, pa.array(column.names))


def _coded(column: pa.DictionaryArray) -> Coded:
    names = column.dictionary.to_numpy(zero_copy_only=False)
    return Coded(names, column.indices.to_numpy())
