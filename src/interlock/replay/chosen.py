"""Some of many: which they are, and the place of each among them.

A bit for each of a million and a count for each 64 of them fit the processor's cache; a place for
each of them would not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

from interlock.replay.outcome import Codes
from interlock.replay.parts import plain

_Words = NDArray[np.uint64]


@dataclass(frozen=True)
class Chosen:
    """Some codes, ascending; `before` says how many are chosen before each 64 of all."""

    codes: Codes
    before: NDArray[np.uint32]
    bits: _Words

    @classmethod
    def of(cls, named: Iterable[Codes], many: int) -> Chosen:
        """Those that are named, of codes below `many`; a negative one is none."""
        bits = np.zeros(-(-many // 64), np.uint64)
        for each in named:
            _mark(plain(each, np.int32), bits)
        return cls(*_counted(bits), bits)

    def places(self, codes: Codes) -> Codes:
        """The place of each code of all among the chosen; -1: it is not, or is negative."""
        return _places(plain(codes, np.int32), self.before, self.bits)


@numba.njit(cache=True)
def _bit(code: int) -> int:
    """Its bit among those of its 64."""
    return np.uint64(1) << (np.uint64(code) & np.uint64(63))  # type: ignore[return-value] # scalar


@numba.njit(cache=True)
def _ones(bits: int) -> int:
    """How many are set; compiled from this form it is one step of the processor."""
    pairs = bits - (bits >> np.uint64(1) & np.uint64(0x5555_5555_5555_5555))
    fours = pairs & np.uint64(0x3333_3333_3333_3333)
    fours += pairs >> np.uint64(2) & np.uint64(0x3333_3333_3333_3333)
    eights = fours + (fours >> np.uint64(4)) & np.uint64(0x0F0F_0F0F_0F0F_0F0F)
    return eights * np.uint64(0x0101_0101_0101_0101) >> np.uint64(56)  # type: ignore[return-value] # scalar


@numba.njit(cache=True, nogil=True)
def _mark(codes: Codes, bits: _Words) -> None:
    for code in codes:
        if code >= 0:
            bits[np.uint64(code) >> np.uint64(6)] |= _bit(code)


@numba.njit(cache=True, nogil=True)
def _counted(bits: _Words) -> tuple[Codes, NDArray[np.uint32]]:
    """The codes whose bits are set, and how many there are before each word of bits."""
    before, many = np.empty(len(bits), np.uint32), np.uint64(0)
    for word in range(len(bits)):
        before[word] = many
        many += _ones(bits[word])
    codes, n = np.empty(many, np.int32), np.uint64(0)
    for word in range(len(bits)):
        left = bits[word]
        while left:
            rest = left & left - np.uint64(1)
            codes[n] = word * 64 + _ones((left ^ rest) - np.uint64(1))
            left = rest
            n += np.uint64(1)
    return codes, before


@numba.njit(cache=True, nogil=True)
def _places(codes: Codes, before: NDArray[np.uint32], bits: _Words) -> Codes:
    places = np.empty(len(codes), np.int32)
    for i in range(len(codes)):
        code, places[i] = codes[i], -1
        if code >= 0:
            word, bit = np.uint64(code) >> np.uint64(6), _bit(code)
            if bits[word] & bit:
                places[i] = before[word] + _ones(bits[word] & (bit - np.uint64(1)))
    return places
