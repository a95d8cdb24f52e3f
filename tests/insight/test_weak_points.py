"""Weak points, against shares that were worked out by hand."""

from __future__ import annotations

import pytest

from interlock.insight.weak_points import Passed, weak_points


def rows(*counts: tuple[str, int, int]) -> list[Passed]:
    return [Passed("mql", "source", value, entered, away) for value, entered, away in counts]


def test_a_source_that_is_turned_away_more_often_than_all_is_one() -> None:
    [found] = weak_points(rows(("fair", 100, 62), ("web", 300, 60), ("partner", 100, 18)))
    assert found.value == "fair"
    assert found.share.value == pytest.approx(0.62)
    assert found.of_all.value == pytest.approx(140 / 500)


def test_few_leads_say_nothing_yet() -> None:
    assert weak_points(rows(("fair", 19, 19), ("web", 300, 60))) == ()


def test_a_difference_that_chance_explains_is_none() -> None:
    # 30 % of 40 against 25 % of all: the interval begins at 18 %
    assert weak_points(rows(("fair", 40, 12), ("web", 160, 38))) == ()


def test_the_dearest_comes_first() -> None:
    found = weak_points(rows(("small", 30, 25), ("large", 300, 200), ("web", 900, 90)))
    assert [each.value for each in found] == ["large", "small"]


def test_stages_are_held_apart() -> None:
    other = Passed("sal", "source", "fair", 100, 90)
    assert weak_points([*rows(("fair", 100, 20), ("web", 100, 20)), other]) == ()
