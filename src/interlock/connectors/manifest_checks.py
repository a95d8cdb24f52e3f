"""What is wrong with a manifest, as far as it can be known without the files."""

from __future__ import annotations

import re
from collections.abc import Iterator

from babel.core import Locale, UnknownLocaleError
from babel.numbers import list_currencies

from interlock.agreement.hours import zone_names
from interlock.agreement.problems import Problem, did_you_mean
from interlock.connectors.csv_files import NO_DELIMITERS
from interlock.connectors.encodings import MARKED
from interlock.connectors.files import FORMATS
from interlock.connectors.manifest import ColumnSource, Join, Recipe, Source, Written
from interlock.connectors.values import is_form_of_dates
from interlock.facts.kinds import KINDS, Column, ColumnType, Kind

MADE_IDS = frozenset(
    (
        *("contact_role", "touch", "activity", "decision", "assignment", "merge"),
        *("campaign_cost", "absence"),
    )
)
"""Kinds that may do without an id: it is then made from the row's content."""

LONGEST_NAME = 255
"""Bytes of a file's or folder's name, on nearly every system."""

_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_FITTING: dict[str, frozenset[ColumnType]] = {
    "dates": frozenset({ColumnType.INSTANT}),
    "zone": frozenset({ColumnType.INSTANT}),
    "last_day": frozenset({ColumnType.INSTANT}),
    "number": frozenset({ColumnType.NUMBER, ColumnType.INTEGER}),
    "money": frozenset({ColumnType.MONEY, ColumnType.NUMBER}),
    "currency": frozenset({ColumnType.MONEY}),
    "flag": frozenset({ColumnType.FLAG}),
    "choices": frozenset({ColumnType.CHOICE, ColumnType.TEXT}),
    "prefix": frozenset({ColumnType.TEXT}),
}
"""The types of column that each way of reading goes with."""

Complaint = tuple[str, str, str]
"""Path in the manifest, what is wrong, what to do."""


def check_manifest(written: Written) -> list[Problem]:
    """Every problem, with its place."""
    return [
        Problem(message, hint, written.place(path).line, written.place(path).column)
        for path, message, hint in _manifest(written)
    ]


def type_of(source: ColumnSource) -> ColumnType | None:
    """The type that the way of reading settles; None where the values have to be looked at."""
    if source.type is not None:
        return source.type
    if source.flag:
        return ColumnType.FLAG
    if source.money or source.number:
        return ColumnType.NUMBER
    if source.dates or source.zone or source.last_day:
        return ColumnType.INSTANT
    return ColumnType.TEXT if source.choices else None


def _manifest(written: Written) -> Iterator[Complaint]:
    manifest = written.manifest
    yield from _zone("zone", manifest.zone)
    yield from _currency("currency", manifest.currency)
    yield from _forms("dates", manifest.dates)
    if not manifest.files:
        yield "files", "no file is named", "list them: `- file: leads.csv`"
    for number, source in enumerate(manifest.files, 1):
        yield from _source(f"files.{number}", source)


def _source(path: str, source: Source) -> Iterator[Complaint]:
    yield from _file(path, source)
    for number, join in enumerate(source.join, 1):
        yield from _file(f"{path}.join.{number}", join)
    if source.format and source.format not in FORMATS:
        hint = did_you_mean(source.format, FORMATS) or f"there are {', '.join(FORMATS)}"
        yield f"{path}.format", f"`{source.format}` is not a format", hint
    if not source.gives:
        yield path, "it is not said what the file gives", "add `as: person` and `columns:`"
    for number, join in enumerate(source.join, 1):
        if not join.on or not join.take:
            yield f"{path}.join.{number}", "a join needs `on` and `take`", "name the columns"
    for number, recipe in enumerate(source.gives, 1):
        yield from _recipe(f"{path}.gives.{number}", recipe)


def _file(path: str, source: Source | Join) -> Iterator[Complaint]:
    """Where a file is, and how its text is read."""
    name, encoding, delimiter = source.file, source.encoding, source.delimiter
    parts = re.split(r"[/\\]", name)
    if name.startswith(("/", "~")) or ".." in parts:
        yield f"{path}.file", f"`{name}` leads out of the folder", "name files inside it"
    if any("**" in part and part != "**" for part in parts):
        yield f"{path}.file", f"`{name}` is no pattern", "`**/*.csv` means every folder in it"
    if any(len(part.encode()) > LONGEST_NAME for part in parts):
        hint = f"at most {LONGEST_NAME} bytes"
        yield f"{path}.file", f"`{name}` is longer than a file's name can be", hint
    if encoding and not _is_encoding(encoding):
        hint = "write utf-8, cp1252, utf-16…"
        yield f"{path}.encoding", f"`{encoding}` is no encoding of texts", hint
    if delimiter and (len(delimiter) != 1 or delimiter in NO_DELIMITERS):
        hint = 'write one character: `","`, `";"`, or `"\\t"` for a tab'
        yield f"{path}.delimiter", f"`{delimiter}` cannot stand between cells", hint


def _recipe(path: str, recipe: Recipe) -> Iterator[Complaint]:
    kind = KINDS.get(recipe.as_)
    if kind is None:
        hint = did_you_mean(recipe.as_, KINDS) or f"there are {', '.join(KINDS)}"
        yield f"{path}.as", f"`{recipe.as_}` is not a kind of fact", hint
        return
    for name, source in recipe.columns.items():
        place, column = f"{path}.columns.{name}", kind.column(name)
        if column is None:
            known = [each.name for each in kind.columns]
            own = "put columns of your own under `attributes`"
            hint = " or ".join(filter(None, (did_you_mean(name, known), own)))
            yield place, f"a {kind.name} has no column `{name}`", hint
        elif source.type is not None:
            yield place, f"`{name}` is {_a(column.type)}, always", "leave `type` out"
        else:
            yield from _reading(place, name, column.type, source)
            yield from _choices(place, column, source)
    yield from _missing(path, kind, recipe)
    yield from _attributes(path, kind, recipe)


def _missing(path: str, kind: Kind, recipe: Recipe) -> Iterator[Complaint]:
    for column in kind.columns:
        made = column.name == "id" and kind.name in MADE_IDS
        if column.required and column.name not in recipe.columns and not made:
            hint = f"add `{column.name}:` under `columns` ({column.meaning})"
            yield path, f"a {kind.name} needs `{column.name}`", hint


def _attributes(path: str, kind: Kind, recipe: Recipe) -> Iterator[Complaint]:
    for name, source in recipe.attributes.items():
        place = f"{path}.attributes.{name}"
        if kind.column(name):
            yield place, f"`{name}` is a column of every {kind.name}", "put it under `columns`"
        elif not _NAME.fullmatch(name):
            hint = "use small letters, digits and _, so that criteria can name it"
            yield place, f"`{name}` cannot be the name of an attribute", hint
        elif source.type in (ColumnType.CHOICE, ColumnType.MONEY):
            yield place, f"an attribute cannot be of type {source.type}", "use text or number"
        else:
            yield from _reading(place, name, type_of(source), source)


def _reading(
    path: str, name: str, type_: ColumnType | None, source: ColumnSource
) -> Iterator[Complaint]:
    """Ways of reading that do not go with the column, and zones, locales and currencies."""
    ways = [key for key in ("from_", "value", "cel") if getattr(source, key) not in ((), None, "")]
    if len(ways) != 1:
        hint = "write one of `from: Header`, `value: …`, `cel: …`"
        yield path, f"`{name}` needs one place that it comes from", hint
    for key, types in _FITTING.items():
        if getattr(source, key) and type_ is not None and type_ not in types:
            wanted = " or ".join(sorted(types))
            hint = f"`{key}` is for {wanted}"
            yield f"{path}.{key}", f"`{name}` is {_a(type_)}: `{key}` does not fit", hint
    yield from _zone(f"{path}.zone", source.zone)
    yield from _currency(f"{path}.currency", source.currency)
    yield from _forms(f"{path}.dates", source.dates)
    for key in ("number", "money"):
        if (locale := getattr(source, key)) and not _is_locale(locale):
            hint = "write en_US, de_DE, fr_CH…"
            yield f"{path}.{key}", f"`{locale}` is not a locale", hint


def _choices(path: str, column: Column, source: ColumnSource) -> Iterator[Complaint]:
    if not column.choices:
        return
    named = [*source.choices, *([source.value] if source.value else [])]
    for choice in named:
        if choice not in column.choices:
            hint = did_you_mean(choice, column.choices)
            hint = hint or f"there are {', '.join(column.choices)}"
            yield path, f"`{choice}` is not a {column.name}", hint


def _forms(path: str, forms: tuple[str, ...]) -> Iterator[Complaint]:
    for number, form in enumerate(forms, 1):
        if not is_form_of_dates(form):
            hint = "write it as strptime has it: `%d.%m.%Y`, `%m/%d/%Y %H:%M`"
            yield f"{path}.{number}", f"`{form}` is no form of dates", hint


def _zone(path: str, zone: str) -> Iterator[Complaint]:
    if zone and zone not in zone_names():
        hint = did_you_mean(zone, zone_names()) or "write a name such as Europe/Berlin"
        yield path, f"`{zone}` is not a time zone", hint


def _currency(path: str, currency: str) -> Iterator[Complaint]:
    if currency and currency not in list_currencies():
        hint = did_you_mean(currency, list_currencies()) or "write its ISO code: EUR, USD…"
        yield path, f"`{currency}` is not a currency", hint


def _is_encoding(name: str) -> bool:
    """Whether Python can read and write texts in it, with bytes that are none (`MARKED`)."""
    try:
        return "a;1\n".encode(name).decode(name, MARKED) == "a;1\n"
    except (LookupError, UnicodeError):
        return False


def _is_locale(name: str) -> bool:
    try:
        Locale.parse(name)
    except (UnknownLocaleError, ValueError):
        return False
    return True


def _a(type_: ColumnType) -> str:
    return f"an {type_}" if type_[0] in "aeiou" else f"a {type_}"
