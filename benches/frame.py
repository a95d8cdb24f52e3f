"""What every bench needs: the history built once, timing, and rows that say a ratio and its bar.

A bench is a module `bench_*.py` beside this one with `rows(bench)`, which gives a `Row` for each
thing that it measures. `run.py` finds it, prints its rows and writes them down.
"""

from __future__ import annotations

import ctypes
import gc
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benches.history import SPAN, START, Size, history

from interlock.agreement.loading import load
from interlock.agreement.schema import Agreement
from interlock.facts.columns import Facts
from interlock.replay.index import Index, build

AGREEMENT = Path(__file__).parent / "agreement.yaml"
AS_OF = START + SPAN


@dataclass(frozen=True)
class Times:
    """Seconds that several runs took."""

    runs: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one; with the least, it says how quiet the machine was."""
        return statistics.median(self.runs)

    @property
    def least(self) -> float:
        """The quickest one."""
        return min(self.runs)


@dataclass(frozen=True)
class Row:
    """One thing measured: what it took, what the yardstick took, and the bar for their ratio.

    `at_least`: the bar is met from there up (so many times as fast), else from there down. None:
    there is no bar, the figure is there to compare others with.
    """

    work: str
    figure: str
    yardstick: str
    ratio: float
    bar: float | None
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Whether the ratio is on the right side of its bar, if there is one."""
        if self.bar is None:
            return True
        return self.ratio >= self.bar if self.at_least else self.ratio <= self.bar


class Bench:
    """The history that is measured, its agreement and its index; each made once."""

    def __init__(self, size: Size, runs: int) -> None:
        self.size, self.runs = size, runs
        self.as_of = AS_OF

    @cached_property
    def facts(self) -> Facts:
        """The facts in columns."""
        return history(self.size)

    @cached_property
    def index(self) -> Index:
        """The facts in the one order that counts."""
        return build(self.facts, self.as_of)

    @cached_property
    def agreement(self) -> Agreement:
        """The agreement that is replayed."""
        return agreement()

    def time(self, *works: Callable[[], object]) -> list[Times]:
        """How long each takes, turn about, after a run of each that does not count."""
        for work in works:
            work()
        taken: list[list[float]] = [[] for _ in works]
        for _ in range(self.runs):
            for place, work in enumerate(works):
                gc.collect()
                begin = time.perf_counter()
                work()
                taken[place].append(time.perf_counter() - begin)
        return [Times(tuple(each)) for each in taken]


def keep_memory() -> None:
    """Has this process keep what memory it was given; on Linux, where malloc can be told so.

    What a process gives back a virtual machine may give away. Then the next run costs up to 0.4 s
    more for half a gigabyte, by chance, and it is the machine's memory that is measured.
    """
    if sys.platform == "linux" and (tell := getattr(ctypes.CDLL(None), "mallopt", None)):
        tell(_TRIM_THRESHOLD, -1)
        tell(_MMAP_MAX, 0)


_TRIM_THRESHOLD, _MMAP_MAX = -1, -4
"""The names that malloc.h has numbers for: the heap is not cut, and large arrays are in it, too."""


def agreement() -> Agreement:
    """The agreement of the benches."""
    loaded = load(AGREEMENT.read_text("utf-8"))
    if loaded.agreement is None:
        raise SystemExit([problem.message for problem in loaded.problems])
    return loaded.agreement


def seconds(times: Times) -> str:
    """The median, and in brackets the quickest."""
    return f"{times.median:.3g} s ({times.least:.3g})"
