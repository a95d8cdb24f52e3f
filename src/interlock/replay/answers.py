"""At which moments criteria hold: one look at each moment answers all that is asked of it.

The kernel walks each person's moments and keeps what goes on: the bits of their version and their
account's, the fit score, the counts, and what is left of their engagement. What a criterion means
is data (`asked`); a new threshold compiles nothing.
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
from interlock.replay.prepared import FACTS_WITH_CODES, Bits, Layout, Prepared, Tests, Words
from interlock.replay.truths import FEW_WORDS, Truths, bits_by_word

NO_BITS: Bits = np.empty(0, np.int64)
_REMEMBERED = 1 << 10


@dataclass(frozen=True)
class Answers:
    """`held` has at each moment a bit for each question, the first one lowest.

    For each person just after their last moment: `last` the engagement, not rounded; `fit` the fit
    score. `scores` has the engagement at each moment, rounded; empty where nobody wanted it.
    """

    held: Bits
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

    The rows of the person's and the account's version, the last where there is none. Of a fact, by
    kind and word, the bits that it sets; for a touch the points that it gives. What its row says is
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
_Found = tuple[Bits, Numbers, Numbers, Numbers]
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
    rows, held = _rows(data, index, truths), np.empty(len(index), np.int64)
    last, fit = np.empty(len(index.people)), np.empty(len(index.people))
    scores = np.empty(len(index) if with_scores else 0)
    given = places, rows, evaluated, data.layout, data.tests, data.fading
    found = held, last, fit, scores
    in_parts(lambda begin, stop: _answer(given, begin, stop, found), index.first)
    return Answers(held, last, fit, scores)


def _rows(data: Prepared, index: Index, truths: Truths) -> _Rows:
    word, points = np.zeros((len(KINDS), NOT_TOLD + 1), np.int64), _NO_POINTS
    offset, many = np.full(len(KINDS), -1), np.zeros(len(KINDS), np.int64)
    shift, codes, length = data.layout.shift.copy(), [], 0
    for kind, scope in _WITH_CODES:
        asks, words = data.rows[scope], index.told(scope)
        if words is not None:
            told, asks = data.words[scope], data.words[scope].beside
            word[kind], gives = _told(told, words)
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
_NO_POINTS = np.zeros(NOT_TOLD + 1)


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
def _codes_of(
    first: int, stop: int, kind: NDArray[np.uint8], row: Codes, rows: _Rows
) -> NDArray[np.uint16]:
    """The codes of the facts at some moments; of a fact that has none it means nothing.

    Facts lie in order of arrival. Looked up in a row, the waits for them overlap.
    """
    offset, codes = rows.offset, rows.codes
    found = np.zeros(stop - first, np.uint16)
    if len(codes):
        for m in range(first, stop):
            place = offset[kind[m]]
            found[m - first] = codes[place + row[m] if place >= 0 else 0]
    return found


@numba.njit(cache=True)
def _count(bits: int, counts: Bits, step_bits: Bits, step_count: Bits, step_by: Bits) -> None:
    """Moves the counts by what the bits say."""
    for s in range(len(step_bits)):
        if bits & step_bits[s] == step_bits[s]:
            counts[step_count[s]] += step_by[s]


@numba.njit(cache=True)
def _passed(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    fit: float, counts: Bits, first: int, variable: Bits, least: Numbers, below: Numbers, bit: Bits
) -> np.int64:
    """The bits of the thresholds of fit and counts, which begin at `first`."""
    bits = np.int64(0)
    for t in range(first, len(bit)):
        value = fit if variable[t] == 1 else float(counts[variable[t] - 2])
        if least[t] <= value < below[t]:
            bits |= bit[t]
    return bits


@numba.njit(cache=True)
def _tell(bits: Bits, begin: int, stop: int, table: Bits, terms: Bits) -> None:
    """Puts what the bits answer in their place. Few combinations occur: they are remembered."""
    known, answer = np.full(_REMEMBERED, -1), np.empty(_REMEMBERED, np.int64)
    for m in range(begin, stop):
        place = (bits[m] ^ bits[m] >> 17 ^ bits[m] >> 31) & (_REMEMBERED - 1)
        if known[place] != bits[m]:
            known[place], answer[place] = bits[m], _held(bits[m], table, terms)
        bits[m] = answer[place]


@numba.njit(cache=True, nogil=True)
def _answer(given: _Given, begin: int, stop: int, found: _Found) -> None:  # noqa: C901, PLR0915 - the one walk
    """The answers for the persons from `begin` to `stop`."""
    # names of their own: an array that is looked up in a tuple is counted each time
    places, rows, evaluated, (base, state_shift, weights), tests, fading = given
    first, at, kind, row, word, person_row, account_row = places
    of_person, of_account, of_word, word_points, offset, many, shift, _ = rows
    half_life, hours, seconds = fading
    number, steps, step_bits, step_count, step_by, variable, least, below, limit_bit = tests[:9]
    of_engagement, points, points_begin, points_terms, cap, terms_begin, terms = tests[9:]
    sale_moments, sale_bits, general = evaluated
    held, last, fits, scores = found
    start, sale = first[begin], np.searchsorted(sale_moments, first[begin])
    codes = _codes_of(start, first[stop], kind, row, rows)
    counts = np.zeros(number, np.int64)
    for p in range(begin, stop):
        seen_person, seen_account = np.int32(-2), np.int32(-2)
        state, passed = np.int64(0), np.int64(0)
        score, since, now, fit = 0.0, np.int64(0), 0.0, 0.0
        counts[:] = 0
        for m in range(first[p], first[p + 1]):
            k, moved = kind[m], False
            if person_row[m] != seen_person or account_row[m] != seen_account:
                seen_person, seen_account, moved = person_row[m], account_row[m], True
                state = np.int64(of_person[seen_person]) << state_shift[PERSON]
                state |= np.int64(of_account[seen_account]) << state_shift[ACCOUNT]
                about = state | general[m] if len(general) else state
                fit = _fit(about, points, points_begin, points_terms, cap)
            bits, code = state | base[k] | of_word[k, word[m]], np.int64(codes[m - start])
            bits |= general[m] if len(general) else 0
            if offset[k] >= 0:
                bits |= (code & ((1 << many[k]) - 1)) << shift[k]
            now = 0.0
            if score != 0.0:
                now = score * left_after(at[m] - since, half_life, hours, seconds)
            if k == TOUCH:
                told = word[m] != NOT_TOLD
                now += word_points[word[m]] if told else weights[code >> many[k]]
                score, since = now, at[m]
            elif sale < len(sale_moments) and sale_moments[sale] == m:
                bits |= sale_bits[sale]
                sale += 1
            if bits & steps:
                moved = True
                _count(bits, counts, step_bits, step_count, step_by)
            if moved:
                passed = _passed(fit, counts, of_engagement, variable, least, below, limit_bit)
            millionths = np.rint(now * 1e6)
            bits |= passed
            for t in range(of_engagement):
                if least[t] <= millionths < below[t]:
                    bits |= limit_bit[t]
            if len(scores):
                scores[m] = millionths / 1e6
            held[m] = bits
        last[p], fits[p] = now, fit
    _tell(held, start, first[stop], terms_begin, terms)
