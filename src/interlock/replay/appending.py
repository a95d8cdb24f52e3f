"""New events beside an index: the few people whom they name get an index of their own.

An index of millions of moments is never made anew for a few events, and nothing in it is moved. The
histories of those who are named are read out of it by their places, the events are put behind them,
and what comes of that is laid out and decided like any other facts. It stands beside the index,
in the place of what that has of these people, until so much stands beside it that it is made anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from interlock.facts.columns import Array, Column, Facts, FactTable
from interlock.replay.index import IN_TABLE, Index
from interlock.replay.kinds import (
    ACTIVITY,
    ASSIGNMENT,
    DECISION,
    KINDS,
    PERSON,
    TOUCH,
    Places,
    codes_in,
    places_of,
)
from interlock.replay.outcome import Codes
from interlock.replay.picking import with_code

EVENTS = tuple(KINDS[kind] for kind in (TOUCH, ASSIGNMENT, ACTIVITY, DECISION))
"""The kinds of fact that are about one person and that no other fact hangs on."""


@dataclass(frozen=True)
class Opened:
    """An index to which events come, and where each of its people is."""

    index: Index
    places: Places

    @classmethod
    def of(cls, index: Index) -> Opened:
        """Finds the people once, for all events that come."""
        return cls(index, places_of(index.people))


def with_events(opened: Opened, events: Facts) -> Facts:
    """All facts that decide about the people whom the events name, old ones and new ones.

    Events of nobody that is known are left out here: they are findings of the whole. Raises
    ValueError for facts that are no events, and where records were merged: an index of all has to
    be made for these.
    """
    if len(opened.index.table("merge")):
        raise ValueError("records were merged, so that an event may be about another one")
    if other := sorted(events.keys() - {*EVENTS}):
        raise ValueError(f"facts of the kind {other[0]} are no events")
    index = opened.index
    named = {
        kind: codes_in(each.columns["person"], opened.places, len(each))
        for kind, each in events.items()
    }
    place = np.full(len(index.people) + 1, -1, np.int32)  # among the few; the last is nobody
    for persons in named.values():
        place[persons] = 0
    people = np.flatnonzero(place[:-1] == 0).astype(np.int32)
    place[people] = np.arange(len(people))
    who = _Few(people, index.people[people], index)
    facts = {kind: who.table(kind) for kind in index.facts}
    for kind, persons in named.items():
        known = np.flatnonzero(persons >= 0)
        come = events[kind].take(known)
        columns = {**come.columns, "person": Column(place[persons[known]], None, who.ids)}
        facts[kind] = _joined(facts.get(kind), replace(come, columns=columns))
    return facts


class _Few:
    """What an index has of some people (their codes, ascending), read out of it by places."""

    def __init__(self, people: Codes, ids: NDArray[np.object_], index: Index) -> None:
        self.people, self.ids, self.index = people, ids, index
        begin = index.first[people]
        length = index.first[people + 1] - begin
        self.moments = np.arange(length.sum()) + np.repeat(
            begin - np.cumsum(length) + length, length
        )
        self.kind, self.row = index.kind[self.moments], index.row[self.moments]
        self.person = np.repeat(np.arange(len(people), dtype=np.int32), length)

    def table(self, kind: str) -> FactTable:
        """The table's rows that are about these people; all rows where it is about none."""
        table = self.index.facts[kind]
        if kind == "account":
            return table.take(self._accounts(table))
        if kind == "contact_role":
            return table.take(np.flatnonzero(self._mine(table) >= 0))
        if kind not in KINDS:
            return table
        places = with_code(self.kind, IN_TABLE[kind])
        if kind == "opportunity":
            found = table.take(np.unique(self.row[places]))
            contact = found.columns["person"].compact()
            return replace(found, columns={**found.columns, "person": contact})
        # of one person and second these are by arrival, as they have to be
        own, rows = "id" if kind == "person" else "person", self.row[places]
        columns = {name: each.take(rows) for name, each in table.columns.items() if name != own}
        columns[own] = Column(self.person[places], None, self.ids)
        learned = None if table.learned is None else table.learned[rows]
        # when they happened stands in the index in their order: nobody has to look for it
        at = self.index.at[self.moments[places]]
        return FactTable(kind, table.ids[rows], at, columns, learned)

    def _accounts(self, table: FactTable) -> Array:
        """All versions of the accounts to which one of them ever belonged."""
        words = table.columns["id"].words
        belongs = self.index.table("person").columns.get("account")
        if belongs is None or words is None:
            return np.empty(0, np.int64)
        rows = self.row[self.kind == PERSON]
        codes = codes_in(belongs.take(rows), words, len(rows))
        belonged = np.zeros(len(words), bool)
        belonged[codes[codes >= 0]] = True
        return np.flatnonzero(belonged[table.columns["id"].values])

    def _mine(self, table: FactTable) -> Codes:
        return codes_in(table.columns["person"], places_of(self.ids), len(table))


def _joined(old: FactTable | None, new: FactTable) -> FactTable:
    """The rows of both; of columns, those that the old one has."""
    if old is None:
        return new
    columns = {name: _one(column, new.columns[name]) for name, column in old.columns.items()}
    ids, at = np.concatenate([old.ids, new.ids]), np.concatenate([old.at, new.at])
    if old.learned is None or new.learned is None:
        return FactTable(old.kind, ids, at, columns)
    return FactTable(old.kind, ids, at, columns, np.concatenate([old.learned, new.learned]))


def _one(old: Column, new: Column) -> Column:
    """Both columns as one, with the words of both."""
    known = None
    if old.known is not None or new.known is not None:
        known = np.concatenate([old.mask, new.mask])
    if old.words is None or new.words is None or old.words is new.words:
        return Column(np.concatenate([old.values, new.values]), known, old.words)
    places = {word: place for place, word in enumerate(dict.fromkeys([*old.words, *new.words]))}
    codes = np.array([places[word] for word in new.words], np.int32)[new.values]
    words = np.array([*places], dtype=object)
    return Column(np.concatenate([old.values, codes]), known, words)
