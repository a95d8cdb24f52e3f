"""Facts laid out for the replay: every fact of every person, in the one order that counts.

A *moment* is one fact in one person's history. Moments are ordered by person, then instant, then
the rank of the kind, then arrival; a moment knows its kind and its row in that kind's table. The
same layout serves one person and a million.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numba
import numpy as np
from numpy.typing import NDArray

from interlock.agreement.schema import Side
from interlock.facts.columns import Facts, FactTable
from interlock.replay.kinds import (
    ACCOUNT,
    KINDS,
    PERSON,
    Places,
    codes_in,
    places_of,
    table_in,
    table_of,
)
from interlock.replay.losses import lost, unsound
from interlock.replay.merges import merged
from interlock.replay.ordering import ordered
from interlock.replay.outcome import Codes, Finding, Instant, Instants
from interlock.replay.parts import in_parts, in_stretches
from interlock.replay.picking import codes, with_code
from interlock.replay.streams import Who, streams_of, told, versions_in

SIDES = tuple(side.value for side in Side)
_SIDE_PLACES = {side: place for place, side in enumerate(SIDES)}

IN_TABLE = {
    kind: codes(code for code in range(len(KINDS)) if table_of(code) == kind) for kind in KINDS
}
"""Which kinds of moments have their row in that table, as the bits of a number."""


@dataclass(frozen=True)
class Index:
    """The moments, as columns, with the tables that they point into.

    `who` are those who have moments; `first[p]:first[p + 1]` are those of person p.
    `word` is the code of the word that says what sort of fact it is, where `told` has words of its
    kind. `person_row` and `account_row` are, at each moment, the rows of the versions then true
    (-1: not yet known). `earliest` is the first instant of all (ABSENT: there is none).
    """

    facts: Facts
    who: Who
    first: NDArray[np.int64]
    person: Codes
    at: Instants
    kind: NDArray[np.uint8]
    row: Codes
    word: NDArray[np.uint8]
    person_row: Codes
    account_row: Codes
    earliest: Instant
    findings: tuple[Finding, ...]

    def __len__(self) -> int:
        return len(self.at)

    @property
    def people(self) -> NDArray[np.object_]:
        """The ids of those who have moments."""
        return self.who.ids

    def table(self, kind: str) -> FactTable:
        """The table of a kind; an empty one where there are no such facts."""
        return table_in(self.facts, kind)

    def rows_of(self, kind: str, moments: NDArray[np.int64] | Codes) -> Codes:
        """At these moments, their rows in that kind's table; -1 if of another kind, or negative."""
        return _rows_at(moments, self.kind, self.row, IN_TABLE[kind])

    def moments_of(self, *kinds: int) -> NDArray[np.int64]:
        """The moments of these kinds, in order."""
        asked = codes(kinds)

        def find(begin: int, stop: int) -> NDArray[np.int64]:
            return begin + with_code(self.kind[begin:stop], asked).astype(np.int64)

        return np.concatenate(in_stretches(find, len(self)))

    def told(self, kind: str) -> NDArray[np.object_] | None:
        """The words of which `word` has the codes at moments of that kind; None: it has none."""
        return told(self.table(kind))

    @property
    def members(self) -> NDArray[np.object_]:
        """The known members' ids; a member's code is the position here."""
        words = self.table("member").columns.get("id")
        return np.empty(0, object) if words is None or words.words is None else words.words

    @cached_property
    def member_places(self) -> Places:
        """The known members' codes, by their ids."""
        return places_of(self.members)

    @cached_property
    def sides(self) -> Codes:
        """The side of each member (a position in SIDES; -1: not known), and last that of nobody."""
        table = self.table("member")
        found = np.full(len(self.members) + 1, -1, np.int32)
        if len(table):
            sides = codes_in(table.columns.get("side"), _SIDE_PLACES, len(table))
            found[table.columns["id"].values] = sides
        return found


@numba.njit(cache=True, nogil=True)
def _rows_at(
    moments: NDArray[np.int64] | Codes, kinds: NDArray[np.uint8], row: Codes, asked: int
) -> Codes:
    """As `Index.rows_of`, of the kinds of which `asked` has the bits."""
    found = np.empty(len(moments), np.int32)
    for i in range(len(moments)):
        m = moments[i]
        found[i] = row[m] if m >= 0 and asked >> kinds[m] & 1 else -1
    return found


def build(facts: Facts, as_of: int) -> Index:
    """The index of all facts up to `as_of` (UTC seconds, inclusive)."""
    facts, not_merged = merged(facts, as_of)
    who, versions = Who.known(facts), versions_in(facts)
    streams = streams_of(facts, who, versions)
    found = ordered(streams, len(who), as_of, (PERSON, ACCOUNT), versions)
    first, known = found.first, Who(who.ids)  # without its places, which nobody may ask for again
    with_moments = first[1:] > first[:-1]
    if not with_moments.all():
        first = first[np.append(with_moments, values=True)]
        known = who.some(np.flatnonzero(with_moments))
    losing = [kind for kind, many in enumerate(found.lost) if many]
    findings = [each for kind in losing for each in lost(kind, streams[kind], facts, who, as_of)]
    return Index(
        facts,
        known,
        first,
        _whose(first),
        found.at,
        found.kind,
        found.row,
        found.word,
        found.person_row,
        found.account_row,
        found.earliest,
        (*findings, *not_merged, *unsound(facts)),
    )


def _whose(first: NDArray[np.int64]) -> Codes:
    """At each moment, whose it is."""
    person = np.empty(first[-1], np.int32)
    in_parts(lambda begin, stop: _fill(person, first, begin, stop), first)
    return person


@numba.njit(cache=True, nogil=True)
def _fill(person: Codes, first: NDArray[np.int64], begin: int, stop: int) -> None:
    for p in range(begin, stop):
        person[first[p] : first[p + 1]] = p
