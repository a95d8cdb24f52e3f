"""Where the trail is broken: entries are looked at one after the other, in the order they stand in.

An entry that was written here says by its hash and its signature which number it had. So each row
is one that was written, at its place or at another, or one that nobody wrote so. What is missing,
what stands elsewhere and what is unknown together tell what was done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from interlock.store.chain import Hashing, Signed, statement

T = TypeVar("T")

FURTHEST = 1_000
"""So many places away an entry is recognised."""
SEARCHES = 500
"""So often one is looked for; whoever changed more rows than that has not moved them."""
MOST = 10_000
"""So many places are kept apart; what is beyond is counted only."""


class Wrong(StrEnum):
    """What was done to an entry. Its words complete "entry 7 …"."""

    CHANGED = "was changed"
    CUT = "was cut out"
    TAIL = "was cut off the end"
    INSERTED = "was not written by this store"
    REORDERED = "stands at another place"
    FORK = "does not follow from the entry before it"
    REWRITTEN = "is not the one that was signed at the time"


@dataclass(frozen=True, order=True)
class Place:
    """One broken place: what is wrong with the entries numbered from `first` to `last`.

    `at` is the number under which the first of them stands now.
    """

    first: int
    last: int
    wrong: Wrong
    at: int


@dataclass
class _Run:
    """Entries that follow one another: where the first one stands, and the numbers they had."""

    at: int
    first: int
    last: int


class _Missing:
    """Numbers up to the highest that was met, of which no entry was met."""

    def __init__(self) -> None:
        self.spans: list[tuple[int, int]] = []

    def __contains__(self, number: int) -> bool:
        return any(first <= number <= last for first, last in self.spans)

    def take(self, number: int) -> None:
        """It was met after all."""
        for place, (first, last) in enumerate(self.spans):
            if first <= number <= last:
                parts = ((first, number - 1), (number + 1, last))
                self.spans[place : place + 1] = [part for part in parts if part[0] <= part[1]]
                return

    def between(self, low: int, high: int | None) -> int | None:
        """The first that lies between the two."""
        found = (max(first, low + 1) for first, last in self.spans if last > low)
        number = next(found, None)
        return number if number is None or high is None or number < high else None


class Places:
    """Looks at one entry after the other, and then says what is wrong.

    `genuine` tells whether the store's key signed a statement. Memory is bounded, however many rows
    there are and whatever was done to them.
    """

    def __init__(self, genuine: Callable[[bytes, str], bool]) -> None:
        self._genuine = genuine
        self._runs: list[_Run] = []
        self._unknown: list[tuple[int, int, int]] = []
        self._forks: list[int] = []
        self._missing = _Missing()
        self._shift, self._searches = 0, SEARCHES
        self._before: tuple[int, str] = (0, "")
        self.top, self.entries, self.left_out = 0, 0, 0
        """The highest number that was met; how many rows; how many troubles were not kept."""

    def see(self, row: Signed) -> None:
        """Looks at the next row."""
        self.entries += 1
        stands, number = row.line.number, self._number(row)
        if number is None or (number <= self.top and number not in self._missing):
            self._before = (-1, "")
            at = stands if type(stands) is int else self.top + 1
            self._keep(self._unknown, (at, self.top, len(self._runs)))
            return
        if number == self._before[0] + 1 and row.line.previous != self._before[1]:
            self._keep(self._forks, number)
        follows = number == self._before[0] + 1
        self._before = (number, row.digest)
        if number > self.top:
            if number > self.top + 1:
                self._keep(self._missing.spans, (self.top + 1, number - 1))
            self.top = number
        else:
            self._missing.take(number)
        self._run(stands, number, follows=follows)

    def _number(self, row: Signed) -> int | None:
        """The number that the row was given when it was written; None if it was not written so."""
        stands = row.line.number
        if type(stands) is not int:
            return None
        hashing = Hashing(row.line)
        for number in self._tried(stands):
            if hashing.at(number) == row.digest:
                self._shift = stands - number
                signed = self._genuine(statement(number, row.digest), row.signature)
                return number if signed else None
        return None

    def _tried(self, stands: int) -> Iterator[int]:
        """The numbers that the row may have had, the likeliest first."""
        yield stands - self._shift
        if self._shift:
            yield stands
        if self._searches > 0:
            self._searches -= 1
            for away in range(1, FURTHEST):
                yield stands + away
                yield stands - away

    def _run(self, stands: int, number: int, *, follows: bool) -> None:
        last = self._runs[-1] if self._runs else None
        if follows and last is not None and stands - number == last.at - last.first:
            last.last = number
        else:
            self._keep(self._runs, _Run(stands, number, number))

    def _keep(self, kept: list[T], each: T) -> None:
        if len(kept) < MOST:
            kept.append(each)
        else:
            self.left_out += 1

    def found(self, signed_to: int | None) -> tuple[Place, ...]:
        """The broken places in order, when all rows were looked at; call it once.

        `signed_to` is the number of the furthest head; None where there is none.
        """
        top = self.top
        if signed_to is not None and signed_to > top:
            self._missing.spans.append((top + 1, signed_to))
        unknown = list(self._unknowns(signed_to))
        forks = (Place(number, number, Wrong.FORK, number) for number in self._forks)
        moved = (
            Place(run.first, run.last, Wrong.REORDERED, run.at)
            for run in self._runs
            if run.at != run.first
        )
        cut = (
            Place(first, last, Wrong.TAIL if first > top else Wrong.CUT, first)
            for first, last in self._missing.spans
        )
        return tuple(_joined(sorted([*unknown, *forks, *moved, *cut])))

    def _unknowns(self, signed_to: int | None) -> Iterator[Place]:
        """Each row that was not written so: one that was changed, or one too many."""
        elsewhere = []
        for stands, after, run in self._unknown:
            unsure = signed_to is None and stands > self.top
            if stands in self._missing or unsure:
                self._missing.take(stands)
                yield Place(stands, stands, Wrong.CHANGED, stands)
            else:
                elsewhere.append((stands, after, run))
        for stands, after, run in elsewhere:
            following = self._runs[run].first if run < len(self._runs) else None
            number = self._missing.between(after, following)
            if number is None:
                yield Place(stands, stands, Wrong.INSERTED, stands)
            else:
                self._missing.take(number)
                yield Place(number, number, Wrong.CHANGED, stands)


def _joined(places: list[Place]) -> Iterator[Place]:
    """Neighbours of which the same is wrong become one place."""
    begun: Place | None = None
    for place in places:
        if begun is not None and (begun.wrong, begun.last + 1) == (place.wrong, place.first):
            same = place.at - begun.at == place.first - begun.first
            if same and place.wrong is not Wrong.REORDERED:
                begun = Place(begun.first, place.last, begun.wrong, begun.at)
                continue
        if begun is not None:
            yield begun
        begun = place
    if begun is not None:
        yield begun
