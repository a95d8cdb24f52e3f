"""Facts laid out for the replay: every fact of every person, in the one order that counts.

A *moment* is one fact in one person's history. Moments are ordered by person, then instant, then
the rank of the kind, then arrival; a moment knows its kind and its row in that kind's table. The
same layout serves one person and a million.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numba
import numpy as np
from numpy.typing import NDArray

from interlock.agreement.vocabulary import FACT_SCOPES, STATE_SCOPES
from interlock.facts.columns import Column, Facts, FactTable
from interlock.facts.kinds import KINDS as CONTRACTS
from interlock.replay.account_versions import news, versions_at
from interlock.replay.calendar_spans import FIRST_INSTANT, LAST_INSTANT
from interlock.replay.outcome import Codes, Finding, Flags, Instants

KINDS = (*(kind for kind in CONTRACTS if kind in (*STATE_SCOPES, *FACT_SCOPES)), "close")
"""What a moment may be, in rank order. `close` is an opportunity's end."""

ACCOUNT, PERSON, OPPORTUNITY, TOUCH = map(
    KINDS.index, ("account", "person", "opportunity", "touch")
)
ASSIGNMENT, ACTIVITY, DECISION, CLOSE = map(
    KINDS.index, ("assignment", "activity", "decision", "close")
)


_FEW = 32
"""So many moments are quicker put in order one by one."""


def table_of(kind: int) -> str:
    """The fact table that a moment of that kind has its row in."""
    return "opportunity" if kind == CLOSE else KINDS[kind]


@dataclass(frozen=True)
class Index:
    """The moments, as columns, with the tables that they point into.

    `people` are the ids of those who have moments; `first[p]:first[p + 1]` are those of person p.
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
    _rows_of: dict[str, Codes] = field(default_factory=dict, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.at)

    def table(self, kind: str) -> FactTable:
        """The table of a kind; an empty one where there are no such facts."""
        return self.facts.get(kind) or _empty(kind)

    def rows_of(self, kind: str) -> Codes:
        """At each moment, its row in that kind's table, or -1 where the moment is another kind."""
        if kind not in self._rows_of:
            mine = np.array([table_of(code) == kind for code in range(len(KINDS))])
            self._rows_of[kind] = np.where(mine[self.kind], self.row, np.int32(-1))
        return self._rows_of[kind]

    @property
    def members(self) -> NDArray[np.object_]:
        """The known members' ids; a member's code is the position here."""
        words = self.table("member").columns.get("id")
        return np.empty(0, object) if words is None or words.words is None else words.words


@dataclass(frozen=True)
class _Stream:
    """Facts of one kind on their way into the index, by arrival. A negative person is nobody."""

    kind: int
    person: Codes
    at: Instants
    row: Codes

    def where(self, kept: Flags) -> _Stream:
        """The facts for which `kept` holds."""
        if kept.all():
            return self
        return _Stream(self.kind, self.person[kept], self.at[kept], self.row[kept])


def build(facts: Facts, as_of: int) -> Index:
    """The index of all facts up to `as_of` (UTC seconds, inclusive)."""
    people = _people(facts)
    streams = _streams(facts, places_of(people))
    findings = (*_lost(streams, facts, people, as_of), *_unsound(facts))
    person, at, kind, row = _ordered([stream.where(_counts(stream, as_of)) for stream in streams])
    person_row = _latest(np.where(kind == PERSON, row, -1), _bounds(person, len(people)))
    account = _accounts_at(facts, person_row)
    own = _own_news(facts, kind, row, account)
    if not own.all():
        person, at, kind, row = person[own], at[own], kind[own], row[own]
        person_row, account = person_row[own], account[own]
    first = _bounds(person, len(people))
    present = np.diff(first) > 0
    if not present.all():
        people, first = people[present], first[np.append(present, values=True)]
        person = (np.cumsum(present) - 1).astype(np.int32)[person]
    account_row = np.where(kind == ACCOUNT, row, _account_rows(facts, account, at))
    return Index(facts, people, first, person, at, kind, row, person_row, account_row, findings)


def _ordered(streams: list[_Stream]) -> tuple[Codes, Instants, NDArray[np.uint8], Codes]:
    """Person, instant, kind and row of every moment, in the one order that counts.

    The streams come in rank order and each by arrival, so that a stable sort by person and instant
    is the whole order.
    """
    streams = sorted(streams, key=lambda stream: stream.kind)
    person = np.concatenate([stream.person for stream in streams])
    at = np.concatenate([stream.at for stream in streams])
    kind = np.concatenate([np.full(len(s.at), s.kind, np.uint8) for s in streams])
    row = np.concatenate([stream.row for stream in streams])
    order = _by_person_and_instant(person, at, int(person.max(initial=-1)) + 1)
    return person[order], at[order], kind[order], row[order]


@numba.njit(cache=True)
def _by_person_and_instant(person: Codes, at: Instants, people: int) -> NDArray[np.int64]:
    """The stable order by person, then instant: counted by person, then sorted within each."""
    first = np.zeros(people + 1, np.int64)
    for p in person:
        first[p + 1] += 1
    first = np.cumsum(first)
    order = np.empty(len(person), np.int64)
    free = first[:-1].copy()
    for i in range(len(person)):
        order[free[person[i]]] = i
        free[person[i]] += 1
    for p in range(people):
        mine = order[first[p] : first[p + 1]]
        if len(mine) > _FEW:
            mine[:] = mine[np.argsort(at[mine], kind="mergesort")]
            continue
        for i in range(1, len(mine)):
            moved, j = mine[i], i
            while j > 0 and at[mine[j - 1]] > at[moved]:
                mine[j] = mine[j - 1]
                j -= 1
            mine[j] = moved
    return order


def _bounds(person: Codes, people: int) -> NDArray[np.int64]:
    """Where each person's moments begin, and after the last one where they end."""
    return np.searchsorted(person, np.arange(people + 1))


def _empty(kind: str) -> FactTable:
    none = np.empty(0, np.int64)
    return FactTable(kind, none, none, {})


def _people(facts: Facts) -> NDArray[np.object_]:
    """The known persons' ids; the position of an id is the person's code."""
    table = facts.get("person")
    words = table.columns["id"].words if table is not None and len(table) else None
    return np.empty(0, dtype=object) if words is None else words


Places = Mapping[str, int]
"""Words by their position."""


def places_of(words: NDArray[np.object_]) -> Places:
    """The position of each word."""
    return {word: place for place, word in enumerate(words)}


def codes_in(column: Column | None, words: NDArray[np.object_] | Places, rows: int) -> Codes:
    """The column's texts as positions in `words`; -1 where unknown or not among them."""
    if column is None or column.words is None:
        return np.full(rows, -1, np.int32)
    if column.words is words:
        found: Codes = column.values.astype(np.int32, copy=False)
    else:
        places = places_of(words) if isinstance(words, np.ndarray) else words
        found = np.array([places.get(word, -1) for word in column.words], np.int32)[column.values]
    return found if column.known is None else np.where(column.known, found, np.int32(-1))


def _streams(facts: Facts, people: Places) -> list[_Stream]:
    streams = [_person_stream(facts), *_account_streams(facts)]
    for kind in (TOUCH, ASSIGNMENT, ACTIVITY, DECISION):
        if table := facts.get(KINDS[kind]):
            person = codes_in(table.columns["person"], people, len(table))
            streams.append(_Stream(kind, person, table.at, _all_rows(table)))
    return streams + _opportunity_streams(facts, people)


def _all_rows(table: FactTable) -> Codes:
    return np.arange(len(table), dtype=np.int32)


def _person_stream(facts: Facts) -> _Stream:
    table = facts.get("person") or _empty("person")
    person = table.columns["id"].values.astype(np.int32) if len(table) else np.empty(0, np.int32)
    return _Stream(PERSON, person, table.at, _all_rows(table))


def _account_streams(facts: Facts) -> list[_Stream]:
    """A version of an account is a moment of each of its persons, if it came after them.

    Whoever belonged to the account before is in the stream; `_own_news` leaves out those who did
    not at that time.
    """
    accounts, persons = facts.get("account"), facts.get("person")
    if not accounts or not persons:
        return []
    person, row = _distinct_pairs(*news(accounts, persons, _accounts_of(persons, accounts)))
    return [_Stream(ACCOUNT, person, accounts.at[row], row)]


def _accounts_of(persons: FactTable, accounts: FactTable) -> Codes:
    """In each row of the persons, the account by its code among the accounts' ids (-1: none)."""
    words = accounts.columns["id"].words
    assert words is not None  # noqa: S101 - ids are texts
    return codes_in(persons.columns["account"], words, len(persons))


def _distinct_pairs(person: Codes, row: Codes) -> tuple[Codes, Codes]:
    """Each (person, row) once, in the order of the rows. Persons from -1 on."""
    width = int(person.max(initial=-1)) + 2
    pairs = np.unique(row.astype(np.int64) * width + person + 1)
    return (pairs % width - 1).astype(np.int32), (pairs // width).astype(np.int32)


def _opportunity_streams(facts: Facts, people: Places) -> list[_Stream]:
    """An opportunity is opened, and may be closed, for its main contact and every contact role."""
    table = facts.get("opportunity")
    if table is None:
        return []
    contact = table.columns["person"]
    rows = np.flatnonzero(contact.mask)
    person = codes_in(contact, people, len(table))[rows]
    roles = facts.get("contact_role")
    if roles is not None:
        role_rows = _opportunities_of(roles, table)
        role_person = codes_in(roles.columns["person"], people, len(roles))
        person = np.concatenate([person, role_person[role_rows >= 0]])
        rows = np.concatenate([rows, role_rows[role_rows >= 0]])
    person, row = _distinct_pairs(person, rows.astype(np.int32))
    opened = _Stream(OPPORTUNITY, person, table.at[row], row)
    closing = ended(table) & table.columns["closed_at"].mask & (table.at >= FIRST_INSTANT)
    # none is closed before it is opened, whatever its dates say
    closed_at = np.maximum(table.columns["closed_at"].values, table.at)
    closed = _Stream(CLOSE, person, closed_at[row], row)
    return [opened, closed.where(closing[row] & (person >= 0))]


def _opportunities_of(roles: FactTable, table: FactTable) -> NDArray[np.int64]:
    """Each contact role's row in the opportunities; -1 where there is none such."""
    ids = table.columns.get("id")
    if ids is None or ids.words is None or not len(table):
        return np.full(len(roles), -1)
    of_key = np.full(len(ids.words), -1)
    of_key[ids.values] = np.arange(len(table))
    code = codes_in(roles.columns["opportunity"], ids.words, len(roles))
    return np.where(code >= 0, of_key[code], -1)


def ended(table: FactTable) -> Flags:
    """Which opportunities are won or lost by now."""
    return with_status(table, ("won", "lost"))


def with_status(table: FactTable, words: tuple[str, ...]) -> Flags:
    """Which opportunities have one of these statuses by now."""
    status = table.columns.get("status")
    if status is None or status.words is None:
        return np.zeros(len(table), bool)
    return np.array([word in words for word in status.words])[status.values] & status.mask


def _counts(stream: _Stream, as_of: int) -> Flags:
    """Facts of somebody, at an instant that is one, and not after the replay's."""
    return (stream.person >= 0) & _possible(stream) & (stream.at <= as_of)


def _possible(stream: _Stream) -> Flags:
    return (stream.at >= FIRST_INSTANT) & (stream.at <= LAST_INSTANT)


def _lost(
    streams: list[_Stream], facts: Facts, people: NDArray[np.object_], as_of: int
) -> tuple[Finding, ...]:
    """What the index leaves out, so that nothing is dropped in silence."""
    findings = []
    for stream in streams:
        name = "closed opportunity" if stream.kind == CLOSE else KINDS[stream.kind]
        somebody, possible = stream.person >= 0, _possible(stream)
        reasons = {
            "unknown-person": ("name a person that is not known", ~somebody),
            "no-such-instant": ("happened before the year 1 or after 9999", somebody & ~possible),
            "after-as-of": (
                "happened after the replay's instant",
                somebody & possible & (stream.at > as_of),
            ),
        }
        for code, (message, lost) in reasons.items():
            if lost.any():
                count = len(np.unique(stream.row[lost]))
                who = _named(stream, int(np.argmax(lost)), facts, people)
                findings.append(Finding(code, f"{name} facts {message}", count, who))
    return tuple(findings)


def _named(stream: _Stream, place: int, facts: Facts, people: NDArray[np.object_]) -> str:
    """Whom one fact is about: a person's id, or the unknown word that it names somebody by."""
    if stream.person[place] >= 0:
        return str(people[stream.person[place]])
    word = facts[table_of(stream.kind)].columns["person"].value(int(stream.row[place]))
    # an opportunity's role may be the unknown one, and its main contact known
    return "" if word is None or (people == word).any() else str(word)


def _unsound(facts: Facts) -> tuple[Finding, ...]:
    """Opportunities and their roles that cannot count as they are meant."""
    table, roles = facts.get("opportunity") or _empty("opportunity"), facts.get("contact_role")
    findings: list[Finding] = []
    if len(table):
        closed_at, closed = table.columns["closed_at"], ended(table)
        findings += _found(
            "closed-without-date",
            "opportunities are won or lost but have no closing date, and count as open",
            table.columns["id"],
            closed & ~closed_at.mask,
        )
        findings += _found(
            "closed-before-opened",
            "opportunities were closed before they were opened, and count as closed at once",
            table.columns["id"],
            closed & closed_at.mask & (closed_at.values < table.at),
        )
    if roles:
        findings += _found(
            "unknown-opportunity",
            "contact roles name an opportunity that is not known",
            roles.columns["opportunity"],
            _opportunities_of(roles, table) < 0,
        )
    return tuple(findings)


def _found(code: str, message: str, names: Column, which: Flags) -> list[Finding]:
    """The finding, with the first name as its example; none where it applies to no row."""
    if not which.any():
        return []
    return [Finding(code, message, int(which.sum()), str(names.value(int(np.argmax(which)))))]


def _latest(rows: Codes, first: NDArray[np.int64]) -> Codes:
    """At each moment, the row last seen in this person's history (-1 before the first)."""
    places = np.arange(len(rows))
    seen = np.maximum.accumulate(np.where(rows >= 0, places, -1)) if len(rows) else places
    start = np.repeat(first[:-1], np.diff(first))
    found = np.where(seen >= start, rows[np.maximum(seen, 0)] if len(rows) else rows, -1)
    return found.astype(np.int32)


def _accounts_at(facts: Facts, person_row: Codes) -> Codes:
    """At each moment, the person's account by its code among the accounts' ids (-1: none)."""
    accounts, persons = facts.get("account"), facts.get("person")
    if not accounts or not persons:
        return np.full(len(person_row), -1, np.int32)
    return np.where(person_row >= 0, _accounts_of(persons, accounts)[person_row], np.int32(-1))


def _own_news(facts: Facts, kind: NDArray[np.uint8], row: Codes, account: Codes) -> Flags:
    """Which moments are the person's own: news of an account only while they belong to it."""
    own = np.ones(len(kind), bool)
    news = np.flatnonzero(kind == ACCOUNT)
    if len(news):
        own[news] = facts["account"].columns["id"].values[row[news]] == account[news]
    return own


def _account_rows(facts: Facts, account: Codes, at: Instants) -> Codes:
    """At each moment, the version of the person's account that was true then (-1: none)."""
    accounts = facts.get("account")
    return versions_at(accounts, account, at) if accounts else np.full(len(at), -1, np.int32)
