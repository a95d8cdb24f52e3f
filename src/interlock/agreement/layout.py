"""The lines of an agreement's text by the part that they belong to, comments with theirs.

To a key belong its line, all that stands deeper under it, and the comments right above it. What has
a blank line under it, such as a heading or the words at the top of a file, belongs to no key and
stays where it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from textwrap import indent
from typing import TypeGuard

from interlock.agreement.canonical import plain, plain_of
from interlock.agreement.document import Mapping, Node, read_document
from interlock.agreement.parts import parts

Lines = list[str]


@dataclass
class Block:
    """A key and its lines, each without its end.

    `above` belongs to no key; `head` are the comments right above this one. `own` is its line and
    what stands under it. Where the keys under it are parts or hold some, they are `inner`, and
    `tail` is what comes after the last of them.
    """

    key: str
    column: int
    above: Lines = field(default_factory=list)
    head: Lines = field(default_factory=list)
    own: Lines = field(default_factory=list)
    inner: list[Block] | None = None
    tail: Lines = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """All of them, in their order."""
        yield from (*self.above, *self.head, *self.own)
        for each in self.inner or ():
            yield from each.lines()
        yield from self.tail

    @property
    def text(self) -> str:
        """The key with what stands under it, at the left margin and without what is above it."""
        bare = Block(self.key, self.column, own=self.own, inner=self.inner, tail=self.tail)
        column = self.column
        return "".join(f"{line[:column].lstrip()}{line[column:]}\n" for line in bare.lines())

    def head_at(self, column: int) -> Lines:
        """Its head for another column."""
        return moved("\n".join(map(str.strip, self.head)), column)

    @property
    def names(self) -> list[str]:
        """The keys of the inner blocks."""
        return [each.key for each in self.inner or ()]

    def at(self, path: str) -> Block | None:
        """The block of that path within this one; None where none stands by itself there."""
        key, _, rest = path.partition(".")
        found = next((each for each in self.inner or () if each.key == key), None)
        return found.at(rest) if found and rest else found

    def say(self, text: str) -> None:
        """Writes the key anew; `text` begins at the left margin."""
        self.own, self.inner, self.tail = moved(text, self.column), None, []

    def add(self, key: str, text: str, place: int | None = None, *, apart: bool = False) -> Block:
        """Adds a key within this one, at the end without a place.

        It has a blank line above it where it is to stand apart or the last one does. What stands
        above the first key stays above all.
        """
        inner = self.inner = self.inner or []
        column = inner[0].column if inner else self.column + 2
        blank = [""] if inner and (apart or "" in inner[-1].above) else []
        fresh = Block(key, column, blank)
        if place == 0 and inner:
            fresh.above, inner[0].above = inner[0].above, blank
        fresh.say(text)
        inner.insert(len(inner) if place is None else place, fresh)
        return fresh

    def take_out(self, key: str) -> None:
        """Removes a key within this one, and its comments; what belongs to no key stays."""
        place, inner = self.names.index(key), self.inner or []
        gone = inner.pop(place)
        left = gone.above if place == 0 or _says(gone.above) else []
        if place == len(inner):
            self.tail = (left if _says(left) else []) + self.tail
        elif place == 0 and not _says(inner[0].above):
            inner[0].above = left
        else:
            inner[place].above = left + inner[place].above

    def sort(self, names: Sequence[str]) -> None:
        """Puts the keys within this one into that order; what stands between them stays there."""
        inner = self.inner or []
        above = [each.above for each in inner]
        inner.sort(key=lambda each: names.index(each.key))
        for each, lines in zip(inner, above, strict=True):
            each.above = lines


def layout(text: str) -> Block | None:
    """A block that holds the whole text; None where its keys do not stand on lines of their own."""
    root, problems = read_document(text)
    if not isinstance(root, Mapping) or problems:
        return None
    paths = [path.partition("#")[0].split(".") for path in parts(plain_of(root))]
    sections = {".".join(each[:end]) for each in paths for end in range(1, len(each))}
    source = _Source(text.removeprefix("\ufeff").splitlines(), sections)
    if not source.is_apart(root):
        return None
    whole = Block("", -2, inner=[])
    source.fill(whole, root, range(len(source.lines)), "")
    return whole


def whole_text(whole: Block) -> str:
    """The text of a `layout`."""
    return "".join(f"{line}\n" for line in whole.lines())


def written_parts(text: str) -> dict[str, str]:
    """How each part that stands by itself is written, with its comments, by its path."""
    whole, there = layout(text), parts(plain(text))
    found = _written(whole, "") if whole else ()
    return {path: written for path, written in found if path in there}


def _written(section: Block, path: str) -> Iterator[tuple[str, str]]:
    for each in section.inner or ():
        if each.inner is None:
            yield f"{path}{each.key}", "\n".join((*map(str.strip, each.head), each.text))
        else:
            yield from _written(each, f"{path}{each.key}.")


@dataclass(frozen=True)
class _Source:
    """The lines of a text, and the paths of its sections."""

    lines: Lines
    sections: set[str]

    def is_apart(self, node: Node) -> TypeGuard[Mapping]:
        """Whether each key has lines of its own."""
        if not isinstance(node, Mapping):
            return False
        places = [entry.place for entry in node.entries]
        before = [self.lines[each.line - 1][: each.column - 1] for each in places]
        return len({each.line for each in places}) == len(places) and not _says(before)

    def fill(self, section: Block, node: Mapping, span: range, path: str) -> None:
        """Divides lines among the keys that begin in them; what nobody has is the tail."""
        starts = [entry.place.line - 1 for entry in node.entries]
        before = self.lines[span.start : starts[0]]
        section.inner = []
        for entry, start, stop in zip(node.entries, starts, [*starts[1:], span.stop], strict=True):
            end = self._end(range(start, stop), entry.place.column - 1)
            above, head = _parted(before)
            block = Block(entry.key, entry.place.column - 1, above, head, self.lines[start:end])
            inner = f"{path}{entry.key}"
            if inner in self.sections and self.is_apart(entry.node):
                block.own = block.own[:1]
                self.fill(block, entry.node, range(start + 1, end), f"{inner}.")
            section.inner.append(block)
            before = self.lines[end:stop]
        section.tail = before

    def _end(self, span: range, column: int) -> int:
        """Where a key's lines end: comments that stand deeper than it are its own."""
        end = span.stop
        while end > span.start + 1:
            line = self.lines[end - 1]
            bare = line.lstrip()
            if bare and (bare[0] != "#" or len(line) - len(bare) > column):
                break
            end -= 1
        return end


def _parted(lines: Lines) -> tuple[Lines, Lines]:
    """What belongs to no key, and the comments right above the next one."""
    first = len(lines)
    while first and lines[first - 1].lstrip().startswith("#"):
        first -= 1
    return lines[:first], lines[first:]


def _says(lines: Lines) -> bool:
    return any(line.strip() for line in lines)


def moved(text: str, column: int) -> Lines:
    """The lines of a text at the left margin, moved to a column."""
    return indent(text.rstrip(), " " * column).splitlines()
