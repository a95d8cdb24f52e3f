"""Which parser a manifest wants for a column: its ways of reading, and the defaults."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from babel.numbers import list_currencies

from interlock.connectors.files import Cell
from interlock.connectors.manifest import ColumnSource, Manifest, Recipe, Source
from interlock.connectors.money import amount_of, minor_units
from interlock.connectors.values import (
    Cached,
    Parser,
    Refused,
    Skipped,
    choice_parser,
    emptiness,
    flag_parser,
    instant_parser,
    integer_parser,
    iso,
    number_parser,
    shown,
    text_parser,
)
from interlock.facts.attributes import type_of
from interlock.facts.kinds import Column, ColumnType


def emptied_by(manifest: Manifest, source: Source) -> frozenset[str]:
    """The words that mean no value in every column of a file, in small letters."""
    return frozenset(word.strip().casefold() for word in ("", *manifest.empty, *source.empty))


@dataclass(frozen=True)
class Setting:
    """What holds for a recipe: the manifest's defaults and its own."""

    zone: str
    dates: tuple[str, ...]
    empty: frozenset[str]
    prefix: str
    currency: str

    @classmethod
    def of(cls, manifest: Manifest, source: Source, recipe: Recipe) -> Setting:
        """The setting of one recipe of one file."""
        own = [each.currency for each in recipe.columns.values()]
        return cls(
            manifest.zone,
            manifest.dates,
            emptied_by(manifest, source),
            manifest.prefix if recipe.prefix is None else recipe.prefix,
            next(filter(None, own), "") or manifest.currency,
        )

    def emptied_by(self, source: ColumnSource) -> frozenset[str]:
        """The words that mean no value in one column."""
        return self.empty | {word.strip().casefold() for word in source.empty}


def column_reader(column: Column, source: ColumnSource, setting: Setting) -> Cached[Any]:
    """Cells of a contract's column to its values. Money takes pairs of cell and currency."""
    if column.type is ColumnType.MONEY:
        parse: Parser = partial(_money, locale=source.money)
    else:
        parse = _parser(column.type, source, setting, column)
    if column.name == "currency":
        parse = _currency
    return _complete(parse, column, setting, setting.emptied_by(source))


def attribute_reader(
    name: str, type_: ColumnType | None, source: ColumnSource, setting: Setting
) -> Cached[Any]:
    """Cells of an attribute to its entry in the row's JSON, with the type that it shows.

    Gives pairs: the entry as JSON text, and the type; None where there is no value.
    """
    parse = _parser(type_, source, setting) if type_ else _as_received(setting)
    label, is_empty = json.dumps(name), emptiness(setting.emptied_by(source))

    def read(cell: Cell) -> Any:
        if is_empty(cell):
            return None
        value = parse(cell)
        if value is None or isinstance(value, Refused | Skipped):
            return value
        text = _canonical(value, type_)
        return f"{label}: {json.dumps(text, ensure_ascii=False)}", type_ or type_of(text)

    return Cached(read)


def _complete(
    parse: Parser, column: Column, setting: Setting, empty: frozenset[str]
) -> Cached[Any]:
    """The parser with what an empty cell means: the default, or a reason to refuse the row."""
    nothing: Any = default_of(column, setting)
    if column.required:
        nothing = Refused("there is no value, and every row needs one")

    is_money, is_empty = column.type is ColumnType.MONEY, emptiness(empty)

    def read(key: Any) -> Any:
        if is_empty(key[0] if is_money else key):
            return nothing
        value = parse(key)
        return nothing if value is None else value

    return Cached(read)


def default_of(column: Column, setting: Setting) -> Any:
    """What a row has in the column where the file has nothing."""
    if column.name == "currency":
        return setting.currency or column.default
    return column.default


def _currency(cell: Cell) -> str | Refused:
    code = str(cell).strip().upper()
    return code if code in list_currencies() else Refused(f"{shown(cell)} is not an ISO currency")


def _money(pair: tuple[Cell, str], *, locale: str) -> int | Refused:
    cell, currency = pair
    amount = amount_of(cell, locale, currency)
    return amount if isinstance(amount, Refused) else minor_units(amount, currency)


def _parser(
    type_: ColumnType, how: ColumnSource, setting: Setting, column: Column | None = None
) -> Parser:
    makers: dict[ColumnType, Callable[[], Parser]] = {
        ColumnType.TEXT: lambda: _text(how, setting, column),
        ColumnType.INTEGER: lambda: integer_parser(how.number, column.least if column else None),
        ColumnType.NUMBER: lambda: _number(how, setting),
        ColumnType.FLAG: lambda: flag_parser(*((how.flag.yes, how.flag.no) if how.flag else ())),
        ColumnType.INSTANT: lambda: instant_parser(
            (*how.dates, *setting.dates), how.zone or setting.zone, last_day=how.last_day
        ),
        ColumnType.CHOICE: lambda: choice_parser(
            column.choices if column else (), how.choices, how.otherwise
        ),
    }
    return makers[type_]()


def _text(how: ColumnSource, setting: Setting, column: Column | None) -> Parser:
    if how.choices:
        return choice_parser((), how.choices, how.otherwise)
    is_key = column is not None and (column.name == "id" or column.refers_to is not None)
    is_key = is_key and how.value is None  # a fixed value stands as it is written
    return text_parser(how.prefix if how.prefix is not None else setting.prefix * is_key)


def _number(how: ColumnSource, setting: Setting) -> Parser:
    if not how.money:
        return number_parser(how.number)
    currency = how.currency or setting.currency or "EUR"

    def parse(cell: Cell) -> float | Refused:
        amount = amount_of(cell, how.money, currency)
        return amount if isinstance(amount, Refused) else float(amount)

    return parse


def _as_received(setting: Setting) -> Parser:
    """Texts as they are, but moments with their zone: nothing else says it later."""
    instant = instant_parser((), setting.zone)

    def parse(cell: Cell) -> str:
        text = str(cell).strip()
        if not (text[:4].isdigit() and text[4:5] == "-"):
            return text
        moment = instant(text)
        return text if isinstance(moment, Refused) else iso(moment)

    return parse


def _canonical(value: Any, type_: ColumnType | None) -> str:
    if type_ is ColumnType.INSTANT:
        return iso(value)
    return str(value).lower() if isinstance(value, bool) else str(value)
