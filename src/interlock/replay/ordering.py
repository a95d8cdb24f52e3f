"""The one order that counts, made at the speed of memory.

Facts come in streams: in order of rank, each by arrival. They are thrown into buckets of
neighbouring persons, each small enough for the processor's cache, and a bucket is sorted by the
digits of a number that has person and instant, least first. Every step keeps the order in which
facts came, so that facts of one person and second stay in order of rank and arrival.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from interlock.replay.account_versions import Versions, version_at
from interlock.replay.calendar_spans import FIRST_INSTANT, LAST_INSTANT
from interlock.replay.outcome import ABSENT, Codes, Flags, Instants
from interlock.replay.parts import in_parts, side_by_side, threads

_BUCKET = 8_192
"""About so many facts go into one bucket: their records take 128 KB."""

_MOST_BITS = 14
"""Persons of a bucket differ in so many bits at most."""

_DIGIT = 12
"""Bits that one pass sorts by, at most."""

_WORD, _KIND, _ROW = 36, 32, 0xFFFF_FFFF
"""A record's second half: word, kind (4 bits), row (32 bits)."""

NOT_KNOWN, NOT_TOLD = 254, 255
"""In the place of a word: the fact has none; and words of that kind are not told at all."""

Records = NDArray[np.int64]
"""For each fact person within the bucket and instant, in one number, and the packed rest."""


class Stream(NamedTuple):
    """Facts of one kind on their way into the index, by arrival. A negative person is nobody.

    `row` is empty where each fact's row is its position. `word` is the code of the fact's own word,
    and `known` where it has one; both may be empty: no words are told, or all are known.
    """

    person: Codes
    at: Instants
    row: Codes
    word: Codes
    known: Flags


Streams = tuple[Stream, ...]
"""One of each kind, in order of rank: the kind is the position."""


@dataclass(frozen=True)
class Ordered:
    """The moments as columns; `first[p]:first[p + 1]` are those of person p.

    `person_row`, `account_row` and `earliest` as in the index. `lost`: of each stream, how many
    facts do not count.
    """

    first: NDArray[np.int64]
    at: Instants
    kind: NDArray[np.uint8]
    row: Codes
    word: NDArray[np.uint8]
    person_row: Codes
    account_row: Codes
    earliest: int
    lost: list[int]


@dataclass(frozen=True)
class _Buckets:
    """Records by bucket: those of bucket b are `begin[b]:begin[b + 1]`.

    Persons of one bucket differ in their last `person_bits`; instants are counted from `origin`,
    in `instant_bits`.
    """

    records: Records
    begin: NDArray[np.int64]
    person_bits: int
    origin: int
    instant_bits: int
    lost: list[int]


def ordered(
    streams: Streams, people: int, as_of: int, kinds: tuple[int, int], versions: Versions
) -> Ordered:
    """Every fact that counts (of somebody, at an instant that is one, up to `as_of`), in order.

    `kinds` are the codes of a person's and of an account's version.
    """
    buckets = _buckets(streams, people, as_of)
    moments = len(buckets.records)
    first = np.empty(people + 1, np.int64)
    first[people] = moments
    at = np.empty(moments, np.int64)
    kind, word = (np.empty(moments, np.uint8) for _ in range(2))
    row, person_row, account_row = (np.empty(moments, np.int32) for _ in range(3))
    passes = -(-(buckets.instant_bits + buckets.person_bits) // _DIGIT)
    digit = -(-(buckets.instant_bits + buckets.person_bits) // max(passes, 1))

    def lay_out(begin: int, stop: int) -> None:
        _lay_out(
            buckets.records,
            buckets.begin,
            begin,
            stop,
            buckets.person_bits,
            buckets.origin,
            buckets.instant_bits,
            passes,
            digit,
            kinds,
            versions.of_person,
            versions.begin,
            versions.since,
            versions.row,
            first,
            at,
            kind,
            row,
            word,
            person_row,
            account_row,
        )

    in_parts(lay_out, buckets.begin)
    columns = first, at, kind, row, word, person_row, account_row
    return Ordered(*columns, int(buckets.origin) if moments else ABSENT, buckets.lost)


def _buckets(streams: Streams, people: int, as_of: int) -> _Buckets:
    """The facts that count, thrown into buckets; within each as they came."""
    persons, ats, rows, words, knowns = zip(*streams, strict=True)
    facts = sum(map(len, ats))
    person_bits, many = _bits(facts, people), threads(facts)
    counts = np.zeros((many, len(streams), (people >> person_bits) + 1), np.int64)
    lost = np.zeros((many, len(streams)), np.int64)
    bounds = np.array([[LAST_INSTANT, FIRST_INSTANT]] * many)

    def tally(part: int) -> None:
        _tally(persons, ats, part, many, as_of, person_bits, counts[part], bounds[part], lost[part])

    side_by_side(tally, many, many)
    begin_of, origin, instant_bits = _places(counts, bounds)
    records = np.empty((int(begin_of[-1]), 2), np.int64)
    given = persons, ats, rows, words, knowns

    counted = person_bits, origin, instant_bits

    def scatter(part: int) -> None:
        _scatter(*given, part, many, as_of, *counted, counts[part], records)

    side_by_side(scatter, many, many)
    return _Buckets(records, begin_of, *counted, lost.sum(axis=0).tolist())


def _bits(facts: int, people: int) -> int:
    """How many last bits of a person are told apart within a bucket."""
    wanted = max(facts // _BUCKET, 1)
    return min(max((people // wanted).bit_length() - 1, 0), _MOST_BITS) if facts else _MOST_BITS


@numba.njit(cache=True)
def _share(rows: int, part: int, parts: int) -> tuple[int, int]:
    return rows * part // parts, rows * (part + 1) // parts


@numba.njit(cache=True)
def _counts(person: int, at: int, as_of: int) -> bool:
    """Whether it is a fact of somebody, at an instant that is one, and not after the replay's."""
    return person >= 0 and FIRST_INSTANT <= at <= LAST_INSTANT and at <= as_of


@numba.njit(cache=True, nogil=True)
def _tally(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    persons: tuple[Codes, ...],
    ats: tuple[Instants, ...],
    part: int,
    parts: int,
    as_of: int,
    person_bits: int,
    count: NDArray[np.int64],
    bounds: Instants,
    lost: NDArray[np.int64],
) -> None:
    """Counts one part of each stream by bucket, and those that do not count.

    Widens `bounds` to the instants of those that do.
    """
    for number in range(len(ats)):
        person, at = persons[number], ats[number]
        begin, stop = _share(len(at), part, parts)
        for i in range(begin, stop):
            if _counts(person[i], at[i], as_of):
                count[number, person[i] >> person_bits] += 1
                bounds[0] = min(bounds[0], at[i])
                bounds[1] = max(bounds[1], at[i])
            else:
                lost[number] += 1


@numba.njit(cache=True)
def _places(counts: NDArray[np.int64], bounds: Instants) -> tuple[NDArray[np.int64], int, int]:
    """Turns counts by part, stream and bucket into the first place of each.

    And where each bucket begins, the earliest instant, and in how many bits the others are
    counted from it.
    """
    parts, streams, buckets = counts.shape
    begin, place = np.empty(buckets + 1, np.int64), 0
    for bucket in range(buckets):
        begin[bucket] = place
        for stream in range(streams):
            for part in range(parts):
                many = counts[part, stream, bucket]
                counts[part, stream, bucket] = place
                place += many
    begin[buckets] = place
    origin, instant_bits = bounds[:, 0].min(), 0
    while bounds[:, 1].max() - origin >> instant_bits > 0:
        instant_bits += 1
    return begin, origin, instant_bits


@numba.njit(cache=True, nogil=True)
def _scatter(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    persons: tuple[Codes, ...],
    ats: tuple[Instants, ...],
    rows: tuple[Codes, ...],
    words: tuple[Codes, ...],
    knowns: tuple[Flags, ...],
    part: int,
    parts: int,
    as_of: int,
    person_bits: int,
    origin: int,
    instant_bits: int,
    frees: NDArray[np.int64],
    records: Records,
) -> None:
    """Puts one part of each stream into buckets, each fact at the next place that is free there."""
    for kind in range(len(ats)):
        person, at, row, free = persons[kind], ats[kind], rows[kind], frees[kind]
        word, known = words[kind], knowns[kind]
        begin, stop = _share(len(at), part, parts)
        for i in range(begin, stop):
            if _counts(person[i], at[i], as_of):
                bucket = np.uint64(person[i] >> person_bits)
                place = np.uint64(free[bucket])
                free[bucket] += 1
                within = np.int64(person[i]) & ((1 << person_bits) - 1)
                said = np.int64(word[i]) if len(word) else NOT_TOLD
                if len(known) and not known[i]:
                    said = NOT_KNOWN
                packed = (said << _WORD) | (kind << _KIND)
                records[place, 0] = (within << instant_bits) | (at[i] - origin)
                records[place, 1] = packed | (row[i] if len(row) else i)


@numba.njit(cache=True, nogil=True)
def _sort_by(source: Records, target: Records, shift: int, digits: int, count: Codes) -> None:
    """Copies the records to `target`, in the stable order of some bits of their first half."""
    mask = (1 << digits) - 1
    count[: mask + 1] = 0
    for i in range(len(source)):
        count[(source[i, 0] >> shift) & mask] += 1
    place = 0
    for digit in range(mask + 1):
        here = count[digit]
        count[digit] = place
        place += here
    for i in range(len(source)):
        digit = (source[i, 0] >> shift) & mask
        place = count[digit]
        count[digit] = place + 1
        target[place, 0] = source[i, 0]
        target[place, 1] = source[i, 1]


@numba.njit(cache=True, nogil=True)
def _lay_out(  # noqa: PLR0913, PLR0917 - a kernel: flat arrays
    records: Records,
    begin: NDArray[np.int64],
    bucket: int,
    last_bucket: int,
    person_bits: int,
    origin: int,
    instant_bits: int,
    passes: int,
    digit: int,
    kinds: tuple[int, int],
    account_of: Codes,
    version_begin: NDArray[np.int64],
    version_since: Instants,
    version_row: Codes,
    first: NDArray[np.int64],
    at: Instants,
    kind: NDArray[np.uint8],
    row: Codes,
    word: NDArray[np.uint8],
    person_row: Codes,
    account_row: Codes,
) -> None:
    """Sorts some buckets, and writes their moments with the versions true at each."""
    most = 0
    for b in range(bucket, last_bucket):
        most = max(most, begin[b + 1] - begin[b])
    one, other = np.empty((most, 2), np.int64), np.empty((most, 2), np.int64)
    count = np.empty(1 << _DIGIT, np.int32)
    for b in range(bucket, last_bucket):
        low, many = begin[b], begin[b + 1] - begin[b]
        source = records[low : low + many]
        for number in range(passes):
            _sort_by(source, one[:many], number * digit, digit, count)
            source = one[:many]
            one, other = other, one
        person, base = -1, b << person_bits
        seen, account = np.int32(-1), np.int32(-1)
        for i in range(many):
            m, packed, now = np.uint64(low + i), source[i, 1], source[i, 0] >> instant_bits
            what, which = (packed >> _KIND) & 15, np.int32(packed & _ROW)
            if now != person:
                for earlier in range(person + 1, now + 1):
                    first[base + earlier] = m
                person, seen, account = now, np.int32(-1), np.int32(-1)
            at[m], kind[m], row[m] = (source[i, 0] & (1 << instant_bits) - 1) + origin, what, which
            word[m] = packed >> _WORD
            if what == kinds[0]:
                seen = which
                account = version_at(
                    account_of[which], at[m], version_begin, version_since, version_row
                )
            elif what == kinds[1]:
                account = which
            person_row[m], account_row[m] = seen, account
        for absent in range(person + 1, min(1 << person_bits, len(first) - 1 - base)):
            first[base + absent] = low + many
