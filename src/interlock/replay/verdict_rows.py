"""Verdicts of an outcome as rows that can be compared with those of another outcome.

Two replays number people, members and clauses each in its own way; here a row says them by name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interlock.replay.outcome import Codes, Outcome

Whole = NDArray[np.int64]


@dataclass(frozen=True)
class VerdictRows:
    """Verdicts of one sort. `key` names the columns that say which verdict a row is.

    Columns are whole numbers; one that `words` has too is positions there (-1: nothing).
    """

    sort: str
    key: tuple[str, ...]
    columns: Mapping[str, Whole]
    words: Mapping[str, NDArray[np.object_]]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def word(self, column: str, row: int) -> str:
        """What a column of words says in a row; "" for nothing."""
        code = int(self.columns[column][row])
        return str(self.words[column][code]) if code >= 0 else ""


def verdict_rows(outcome: Outcome) -> tuple[VerdictRows, ...]:
    """All verdicts: where leads stand, stays at stages, obligations, periods."""
    words = {
        "person": outcome.people,
        "stage": outcome.stages,
        "came_from": outcome.stages,
        "reason": outcome.reasons,
        "member": outcome.members,
        "owner": outcome.members,
        "promise": outcome.promises,
        "variant": outcome.variants,
        "source": outcome.sources,
        "tier": outcome.tiers,
    }
    everybody = np.arange(len(outcome.people), dtype=np.int32)
    return (
        _rows("lead", ("person",), outcome.leads, words, person=everybody),
        _rows("visit", ("person", "stage", "entered"), outcome.visits, words),
        _rows("obligation", ("person", "promise", "started"), outcome.obligations, words),
        _rows(
            "period",
            ("member", "promise", "begins"),
            outcome.periods,
            {**words, "promise": outcome.numbers},
        ),
    )


_OF_FACTS = ("fact", "last", "earlier")
"""Columns that end so are positions in the replayed index, or say when the last fact was, or how
many are before the one that decided."""
LAPSES, STAYS = "engagement", "score"
"""The same score at the replay's instant, and just after the last fact. Replays as of one instant
are compared by the former; a fingerprint is of the latter, since it does not change with time."""


def _rows(
    sort: str,
    key: tuple[str, ...],
    verdicts: Any,
    words: Mapping[str, NDArray[np.object_]],
    **more: Codes,
) -> VerdictRows:
    """The rows of one of an outcome's tables, without what is about its facts."""
    own = [each.name for each in fields(verdicts) if not each.name.endswith(_OF_FACTS)]
    found = {**more, **{name: getattr(verdicts, name) for name in own}}
    columns = {name: _whole(values) for name, values in found.items()}
    return VerdictRows(sort, key, columns, {name: words[name] for name in columns if name in words})


def _whole(values: NDArray[Any]) -> Whole:
    """The values as whole numbers; decimals as the pattern of their bits, rounded to 6 places."""
    if values.dtype == np.float64:
        return (np.round(values, 6) + 0.0).view(np.int64)  # no second zero that is negative
    return values.astype(np.int64, copy=False)


# --- the same verdicts ------------------------------------------------------------------------


def fingerprint(outcome: Outcome) -> str:
    """16 hexadecimal digits that all verdicts about people give, in whatever order they are.

    Periods are sums of what the others say, and are left out.
    """
    return _written(_sum(outcome))


def fingerprint_with(whole: str, before: Outcome, after: Outcome) -> str:
    """A fingerprint after a few people were replayed, from the one before; "" stays ""."""
    return _written(int(whole, 16) - _sum(before) + _sum(after)) if whole else ""


def _written(total: int) -> str:
    return f"{total % 2**64:016x}"


def _sum(outcome: Outcome) -> int:
    hashed: dict[int, NDArray[np.uint64]] = {}
    about_people = (rows for rows in verdict_rows(outcome) if "person" in rows.columns)
    return sum(int(_mixed(rows, hashed).sum(dtype=np.uint64)) for rows in about_people)


def _mixed(rows: VerdictRows, hashed: dict[int, NDArray[np.uint64]]) -> NDArray[np.uint64]:
    """One number a row, of all that it says. `hashed` keeps the numbers of words."""
    seed = int.from_bytes(hashlib.blake2b(rows.sort.encode(), digest_size=8).digest(), "big")
    mixed = np.full(len(rows), seed, np.uint64)
    for name in sorted(rows.columns.keys() - {LAPSES}):
        values = rows.columns[name]
        if name in rows.words:
            words = rows.words[name]
            numbers = hashed.setdefault(id(words), np.array([*_numbers(words), 0], np.uint64))
            mixed = _stirred(mixed ^ numbers[values])
        else:
            mixed = _stirred(mixed ^ values.view(np.uint64))
    return mixed


def _numbers(words: NDArray[np.object_]) -> Iterator[int]:
    for word in words:
        yield int.from_bytes(hashlib.blake2b(str(word).encode(), digest_size=8).digest(), "big")


def _stirred(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Each number with its bits spread over all places (the finisher of splitmix64)."""
    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


# --- other verdicts ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Pairs:
    """Verdicts of two outcomes that differ: the rows of each (-1: the other one has it alone)."""

    then: Whole
    now: Whole


def differing(then: VerdictRows, now: VerdictRows) -> Pairs:
    """The verdicts of one sort of which two outcomes say different things."""
    ours, theirs = _in_same_words(then, now)
    names = ours.keys() - {*then.key, STAYS}
    key = [np.concatenate([ours[name], theirs[name]]) for name in then.key]
    key.append(np.concatenate([_which(ours, then.key), _which(theirs, now.key)]))
    row = np.concatenate([np.arange(len(then)), np.arange(len(now))])
    is_now = np.repeat([False, True], [len(then), len(now)])
    order = np.lexsort((is_now, *reversed(key)))
    same = np.ones(max(len(order) - 1, 0), bool)
    for part in key:
        same &= part[order][1:] == part[order][:-1]
    first = order[:-1][same]
    second = order[1:][same]
    other = np.zeros(len(first), bool)
    for name in names:
        other |= ours[name][row[first]] != theirs[name][row[second]]
    paired = np.zeros(len(order), bool)
    paired[first] = paired[second] = True
    lone = np.flatnonzero(~paired)
    return Pairs(
        np.concatenate([row[first[other]], np.where(is_now[lone], -1, row[lone])]),
        np.concatenate([row[second[other]], np.where(is_now[lone], row[lone], -1)]),
    )


def _which(columns: Mapping[str, Whole], key: tuple[str, ...]) -> Whole:
    """Of rows with the same key: the how manieth each is."""
    count = len(columns[key[0]])
    order = np.lexsort([columns[name] for name in reversed(key)])
    new = np.ones(count, bool)
    if count:
        new[1:] = False
        for name in key:
            new[1:] |= columns[name][order][1:] != columns[name][order][:-1]
    place = np.arange(count)
    found = np.empty(count, np.int64)
    found[order] = place - np.maximum.accumulate(np.where(new, place, 0)) if count else place
    return found


def _in_same_words(
    then: VerdictRows, now: VerdictRows
) -> tuple[dict[str, Whole], dict[str, Whole]]:
    """The columns of both, with the same position for the same word."""
    ours, theirs = dict(then.columns), dict(now.columns)
    for name, words in now.words.items():
        places = {word: place for place, word in enumerate(then.words[name])}
        moved = [places.setdefault(word, len(places)) for word in words]
        theirs[name] = np.array([*moved, -1], np.int64)[theirs[name]]
    return ours, theirs
