"""What a moment may be, and how the columns of facts are read by position."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from interlock.agreement.vocabulary import FACT_SCOPES, STATE_SCOPES
from interlock.facts.columns import Column, Facts, FactTable
from interlock.facts.kinds import KINDS as CONTRACTS
from interlock.replay.calendar_spans import FIRST_INSTANT
from interlock.replay.outcome import Codes, Flags

KINDS = (*(kind for kind in CONTRACTS if kind in (*STATE_SCOPES, *FACT_SCOPES)), "close")
"""What a moment may be, in rank order. `close` is an opportunity's end."""

ACCOUNT, PERSON, OPPORTUNITY, TOUCH = map(
    KINDS.index, ("account", "person", "opportunity", "touch")
)
ASSIGNMENT, ACTIVITY, DECISION, CLOSE = map(
    KINDS.index, ("assignment", "activity", "decision", "close")
)

DEEDS = (ACTIVITY, DECISION)
"""What one of us does about a lead: what becomes of a hand-over is read of these alone."""

Places = Mapping[str, int]
"""Words by their position."""


def table_of(kind: int) -> str:
    """The fact table that a moment of that kind has its row in."""
    return "opportunity" if kind == CLOSE else KINDS[kind]


def table_in(facts: Facts, kind: str) -> FactTable:
    """The table of a kind; an empty one where there are no such facts."""
    found = facts.get(kind)
    return _EMPTY[kind] if found is None else found


_NONE = np.empty(0, np.int64)
_EMPTY = {kind: FactTable(kind, _NONE, _NONE, {}) for kind in CONTRACTS}


def places_of(words: NDArray[np.object_]) -> Places:
    """The position of each word."""
    return {word: place for place, word in enumerate(words)}


_FEW = 1_000
"""Of so many rows it takes longer to see that there is nothing to look up than to look it up."""


def codes_in(column: Column | None, words: NDArray[np.object_] | Places, rows: int) -> Codes:
    """The column's texts as positions in `words`; -1 where unknown or not among them.

    They may be the column's own values: not to be written to.
    """
    if column is None or column.words is None:
        return np.full(rows, -1, np.int32)
    if column.words is words:
        found: Codes = column.values.astype(np.int32, copy=False)
    else:
        places = places_of(words) if isinstance(words, np.ndarray) else words
        codes = np.array([places.get(word, -1) for word in column.words.tolist()], np.int32)
        same = len(column.values) > _FEW and (codes == np.arange(len(codes))).all()
        found = column.values.astype(np.int32, copy=False) if same else codes[column.values]
    return found if column.known is None else np.where(column.known, found, np.int32(-1))


def opened_by(table: FactTable, as_of: int) -> Flags:
    """Which opportunities were opened by then, at an instant that there is."""
    found: Flags = (table.at >= FIRST_INSTANT) & (table.at <= as_of)
    return found


def ended(table: FactTable) -> Flags:
    """Which opportunities are won or lost by now."""
    return with_status(table, ("won", "lost"))


def with_status(table: FactTable, words: tuple[str, ...]) -> Flags:
    """Which opportunities have one of these statuses by now."""
    return with_word(table, "status", words)


def with_word(table: FactTable, name: str, words: tuple[str, ...]) -> Flags:
    """Which rows have one of these words in that column."""
    column = table.columns.get(name)
    if column is None or column.words is None:
        return np.zeros(len(table), bool)
    found: Flags = np.array([word in words for word in column.words], bool)[column.values]
    return found if column.known is None else found & column.known
