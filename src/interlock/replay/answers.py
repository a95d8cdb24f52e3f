"""At which moments criteria hold: one look at each moment answers all that is asked of it.

The moments of some persons at a time get their bits from one source after the other: the facts, the
versions of person and account with the fit score, the counts, and what is left of their engagement.
What a criterion means is data (`asked`); a new threshold compiles nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from interlock.replay.fading import Fading, left_after
from interlock.replay.index import Index
from interlock.replay.kinds import ACCOUNT, KINDS, PERSON, TOUCH
from interlock.replay.ordering import NOT_KNOWN, NOT_TOLD
from interlock.replay.outcome import Codes, Instants, Numbers
from interlock.replay.parts import in_parts
from interlock.replay.picking import Picked, with_bits, with_code
from interlock.replay.prepared import (
    AT_ONCE,
    FACTS_WITH_CODES,
    Bits,
    Held,
    Layout,
    Prepared,
    Tests,
    Words,
)
from interlock.replay.truths import FEW_WORDS, Truths, bits_by_word

NO_BITS: Bits = np.empty(0, np.int64)
_MOST_REMEMBERED = 12
_GOLDEN = np.uint64(0x9E37_79B9_7F4A_7C15)


@dataclass(frozen=True)
class Answers:
    """`held` has at each moment a bit for each question, the first one lowest, `AT_ONCE` a row.

    For each person just after their last moment: `last` the engagement, not rounded; `at` when that
    is; `fit` the fit score, empty where nothing was asked of it. `scores` has the engagement at
    each moment, rounded; empty where nobody wanted it.
    """

    held: Held
    last: Numbers
    at: Instants
    fit: Numbers
    scores: Numbers


class Evaluated(NamedTuple):
    """What is evaluated as it stands: bits of the moments of opportunities, in their order.

    And `general` bits of every moment; or it is empty.
    """

    moments: Bits
    bits: Bits
    general: Bits


class _Places(NamedTuple):
    """The columns of the index, or of a part of it."""

    first: Bits | NDArray[np.uint64]
    at: Instants
    kind: NDArray[np.uint8]
    row: Codes
    word: NDArray[np.uint8]
    person_row: Codes
    account_row: Codes


class _Rows(NamedTuple):
    """What is told by words, and by rows.

    The rows of the person's and the account's version, the last where there is none. By kind and
    word, the bits that are set; for a touch the points that it gives (empty: its row tells them).
    What its row says is at `offset` of its kind (-1: nothing) plus the row: `many` bits, to be put
    at `shift`, and above them, where its word does not tell, which points a touch gives.
    """

    person: NDArray[np.uint32]
    account: NDArray[np.uint32]
    word: Bits
    points: Numbers
    offset: Bits
    many: Bits
    shift: Bits
    codes: NDArray[np.uint16]


_Given = tuple[_Places, _Rows, Evaluated, Layout, Tests, Fading]
_Found = tuple[Held, Numbers, Instants, Numbers, Numbers]
"""Where the kernel writes: as in `Answers`."""


def answers(
    data: Prepared,
    index: Index,
    truths: Truths,
    evaluated: Evaluated,
    *,
    with_scores: bool = False,
) -> Answers:
    """The answers at every moment."""
    places = _Places(
        index.first,
        index.at,
        index.kind,
        index.row,
        index.word,
        index.person_row,
        index.account_row,
    )
    rows = _rows(data, index, truths)
    held = np.empty((-(-len(data.questions) // AT_ONCE), len(index)), np.uint16)
    people = len(index.who)
    last, at = np.empty(people), np.empty(people, np.int64)
    fit = np.empty(people if data.layout.of_states else 0)
    scores = np.empty(len(index) if with_scores else 0)
    given = places, rows, evaluated, data.layout, data.tests, data.fading
    found = held, last, at, fit, scores
    in_parts(lambda begin, stop: _answer(given, begin, stop, found), index.first)
    return Answers(held, last, at, fit if data.asked.with_fit else _NO_NUMBERS, scores)


def _rows(data: Prepared, index: Index, truths: Truths) -> _Rows:
    word, points = np.repeat(data.layout.base[:, None], NOT_TOLD + 1, 1), _NO_NUMBERS
    offset, many = np.full(len(KINDS), -1), np.zeros(len(KINDS), np.int64)
    shift, codes, length = data.layout.shift.copy(), [], 0
    for kind, scope in _WITH_CODES:
        asks, words = data.rows[scope], index.told(scope)
        if words is not None:
            told, asks = data.words[scope], data.words[scope].beside
            bits, gives = _told(told, words)
            word[kind] |= bits
            points = gives if kind == TOUCH else points
            shift[kind] += len(told.told.parts)
        if asks.many or asks.points:
            codes.append(truths.facts(scope, asks))
            offset[kind], many[kind] = length, asks.many
            length += len(codes[-1])
    together = codes[0] if len(codes) == 1 else np.concatenate(codes or [_NONE])
    person, account = (truths.states(scope, data.rows[scope]) for scope in ("person", "account"))
    return _Rows(person, account, word, points, offset, many, shift, together)


_WITH_CODES = tuple((KINDS.index(scope), scope) for scope in FACTS_WITH_CODES)
_NO_NUMBERS = np.empty(0)


def _told(tells: Words, words: NDArray[np.object_]) -> tuple[Bits, Numbers]:
    """The bits and the points that each word gives, by its code as the index has it."""
    if len(words) > FEW_WORDS:
        return _by_word(tells, words)
    return _remembered(tells, tuple(words))


@lru_cache(maxsize=1_024)
def _remembered(tells: Words, words: tuple[str, ...]) -> tuple[Bits, Numbers]:
    return _by_word(tells, np.array(words, dtype=object))


def _by_word(tells: Words, words: NDArray[np.object_]) -> tuple[Bits, Numbers]:
    bits, points = np.zeros(NOT_TOLD + 1, np.int64), np.zeros(NOT_TOLD + 1)
    told = bits_by_word(tells.told, words)
    bits[: len(words)], bits[NOT_KNOWN] = told[:-1], told[-1]
    points[: len(words)] = [tells.weights.get(word, 0.0) for word in words]
    return bits, points


_NONE = np.empty(0, np.uint16)


@numba.njit(cache=True)
def _held(bits: int, begin: Bits, terms: Bits) -> int:
    """A bit for each entry of a table of terms that the bits of parts answer with yes."""
    held = np.int64(0)
    for q in range(len(begin) - 1):
        for t in range(begin[q], begin[q + 1]):
            if bits & terms[t] == terms[t]:
                held |= np.int64(1) << q
                break
    return held  # type: ignore[return-value] # scalar


@numba.njit(cache=True)
def _fit(bits: int, points: Numbers, begin: Bits, terms: Bits, cap: float) -> float:
    given, score = _held(bits, begin, terms), 0.0
    for i in range(len(points)):
        if given >> i & 1:
            score += points[i]
    return min(score, cap)


@numba.njit(cache=True)
def _met(value: float, many: int, least: Numbers, below: Numbers, bit: Bits) -> int:
    """The bits of those of the first thresholds that the value meets."""
    bits = np.int64(0)
    for t in range(many):
        if least[t] <= value < below[t]:
            bits |= bit[t]
    return bits  # type: ignore[return-value] # scalar


@numba.njit(cache=True)
def _part(places: _Places, begin: int, stop: int) -> _Places:
    """The moments of the persons from `begin` to `stop` alone, the first of all at 0.

    Without a sign: a place that may be negative is looked at twice, to count it from the end.
    """
    first, at, kind, row, word, person_row, account_row = places
    start, end = first[begin], first[stop]
    return _Places(
        (first[begin : stop + 1] - start).astype(np.uint64),
        at[start:end],
        kind[start:end],
        row[start:end],
        word[start:end],
        person_row[start:end],
        account_row[start:end],
    )


@numba.njit(cache=True)
def _of_facts(part: _Places, rows: _Rows, bits: Bits) -> None:
    """Writes the bits that facts set."""
    _, _, kind, row, word, _, _ = part
    _, _, of_word, _, offset, many, shift, codes = rows
    for i in range(len(bits)):
        bits[i] = of_word[kind[i], word[i]]
    # facts lie in order of arrival: looked up one after the other, the waits for them overlap
    for k in np.flatnonzero(many):
        begin, asked, place = np.uint64(offset[k]), (1 << many[k]) - 1, shift[k]
        for i in with_code(kind, 1 << int(k)):
            bits[i] |= (np.int64(codes[begin + np.uint64(row[i])]) & asked) << place


@numba.njit(cache=True)
def _as_evaluated(evaluated: Evaluated, start: int, bits: Bits) -> None:
    """Adds the bits that are evaluated as they stand; the first is of the moment `start`."""
    sales, said, general = evaluated
    for sale in range(np.searchsorted(sales, start), np.searchsorted(sales, start + len(bits))):
        bits[sales[sale] - start] |= said[sale]
    for i in range(len(bits) if len(general) else 0):
        bits[i] |= general[start + i]


@numba.njit(cache=True)
def _of_states(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    part: _Places,
    rows: _Rows,
    layout: Layout,
    general: Bits,
    tests: Tests,
    bits: Bits,
    fits: Numbers,
) -> None:
    """Adds what the versions of persons and accounts set, and the thresholds that fit meets."""
    first, _, _, _, _, person_row, account_row = part
    of_person, of_account, shift = rows.person, rows.account, layout.shift
    memory = _memory(len(bits))
    known, fit = np.full(1 << memory, -1), np.empty(1 << memory)
    adds = np.empty(1 << memory, np.int64)
    for p in range(len(fits)):
        m, stop, place = first[p], first[p + 1], np.uint64(0)
        while m < stop:
            person, account = person_row[m], account_row[m]
            state = np.int64(of_person[person]) << shift[PERSON]
            state |= np.int64(of_account[account]) << shift[ACCOUNT]
            about = state | general[m] if len(general) else state
            place = _place(about, memory)
            if known[place] != about:
                known[place], fit[place], met = about, *_fit_of(about, tests)
                adds[place] = state | met
            added = adds[place]
            while m < stop and person_row[m] == person and account_row[m] == account:
                bits[m] |= added
                m += np.uint64(1)
        fits[p] = fit[place]


@numba.njit(cache=True)
def _fit_of(about: int, tests: Tests) -> tuple[float, int]:
    """The fit score where these bits are set, and the bits of the thresholds that it meets."""
    fit = _fit(about, tests.points, tests.points_begin, tests.points_terms, tests.cap)
    return fit, _met(fit, tests.of_fit, tests.least, tests.below, tests.bit)


@numba.njit(cache=True)
def _of_counts(first: Bits | NDArray[np.uint64], tests: Tests, bits: Bits) -> None:
    """Adds the thresholds that counts meet, by what moves them; of most people nothing does."""
    counts = np.zeros(tests.counts, np.int64)
    at_first = _counts_meet(counts, tests)
    for i in range(len(bits) if at_first else 0):
        bits[i] |= at_first
    moves = _moving(bits, tests)
    n, p = np.uint64(0), 0
    while n < len(moves):
        while first[p + 1] <= moves[n]:
            p += 1
        met, since, stop = at_first, np.uint64(moves[n]), first[p + 1]
        counts[:] = 0
        while n < len(moves) and moves[n] < stop:
            move = np.uint64(moves[n])
            _step(bits[move], tests, counts)
            now = _counts_meet(counts, tests)
            if now != met:
                _turn(bits, since, move, met ^ at_first)
                met, since = now, move
            n += np.uint64(1)
        _turn(bits, since, stop, met ^ at_first)


@numba.njit(cache=True)
def _moving(bits: Bits, tests: Tests) -> Picked:
    """The moments at which a count moves."""
    found, n, asked = with_bits(bits, tests.steps), np.uint64(0), tests.step_bits
    for place in found:
        moves = False
        for s in range(len(asked)):
            moves |= bits[place] & asked[s] == asked[s]
        found[n] = place
        n += np.uint64(moves)
    return found[:n]


@numba.njit(cache=True)
def _step(bits: int, tests: Tests, counts: Bits) -> None:
    """Moves the counts by what these bits say."""
    for s in range(len(tests.step_bits)):
        asked = tests.step_bits[s]
        counts[tests.step_count[s]] += tests.step_by[s] if bits & asked == asked else 0


@numba.njit(cache=True)
def _turn(bits: Bits, begin: np.uint64, stop: np.uint64, which: int) -> None:
    """Turns these bits of the moments in [begin, stop)."""
    if which:
        for m in range(begin, stop):
            bits[m] ^= which


@numba.njit(cache=True)
def _counts_meet(counts: Bits, tests: Tests) -> int:
    """The bits of the thresholds that the counts meet."""
    of_count, least, below, bit, of_fit = tests[5:10]
    met = np.int64(0)
    for t in range(of_fit, len(bit)):
        if least[t] <= float(counts[of_count[t]]) < below[t]:
            met |= bit[t]
    return met  # type: ignore[return-value] # scalar


@numba.njit(cache=True)
def _points(part: _Places, rows: _Rows, weights: Numbers, given: Numbers) -> None:
    """Writes the points that each moment gives: what is no touch, none.

    Where words tell them without a branch: which facts are touches nobody can guess.
    """
    _, _, kind, row, word, _, _ = part
    by_word, many = rows.points, rows.many[TOUCH]
    if len(by_word):
        for m in range(len(given)):
            given[m] = by_word[word[m] | np.uint8(NOT_TOLD * (kind[m] != TOUCH))]
        return
    given[:] = 0.0
    if rows.offset[TOUCH] >= 0:
        begin = np.uint64(rows.offset[TOUCH])
        for m in with_code(kind, 1 << TOUCH):
            given[m] = weights[rows.codes[begin + np.uint64(row[m])] >> many]


@numba.njit(cache=True)
def _of_engagement(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    part: _Places,
    rows: _Rows,
    weights: Numbers,
    tests: Tests,
    fading: Fading,
    bits: Bits,
    last: Numbers,
    until: Instants,
    scores: Numbers,
) -> None:
    """Adds the thresholds that engagement meets; and writes what there is of it."""
    first, at, kind, _, _, _, _ = part
    half_life, hours, seconds = fading
    here = np.empty(len(bits))
    _points(part, rows, weights, here)
    for p in range(len(last)):
        score, since, now = 0.0, at[first[p]], 0.0
        for m in range(first[p], first[p + 1]):
            touch = -np.int64(kind[m] == TOUCH)  # a number: compiled without a branch
            now = score * left_after(at[m] - since, half_life, hours, seconds) + here[m]
            score = now if touch else score
            since = at[m] if touch else since
            here[m] = now
        last[p], until[p] = now, at[first[p + 1] - np.uint64(1)]
    for i in range(len(bits)):
        here[i] = np.rint(here[i] * 1e6)
    for edge, turned in zip(tests.edges, tests.turned):  # noqa: B905 - a kernel's has no `strict`
        for i in range(len(bits)):
            bits[i] ^= turned if here[i] >= edge else 0
    for i in range(len(scores)):
        scores[i] = here[i] / 1e6


@numba.njit(cache=True)
def _memory(moments: int) -> int:
    """How many bits the places have at which what occurs at so many moments is remembered."""
    bits = 6
    while bits < _MOST_REMEMBERED and 1 << bits < moments:
        bits += 1
    return bits


@numba.njit(cache=True)
def _place(what: int, bits: int) -> np.uint64:
    """Where that is remembered, among places of so many bits: a multiplication by the golden ratio.

    Few combinations occur, so that most find their own place.
    """
    return np.uint64(what) * _GOLDEN >> np.uint64(64 - bits)


@numba.njit(cache=True)
def _tell(bits: Bits, begin: Bits, terms: Bits, held: Held) -> None:
    """Writes what the bits answer."""
    memory, asked = _memory(len(bits)), np.int64(0)
    known, answer = np.full(1 << memory, -1), np.empty(1 << memory, np.int64)
    for term in terms:
        asked |= term  # bits that only led to others would make many of few combinations
    for number in range(len(held)):
        to, shift = held[number], number * AT_ONCE
        for i in range(len(bits)):
            what = bits[i] & asked
            place = _place(what, memory)
            if known[place] != what:
                known[place], answer[place] = what, _held(what, begin, terms)
            to[i] = answer[place] >> shift


@numba.njit(cache=True, nogil=True)
def _answer(given: _Given, begin: int, stop: int, found: _Found) -> None:
    """The answers for the persons from `begin` to `stop`: one kind of parts after the other."""
    places, rows, evaluated, layout, tests, fading = given
    held, last, until, fits, scores = found
    start, end, general = places.first[begin], places.first[stop], evaluated.general
    part, bits = _part(places, begin, stop), np.empty(end - start, np.int64)
    _of_facts(part, rows, bits)
    _as_evaluated(evaluated, start, bits)
    if layout.of_states:
        _of_states(part, rows, layout, general[start:end], tests, bits, fits[begin:stop])
    if tests.counts:
        _of_counts(part.first, tests, bits)
    here = last[begin:stop], until[begin:stop], scores[start:end]
    _of_engagement(part, rows, layout.weights, tests, fading, bits, *here)
    _tell(bits, tests.begin, tests.terms, held[:, start:end])
