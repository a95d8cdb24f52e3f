"""The canonical text of an agreement: one form for every way of writing the same thing down.

Signatures are made over its hash. Comments, quotes, line breaks, the order of a clause's own keys
and an export and import change nothing in it; a letter does. The order of clauses stays, since the
first that matches counts.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Any, get_args

from interlock.agreement.document import Listing, Mapping, Node, Scalar, read_document
from interlock.agreement.schema import Agreement, Calendar
from interlock.agreement.shape import (
    id_field,
    is_clause,
    item_of,
    members,
    short_form,
    value_of,
    written,
)

FORM = "interlock agreement, canonical form 1"
"""Says by which rules a canonical text was made; it is its first line."""

Plain = dict[str, Any]
"""What is written, by key, without places: texts, tuples, `Keyed` and mappings of them."""


@dataclass(frozen=True)
class Keyed:
    """Clauses by their names. Their order counts, unlike that of a mapping's keys."""

    named: tuple[tuple[str, Any], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names in their order."""
        return tuple(name for name, _ in self.named)


def canonical(text: str) -> str:
    """The canonical text of an agreement's YAML. The text has to be one that `load` takes."""
    return _canonical(plain(text))


def _canonical(said: Plain) -> str:
    told = json.dumps(said, default=_pairs, ensure_ascii=False, sort_keys=True, indent=1)
    return unicodedata.normalize("NFC", f"{FORM}\n{told}\n")


def seal_of(text: str) -> str:
    """The SHA-256 of the canonical text, in hexadecimal: what signatures are made over."""
    return hashlib.sha256(canonical(text).encode()).hexdigest()


def seal_of_rules(text: str) -> str:
    """The same of what a replay goes by: without the version's name, and since when it counts.

    The year of its first day is kept, since the holidays of countries are those around it. It is
    so whether or not a calendar names a country.
    """
    said = plain(text)
    rules = {key: each for key, each in said.items() if key not in _OF_THE_VERSION}
    rules[_FIRST_DAY] = _year(said.get(_FIRST_DAY, ""))
    return hashlib.sha256(_canonical(rules).encode()).hexdigest()


_FIRST_DAY = "in_force_from"
_OF_THE_VERSION = ("version", _FIRST_DAY, "review_by")


def _year(said: Any) -> Any:
    """The year of a day as it is written; what is no day stays."""
    try:
        return str(date.fromisoformat(said).year)
    except (TypeError, ValueError):
        return said


def plain(text: str) -> Plain:
    """What an agreement's YAML says, by the keys of its top level; empty where it says nothing."""
    return plain_of(read_document(text)[0])


def plain_of(root: Node | None) -> Plain:
    """What a tree of `interlock.agreement.document` says."""
    return _clause(root, (Agreement,)) if isinstance(root, Mapping) else {}


def _value(node: Node, type_: Any) -> Any:
    kinds = members(type_)
    if item := item_of(kinds[0]):
        keyed = is_clause(item) and id_field(members(item)[0]) is not None
        return _keyed(node, item) if keyed else _several(node, item)
    if (held := value_of(kinds[0])) and isinstance(node, Mapping):
        return {entry.key: _value(entry.node, held) for entry in node.entries}
    if is_clause(kinds[0]):
        return _clause(node, kinds)
    return _text(node)


def _keyed(node: Node, item: Any) -> Keyed:
    if isinstance(node, Listing):  # clauses that may be listed are called by their numbers
        named = [(str(number), each) for number, each in enumerate(node.items, 1)]
    elif isinstance(node, Mapping):
        named = [(entry.key, entry.node) for entry in node.entries]
    else:
        named = []
    if Calendar in members(item):
        return Keyed(tuple((name, _as_written(each)) for name, each in named))
    return Keyed(tuple((name, _clause(each, members(item))) for name, each in named))


def _several(node: Node, item: Any) -> tuple[Any, ...]:
    items = node.items if isinstance(node, Listing) else (node,)
    return tuple(_value(each, item) for each in items)


def _clause(node: Node, kinds: tuple[Any, ...]) -> Plain:
    """A clause by its keys; one of several kinds has the keys of them all."""
    types = {key: each.type for kind in kinds for key, each in written(kind).items()}
    short = short_form(kinds[0])
    if isinstance(node, Scalar) and short:
        return {short.key: _text(node)}
    if not isinstance(node, Mapping):
        return {}
    values = {
        entry.key: _value(entry.node, types[entry.key])
        for entry in node.entries
        if entry.key in types and not _is_null(entry.node)
    }
    nothing: tuple[Any, ...] = ((), {}, Keyed(()))  # a section without clauses is none
    return {
        key: value
        for key, value in values.items()
        if value not in nothing or _counts_empty(types[key], value)
    }


def _counts_empty(type_: Any, value: Any) -> bool:
    """Whether it says something that it stands there: `returns: {}` sets what nobody has to."""
    return value == {} and type(None) in get_args(type_) and is_clause(type_)


def _as_written(node: Node) -> Any:
    if isinstance(node, Mapping):
        return {entry.key: _as_written(entry.node) for entry in node.entries}
    if isinstance(node, Listing):
        return tuple(map(_as_written, node.items))
    return _text(node)


def _text(node: Node) -> Any:
    if not isinstance(node, Scalar):
        return _as_written(node)
    return node.text if node.source[:1] in ("'", '"') else node.text.strip()


def _pairs(keyed: Keyed) -> Any:
    """Clauses as lists: JSON has no mapping whose order counts."""
    return keyed.named


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and node.is_null
