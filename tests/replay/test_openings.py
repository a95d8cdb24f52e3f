"""Open time of many instants at once, found by their days, against a walk through all of it."""

from __future__ import annotations

import numpy as np
import pytest

from interlock.agreement.hours import DAY, HOUR
from interlock.replay.openings import NEVER, Openings
from interlock.replay.outcome import ABSENT

FIRST = 1_700_000_123
"""No midnight: days are counted from wherever the openings begin."""


def openings(days: int) -> Openings:
    """Some hours of most days, on some days twice, now and then across midnight."""
    rng = np.random.default_rng(days)
    starts = FIRST + np.arange(days) * DAY + rng.integers(0, 12, days) * HOUR
    ends = starts + rng.integers(-2, 9, days) * HOUR
    late = starts[::3] + 20 * HOUR
    last = FIRST + days * DAY
    return Openings.of(FIRST, last, np.append(starts, late), np.append(ends, late + 6 * HOUR))


def due(opened: Openings, start: int, budget: int) -> int:
    """When so much open time has passed since the start; a negative budget counts back."""
    opens, closes = opened.opens.tolist(), opened.closes.tolist()
    stretches: list[tuple[int, int]] = list(zip(opens, closes, strict=True))
    if budget < 0:
        for begin, end in reversed(stretches):
            budget += max(0, min(end, start) - begin)
            if budget >= 0:
                return begin + budget
        return NEVER
    for begin, end in stretches:
        if end > start:
            since = max(begin, start)
            if since + budget <= end:
                return since + budget
            budget -= end - since
    return NEVER


def passed(opened: Openings, start: int, end: int) -> int:
    """The open time from one instant to the other."""
    stretches = zip(opened.opens.tolist(), opened.closes.tolist(), strict=True)
    return sum(max(0, min(until, end) - max(since, start)) for since, until in stretches)


@pytest.mark.parametrize("days", [0, 1, 40])
def test_many_instants_are_what_a_walk_comes_to(days: int) -> None:
    opened = openings(days)
    edges = np.concatenate([opened.opens, opened.closes, [FIRST - DAY, FIRST, opened.last + DAY]])
    starts = np.concatenate([edges + step for step in (-1, 0, 1)])
    assert len(starts) > days  # so many that their days are used
    for budget in (0, 1, HOUR, 8 * HOUR, 40 * HOUR, 900 * HOUR, -1, -9 * HOUR):
        expected = [due(opened, start, budget) for start in starts.tolist()]
        assert opened.deadlines(starts, budget).tolist() == expected
        assert [opened.deadline(start, budget) for start in starts.tolist()] == expected
    ends = np.roll(starts, 5)
    pairs = list(zip(starts.tolist(), ends.tolist(), strict=True))
    times = [passed(opened, *pair) for pair in pairs]
    assert opened.elapsed_many(starts, ends).tolist() == times
    assert [opened.elapsed(*pair) for pair in pairs] == times


def test_before_all_of_time_nothing_has_passed() -> None:
    opened = openings(3)
    assert opened.elapsed(FIRST, ABSENT) == 0
    assert opened.elapsed(ABSENT, opened.last) == passed(opened, FIRST, opened.last)


def test_what_never_comes_is_never_due() -> None:
    opened = openings(3)
    starts = np.full(9, FIRST)
    never = np.full(9, NEVER)
    assert opened.deadlines(starts, never).tolist() == never.tolist()
    assert opened.elapsed_many(starts, never).tolist() == never.tolist()
