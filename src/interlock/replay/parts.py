"""Work on many rows, cut into parts that run side by side.

The parts run on plain threads: a kernel that lets go of the interpreter's lock (`nogil`) needs no
more, and threads that live only as long as the work survive a fork and a second caller.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

_FEW = 150_000
"""So many rows are quicker done by one thread."""

_PART = 60_000
"""So many rows make a part: what is worked out for them fits the processor's cache."""

T = TypeVar("T")


_here = threading.local()
"""Whether this thread does a part already: that is not cut again."""


def threads(rows: int) -> int:
    """How many threads so many rows are worth: NUMBA_NUM_THREADS, or as many as processors."""
    most: int = numba.config.NUMBA_NUM_THREADS  # type: ignore[attr-defined] # set as it loads
    return 1 if rows < _FEW or getattr(_here, "works", False) else most


def side_by_side(work: Callable[[int], T], parts: int, threads: int) -> list[T]:
    """The results of `work(0)` to `work(parts - 1)`; what one of them raises is raised."""
    if threads == 1:
        return [work(part) for part in range(parts)]
    left, found, failed = iter(range(parts)), dict[int, T](), list[BaseException]()

    def take() -> None:
        before, _here.works = getattr(_here, "works", False), True
        try:
            for part in left:  # each is handed to one thread; a task for each would cost too much
                found[part] = work(part)
        except BaseException as error:  # noqa: BLE001 - raised below, by who called
            failed.append(error)
            _exhaust(left)
        finally:
            _here.works = before

    others = [threading.Thread(target=take) for _ in range(threads - 1)]
    try:
        for each in others:
            each.start()
        take()  # who waited would take the interpreter's lock from those who work
    finally:
        _exhaust(left)  # where one is interrupted, nobody begins another part
        for each in others:
            if each.ident:
                each.join()
    if failed:
        raise next((error for error in failed if not isinstance(error, Exception)), failed[0])
    return [found[part] for part in range(parts)]


def _exhaust(left: Iterator[int]) -> None:
    for _ in left:
        pass


def in_parts(work: Callable[[int, int], T], bounds: NDArray[np.int64]) -> list[T]:
    """The results of `work(begin, stop)` for runs of groups that together are all, in order.

    `bounds[g]:bounds[g + 1]` are the rows of group g; each run has about as many rows.
    """
    groups, rows = len(bounds) - 1, int(bounds[-1])
    if rows < _FEW:
        return [work(0, groups)]
    many = threads(rows)
    cuts, parts = [0, groups], max(many, rows // _PART)
    if parts > 1:
        ends = np.linspace(0, rows, parts + 1, dtype=np.int64)  # of one type with the bounds
        cuts[1:1] = np.searchsorted(bounds, ends[1:-1]).tolist()
    return side_by_side(lambda part: work(cuts[part], cuts[part + 1]), len(cuts) - 1, many)


def in_stretches(work: Callable[[int, int], T], rows: int) -> list[T]:
    """The results of `work(begin, stop)` for stretches of rows that together are all, in order."""
    many = threads(rows)
    if many == 1:
        return [work(0, rows)]

    def share(part: int) -> T:
        return work(rows * part // many, rows * (part + 1) // many)

    return side_by_side(share, many, many)


def at_once(*works: Callable[[], Any], rows: int) -> list[Any]:
    """What each piece of work gives; done side by side where so many rows are worth it."""
    return side_by_side(lambda place: works[place](), len(works), threads(rows))


def plain(array: NDArray[Any], dtype: type = np.int64) -> NDArray[Any]:
    """The array as kernels take it: one type, without gaps, and not to be written to.

    A kernel is compiled for each type of its arguments, and what may be written to is another one.
    """
    same: NDArray[Any] = np.ascontiguousarray(array, dtype).view()
    same.setflags(write=False)
    return same
