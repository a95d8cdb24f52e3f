"""Facts laid out for the replay: every fact of every person, in the one order that counts.

A *moment* is one fact in one person's history. Moments are ordered by person, then instant, then
the rank of the kind, then arrival; a moment knows its kind and its row in that kind's table. The
same layout serves one person and a million.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interlock.facts.columns import Column, Facts, FactTable
from interlock.replay.outcome import ABSENT, Codes, Finding, Instants

KINDS = (
    "person",
    "account",
    "opportunity",
    "touch",
    "assignment",
    "activity",
    "decision",
    "close",
)
"""What a moment may be, in rank order. `close` is an opportunity's end."""

PERSON, ACCOUNT, OPPORTUNITY, TOUCH, ASSIGNMENT, ACTIVITY, DECISION, CLOSE = range(len(KINDS))


def table_of(kind: int) -> str:
    """The fact table that a moment of that kind has its row in."""
    return "opportunity" if kind == CLOSE else KINDS[kind]


@dataclass(frozen=True)
class Index:
    """The moments, as columns, with the tables that they point into.

    `people` are the persons' ids; `first[p]:first[p + 1]` are the moments of person p.
    `person_row` and `account_row` are, at each moment, the rows of the versions then true (-1: not
    yet known).
    """

    facts: Facts
    people: NDArray[np.object_]
    first: NDArray[np.int64]
    person: Codes
    at: Instants
    kind: NDArray[np.uint8]
    row: Codes
    person_row: Codes
    account_row: Codes
    findings: tuple[Finding, ...]

    def __len__(self) -> int:
        return len(self.at)

    def table(self, kind: str) -> FactTable:
        """The table of a kind; an empty one where there are no such facts."""
        return self.facts.get(kind) or _empty(kind)

    def rows_of(self, kind: str) -> Codes:
        """At each moment, its row in that kind's table, or -1 where the moment is another kind."""
        mine = np.zeros(len(KINDS), bool)
        mine[[code for code in range(len(KINDS)) if table_of(code) == kind]] = True
        rows: Codes = np.where(mine[self.kind], self.row, np.int32(-1))
        return rows


@dataclass(frozen=True)
class _Stream:
    """Facts of one kind on their way into the index. A negative person is nobody we know."""

    kind: int
    person: Codes
    at: Instants
    row: Codes


def build(facts: Facts, as_of: int) -> Index:
    """The index of all facts up to `as_of` (UTC seconds, inclusive)."""
    people = _people(facts)
    streams = _streams(facts, people)
    findings = _lost(streams, as_of)
    streams = [_kept(stream, as_of) for stream in streams]
    person = np.concatenate([stream.person for stream in streams])
    at = np.concatenate([stream.at for stream in streams])
    kind = np.concatenate([np.full(len(s.at), s.kind, np.uint8) for s in streams])
    row = np.concatenate([stream.row for stream in streams])
    order = np.lexsort((row, kind, at, person))
    person, at, kind, row = person[order], at[order], kind[order], row[order]
    first = np.searchsorted(person, np.arange(len(people) + 1))
    person_row = _latest(np.where(kind == PERSON, row, -1), first)
    account_row = _account_rows(facts, person_row, at)
    return Index(facts, people, first, person, at, kind, row, person_row, account_row, findings)


def _empty(kind: str) -> FactTable:
    none = np.empty(0, np.int64)
    return FactTable(kind, none, none, {})


def _people(facts: Facts) -> NDArray[np.object_]:
    """The known persons' ids; the position of an id is the person's code."""
    table = facts.get("person")
    words = table.columns["id"].words if table is not None and len(table) else None
    return np.empty(0, dtype=object) if words is None else words


def codes_in(column: Column | None, words: NDArray[np.object_], rows: int) -> Codes:
    """The column's texts as positions in `words`; -1 where unknown or not among them."""
    if column is None or column.words is None:
        return np.full(rows, -1, np.int32)
    if column.words is words:
        found: Codes = column.values.astype(np.int32, copy=False)
    else:
        places = {word: place for place, word in enumerate(words)}
        found = np.array([places.get(word, -1) for word in column.words], np.int32)[column.values]
    return found if column.known is None else np.where(column.known, found, np.int32(-1))


def _streams(facts: Facts, people: NDArray[np.object_]) -> list[_Stream]:
    streams = [_person_stream(facts, people), *_account_streams(facts)]
    for kind in (TOUCH, ASSIGNMENT, ACTIVITY, DECISION):
        if table := facts.get(KINDS[kind]):
            person = codes_in(table.columns["person"], people, len(table))
            streams.append(_Stream(kind, person, table.at, _all_rows(table)))
    return streams + _opportunity_streams(facts, people)


def _all_rows(table: FactTable) -> Codes:
    return np.arange(len(table), dtype=np.int32)


def _person_stream(facts: Facts, people: NDArray[np.object_]) -> _Stream:
    table = facts.get("person") or _empty("person")
    person = codes_in(table.columns.get("id"), people, len(table))
    return _Stream(PERSON, person, table.at, _all_rows(table))


def _account_streams(facts: Facts) -> list[_Stream]:
    """A later version of an account is a moment of each of its persons.

    The first version is no moment: it holds from the beginning.
    """
    accounts, persons = facts.get("account"), facts.get("person")
    if accounts is None or persons is None:
        return []
    key, position = _version_order(accounts)
    later = np.flatnonzero(position > 0)
    if not len(later):
        return []
    words = accounts.columns["id"].words
    assert words is not None  # noqa: S101 - ids are texts
    belongs = codes_in(persons.columns["account"], words, len(persons))
    order = np.argsort(belongs, kind="stable")
    begin = np.searchsorted(belongs[order], key[later])
    end = np.searchsorted(belongs[order], key[later], side="right")
    repeat = end - begin
    within = np.arange(repeat.sum()) - np.repeat(np.cumsum(repeat) - repeat, repeat)
    person_rows = order[np.repeat(begin, repeat) + within]
    person = persons.columns["id"].values[person_rows].astype(np.int32)
    rows = np.repeat(later, repeat).astype(np.int32)
    pairs = np.unique(np.stack([person, rows]), axis=1)
    return [_Stream(ACCOUNT, pairs[0], accounts.at[pairs[1]], pairs[1])]


def _version_order(table: FactTable) -> tuple[Codes, Codes]:
    """Each row's key code, and which version of its key it is (0 the first)."""
    key: Codes = table.columns["id"].values.astype(np.int32)
    order = np.lexsort((np.arange(len(table)), table.at, key))
    starts = np.searchsorted(key[order], key[order])
    position = np.empty(len(table), np.int32)
    position[order] = np.arange(len(table)) - starts
    return key, position


def _opportunity_streams(facts: Facts, people: NDArray[np.object_]) -> list[_Stream]:
    """An opportunity is opened, and may be closed, for its main contact and every contact role."""
    table = facts.get("opportunity")
    if table is None:
        return []
    person = codes_in(table.columns.get("person"), people, len(table))
    rows = _all_rows(table)
    pairs = np.stack([person, rows])[:, person >= 0]
    roles = facts.get("contact_role")
    words = table.columns["id"].words
    if roles is not None and words is not None:
        of_key = np.full(len(words), -1, np.int32)
        of_key[table.columns["id"].values] = rows
        role_rows = codes_in(roles.columns["opportunity"], words, len(roles))
        role_rows = np.where(role_rows >= 0, of_key[role_rows], -1)
        role_person = codes_in(roles.columns["person"], people, len(roles))
        pairs = np.concatenate([pairs, np.stack([role_person, role_rows])], axis=1)
        pairs = pairs[:, pairs[1] >= 0]
    pairs = np.unique(pairs, axis=1).astype(np.int32)
    opened = _Stream(OPPORTUNITY, pairs[0], table.at[pairs[1]], pairs[1])
    closing = table.columns["closed_at"].take(pairs[1])
    ended = closing.mask & (table.columns["status"].take(pairs[1]).values != _open_code(table))
    closed = _Stream(CLOSE, pairs[0][ended], closing.values[ended], pairs[1][ended])
    return [opened, closed]


def _open_code(table: FactTable) -> int:
    words = table.columns["status"].words
    return (
        next((i for i, word in enumerate(words) if word == "open"), -1) if words is not None else -1
    )


def _kept(stream: _Stream, as_of: int) -> _Stream:
    keep = (stream.person >= 0) & (stream.at <= as_of) & (stream.at != ABSENT)
    if keep.all():
        return stream
    return _Stream(stream.kind, stream.person[keep], stream.at[keep], stream.row[keep])


def _lost(streams: list[_Stream], as_of: int) -> tuple[Finding, ...]:
    """What the index leaves out, so that nothing is dropped in silence."""
    findings = []
    for stream in streams:
        name = KINDS[stream.kind]
        nobody = int((stream.person < 0).sum())
        if nobody:
            findings.append(
                Finding("unknown-person", f"{name} facts name a person that is not known", nobody)
            )
        later = int(((stream.at > as_of) & (stream.person >= 0)).sum())
        if later:
            findings.append(
                Finding("after-as-of", f"{name} facts happened after the replay's instant", later)
            )
    return tuple(findings)


def _latest(rows: Codes, first: NDArray[np.int64]) -> Codes:
    """At each moment, the row last seen in this person's history (-1 before the first)."""
    places = np.arange(len(rows))
    seen = np.maximum.accumulate(np.where(rows >= 0, places, -1)) if len(rows) else places
    start = np.repeat(first[:-1], np.diff(first))
    found = np.where(seen >= start, rows[np.maximum(seen, 0)] if len(rows) else rows, -1)
    return found.astype(np.int32)


def _account_rows(facts: Facts, person_row: Codes, at: Instants) -> Codes:
    """At each moment, the version of the person's account that was true then."""
    accounts, persons = facts.get("account"), facts.get("person")
    if accounts is None or persons is None or not len(accounts):
        return np.full(len(at), -1, np.int32)
    words = accounts.columns["id"].words
    assert words is not None  # noqa: S101 - ids are texts
    belongs = codes_in(persons.columns["account"], words, len(persons))
    wanted = np.where(person_row >= 0, belongs[person_row], -1)
    key, position = _version_order(accounts)
    since = np.where(position == 0, ABSENT, accounts.at)
    order = np.lexsort((position, since, key))
    found = _last_not_after(key[order], since[order], wanted, at)
    return np.where(found >= 0, order[found], -1).astype(np.int32)


def _last_not_after(key: Codes, since: Instants, wanted: Codes, at: Instants) -> NDArray[np.int64]:
    """For each (wanted, at): the last position with that key and since <= at; -1 for none.

    `key` and `since` are sorted together. Keys with one version, the common case, need no search
    by instant.
    """
    last = np.searchsorted(key, wanted, side="right") - 1
    begin = np.searchsorted(key, wanted)
    found = np.where((wanted >= 0) & (begin <= last), begin, -1)
    several = np.flatnonzero((found >= 0) & (last > begin))
    while len(several):
        nxt = found[several] + 1
        ahead = (nxt <= last[several]) & (since[np.minimum(nxt, len(since) - 1)] <= at[several])
        several = several[ahead]
        found[several] += 1
    return found
