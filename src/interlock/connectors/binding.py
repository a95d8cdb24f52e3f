"""A recipe bound to the headers of a file: a `Mapper`, or what does not fit."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from interlock.agreement.criteria import compile_criterion
from interlock.agreement.expression import Expression, ValueType
from interlock.agreement.problems import did_you_mean
from interlock.connectors.files import Cell
from interlock.connectors.framing import Cells, Frame, Framing
from interlock.connectors.manifest import (
    ColumnSource,
    Manifest,
    OtherColumns,
    Recipe,
    Source,
)
from interlock.connectors.manifest_checks import type_of
from interlock.connectors.mapping import Mapper, Reading
from interlock.connectors.naming import left_over
from interlock.connectors.readers import Setting, attribute_reader, column_reader, default_of
from interlock.connectors.values import Refused
from interlock.facts.kinds import KINDS, ColumnType
from interlock.replay.evaluate import evaluate

Wrong = Callable[[str, str, str], None]
"""Notes a problem: path in the manifest, what is wrong, what to do."""


@dataclass
class Binder:
    """Binds one recipe to one file's headers; every misfit goes to `wrong`.

    `beside`: headers that are no part of the file, read only where the recipe names them.
    """

    manifest: Manifest
    source: Source
    recipe: Recipe
    path: str
    framing: Framing
    wrong: Wrong
    beside: Collection[str] = ()
    setting: Setting = field(init=False)

    def __post_init__(self) -> None:
        """What follows from the recipe."""
        self.setting = Setting.of(self.manifest, self.source, self.recipe)

    def mapper(self) -> Mapper:
        """The mapper; of no use where something was wrong."""
        kind, where = KINDS[self.recipe.as_], None
        if self.recipe.where:
            where = self._compiled(f"{self.path}.where", self.recipe.where, ValueType.FLAG)
        constants = {
            column.name: default_of(column, self.setting)
            for column in kind.columns
            if column.default is not None and column.name not in self.recipe.columns
        }
        constants |= dict(self._constants())
        readings = sorted(self._readings(), key=lambda each: each.is_money)
        attributes = sorted(self._attributes(), key=lambda each: each.name)
        return Mapper(kind, self.framing, where, tuple(readings), tuple(attributes), constants)

    def _constants(self) -> Iterator[tuple[str, Any]]:
        for name, source in self.recipe.columns.items():
            if source.value is None:
                continue
            column = KINDS[self.recipe.as_].column(name)
            assert column is not None, name  # noqa: S101 - the manifest was checked for it
            read = column_reader(column, source, self.setting)
            is_money = column.type is ColumnType.MONEY
            value = read[
                (source.value, self.setting.currency or "EUR") if is_money else source.value
            ]
            if isinstance(value, Refused):
                self.wrong(f"{self.path}.columns.{name}", value.reason, "")
            yield name, value

    def _readings(self) -> Iterator[Reading]:
        for name, source in self.recipe.columns.items():
            column = KINDS[self.recipe.as_].column(name)
            assert column is not None, name  # noqa: S101 - the manifest was checked for it
            if source.value is not None:
                continue
            gather = self._gather(f"{self.path}.columns.{name}", source, column.type)
            read = column_reader(column, source, self.setting)
            is_money = column.type is ColumnType.MONEY
            yield Reading(name, _label(name, source), gather, read, is_money)

    def _attributes(self) -> Iterator[Reading]:
        for name, source in self.recipe.attributes.items():
            type_ = type_of(source)
            gather = self._gather(f"{self.path}.attributes.{name}", source, type_)
            read = attribute_reader(name, type_, source, self.setting)
            yield Reading(name, _label(name, source), gather, read)
        for name, header in self._others():
            source = ColumnSource((header,))
            read = attribute_reader(name, None, source, self.setting)
            yield Reading(name, header, _single(header), read)

    def _others(self) -> Iterator[tuple[str, str]]:
        """The columns that the recipe does not mention, with their names as attributes."""
        if self.recipe.other_columns is OtherColumns.IGNORE:
            return
        sources = [*self.recipe.columns.values(), *self.recipe.attributes.values()]
        mentioned = {*self.beside, *(header for each in sources for header in each.from_)}
        kind = KINDS[self.recipe.as_]
        taken = {*(column.name for column in kind.columns), *self.recipe.attributes}
        yield from left_over(self.framing.headers, mentioned, taken)

    def _gather(
        self, path: str, source: ColumnSource, type_: ColumnType | None
    ) -> Callable[[Frame], Cells]:
        if source.cel:
            expects = ValueType.FLAG if type_ is ColumnType.FLAG else ValueType.TEXT
            expression = self._compiled(f"{path}.cel", source.cel, expects)
            return _derived(expression)
        if source.value is not None:
            return lambda frame: [source.value] * frame.rows
        known = tuple(self.framing.slugs.values())
        for header in source.from_:
            if header not in known:
                hint = did_you_mean(header, known) or f"it has {_some(known)}"
                self.wrong(f"{path}.from", f"the file has no column `{header}`", hint)
        if len(source.from_) == 1:
            return _single(source.from_[0])
        is_key = type_ is ColumnType.TEXT and path.endswith(".id")
        return _several(source, self.setting.emptied_by(source), keep_empty=is_key)

    def _compiled(self, path: str, text: str, expects: ValueType) -> Expression | None:
        vocabulary = {f"row.{slug}": ValueType.TEXT for slug in self.framing.slugs}
        compiled = compile_criterion(text, vocabulary, expects)
        if not isinstance(compiled, list):
            return compiled.expression
        for problem in compiled:
            self.wrong(path, f"{problem.message} in `{text}`", problem.hint)
        return None


def _single(header: str) -> Callable[[Frame], Cells]:
    return lambda frame: frame.cells(header)


def _several(
    source: ColumnSource, empty: frozenset[str], *, keep_empty: bool
) -> Callable[[Frame], Cells]:
    """Cells joined. A key keeps its empty parts, or `a` + nothing would be nothing + `a`."""

    def gather(frame: Frame) -> Cells:
        cleaned = [_cleaned(frame.cells(header), empty) for header in source.from_]
        return [
            source.joined_with.join(part for part in parts if part or keep_empty)
            if any(parts)
            else None
            for parts in zip(*cleaned, strict=True)
        ]

    return gather


def _cleaned(cells: Sequence[Cell], empty: frozenset[str]) -> list[str]:
    texts = ["" if cell is None else str(cell).strip() for cell in cells]
    return ["" if text.casefold() in empty else text for text in texts]


def _derived(expression: Expression | None) -> Callable[[Frame], Cells]:
    def gather(frame: Frame) -> Cells:
        if expression is None:
            return [None] * frame.rows
        column = evaluate(expression, frame.column_of, frame.rows)
        values = column.values if column.words is None else column.words[column.values]
        cells = [_cell(value) for value in values.tolist()]
        known = np.broadcast_to(column.mask, frame.rows).tolist()
        return [cell if has else None for cell, has in zip(cells, known, strict=True)]

    return gather


def _cell(value: Any) -> Cell:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str | float) else str(value)


def _label(name: str, source: ColumnSource) -> str:
    headers = " + ".join(source.from_) or "worked out"
    return f"{name} ({headers})"


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:8])
    return f"{shown}…" if len(names) > 8 else shown  # noqa: PLR2004 - as many as are read
