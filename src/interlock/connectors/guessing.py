"""A manifest guessed from a file: which header is which column, and how its values are written.

Headers are matched by what CRMs call things, values by what can be read. A guess is shown before it
is used; what it is unsure of, it says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from rapidfuzz import fuzz
from ruamel.yaml import YAML

from interlock.connectors.files import Cell, Table
from interlock.connectors.manifest_checks import MADE_IDS
from interlock.connectors.money import amount_of
from interlock.connectors.naming import slugs
from interlock.connectors.synonyms import names_for
from interlock.connectors.values import Refused, decimal_of, flag_parser, instant_parser
from interlock.facts.kinds import Column, ColumnType, Kind

SAMPLE = 500
ENOUGH = 84.0
"""Likeness of names, in percent, from which a header is taken for a column."""

LOCALES = ("en_US", "de_DE", "fr_FR", "de_CH", "en_IN", "sv_SE")
DATES = (
    *("%d %b, %Y %H:%M:%S", "%d %b %Y %H:%M:%S", "%d %b, %Y", "%d %b %Y", "%d-%b-%Y", "%b %d, %Y"),
    *("%B %d, %Y", "%d %B %Y", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%Y/%m/%d"),
    *("%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M"),
    *("%d/%m/%Y", "%m/%d/%Y", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %I:%M:%S %p", "%d-%m-%Y"),
    *("%m-%d-%Y", "%d/%m/%y", "%m/%d/%y", "%d.%m.%y", "%Y%m%d", "%Y%m%d%H%M%S"),
    *("unix", "unix ms"),
)
"""Forms of dates that are tried. Where day and month could be either, the day is taken first."""

_SIGNS = re.compile(r"[$€£¥]|\b[A-Z]{3}\b")
_CURRENCIES = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}


@dataclass(frozen=True)
class Guess:
    """One column: the header that it seems to be, an example, how it is read, and any doubt."""

    column: str
    header: str
    example: str
    how: Mapping[str, Any] = field(default_factory=dict)
    doubt: str = ""


@dataclass(frozen=True)
class Guessed:
    """All columns guessed, required ones that were not found, and the manifest as text."""

    guesses: tuple[Guess, ...]
    missing: tuple[Column, ...]
    manifest: str


def guess(table: Table, kind: Kind, *, file: str, source: str, fixed: Mapping[str, str]) -> Guessed:
    """Guesses how the table's rows become facts of the kind. `fixed`: one value for all rows."""
    sample = _sample(table)
    headers = dict(zip(slugs(table.headers), table.headers, strict=True))
    found = _matched(kind, headers, sample, skip=fixed)
    guesses = [_guess(kind, column, header, sample[header]) for column, header in found.items()]
    guesses += _outcome(kind, found, sample)
    given = {*found, *fixed, *(("id",) if kind.name in MADE_IDS else ())}
    missing = tuple(each for each in kind.columns if each.required and each.name not in given)
    columns = {each.column: _written(each) for each in guesses}
    columns |= {name: {"value": value} for name, value in fixed.items()}
    ordered = {each.name: columns[each.name] for each in kind.columns if each.name in columns}
    manifest = {"source": source, "files": [{"file": file, "as": kind.name, "columns": ordered}]}
    order = [each.name for each in kind.columns]
    guesses.sort(key=lambda each: order.index(each.column))
    return Guessed(tuple(guesses), missing, _as_yaml(manifest))


def _sample(table: Table) -> dict[str, list[str]]:
    """Cells that are not empty, of the first rows, by header."""
    chunk = next(iter(table.chunks(size=SAMPLE)), None)
    columns: Sequence[Sequence[Cell]] = chunk.columns if chunk else [[] for _ in table.headers]
    texts = ([str(cell).strip() for cell in cells if cell is not None] for cells in columns)
    return {
        header: [text for text in cells if text]
        for header, cells in zip(table.headers, texts, strict=True)
    }


def _matched(
    kind: Kind,
    headers: Mapping[str, str],
    sample: Mapping[str, list[str]],
    skip: Iterable[str],
) -> dict[str, str]:
    """Column to header: the likeliest pair first. A header may be the id and something else too."""
    pairs = [
        (_likeness(kind, column, slug) + _fits(column, sample[header]), column.name, header)
        for column in kind.columns
        if column.name not in skip
        for slug, header in headers.items()
    ]
    found: dict[str, str] = {}
    used: set[str] = set()
    for score, name, header in sorted(pairs, key=lambda pair: -pair[0]):
        if score >= ENOUGH and name not in found and (header not in used or name == "id"):
            found[name] = header
            if name != "id":
                used.add(header)
    return found


def _likeness(kind: Kind, column: Column, slug: str) -> float:
    """How like the header's name is to what the column may be called: 100 and a little more."""
    names = [name.replace("_", "") for name in names_for(kind.name, column.name)]
    slug = slug.replace("_", "")
    return max(
        fuzz.ratio(slug, name) + (10 - min(rank, 10)) * (slug == name)
        for rank, name in enumerate(names)
    )


def _fits(column: Column, cells: Sequence[str]) -> float:
    """What the values say of the match: a penalty where most of them cannot be read so."""
    if not cells:
        return 0.0
    if column.name == "id" and len(set(cells)) < len(cells):
        return -60.0
    readable = {
        ColumnType.INSTANT: lambda: bool(_dates(cells)[0] is not None),
        ColumnType.INTEGER: lambda: _number_locale(cells) is not None,
        ColumnType.NUMBER: lambda: _number_locale(cells) is not None,
        ColumnType.MONEY: lambda: _money(cells) is not None,
        ColumnType.FLAG: lambda: _share(cells, flag_parser()) == 1.0,
    }.get(column.type)
    if readable is not None and not readable():
        return -60.0
    is_email = sum("@" in cell for cell in cells) > len(cells) / 2
    if column.name == "email":
        return 5.0 if is_email else -60.0
    return -60.0 if is_email and column.name == "name" else 0.0


def _guess(kind: Kind, column: str, header: str, cells: Sequence[str]) -> Guess:
    contract = kind.column(column)
    how, doubt = _how(contract, cells) if contract and cells else ({}, "")
    return Guess(column, header, cells[0] if cells else "", how, doubt)


def _how(column: Column, cells: Sequence[str]) -> tuple[dict[str, Any], str]:
    if column.type is ColumnType.INSTANT:
        form, doubt = _dates(cells)
        return ({"dates": form} if form else {}), doubt
    if column.type in (ColumnType.INTEGER, ColumnType.NUMBER):
        locale = _number_locale(cells)
        return ({"number": locale} if locale else {}), ""
    if column.type is ColumnType.MONEY:
        return _money(cells) or {}, ""
    if column.type is ColumnType.CHOICE:
        return _choices(column, cells)
    return {}, ""


def _outcome(kind: Kind, found: Mapping[str, str], sample: Mapping[str, list[str]]) -> list[Guess]:
    """Whether a deal was won or lost, where only its stage says so."""
    status = kind.column("status")
    if status is None or not status.choices or "status" in found or "stage" not in found:
        return []
    cells = sample[found["stage"]]
    how, _ = _choices(status, cells)
    if not how and not set(status.choices) & {cell.lower() for cell in cells}:
        return []
    how |= {"otherwise": "leave empty"}
    return [Guess("status", found["stage"], cells[0], how, "every other stage is open")]


def _dates(cells: Sequence[str]) -> tuple[str | None, str]:
    """The form that reads all cells ("": ISO), None for none; and what is not certain of it."""
    if _share(cells, instant_parser((), "UTC")) == 1.0:
        return "", ""
    fitting = [form for form in DATES if _share(cells, instant_parser((form,), "UTC")) == 1.0]
    if not fitting:
        return None, ""
    swapped = fitting[0].replace("%d", "%_").replace("%m", "%d").replace("%_", "%m")
    doubt = "day and month could be either way round" if swapped in fitting[1:] else ""
    return fitting[0], doubt


def _number_locale(cells: Sequence[str]) -> str | None:
    """The locale in which all cells are numbers ("": plain), None for none."""
    for locale in ("", *LOCALES):
        if all(decimal_of(cell, locale) is not None for cell in cells):
            return locale
    return None


def _money(cells: Sequence[str]) -> dict[str, str] | None:
    """Locale and currency in which all cells are amounts; None for none."""
    if all(decimal_of(cell, "") is not None for cell in cells):
        return {}
    signs = {sign for cell in cells for sign in _SIGNS.findall(cell)}
    currency = next((_CURRENCIES.get(sign, sign) for sign in sorted(signs)), "")
    for locale in LOCALES:
        read = (amount_of(cell, locale, currency or "EUR") for cell in cells)
        if not any(isinstance(amount, Refused) for amount in read):
            return {"money": locale} | ({"currency": currency} if currency else {})
    return None


def _choices(column: Column, cells: Sequence[str]) -> tuple[dict[str, Any], str]:
    """Words of the file that are like a choice; a doubt names those that are like none."""
    words = dict.fromkeys(cells)
    chosen: dict[str, list[str]] = {}
    unknown = []
    for word in words:
        scores = {each: fuzz.partial_ratio(each, word.lower()) for each in column.choices}
        best = max(scores, key=lambda each: scores[each])
        if word.lower() == best:
            continue
        if scores[best] < ENOUGH:
            unknown.append(word)
        else:
            chosen.setdefault(best, []).append(word)
    doubt = f"rows with {', '.join(unknown[:5])} would be refused" if unknown else ""
    return ({"choices": chosen} if chosen else {}), doubt


def _share(cells: Sequence[str], parse: Callable[[str], Any]) -> float:
    distinct = dict.fromkeys(cells)
    read = sum(not isinstance(parse(cell), Refused) for cell in distinct)
    return read / len(distinct)


def _written(each: Guess) -> Any:
    return {"from": each.header, **each.how} if each.how else each.header


def _as_yaml(value: Any) -> str:
    yaml = YAML()
    yaml.width = 100
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = StringIO()
    yaml.dump(value, stream)
    return stream.getvalue()
