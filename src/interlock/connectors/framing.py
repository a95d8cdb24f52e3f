"""A chunk's rows by header, joined columns among them: what recipes and criteria read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, compress

import numpy as np
import pyarrow as pa

from interlock.agreement.expression import Name
from interlock.connectors.files import Cell, Chunk
from interlock.connectors.joining import Found, Key, joined
from interlock.connectors.manifest import Join
from interlock.connectors.naming import slugs
from interlock.facts.columns import Column, Mask

Cells = Sequence[Cell]

Lookup = tuple[Join, Callable[[], Mapping[Key, Found]]]
"""A join, and what gives its other file when it is first needed."""


@dataclass
class Frame:
    """Rows of raw cells. Columns are cut down to the rows that are kept when they are asked for."""

    rows: int
    _columns: Mapping[str, Cells]
    _slugs: Mapping[str, str]
    _empty: frozenset[str]
    _whole: Frame | None = None
    _keep: Mask | None = None
    _read: dict[str, Column] = field(default_factory=dict)

    def cells(self, header: str) -> Cells:
        """The cells below a header."""
        cells = self._columns[header]
        return cells if self._keep is None else list(compress(cells, self._keep.tolist()))

    def column_of(self, name: Name) -> Column:
        """The column `row.<slug>` as criteria read it: texts, unknown where the cell is empty."""
        if self._whole is not None and self._keep is not None:
            return self._whole.column_of(name).take(np.flatnonzero(self._keep))
        if name.field not in self._read:
            self._read[name.field] = _texts(self._columns[self._slugs[name.field]], self._empty)
        return self._read[name.field]

    def kept(self, keep: Mask) -> Frame:
        """Only the rows that are to be kept."""
        rows = int(keep.sum())
        if rows == self.rows:
            return self
        return Frame(rows, self._columns, self._slugs, self._empty, self, keep)


@dataclass
class Framing:
    """Lays out the chunks of one file. Recipes of the same file share the last chunk's frame."""

    headers: tuple[str, ...]
    joins: tuple[Lookup, ...]
    empty: frozenset[str]
    slugs: dict[str, str] = field(init=False)
    _last: tuple[Chunk, Frame] | None = None

    def __post_init__(self) -> None:
        """Criteria name the columns by slugs."""
        taken = chain.from_iterable(join.take.values() for join, _ in self.joins)
        names = (*self.headers, *taken)
        self.slugs = dict(zip(slugs(names), names, strict=True))

    def of(self, chunk: Chunk) -> Frame:
        """The chunk by header."""
        if self._last is None or self._last[0] is not chunk:
            rows = len(chunk.lines)
            columns: dict[str, Cells] = dict(zip(self.headers, chunk.columns, strict=True))
            for join, lookup in self.joins:
                columns |= joined(columns, join, lookup(), rows)
            self._last = chunk, Frame(rows, columns, self.slugs, self.empty)
        return self._last[1]


def _texts(cells: Cells, empty: frozenset[str]) -> Column:
    texts = [cell if cell is None or type(cell) is str else str(cell) for cell in cells]
    coded = pa.array(texts, pa.string()).dictionary_encode()
    words = [word.strip() for word in coded.dictionary.to_pylist()]
    codes = coded.indices.fill_null(len(words)).to_numpy(zero_copy_only=False)
    known = np.array([word.casefold() not in empty for word in words] + [False], dtype=bool)
    return Column(codes, known[codes], np.array([*words, ""], dtype=object))
