"""A manifest guessed from a file: which header is which column, and how its values are written.

Headers are matched by what CRMs call things, values by what can be read. A guess is shown before it
is used; what it is unsure of, it says.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from itertools import chain
from typing import Any

from babel.numbers import list_currencies
from rapidfuzz import fuzz
from ruamel.yaml import YAML

from interlock.connectors.date_forms import BY_DAY, swapped
from interlock.connectors.files import Cell, Table
from interlock.connectors.manifest_checks import MADE_IDS
from interlock.connectors.money import amount_of
from interlock.connectors.naming import left_over, slugs
from interlock.connectors.synonyms import FIRST_NAMES, LAST_NAMES, names_for
from interlock.connectors.values import (
    Refused,
    decimal_of,
    flag_parser,
    instant_parser,
    is_day,
)
from interlock.facts.kinds import Column, ColumnType, Kind

SAMPLE = 500
ENOUGH = 84.0
"""Likeness of names, in percent, from which a header is taken for a column."""

_FITTING = 5.0
"""What values that fit add to it, at most."""

DISTINCT = 0.5
"""More than this share of an id's cells have to differ."""

SHORT = 5
"""Names with fewer letters are taken only where the header is the same."""

LOCALES = ("en_US", "de_DE", "fr_FR", "de_CH", "en_IN", "sv_SE")
MOST = 0.5
"""Values are written in the way that reads more than this share of them; the others are refused."""

_ELSEWHERE = "Asia/Kolkata"
"""A zone in which no time is what it is in UTC."""

Reads = Callable[[str], bool]
"""Whether a cell can be read in one way."""


_SIGNS = re.compile(r"[$€£¥]|\b[A-Z]{3}\b")
_DIGIT = re.compile(r"\d")
_CURRENCIES = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}


@dataclass(frozen=True)
class Guess:
    """One column: the headers that it seems to be, an example, how it is read, and any doubt."""

    column: str
    headers: tuple[str, ...]
    example: str
    how: Mapping[str, Any] = field(default_factory=dict)
    doubt: str = ""

    @property
    def header(self) -> str:
        """The headers as one text."""
        return " + ".join(self.headers)


@dataclass(frozen=True)
class Other:
    """A header that is no column of the contract: its name as an attribute, and an example."""

    name: str
    header: str
    example: str


@dataclass(frozen=True)
class Guessed:
    """Columns guessed, values for all rows, what becomes attributes, and the manifest as text.

    `missing`: required columns that were not found. `zoneless`: an instant of the file that names
    no zone, where nobody said which is meant; it is read as UTC.
    """

    guesses: tuple[Guess, ...]
    fixed: Mapping[str, str]
    others: tuple[Other, ...]
    missing: tuple[Column, ...]
    zoneless: str
    manifest: str


def guess(  # noqa: PLR0913 - what the file says, and all that somebody may say of it
    table: Table,
    kind: Kind,
    *,
    file: str,
    source: str,
    fixed: Mapping[str, str],
    named: Mapping[str, tuple[str, ...]] | None = None,
    zone: str = "",
) -> Guessed:
    """Guesses how the table's rows become facts of the kind.

    `fixed`: one value for all rows, by column. `named`: headers of the file, by column, where
    somebody knows; several are joined. `zone` is that of instants that name none.
    """
    sample, named = _sample(table), named or {}
    headers = dict(zip(slugs(table.headers), table.headers, strict=True))
    found = _matched(kind, headers, sample, skip={*fixed, *named}, used=_all(named.values()))
    found = _whole_names(found, headers) | dict(named)
    guesses = [_guess(kind, column, those, sample) for column, those in found.items()]
    guesses += _outcome(kind, found, sample)
    given = {*found, *fixed, *(("id",) if kind.name in MADE_IDS else ())}
    missing = tuple(each for each in kind.columns if each.required and each.name not in given)
    order = [each.name for each in kind.columns]
    guesses.sort(key=lambda each: order.index(each.column))
    others = [
        Other(name, header, next(iter(sample[header]), ""))
        for name, header in left_over(table.headers, _all(found.values()), order)
    ]
    zoneless = "" if zone else _zoneless(kind, guesses, sample)
    head = {"source": source, **({"zone": zone} if zone else {})}
    manifest = _manifest(kind, file, head, guesses, fixed)
    return Guessed(tuple(guesses), fixed, tuple(others), missing, zoneless, manifest)


def _zoneless(kind: Kind, guesses: Iterable[Guess], sample: Mapping[str, list[str]]) -> str:
    for each in guesses:
        column, cells = kind.column(each.column), sample[each.headers[0]]
        if not cells or column is None or column.type is not ColumnType.INSTANT:
            continue
        forms = _dates(cells)[0] or ()
        here, there = (instant_parser(forms, zone) for zone in ("UTC", _ELSEWHERE))
        if found := next((cell for cell in cells if here(cell) != there(cell)), ""):
            return found
    return ""


def _all(headers: Iterable[tuple[str, ...]]) -> set[str]:
    return set(chain.from_iterable(headers))


def _manifest(
    kind: Kind,
    file: str,
    head: Mapping[str, str],
    guesses: Iterable[Guess],
    fixed: Mapping[str, str],
) -> str:
    columns = {each.column: _written(each) for each in guesses}
    columns |= {name: {"value": value} for name, value in fixed.items()}
    ordered = {each.name: columns[each.name] for each in kind.columns if each.name in columns}
    return _as_yaml({**head, "files": [{"file": file, "as": kind.name, "columns": ordered}]})


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
    skip: Collection[str],
    used: set[str],
) -> dict[str, tuple[str, ...]]:
    """Column to header: the likeliest pair first. An e-mail address is the id for want of another.

    A header may be the id and something else too. `used` headers are nothing else any more.
    """
    pairs = [
        (likeness + _fits(column, sample[header]), column.name, header)
        for column in kind.columns
        if column.name not in skip
        for slug, header in headers.items()
        # values are looked at where the names leave a doubt: that takes longer
        if (likeness := _likeness(kind, column, slug)) >= ENOUGH - _FITTING
    ]
    found: dict[str, tuple[str, ...]] = {}
    for score, name, header in sorted(pairs, key=lambda pair: -pair[0]):
        if score >= ENOUGH and name not in found and (header not in used or name == "id"):
            found[name] = (header,)
            if name != "id":
                used = {*used, header}
    if "id" not in (*found, *skip) and "email" in found and _fits_id(sample[found["email"][0]]):
        found["id"] = found["email"]
    return found


def _whole_names(
    found: Mapping[str, tuple[str, ...]], headers: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """What was found, with the first name before a last name where the file has both."""
    used = _all(found.values())
    slug_of = {header: slug for slug, header in headers.items()}
    first = next((headers[each] for each in FIRST_NAMES if each in headers), None)
    last = found.get("name", ("",))[0]
    if slug_of.get(last) in LAST_NAMES and first is not None and first not in used:
        return {**found, "name": (first, last)}
    return dict(found)


def _likeness(kind: Kind, column: Column, slug: str) -> float:
    """How like the header's name is to what the column may be called: 100 and a little more."""
    names = [name.replace("_", "") for name in names_for(kind.name, column.name)]
    slug = slug.replace("_", "")
    return max(
        100.0 + 10.0 * (1 - rank / len(names)) if slug == name else _near(slug, name)
        for rank, name in enumerate(names)
    )


def _near(slug: str, name: str) -> float:
    """Names of a few letters are like too many others."""
    return fuzz.ratio(slug, name) if len(name) >= SHORT else 0.0


def _fits_id(cells: Sequence[str]) -> bool:
    """Whether most rows have their own: some may be there twice."""
    return not cells or len(set(cells)) > DISTINCT * len(cells)


def _fits(column: Column, cells: Sequence[str]) -> float:
    """What the values say of the match: a penalty where most of them cannot be read so."""
    if not cells:
        return 0.0
    if column.name == "id" and not _fits_id(cells):
        return -60.0
    readable = {
        ColumnType.INSTANT: lambda: bool(_dates(cells)[0] is not None),
        ColumnType.INTEGER: lambda: _numbers(cells)[0] is not None,
        ColumnType.NUMBER: lambda: _numbers(cells)[0] is not None,
        ColumnType.MONEY: lambda: _money(cells)[0] is not None,
        ColumnType.FLAG: lambda: _share(cells, _read_by(flag_parser())) > MOST,
    }.get(column.type)
    if readable is not None and not readable():
        return -60.0
    is_email = sum("@" in cell for cell in cells) > len(cells) / 2
    if column.name == "email":
        return _FITTING if is_email else -60.0
    return -60.0 if is_email and column.name == "name" else 0.0


def _guess(
    kind: Kind, column: str, headers: tuple[str, ...], sample: Mapping[str, list[str]]
) -> Guess:
    contract, cells = kind.column(column), sample[headers[0]]
    example = " ".join(sample[header][0] for header in headers if sample[header])
    how, doubt = _how(contract, cells) if contract and cells else ({}, "")
    if (kind.name, column) in _LAST_DAYS and headers != (column,) and _are_days(cells):
        how, doubt = {**how, "last_day": True}, doubt or "to the end of that day"
    return Guess(column, headers, example, how, doubt)


_LAST_DAYS = {("absence", "ends_at")}
"""Columns of which people write the last day, where ours means the instant after it."""


def _are_days(cells: Sequence[str]) -> bool:
    """Whether all that can be read are dates without a time."""
    forms = (_dates(cells)[0] if cells else None) or ()
    read = list(filter(_is_instant(forms), cells))
    return bool(read) and all(is_day(cell, forms) for cell in read)


def _how(column: Column, cells: Sequence[str]) -> tuple[dict[str, Any], str]:
    if column.type is ColumnType.INSTANT:
        forms, doubt = _dates(cells)
        written = forms[0] if forms and len(forms) == 1 else list(forms or ())
        return ({"dates": written} if forms else {}), doubt
    if column.name == "id":
        return {}, _repeated(cells)
    if column.type in (ColumnType.INTEGER, ColumnType.NUMBER):
        locale, doubt = _numbers(cells)
        return ({"number": locale} if locale else {}), doubt
    if column.type is ColumnType.MONEY:
        money, doubt = _money(cells)
        return money or {}, doubt
    if column.type is ColumnType.CHOICE:
        return _choices(column, cells)
    return {}, _refusals(cells, _read_by(flag_parser())) if column.type is ColumnType.FLAG else ""


def _repeated(cells: Sequence[str]) -> str:
    (most, times), *_ = Counter(cells).most_common(1)
    return f"{times} rows with {most} would be one record" if times > 1 else ""


def _outcome(
    kind: Kind, found: Mapping[str, tuple[str, ...]], sample: Mapping[str, list[str]]
) -> list[Guess]:
    """Whether a deal was won or lost, where only its stage says so."""
    status = kind.column("status")
    if status is None or not status.choices or "status" in found or "stage" not in found:
        return []
    cells = sample[found["stage"][0]]
    if not cells:
        return []
    how, _ = _choices(status, cells)
    if not how and not set(status.choices) & {cell.lower() for cell in cells}:
        return []
    how |= {"otherwise": "leave empty"}
    return [Guess("status", found["stage"], cells[0], how, "every other stage is open")]


def _dates(cells: Sequence[str]) -> tuple[tuple[str, ...] | None, str]:
    """The forms that read most cells (none: ISO), None for none; and what is not certain of it.

    Forms that go together differ only in the time: `03.04.2026 14:05` and `03.04.2026`.
    """
    if _share(cells, _is_instant(())) == 1.0:
        return (), ""
    shares = {day: _share(cells, _is_instant(forms)) for day, forms in BY_DAY.items()}
    best = max(shares, key=lambda each: shares[each])
    if shares[best] <= MOST:
        return None, f"{cells[0]} is not a date of a known form"
    others = [cell for cell in dict.fromkeys(cells) if not _is_instant(())(cell)]
    forms = tuple(form for form in BY_DAY[best] if any(map(_is_instant((form,)), others)))
    if swapped(best) != best and shares.get(swapped(best)) == shares[best]:
        return forms, "day and month could be either way round"
    return forms, _refusals(cells, _is_instant(forms))


def _is_instant(forms: tuple[str, ...]) -> Reads:
    return _read_by(instant_parser(forms, "UTC"))


def _numbers(cells: Sequence[str]) -> tuple[str | None, str]:
    """The locale in which most cells are numbers ("": plain; None: none), and any doubt."""

    def reads(locale: str) -> Reads:
        return lambda cell: decimal_of(cell, locale) is not None

    return _likeliest(cells, reads)


def _money(cells: Sequence[str]) -> tuple[dict[str, str] | None, str]:
    """Locale and currency in which most cells are amounts (None: none), and any doubt."""
    amounts = (cell for cell in cells if _DIGIT.search(cell))
    signs = Counter(_CURRENCIES.get(s, s) for cell in amounts for s in _SIGNS.findall(cell))
    known = list_currencies()
    currency = next((sign for sign, _ in signs.most_common() if sign in known), "")

    def reads(locale: str) -> Reads:
        return _read_by(lambda cell: amount_of(cell, locale, currency or "EUR"))

    locale, doubt = _likeliest(cells, reads)
    if not locale:
        return (None if locale is None else {}), doubt
    return {"money": locale} | ({"currency": currency} if currency else {}), doubt


def _likeliest(cells: Sequence[str], reads: Callable[[str], Reads]) -> tuple[str | None, str]:
    """The first of the locales that read most cells, None where none does; and any doubt."""
    shares = {locale: _share(cells, reads(locale)) for locale in ("", *LOCALES)}
    best = max(shares, key=lambda each: shares[each])
    return (best, _refusals(cells, reads(best))) if shares[best] > MOST else (None, "")


def _read_by(parse: Callable[[str], Any]) -> Reads:
    return lambda cell: not isinstance(parse(cell), Refused)


def _refusals(cells: Sequence[str], reads: Reads) -> str:
    """The doubt about cells that cannot be read so, by the first one."""
    wrong = next((cell for cell in cells if not reads(cell)), "")
    return f"rows with {wrong} would be refused" if wrong else ""


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


def _share(cells: Sequence[str], reads: Reads) -> float:
    """The share of cells that are read."""
    counts = Counter(cells)
    return sum(counts[cell] for cell in counts if reads(cell)) / len(cells)


def _written(each: Guess) -> Any:
    several = len(each.headers) > 1
    if each.how or several:
        return {"from": list(each.headers) if several else each.header, **each.how}
    return each.header


def _as_yaml(value: Any) -> str:
    yaml = YAML()
    yaml.width = 100
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = StringIO()
    yaml.dump(value, stream)
    return stream.getvalue()
