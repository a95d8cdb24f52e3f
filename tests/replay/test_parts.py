"""Work in parts: all of it, once, in order, and what goes wrong is said."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from threading import Barrier, Event, current_thread, main_thread
from unittest.mock import patch

import numpy as np
import pytest

from interlock.replay import parts
from interlock.replay.parts import in_parts, side_by_side, threads


@pytest.mark.parametrize("many", [1, 3])
def test_results_are_in_the_order_of_the_parts(many: int) -> None:
    assert side_by_side(lambda part: part * part, 50, many) == [n * n for n in range(50)]


def test_a_part_that_is_done_before_an_earlier_one_keeps_its_place() -> None:
    later_is_done = Event()

    def work(part: int) -> int:
        if part:
            later_is_done.set()
        else:
            assert later_is_done.wait(timeout=60)
        return part

    assert side_by_side(work, 2, 2) == [0, 1]


def test_parts_run_at_the_same_time() -> None:
    both = Barrier(2, timeout=60)  # a thread alone would wait for ever
    assert sorted(side_by_side(lambda _: both.wait(), 2, 2)) == [0, 1]


@pytest.mark.parametrize("many", [1, 3])
def test_what_a_part_raises_is_raised(many: int) -> None:
    with pytest.raises(ZeroDivisionError):
        side_by_side(lambda part: 1 // (part - 7), 20, many)


def test_a_part_is_not_cut_again() -> None:
    assert side_by_side(lambda _: threads(10**9), 2, 2) == [1, 1]


def test_a_part_that_shared_out_work_of_its_own_is_still_not_cut() -> None:
    def work(_: int) -> int:
        side_by_side(lambda part: part, 2, 2)
        return threads(10**9)

    assert side_by_side(work, 2, 2) == [1, 1]


@pytest.mark.parametrize("first", [KeyboardInterrupt, ValueError])
def test_an_interruption_is_what_is_raised_when_all_have_ended(first: type) -> None:
    both, raised = Barrier(2, timeout=60), [KeyboardInterrupt, ValueError]
    begun: list[int] = []

    def work(part: int) -> None:
        begun.append(part)
        both.wait()
        raise raised[part] if first is KeyboardInterrupt else raised[1 - part]

    with pytest.raises(KeyboardInterrupt):
        side_by_side(work, 50, 2)
    assert sorted(begun) == [0, 1]  # nobody began another


def test_who_goes_on_begins_no_other_part_when_one_has_failed() -> None:
    both, none_left = Barrier(2, timeout=60), Event()
    begun: list[int] = []
    stopped: list[bool] = []

    def exhausted(left: Iterator[int]) -> None:
        deque(left, maxlen=0)
        none_left.set()

    def work(part: int) -> None:
        begun.append(part)
        both.wait()
        if current_thread() is not main_thread():
            raise ZeroDivisionError
        stopped.append(none_left.wait(timeout=60))

    with patch.object(parts, "_exhaust", exhausted), pytest.raises(ZeroDivisionError):
        side_by_side(work, 50, 2)
    assert (sorted(begun), stopped) == ([0, 1], [True])


def test_who_did_a_part_may_cut_other_work() -> None:
    before = threads(10**9)
    for divisor in (1, 0):  # the second time what goes wrong is raised
        with suppress(ZeroDivisionError):
            side_by_side(lambda part: part // divisor, 2, 2)  # noqa: B023 - called at once
        assert threads(10**9) == before


@pytest.mark.parametrize("rows", [10, 2_000_000])
def test_runs_of_groups_are_together_all_of_them(rows: int) -> None:
    bounds = np.append(np.arange(0, rows, 3), rows)
    runs = in_parts(lambda begin, stop: (begin, stop), bounds)
    assert [begin for begin, _ in runs] == [0] + [stop for _, stop in runs[:-1]]
    assert runs[-1][1] == len(bounds) - 1
