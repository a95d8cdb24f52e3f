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

    For each person just after their last moment: `last` the engagement, not rounded; `fit` the fit
    score, empty where nothing was asked of it. `scores` has the engagement at each moment, rounded;
    empty where nobody wanted it.
    """

    held: Held
    last: Numbers
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
    """The columns of the index."""

    first: Bits
    at: Instants
    kind: NDArray[np.uint8]
    row: Codes
    word: NDArray[np.uint8]
    person_row: Codes
    account_row: Codes


class _Rows(NamedTuple):
    """What is told by words, and by rows.

    The rows of the person's and the account's version, the last where there is none. By kind and
    word, the bits that are set; for a touch the points that it gives. What its row says is
    at `offset` of its kind (-1: nothing) plus the row: `many` bits, to be put at `shift`, and above
    them, where its word does not tell (`NOT_TOLD`), which points a touch gives.
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
_Found = tuple[Held, Numbers, Numbers, Numbers]
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
    people = len(index.people)
    last, fit = np.empty(people), np.empty(people if data.layout.of_states else 0)
    scores = np.empty(len(index) if with_scores else 0)
    given = places, rows, evaluated, data.layout, data.tests, data.fading
    found = held, last, fit, scores
    in_parts(lambda begin, stop: _answer(given, begin, stop, found), index.first)
    return Answers(held, last, fit if data.asked.with_fit else _NO_FIT, scores)


def _rows(data: Prepared, index: Index, truths: Truths) -> _Rows:
    word, points = np.repeat(data.layout.base[:, None], NOT_TOLD + 1, 1), _NO_POINTS
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
_NO_POINTS, _NO_FIT = np.zeros(NOT_TOLD + 1), np.empty(0)


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
def _of_facts(start: int, places: _Places, rows: _Rows, evaluated: Evaluated, bits: Bits) -> None:
    """Writes the bits that facts set, and those that are evaluated; the first is of `start`."""
    _, _, kind, row, word, _, _ = places
    _, _, of_word, _, offset, many, shift, codes = rows
    sales, said, general = evaluated
    coded, n = np.empty(len(bits) + 1, np.int32), 0
    for i in range(len(bits)):
        k = kind[start + i]
        bits[i] = of_word[k, word[start + i]]
        coded[n] = i
        n += many[k] > 0
    # facts lie in order of arrival: looked up one after the other, the waits for them overlap
    for i in coded[:n]:
        k = kind[start + i]
        code = np.int64(codes[offset[k] + row[start + i]])
        bits[i] |= (code & ((1 << many[k]) - 1)) << shift[k]
    for sale in range(np.searchsorted(sales, start), np.searchsorted(sales, start + len(bits))):
        bits[sales[sale] - start] |= said[sale]
    for i in range(len(bits) if len(general) else 0):
        bits[i] |= general[start + i]


@numba.njit(cache=True)
def _of_states(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    begin: int,
    stop: int,
    places: _Places,
    rows: _Rows,
    layout: Layout,
    general: Bits,
    tests: Tests,
    bits: Bits,
    fits: Numbers,
) -> None:
    """Adds what the versions of persons and accounts set, and the thresholds that fit meets."""
    first, _, _, _, _, person_row, account_row = places
    of_person, of_account, shift = rows.person, rows.account, layout.shift
    start, memory = first[begin], _memory(stop - begin)
    known, fit = np.full(1 << memory, -1), np.empty(1 << memory)
    adds = np.empty(1 << memory, np.int64)
    for p in range(begin, stop):
        person, account, place, added = np.int32(-2), np.int32(-2), 0, np.int64(0)
        for m in range(first[p], first[p + 1]):
            if person_row[m] != person or account_row[m] != account:
                person, account = person_row[m], account_row[m]
                state = np.int64(of_person[person]) << shift[PERSON]
                state |= np.int64(of_account[account]) << shift[ACCOUNT]
                about = state | general[m] if len(general) else state
                place = _place(about, memory)
                if known[place] != about:
                    known[place], fit[place], met = about, *_fit_of(about, tests)
                    adds[place] = state | met
                added = adds[place]
            bits[m - start] |= added
        fits[p] = fit[place]


@numba.njit(cache=True)
def _fit_of(about: int, tests: Tests) -> tuple[float, int]:
    """The fit score where these bits are set, and the bits of the thresholds that it meets."""
    fit = _fit(about, tests.points, tests.points_begin, tests.points_terms, tests.cap)
    return fit, _met(fit, tests.of_fit, tests.least, tests.below, tests.bit)


@numba.njit(cache=True)
def _of_counts(begin: int, stop: int, first: Bits, tests: Tests, bits: Bits) -> None:
    """Adds the thresholds that counts meet, by what moves them; of most people nothing does."""
    steps, step_bits, step_count, step_by = tests[1:5]
    start, counts = first[begin], np.zeros(tests.counts, np.int64)
    at_first = _counts_meet(counts, tests)
    for p in range(begin, stop):
        met, counted = at_first, False
        for i in range(first[p] - start, first[p + 1] - start):
            if bits[i] & steps:
                moved = False
                for s in range(len(step_bits)):
                    if bits[i] & step_bits[s] == step_bits[s]:
                        counts[step_count[s]] += step_by[s]
                        moved = True
                if moved:
                    met, counted = _counts_meet(counts, tests), True
            bits[i] |= met
        if counted:
            counts[:] = 0


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
def _of_engagement(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    begin: int,
    stop: int,
    places: _Places,
    rows: _Rows,
    weights: Numbers,
    tests: Tests,
    fading: Fading,
    bits: Bits,
    last: Numbers,
    scores: Numbers,
) -> None:
    """Adds the thresholds that engagement meets; and writes what there is of it."""
    first, at, kind, row, word, _, _ = places
    half_life, hours, seconds = fading
    points, start = rows.points, first[begin]
    here = np.empty(len(bits))
    for p in range(begin, stop):
        score, since, now = 0.0, np.int64(0), 0.0
        for m in range(first[p], first[p + 1]):
            now = 0.0
            if score != 0.0:
                now = score * left_after(at[m] - since, half_life, hours, seconds)
            if kind[m] == TOUCH:
                told = word[m] != NOT_TOLD
                now += points[word[m]] if told else _points_by_row(row[m], rows, weights)
                score, since = now, at[m]
            here[m - start] = now
        last[p] = now
    for i in range(len(bits)):
        here[i] = np.rint(here[i] * 1e6)
    for edge, turned in zip(tests.edges, tests.turned):  # noqa: B905 - a kernel's has no `strict`
        for i in range(len(bits)):
            bits[i] ^= turned if here[i] >= edge else 0
    for i in range(len(bits) if len(scores) else 0):
        scores[start + i] = here[i] / 1e6


@numba.njit(cache=True)
def _points_by_row(row: int, rows: _Rows, weights: Numbers) -> float:
    """The points that a touch gives of which no word tells."""
    offset = rows.offset[TOUCH]
    if offset < 0:
        return 0.0
    return weights[rows.codes[offset + row] >> rows.many[TOUCH]]  # type: ignore[no-any-return] # scalar


@numba.njit(cache=True)
def _memory(moments: int) -> int:
    """How many bits the places have at which what occurs at so many moments is remembered."""
    bits = 6
    while bits < _MOST_REMEMBERED and 1 << bits < moments:
        bits += 1
    return bits


@numba.njit(cache=True)
def _place(what: int, bits: int) -> int:
    """Where that is remembered, among places of so many bits: a multiplication by the golden ratio.

    Few combinations occur, so that most find their own place.
    """
    return np.int64(np.uint64(what) * _GOLDEN >> np.uint64(64 - bits))  # type: ignore[return-value] # scalar


@numba.njit(cache=True)
def _tell(start: int, bits: Bits, begin: Bits, terms: Bits, held: Held) -> None:
    """Writes what the bits answer, for the moments from `start` on."""
    memory = _memory(len(bits))
    known, answer = np.full(1 << memory, -1), np.empty(1 << memory, np.int64)
    for number in range(len(held)):
        to, shift = held[number, start : start + len(bits)], number * AT_ONCE
        for i in range(len(bits)):
            place = _place(bits[i], memory)
            if known[place] != bits[i]:
                known[place], answer[place] = bits[i], _held(bits[i], begin, terms)
            to[i] = answer[place] >> shift


@numba.njit(cache=True, nogil=True)
def _answer(given: _Given, begin: int, stop: int, found: _Found) -> None:
    """The answers for the persons from `begin` to `stop`: one kind of parts after the other."""
    places, rows, evaluated, layout, tests, fading = given
    held, last, fits, scores = found
    first, general = places.first, evaluated.general
    start = first[begin]
    bits = np.empty(first[stop] - start, np.int64)
    _of_facts(start, places, rows, evaluated, bits)
    if layout.of_states:
        _of_states(begin, stop, places, rows, layout, general, tests, bits, fits)
    if tests.counts:
        _of_counts(begin, stop, first, tests, bits)
    _of_engagement(begin, stop, places, rows, layout.weights, tests, fading, bits, last, scores)
    _tell(start, bits, tests.begin, tests.terms, held)
