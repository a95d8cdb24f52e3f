"""What one agreement says otherwise than another: in meaning, clause by clause, not in lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from interlock.agreement.canonical import Keyed, plain
from interlock.agreement.criterion import Criterion
from interlock.agreement.expiry import day_words
from interlock.agreement.parts import is_order, parts, same_order
from interlock.agreement.schema import Agreement
from interlock.agreement.sentences import SECTION_TITLES
from interlock.agreement.shifts import shifts
from interlock.agreement.wording import joined, words


class Kind(StrEnum):
    """What became of a part."""

    ADDED = "added"
    REMOVED = "taken out"
    CHANGED = "changed"
    MOVED = "put in another order"


@dataclass(frozen=True)
class Difference:
    """One part that differs: its path, what it is called, and what changes about it, in words.

    `says` holds one phrase for each thing that changes: "engagement from 50 to 60". A part that was
    added or taken out says its sentence, where it has one.
    """

    path: str
    kind: Kind
    section: str
    title: str
    says: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """All of it in a line: "MQL: engagement from 50 to 60"."""
        if self.kind is Kind.CHANGED:
            return f"{self.title}: {'; '.join(self.says)}"
        return f"{self.title}: {self.kind}"


def changed_paths(before: str, after: str) -> tuple[str, ...]:
    """The paths of the parts that the second YAML text says otherwise, in the order of the first.

    Those that only the second has come last, and an order of clauses behind them all.
    """
    was, will = parts(plain(before)), parts(plain(after))
    paths = [path for path in dict.fromkeys([*was, *will]) if not _same(path, was, will)]
    return tuple(sorted(paths, key=is_order))


def _same(path: str, was: dict[str, Any], will: dict[str, Any]) -> bool:
    one, other = was.get(path), will.get(path)
    if is_order(path):  # clauses that only one of them has are said by themselves
        return same_order(one or (), other or ())
    return bool(one == other)


def differences(before: Agreement, after: Agreement) -> tuple[Difference, ...]:
    """What the second agreement says otherwise, by section, in the order of the file."""
    was, will = parts(plain(before.source)), parts(plain(after.source))
    found = [
        _difference(path, _Both(before, after), was.get(path), will.get(path))
        for path in changed_paths(before.source, after.source)
    ]
    order = {section: place for place, section in enumerate(("", *SECTION_TITLES))}
    return tuple(sorted(found, key=lambda each: order.get(each.section, 0)))


@dataclass(frozen=True)
class _Both:
    """The two agreements, to look up what stands at a path in each."""

    before: Agreement
    after: Agreement

    def criteria(self, path: str) -> tuple[Criterion, Criterion] | None:
        """The two criteria at a path, where both have one there."""
        one, other = self.before.at(path), self.after.at(path)
        both = isinstance(one, Criterion) and isinstance(other, Criterion)
        return (one, other) if both else None  # type: ignore[return-value]  # both are, see above


def _difference(path: str, both: _Both, was: Any, will: Any) -> Difference:
    head = path.partition(".")[0].partition("#")[0]
    section = head if head in SECTION_TITLES else ""
    if is_order(path):
        order = f"the order is now {joined([words(each) for each in will], 'and')}"
        return Difference(path, Kind.MOVED, section, SECTION_TITLES[head], (order,))
    title = _title(path, both.before if will is None else both.after)
    if was is None or will is None:
        kind, only = (Kind.ADDED, will) if was is None else (Kind.REMOVED, was)
        return Difference(path, kind, section, title, (only,) if isinstance(only, str) else ())
    says = tuple(_changes(path, (), both, was, will))
    return Difference(path, Kind.CHANGED, section, title, says)


def _title(path: str, agreement: Agreement) -> str:
    clause = agreement.at(path)
    title = getattr(clause, "name", "") or getattr(clause, "activity", "")
    head, _, rest = path.partition(".")
    section = SECTION_TITLES.get(head, words(head).capitalize())
    last = words(path.rpartition(".")[2])
    if title:
        return str(title)
    return f"{section}, {last}" if rest else section


def _changes(path: str, keys: tuple[str, ...], both: _Both, was: Any, will: Any) -> Iterator[str]:
    """Phrases for what differs at that path, below the keys that lead there from its clause."""
    if was == will:
        return
    if isinstance(was, Keyed) and isinstance(will, Keyed):
        was, will = dict(was.named), dict(will.named)
    if isinstance(was, dict) and isinstance(will, dict):
        for key in dict.fromkeys([*was, *will]):
            yield from _changes(f"{path}.{key}", (*keys, key), both, was.get(key), will.get(key))
    elif criteria := both.criteria(path):
        one, other = criteria
        for each in shifts(one.expression, other.expression):
            yield _below(keys, each, ":")
    else:
        yield _below(keys, _replaced(was, will))


_LONG = 40
"""Texts of more characters are shown beside each other, not in a phrase."""


def _replaced(was: Any, will: Any) -> str:
    """A value and the one in its place."""
    one, other = _said(was), _said(will)
    if not one:
        return f"now {other}"
    if not other:
        return f"no longer {one}"
    if isinstance(was, tuple) and isinstance(will, tuple) and not _ordered(was, will):
        gone = [_said(each) for each in was if each not in will]
        come = [_said(each) for each in will if each not in was]
        kept = [f"with {joined(come, 'and')}"] if come else []
        return ", ".join([*kept, *([f"without {joined(gone, 'and')}"] if gone else [])])
    if max(len(one), len(other)) > _LONG:
        return f"reworded: {other}"
    return f"from {one} to {other}"


def _ordered(was: tuple[Any, ...], will: tuple[Any, ...]) -> bool:
    """Whether both hold the same, in another order."""
    return sorted(map(str, was)) == sorted(map(str, will))


_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def _said(value: Any) -> str:
    if isinstance(value, Keyed):
        return joined([words(each) for each in value.names], "and")
    if isinstance(value, dict):
        return ", ".join(f"{words(key)} {_said(each)}" for key, each in value.items())
    if isinstance(value, tuple):
        return joined([_said(each) for each in value], "and")
    text = "" if value is None else str(value)
    try:
        return day_words(date.fromisoformat(text)) if _DAY.fullmatch(text) else text
    except ValueError:  # no day of the calendar
        return text


_SILENT = {"enter", "when", "kept_by"}
"""Keys that every reader of the clause adds for themselves."""


_CALLED = {"within": "time allowed"}
"""Keys that do not stand before "from … to …"."""


def _below(keys: tuple[str, ...], phrase: str, mark: str = "") -> str:
    said = [_CALLED.get(key) or words(key) for key in keys if key not in _SILENT]
    return f"{' '.join(said)}{mark} {phrase}" if said else phrase
