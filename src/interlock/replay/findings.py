"""Facts that contradict each other or the clock: they count, each in the way its finding says."""

from __future__ import annotations

from collections.abc import Iterator

import numba
import numpy as np
from numpy.typing import NDArray

from interlock.facts.columns import FactTable
from interlock.replay.account_versions import in_order
from interlock.replay.index import Index
from interlock.replay.kinds import codes_in, with_status
from interlock.replay.outcome import ABSENT, Codes, Finding, Flags, Instants
from interlock.replay.parts import plain


def contradictions(index: Index, as_of: int) -> Iterator[Finding]:
    """What a human should look at among the facts up to `as_of`."""
    accounts = index.table("account")
    if len(accounts) > 1 or accounts.learned is not None:
        accounts = _of_somebody(accounts, index.table("person"))
    for kind, table in index.facts.items():
        yield from _known_before(accounts if kind == "account" else table, as_of)
    yield from _at_once(accounts, as_of, "account")
    yield from _at_once(index.table("person"), as_of, "person")
    yield from _won_and_lost(index.table("opportunity"), index.table("decision"), as_of)


def _of_somebody(accounts: FactTable, persons: FactTable) -> FactTable:
    """The accounts that some person belongs to, or did: no others say anything about a lead."""
    ids = accounts.columns.get("id")
    if ids is None or ids.words is None:
        return accounts
    theirs = codes_in(persons.columns.get("account"), ids.words, len(persons))
    named = np.zeros(len(ids.words), bool)
    named[theirs[theirs >= 0]] = True
    rows = np.flatnonzero(named[ids.values])
    return accounts if len(rows) == len(accounts) else accounts.take(rows)


def _known_before(table: FactTable, as_of: int) -> Iterator[Finding]:
    """Facts that we learned of before they happened."""
    if table.learned is None:
        return
    early = (table.learned < table.at) & (table.at <= as_of)
    if early.any():
        message = (
            f"{table.kind.replace('_', ' ')} facts were known before they happened, and count when "
            "they happened: they were plans, or a clock was wrong"
        )
        yield _finding("known-before", message, table, early)


def _at_once(table: FactTable, as_of: int, kind: str) -> Iterator[Finding]:
    """Versions of one record that hold from the very same instant: the last that arrived counts."""
    if len(table) <= 1:
        return
    rows, again = _repeated(table, as_of)
    if not again.any():
        return
    moved = np.zeros(len(rows), bool)
    account = table.columns.get("account")
    if kind == "person" and account is not None and account.words is not None:
        codes = codes_in(account, account.words, len(table))[rows]
        moved[1:] = again[1:] & (codes[1:] != codes[:-1])
    for code, which, what in (
        ("two-accounts", moved, "put the person into another account"),
        ("at-once", again & ~moved, "say something else"),
    ):
        if which.any():
            message = (
                f"{kind} facts {what} from the very same instant as the version before; "
                "the one that arrived last counts"
            )
            found = np.zeros(len(table), bool)
            found[rows[which]] = True
            yield _finding(code, message, table, found)


def _repeated(table: FactTable, as_of: int) -> tuple[NDArray[np.int64], Flags]:
    """Rows of records with several, by record and instant, and which repeat the instant before.

    What has always held comes from no instant.
    """
    ids = table.columns.get("id")
    if ids is None or ids.words is None:
        return np.empty(0, np.int64), np.zeros(0, bool)
    key, at = plain(ids.values, np.int32), plain(table.at)
    return _again(*in_order(key, at, len(ids.words)), at, as_of)


@numba.njit(cache=True, nogil=True)
def _again(
    begin: NDArray[np.int64], order: Codes, at: Instants, as_of: int
) -> tuple[NDArray[np.int64], Flags]:
    """As `_repeated`, of rows by record and instant; those of record r begin at `begin[r]`."""
    rows, again, n = np.empty(len(order), np.int64), np.zeros(len(order), np.bool_), 0
    for record in range(len(begin) - 1):
        first = n
        for place in range(begin[record], begin[record + 1]):
            several = begin[record + 1] - begin[record] > 1
            if several and at[order[place]] <= as_of and at[order[place]] != ABSENT:
                rows[n] = order[place]
                again[n] = n > first and at[rows[n - 1]] == at[rows[n]]
                n += 1
    return rows[:n], again[:n]


def _won_and_lost(opportunities: FactTable, decisions: FactTable, as_of: int) -> Iterator[Finding]:
    """Opportunities of which the last decision says the opposite of what their status says."""
    ids, named = opportunities.columns.get("id"), decisions.columns.get("opportunity")
    kind = decisions.columns.get("kind")
    if ids is None or ids.words is None or named is None or kind is None or kind.words is None:
        return
    says = np.array([{"win": 1, "lose": -1}.get(word, 0) for word in kind.words])[kind.values]
    code = codes_in(named, ids.words, len(decisions))
    rows = np.flatnonzero((says != 0) & kind.mask & (code >= 0) & (decisions.at <= as_of))
    last = _last_of_each(code[rows], decisions.at[rows])
    decided = np.zeros(len(ids.words), np.int64)
    decided[code[rows][last]] = says[rows][last]
    over = _over(opportunities, as_of)
    won = with_status(opportunities, ("won",)).astype(int)
    lost = with_status(opportunities, ("lost",)).astype(int)
    wrong = over & (decided[ids.values] * (won - lost) < 0)
    if wrong.any():
        message = (
            "opportunity facts are won by their status and lost by the last decision, or the other "
            "way round; the status says what became of the sale"
        )
        yield _finding("won-and-lost", message, opportunities, wrong)


def _over(opportunities: FactTable, as_of: int) -> Flags:
    """Which were over by then: their status says what they came to in the end."""
    closed = opportunities.columns["closed_at"]
    over: Flags = closed.mask & (closed.values <= as_of) & (opportunities.at <= as_of)
    return over


def _last_of_each(code: Codes, at: NDArray[np.int64]) -> NDArray[np.int64]:
    """The place of the last of each code, by instant, then by arrival."""
    order = np.lexsort((np.arange(len(code)), at, code))
    ends = np.ones(len(order), bool)
    ends[:-1] = code[order][1:] != code[order][:-1]
    return order[ends]


def _finding(code: str, message: str, table: FactTable, which: Flags) -> Finding:
    """The finding, with the first record as its example: its id, else whom it is about."""
    names = table.columns.get("id") or table.columns.get("person")
    example = names.value(int(np.argmax(which))) if names is not None else None
    return Finding(code, message, int(which.sum()), "" if example is None else str(example))
