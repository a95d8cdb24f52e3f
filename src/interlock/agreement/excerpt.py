"""A clause as it is written in the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import dedent

from interlock.agreement.criterion import Place
from interlock.agreement.document import Entry, Listing, Mapping, Node, read_document


@dataclass(frozen=True)
class Excerpt:
    """The lines of one clause, moved to the left margin, and the line on which it begins."""

    text: str
    line: int


def excerpt(source: str, path: str) -> Excerpt | None:
    """The part of an agreement's text that is the clause of that path, or None.

    It runs to where the next key begins, without blank lines and comments before that key.
    """
    found = span_of(source, path)
    if found is None:
        return None
    lines = source.removeprefix("\ufeff").splitlines()[found.first : found.end]
    return Excerpt(dedent("\n".join(lines)), found.first + 1)


@dataclass(frozen=True)
class Span:
    """The lines of a clause, from `first` up to, but without `end`; from 0, as lists count.

    `indent` is what stands before its key; None where that is not only spaces.
    """

    first: int
    end: int
    indent: str | None


def span_of(source: str, path: str) -> Span | None:
    """Where the clause of that path stands, or None. Blank lines and comments end it."""
    root, _ = read_document(source)
    entry = _entry(root, path.split("."))
    if entry is None:
        return None
    last = _last(entry.node)
    after = next((each for each in _places(root) if each > last), None)
    lines = source.removeprefix("\ufeff").splitlines()
    first = entry.place.line - 1
    end = max(after[0] - 1, first + 1) if after else len(lines)  # several keys may share a line
    while end > first + 1 and (
        not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")
    ):
        end -= 1
    before = lines[first][: entry.place.column - 1]
    return Span(first, end, None if before.strip() else before)


def _entry(node: Node | None, keys: list[str]) -> Entry | None:
    if not isinstance(node, Mapping):
        return None
    found = next((entry for entry in node.entries if entry.key == keys[0]), None)
    return _entry(found.node, keys[1:]) if found and keys[1:] else found


def _places(node: Node | None) -> Iterator[tuple[int, int]]:
    """Where each key begins, in the order of the file."""
    if isinstance(node, Mapping):
        for entry in node.entries:
            yield _at(entry.place)
            yield from _places(entry.node)
    elif isinstance(node, Listing):
        for item in node.items:
            yield from _places(item)


def _last(node: Node) -> tuple[int, int]:
    """The place of the last thing inside the node."""
    if isinstance(node, Mapping) and node.entries:
        return _last(node.entries[-1].node)
    if isinstance(node, Listing) and node.items:
        return _last(node.items[-1])
    return _at(node.place)


def _at(place: Place) -> tuple[int, int]:
    return place.line, place.column
