"""Facts by the persons that they are about, on their way into the index."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from interlock.facts.columns import Facts, FactTable
from interlock.replay.account_versions import Versions, news, no_versions, versions_of
from interlock.replay.calendar_spans import FIRST_INSTANT
from interlock.replay.kinds import (
    ACCOUNT,
    ACTIVITY,
    ASSIGNMENT,
    CLOSE,
    DECISION,
    KINDS,
    OPPORTUNITY,
    PERSON,
    TOUCH,
    Places,
    codes_in,
    ended,
    places_of,
    table_in,
)
from interlock.replay.ordering import NOT_KNOWN, Stream, Streams
from interlock.replay.outcome import Codes, Flags
from interlock.replay.parts import plain

EVERY_ROW: Codes = plain(np.empty(0, np.int32), np.int32)
"""The rows of a stream that has each row of its table."""

ALL_KNOWN: Flags = plain(np.empty(0, np.bool_), np.bool_)
"""Where words are known: everywhere."""


@dataclass(frozen=True)
class Who:
    """Persons; the position of an id among `ids` is the person's code.

    `named` are ids, and `chosen` the places of these persons' ids among them; None: all of them.
    """

    named: NDArray[np.object_]
    chosen: Codes | NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.named if self.chosen is None else self.chosen)

    @classmethod
    def known(cls, facts: Facts) -> Who:
        """Those who are known."""
        table = table_in(facts, "person")
        words = table.columns["id"].words if len(table) else None
        return cls(np.empty(0, dtype=object) if words is None else words)

    def some(self, codes: Codes | NDArray[np.int64]) -> Who:
        """Those with these codes, in their order."""
        return Who(self.named, codes if self.chosen is None else self.chosen[codes])

    @cached_property
    def ids(self) -> NDArray[np.object_]:
        """Their ids; of some they are looked up when somebody first asks."""
        found: NDArray[np.object_] = self.named if self.chosen is None else self.named[self.chosen]
        return found

    @cached_property
    def places(self) -> Places:
        """Their codes, by their ids."""
        return places_of(self.ids)

    def of(self, table: FactTable) -> Codes:
        """Whom each row is about (-1: nobody known)."""
        column = table.columns["person"]
        known = self.ids if column.words is self.ids else self.places
        return codes_in(column, known, len(table))


def versions_in(facts: Facts) -> Versions:
    """The versions of accounts, and where persons belong."""
    accounts, persons = facts.get("account"), table_in(facts, "person")
    words = accounts.columns["id"].words if accounts else None
    if not accounts or not len(persons) or words is None:
        return no_versions(len(persons))
    return versions_of(accounts, codes_in(persons.columns["account"], words, len(persons)))


def streams_of(facts: Facts, who: Who, versions: Versions) -> Streams:
    """Every kind's facts, in order of rank."""
    opened, closed = _opportunity_streams(facts, who)
    streams = {
        ACCOUNT: _account_stream(facts, versions),
        PERSON: _person_stream(facts),
        OPPORTUNITY: opened,
        CLOSE: closed,
    }
    for kind in (TOUCH, ASSIGNMENT, ACTIVITY, DECISION):
        table = table_in(facts, KINDS[kind])
        streams[kind] = events_stream(who.of(table), table) if len(table) else NO_STREAM
    return tuple(streams[kind] for kind in range(len(KINDS)))


def told(table: FactTable) -> NDArray[np.object_] | None:
    """The words that say what sort of fact each is; None where there are none, or too many."""
    words = table.words("kind")
    return None if words is None or len(words) > NOT_KNOWN else words


def _stream(
    person: Codes,
    at: NDArray[np.int64],
    row: Codes,
    tells: FactTable | None = None,
) -> Stream:
    """The stream; with words where it has all rows of a table that tells what sort each is."""
    word, known = EVERY_ROW, ALL_KNOWN
    if tells is not None and told(tells) is not None:
        sort = tells.columns["kind"]
        word = plain(sort.values, np.int32)
        known = ALL_KNOWN if sort.known is None else plain(sort.known, np.bool_)
    rows = EVERY_ROW if row is EVERY_ROW else plain(row, np.int32)
    return Stream(plain(person, np.int32), plain(at), rows, word, known)


def events_stream(person: Codes, table: FactTable) -> Stream:
    """Every fact of a table, each about one person (-1: nobody known)."""
    return _stream(person, table.at, EVERY_ROW, table)


NO_STREAM = _stream(EVERY_ROW, np.empty(0, np.int64), EVERY_ROW)


def _person_stream(facts: Facts) -> Stream:
    table = table_in(facts, "person")
    return _stream(table.columns["id"].values, table.at, EVERY_ROW) if len(table) else NO_STREAM


def _account_stream(facts: Facts, versions: Versions) -> Stream:
    """A version of an account is a moment of each of its persons, if it came after them."""
    accounts, persons = table_in(facts, "account"), table_in(facts, "person")
    if not len(accounts) or not len(persons):
        return NO_STREAM
    person, row = news(versions, persons)
    return _stream(person, accounts.at[row], row) if len(row) else NO_STREAM


def _opportunity_streams(facts: Facts, who: Who) -> tuple[Stream, Stream]:
    """An opportunity is opened, and may be closed, for its main contact and every contact role."""
    table = table_in(facts, "opportunity")
    if not len(table):
        return NO_STREAM, NO_STREAM
    row = np.flatnonzero(table.columns["person"].mask).astype(np.int32)
    person = who.of(table)[row]
    roles = facts.get("contact_role")
    if roles is not None:
        role_rows = opportunities_of(roles, table)
        person = np.concatenate([person, who.of(roles)[role_rows >= 0]])
        row = np.concatenate([row, role_rows[role_rows >= 0]])
        person, row = _distinct_pairs(person, row)
    opened = _stream(person, table.at[row], row)
    closed_at = table.columns["closed_at"]
    closing = ended(table) & closed_at.mask & (table.at >= FIRST_INSTANT)
    closes = closing[row] & (person >= 0)
    if not closes.any():
        return opened, NO_STREAM
    # none is closed before it is opened, whatever its dates say
    closed = np.maximum(closed_at.values, table.at)[row[closes]]
    return opened, _stream(person[closes], closed, row[closes])


def _distinct_pairs(person: Codes, row: Codes) -> tuple[Codes, Codes]:
    """Each (person, row) once, in the order of the rows. Persons from -1 on."""
    width = int(person.max(initial=-1)) + 2
    pairs = np.unique(row.astype(np.int64) * width + person + 1)
    return (pairs % width - 1).astype(np.int32), (pairs // width).astype(np.int32)


def opportunities_of(roles: FactTable, table: FactTable) -> Codes:
    """Each contact role's row in the opportunities; -1 where there is none such."""
    ids = table.columns.get("id")
    if ids is None or ids.words is None or not len(table):
        return np.full(len(roles), -1, np.int32)
    of_key = np.full(len(ids.words), -1, np.int32)
    of_key[ids.values] = np.arange(len(table))
    code = codes_in(roles.columns["opportunity"], ids.words, len(roles))
    return np.where(code >= 0, of_key[code], np.int32(-1))
