"""New events beside an index: the few people whom they name get an index of their own.

An index of millions of moments is never made anew for a few events, and nothing in it is moved. The
histories of those who are named are copied out of it as they lie there, each event goes to its
place among them, and what comes of that is decided like any other index. It stands beside the
index, in the place of what that has of these people, until so much stands beside it that it is made
anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numba
import numpy as np
from numpy.typing import NDArray

from interlock.facts.columns import Array, Column, Facts, FactTable
from interlock.replay.account_versions import no_versions
from interlock.replay.chosen import Chosen
from interlock.replay.index import IN_TABLE, Index
from interlock.replay.kinds import (
    ACCOUNT,
    ACTIVITY,
    ASSIGNMENT,
    DECISION,
    KINDS,
    PERSON,
    TOUCH,
    table_in,
)
from interlock.replay.losses import lost, unsound
from interlock.replay.ordering import NOT_KNOWN, NOT_TOLD, Ordered, ordered
from interlock.replay.outcome import ABSENT, Codes, Flags, Instants
from interlock.replay.parts import in_parts
from interlock.replay.picking import with_code
from interlock.replay.streams import NO_STREAM, events_stream

EVENTS = tuple(KINDS[kind] for kind in (TOUCH, ASSIGNMENT, ACTIVITY, DECISION))
"""The kinds of fact that are about one person and that no other fact hangs on."""

_ANEW: Flags = np.array([KINDS[kind] in EVENTS or kind == PERSON for kind in range(len(KINDS))])
"""Kinds whose rows are numbered as their moments lie; others keep the rows that they have."""


def with_events(index: Index, events: Facts, as_of: int) -> Index:
    """An index of the people whom the events name: all that is known of them, old and new.

    `as_of` is the index's own. Events of nobody that is known are left out here: they are findings
    of the whole; other events that cannot count are findings. Raises ValueError for facts that are
    no events, and where records were merged: an index of all has to be made for these.
    """
    if len(index.table("merge")):
        raise ValueError("records were merged, so that an event may be about another one")
    if other := sorted(events.keys() - {*EVENTS}):
        raise ValueError(f"facts of the kind {other[0]} are no events")
    named = {kind: index.who.of(each) for kind, each in events.items()}
    chosen, come = Chosen.of(named.values(), len(index.who)), dict(events)
    for kind, persons in named.items():
        known = np.flatnonzero(persons >= 0)
        if len(known) < len(persons):
            persons, come[kind] = persons[known], events[kind].take(known)  # noqa: PLW2901 - the rest
        named[kind] = chosen.places(persons)
        if not len(known):
            del come[kind]
    streams = tuple(
        events_stream(named[kind], come[kind]) if kind in come else NO_STREAM for kind in KINDS
    )
    new = ordered(streams, len(chosen.codes), as_of, (PERSON, ACCOUNT), no_versions(0))
    found = _merged(index, chosen, come, new)
    losing = [kind for kind, many in enumerate(new.lost) if many]
    findings = [
        each for kind in losing for each in lost(kind, streams[kind], come, found.who, as_of)
    ]
    return replace(found, findings=(*findings, *found.findings))


def _merged(index: Index, few: Chosen, events: Facts, new: Ordered) -> Index:
    """The moments that the index has of the few, with the new ones among them."""
    people = few.codes
    first = np.zeros(len(people) + 1, np.int64)
    np.cumsum(index.first[people + 1] - index.first[people] + np.diff(new.first), out=first[1:])
    many = int(first[-1])
    at, kind, word = np.empty(many, np.int64), np.empty(many, np.uint8), np.empty(many, np.uint8)
    person, row, person_row, account_row = (np.empty(many, np.int32) for _ in range(4))
    old_columns = index.first, index.at, index.kind, index.row, index.word, index.account_row
    new_columns = new.first, new.at, new.kind, new.row, new.word
    behind = np.array([len(index.table(kind)) if kind in events else 0 for kind in KINDS])
    says = _words(index, events)
    found = at, kind, row, word, account_row
    counts: dict[tuple[int, int], NDArray[np.int64]] = {}

    def merge(begin: int, stop: int) -> None:
        given = people, old_columns, new_columns, behind, says
        counts[begin, stop] = _merge(*given, begin, stop, first, found)

    in_parts(merge, first)
    parts = sorted(counts)
    by_part = np.array([counts[part] for part in parts])
    base = np.concatenate([[0], np.cumsum(by_part.sum(axis=0))])
    before = dict(zip(parts, base[:-1] + np.cumsum(by_part, axis=0) - by_part, strict=True))
    source = np.empty(many, np.int32)

    def number(begin: int, stop: int) -> None:
        columns = kind, person, row, person_row
        _number(first, begin, stop, *columns, base, before[begin, stop], source)

    in_parts(number, first)
    earliest = int(at[first[:-1]].min()) if many else ABSENT
    columns = first, person, at, kind, row, word, person_row, account_row, earliest
    bare = Index({}, index.who.some(people), *columns, ())
    rows = {name: source[base[code] : base[code + 1]] for code, name in enumerate(KINDS)}
    facts = {
        name: _table(name, index, few, bare, events, rows)
        for name in dict.fromkeys([*index.facts, *events])
    }
    return replace(bare, facts=facts, findings=unsound(facts))


def _words(index: Index, events: Facts) -> NDArray[np.uint8]:
    """By kind: the code that each code of a word has where both tables are one; old above new."""
    says = np.tile(np.arange(NOT_TOLD + 1, dtype=np.uint8), (2, len(KINDS), 1))
    for code, kind in enumerate(KINDS):
        if kind not in events or not len(index.table(kind)):
            continue
        old, new = index.table(kind), events[kind]
        if not ("kind" in old.columns or "kind" in new.columns):
            continue
        words, codes = _one(_like(old, "kind", new), _like(new, "kind", old))
        if words is None or len(words) > NOT_KNOWN:
            says[:, code] = NOT_TOLD
            continue
        says[:, code, NOT_TOLD] = NOT_KNOWN  # one of the two tables did not say
        if codes is not None:
            says[1, code, : len(codes)] = codes
    return says


def _one(old: Column, new: Column) -> tuple[Array | None, Codes | None]:
    """The words of both columns, those of the old one first, and the new one's codes among them.

    None for codes that are as they are.
    """
    if old.words is None or new.words is None or old.words is new.words:
        return old.words, None
    places = {word: place for place, word in enumerate(dict.fromkeys([*old.words, *new.words]))}
    return np.array([*places], object), np.array([places[word] for word in new.words], np.int32)


_Kept = tuple[Any, ...]
"""Columns of moments."""


_AHEAD = 64
"""So many persons' moments are looked at before they are copied."""


@numba.njit(cache=True)
def _seen(people: Codes, old: _Kept, begin: int, stop: int) -> int:
    """Looks at the moments of some of the people, one after the other: the waits for them overlap.

    What it gives means nothing; it is kept so that the looks are not left out. They take a fifth
    off the merging of people who lie apart.
    """
    first, at, kind, row, word, account = old
    seen = 0
    for p in range(begin, stop):
        m, end = np.uint64(first[people[p]]), np.uint64(first[people[p] + 1])
        last = end - np.uint64(1)
        seen += kind[m] + word[m] + kind[last] + word[last] + at[last] + row[last] + account[last]
        while m < end:
            seen += at[m] + row[m] + account[m]
            m += np.uint64(8)  # instants in one line of the processor's cache
    return seen


@numba.njit(cache=True)
def _until(
    at: Instants,
    kind: NDArray[np.uint8],
    begin: np.uint64,
    stop: np.uint64,
    new: tuple[int, int],
) -> np.uint64:
    """The first place in [begin, stop) of an old moment after the new one, else `stop`."""
    place = stop - np.uint64(1)
    while begin < stop:
        if at[place] < new[0] or (at[place] == new[0] and kind[place] <= new[1]):
            begin = place + np.uint64(1)
        else:
            stop = place
        place = (begin + stop) // np.uint64(2)
    return stop


@numba.njit(cache=True, nogil=True)
def _merge(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    people: Codes,
    old: _Kept,
    new: _Kept,
    behind: NDArray[np.int64],
    says: NDArray[np.uint8],
    begin: int,
    stop: int,
    first: NDArray[np.int64],
    found: _Kept,
) -> NDArray[np.int64]:
    """Writes the moments of some of the people, and counts them by kind.

    At one instant and of one kind an old fact came before a new one. A new fact changes neither
    the person nor the account, so that it sees the account's version that the moment before saw.
    """
    old_first, old_at, old_kind, old_row, old_word, old_account = old
    new_first, new_at, new_kind, new_row, new_word = new
    at, kind, row, word, account_row = found
    counts = np.zeros(len(behind) + 1, np.int64)  # the last counts nothing: see `_seen`
    for p in range(begin, stop):
        if (p - begin) % _AHEAD == 0:
            counts[-1] = _seen(people, old, p, min(p + _AHEAD, stop))
        m, end = np.uint64(old_first[people[p]]), np.uint64(old_first[people[p] + 1])
        n, last, to = np.uint64(new_first[p]), np.uint64(new_first[p + 1]), np.uint64(first[p])
        account = np.int32(-1)
        while m < end or n < last:
            until = end  # of the old ones that come before the next new one: most often all
            if n < last and m < end:
                until = _until(old_at, old_kind, m, end, (new_at[n], new_kind[n]))
            for i in range(until - m):
                at[to + i], row[to + i] = old_at[m + i], old_row[m + i]
                account_row[to + i] = old_account[m + i]
            for i in range(until - m):
                what = old_kind[m + i]
                kind[to + i], word[to + i] = what, says[0, what, old_word[m + i]]
                counts[what] += 1
            to += until - m
            if until > m:
                account = old_account[until - np.uint64(1)]
            m = until
            if n < last:
                what = new_kind[n]
                at[to], kind[to], row[to] = new_at[n], what, behind[what] + new_row[n]
                word[to], account_row[to] = says[1, what, new_word[n]], account
                counts[what] += 1
                n, to = n + np.uint64(1), to + np.uint64(1)
    return counts[:-1]


@numba.njit(cache=True, nogil=True)
def _number(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    first: NDArray[np.int64],
    begin: int,
    stop: int,
    kind: NDArray[np.uint8],
    person: Codes,
    row: Codes,
    person_row: Codes,
    base: NDArray[np.int64],
    free: NDArray[np.int64],
    source: Codes,
) -> None:
    """Writes whose the moments of some of the people are, and numbers their rows as they lie.

    The old ones are kept: those of kind k from `source[base[k]]` on, of these people from `free`
    on. The person's version is the last one so far.
    """
    for p in range(begin, stop):
        version = np.int32(-1)
        for m in range(np.uint64(first[p]), np.uint64(first[p + 1])):
            what = kind[m]
            place = free[what]
            free[what] = place + 1
            source[place] = row[m]
            if _ANEW[what]:
                row[m] = place - base[what]
            if what == PERSON:
                version = row[m]
            person[m], person_row[m] = p, version


# --- the tables -----------------------------------------------------------------------------------


def _table(  # noqa: PLR0913, PLR0917 - what the tables of the few are made of
    kind: str,
    index: Index,
    few: Chosen,
    bare: Index,
    events: Facts,
    rows: Mapping[str, Codes],
) -> FactTable:
    """The rows that are about the few; all rows where they are about nobody."""
    old = index.table(kind)
    if not len(old) and kind not in events:
        return index.facts[kind]
    if kind == "contact_role":
        return old.take(np.flatnonzero(few.places(index.who.of(old)) >= 0))
    if kind == "opportunity":
        moments = with_code(bare.kind, IN_TABLE[kind])
        their = bare.row[moments]
        used = Chosen.of([their], len(old))
        bare.row[moments] = used.places(their)
        return _Taken.of(old, used.codes)
    if kind in KINDS and kind != KINDS[ACCOUNT]:
        return _Behind.behind(old, table_in(events, kind), rows[kind], bare)
    return old


class _Taken(FactTable):
    """Rows of a table. What nobody asks for is not looked up."""

    if TYPE_CHECKING:
        old: FactTable
        rows: Codes

    @classmethod
    def of(cls, old: FactTable, rows: Codes) -> Self:
        """These rows of the table."""
        table: Self = cls.__new__(cls)
        vars(table).update(kind=old.kind, old=old, rows=rows)
        return table

    def __new__(cls, **columns: Any) -> Any:
        """With columns it is a plain table: so a copy is, in which something was replaced."""
        return FactTable(**columns) if columns else super().__new__(cls)

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def ids(self) -> NDArray[np.int64]:
        """As any table has them."""
        return self.old.ids[self.rows]

    @cached_property
    def at(self) -> Instants:
        """As any table has them."""
        return self.old.at[self.rows]

    @cached_property
    def learned(self) -> Instants | None:
        """As any table has them."""
        return None if self.old.learned is None else self.old.learned[self.rows]

    @cached_property
    def columns(self) -> Mapping[str, Column]:
        """As any table has them."""
        return _Columns(self)

    @property
    def names(self) -> Iterable[str]:
        """The columns' names."""
        return self.old.columns

    def column(self, name: str) -> Column:
        """One of the columns."""
        found = self.old.columns[name].take(self.rows)
        # a contact is looked up by name among the few, so that the names of all would be walked
        return found.compact() if name == "person" else found


class _Behind(_Taken):
    """Rows of a table, and of another behind it, as their moments lie in an index.

    `rows` from the length of the first table on are of the second. Of one person and second these
    are by arrival, as they have to be.
    """

    if TYPE_CHECKING:
        new: FactTable
        index: Index

    @classmethod
    def behind(cls, old: FactTable, new: FactTable, rows: Codes, index: Index) -> Self:
        """These rows of both tables; `index` has their moments."""
        table = cls.of(old, rows)
        vars(table).update(new=new, index=index)
        return table

    @cached_property
    def ids(self) -> NDArray[np.int64]:
        """As any table has them."""
        return _behind(self.old.ids, self.new.ids, self.rows)

    @cached_property
    def at(self) -> Instants:
        """As any table has them."""
        return self.index.at[self.moments]

    @cached_property
    def learned(self) -> Instants | None:
        """As any table has them; of none where one of the two has none."""
        old, new = self.old.learned, self.new.learned
        if not len(self.old):
            return None if new is None else new[self.rows]
        if not len(self.new):
            return None if old is None else old[self.rows]
        return None if old is None or new is None else _behind(old, new, self.rows)

    @cached_property
    def moments(self) -> NDArray[np.uint32]:
        """Where each row is in the index."""
        return with_code(self.index.kind, IN_TABLE[self.kind])

    def words(self, name: str) -> NDArray[np.object_] | None:
        """As any table has them."""
        if name == self.whom or name not in self.columns:
            return super().words(name)
        return _one(_like(self.old, name, self.new), _like(self.new, name, self.old))[0]

    @property
    def names(self) -> Iterable[str]:
        """The names of the columns of both."""
        return (*self.old.columns, *self.new.columns)

    def column(self, name: str) -> Column:
        """One of the columns; what one of the tables has no column for is not known there."""
        if name == self.whom:
            return Column(self.index.person[self.moments], None, self.index.people)
        old, new = _like(self.old, name, self.new), _like(self.new, name, self.old)
        if not len(new):
            return old.take(self.rows)
        words, codes = _one(old, new)
        values = new.values if codes is None else codes[new.values]
        known = None
        if old.known is not None or new.known is not None:
            known = _behind(old.mask, new.mask, self.rows)
        return Column(_behind(old.values, values, self.rows), known, words)

    @property
    def whom(self) -> str:
        """The column that says whom a fact is about."""
        return "id" if self.kind == KINDS[PERSON] else "person"


class _Columns(Mapping[str, Column]):
    """The columns of such a table; each is looked up when somebody first asks."""

    def __init__(self, table: _Taken) -> None:
        self._table = table
        self._names = dict.fromkeys(table.names)
        self._known: dict[str, Column] = {}

    def __getitem__(self, name: str) -> Column:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._known:
            self._known[name] = self._table.column(name)
        return self._known[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names  # without a look at it

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _like(table: FactTable, name: str, other: FactTable) -> Column:
    """The table's column; where it has none, one of the other's type of which nothing is known."""
    if name in table.columns:
        return table.columns[name]
    like, rows = other.columns[name], len(table)
    return Column(np.zeros(rows, like.values.dtype), np.zeros(rows, bool), like.words)


def _behind(old: Array, new: Array, rows: Codes) -> Array:
    """The values at these rows, of which the new ones come behind the old ones."""
    wide = np.result_type(old, new)
    found = np.zeros(len(rows), wide)
    if len(old):
        found = old.take(rows, mode="clip").astype(wide, copy=False)
    come = np.flatnonzero(rows >= len(old))
    found[come] = new[rows[come] - len(old)]
    return found
