"""Chunks of a file to rows of a kind: join, filter, read, refuse."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any

import numpy as np

from interlock.agreement.expression import Expression
from interlock.connectors.files import BadRow, Chunk
from interlock.connectors.framing import Cells, Frame, Framing
from interlock.connectors.values import Cached, Refused, Skipped
from interlock.facts.attributes import widest
from interlock.facts.kinds import ColumnType, Kind
from interlock.replay.evaluate import holds


@dataclass(frozen=True)
class Mapped:
    """What a chunk gave: facts in columns, rows refused, and how many the filter left out.

    `places` are the places in the chunk of the rows that became facts.
    `columns` are the contract's columns by name, `id` among them; one value instead of a list
    stands for all rows. `digests` are 64-bit hashes of everything that a row says.
    """

    places: list[int]
    columns: Mapping[str, Any]
    attributes: list[str | None]
    attribute_types: Mapping[str, ColumnType]
    digests: list[int]
    refused: tuple[BadRow, ...]
    filtered: int


@dataclass(frozen=True)
class Reading:
    """One target column: its header (for messages), where its cells come from, how they are read.

    `is_money`: each cell is read together with the row's currency.
    """

    name: str
    label: str
    gather: Callable[[Frame], Cells]
    read: Cached[Any]
    is_money: bool = False


@dataclass(frozen=True)
class Mapper:
    """How the chunks of one file become rows of one kind. `interlock.connectors.plan` makes it.

    `constants` are columns with one value for all rows. `framing` lays a chunk out by header.
    """

    kind: Kind
    framing: Framing
    where: Expression | None
    readings: tuple[Reading, ...]
    attributes: tuple[Reading, ...]
    constants: Mapping[str, Any]

    def map(self, chunk: Chunk) -> Mapped:
        """The chunk's rows as facts."""
        frame, places = self.framing.of(chunk), list(range(len(chunk.lines)))
        if self.where is not None:
            keep = holds(self.where, frame.column_of, frame.rows)
            frame, places = frame.kept(keep), np.flatnonzero(keep).tolist()
        filtered = len(chunk.lines) - len(places)
        values, wrong = self._read(frame)
        refused = [chunk.bad_row(places[row], why) for row, why in sorted(wrong.items()) if why]
        if wrong:
            taken = [row not in wrong for row in range(frame.rows)]
            values = {name: list(compress(cells, taken)) for name, cells in values.items()}
            places = list(compress(places, taken))
        filtered += len(wrong) - len(refused)
        entries = [values.pop(f"attributes.{each.name}") for each in self.attributes]
        attributes = _as_json(entries, len(places))
        keys, digests = self._hashed(values, attributes)
        return Mapped(
            places,
            {"id": keys, **self.constants, **values},
            attributes,
            dict(_types(self.attributes, entries)),
            digests,
            (*chunk.bad, *refused),
            filtered,
        )

    def _read(self, frame: Frame) -> tuple[dict[str, list[Any]], dict[int, str]]:
        """Values by column, and the rows that are not taken: why, or "" where they are skipped."""
        values: dict[str, list[Any]] = {}
        wrong: dict[int, list[str]] = defaultdict(list)
        for reading in self.readings:
            cells = reading.gather(frame)
            keys = zip(cells, self._currencies(values, frame), strict=True)
            values[reading.name] = reading.read.column(keys if reading.is_money else cells)
            _note(reading, values[reading.name], wrong)
        for reading in self.attributes:
            name = f"attributes.{reading.name}"
            values[name] = reading.read.column(reading.gather(frame))
            _note(reading, values[name], wrong)
        skipped = {row for row, why in wrong.items() if "" in why}
        return values, {row: "" if row in skipped else "; ".join(why) for row, why in wrong.items()}

    def _currencies(self, values: Mapping[str, list[Any]], frame: Frame) -> list[Any]:
        found = values.get("currency") or [self.constants.get("currency")] * frame.rows
        # a currency that was refused has refused the row; its amount may be read as anything
        return ["EUR" if isinstance(each, Refused) else each for each in found]

    def _hashed(
        self, values: Mapping[str, list[Any]], attributes: Sequence[str | None]
    ) -> tuple[list[str], list[int]]:
        """Ids made from the content (used where the manifest names none), and digests."""
        seed = repr((self.kind.name, tuple(values), sorted(self.constants.items()))).encode()
        start = hashlib.blake2b(seed, digest_size=16)
        keys, digests = [], []
        for row in zip(*values.values(), attributes, strict=True):
            state = start.copy()
            state.update(repr(row).encode())
            content = state.digest()
            keys.append(content.hex())
            digests.append(int.from_bytes(content[:8], "big", signed=True))
        return keys, digests


def _note(reading: Reading, values: list[Any], wrong: dict[int, list[str]]) -> None:
    """Which rows this column keeps from being taken."""
    if reading.read.clean:
        return
    for row, value in enumerate(values):
        if isinstance(value, Refused):
            wrong[row].append(f"{reading.label}: {value.reason}")
        elif isinstance(value, Skipped):
            wrong[row].append("")


def _as_json(entries: Sequence[Sequence[Any]], rows: int) -> list[str | None]:
    """One JSON object for each row; None where it has no attributes."""
    if not entries:
        return [None] * rows
    return [
        "{" + ", ".join([entry[0] for entry in row if entry]) + "}" if any(row) else None
        for row in zip(*entries, strict=True)
    ]


def _types(
    attributes: Sequence[Reading], entries: Sequence[Sequence[Any]]
) -> Iterator[tuple[str, ColumnType]]:
    for reading, column in zip(attributes, entries, strict=True):
        type_ = widest({entry[1] for entry in set(column) if entry})
        if type_ is not None:
            yield reading.name, type_
