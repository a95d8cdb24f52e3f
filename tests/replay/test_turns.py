"""Whose turn it is: the promises of a fair round, searched for a way to break them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from interlock.replay.turns import NO_TURNS, Taker, Turns, deal, weights

WEIGHTS = st.lists(st.integers(1, 30), min_size=1, max_size=9)


def takers(weights: Sequence[int]) -> list[Taker]:
    return [Taker(f"m{place}", weight) for place, weight in enumerate(weights)]


def dealt(people: Sequence[Taker], times: int, turns: Turns = NO_TURNS) -> tuple[list[str], Turns]:
    """Whose turn it was, so many times over, and the turns after it."""
    order = []
    for _ in range(times):
        found = deal(people, turns)
        turns = {**turns, **found.changed}
        order.append(found.member)
    return order, turns


@given(st.integers(1, 9), st.integers(0, 60))
def test_with_equal_weights_nobody_has_two_more_than_another(people: int, times: int) -> None:
    order, turns = dealt(takers([3] * people), times)

    had = [order.count(f"m{place}") for place in range(people)]
    assert max(had) - min(had) <= 1
    assert sum(had) == times
    assert [turns[f"m{n}"].taken if times else 0 for n in range(people)] == had


@given(st.integers(1, 9), st.integers(1, 6))
def test_nobody_has_two_of_one_round(people: int, rounds: int) -> None:
    order, _ = dealt(takers([1] * people), people * rounds)

    for start in range(0, len(order), people):
        assert Counter(order[start : start + people]) == dict.fromkeys(order[:people], 1)


@given(WEIGHTS, st.integers(1, 120))
def test_everybody_is_within_a_turn_of_a_fair_share_all_the_time(
    shares: list[int], times: int
) -> None:
    order, _ = dealt(takers(shares), times)

    had = Counter[str]()
    for so_far, member in enumerate(order, 1):
        had[member] += 1
        for place, weight in enumerate(shares):
            fair = so_far * weight / sum(shares)
            assert abs(had[f"m{place}"] - fair) < 1 + 1e-9


@given(WEIGHTS, st.integers(0, 40), st.randoms(use_true_random=False))
def test_the_order_in_which_people_are_listed_changes_nothing(
    shares: list[int], times: int, chance: Random
) -> None:
    people = takers(shares)
    shuffled = [*people]
    chance.shuffle(shuffled)

    assert dealt(people, times) == dealt(shuffled, times)


PRESENCE = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 2)), max_size=40)


@given(PRESENCE)
def test_who_is_not_present_gets_nothing_and_whoever_is_gets_it(
    days: list[tuple[int, ...]],
) -> None:
    turns: Turns = NO_TURNS
    for day in days:
        here = [
            Taker(f"m{place}", 2, present=state == 0, away=state == 2)
            for place, state in enumerate(day)
        ]
        found = deal(here, turns)
        turns = {**turns, **found.changed}

        assert found.member in ({each.member for each in here if each.present} or {""})


@given(WEIGHTS, st.integers(0, 30), st.integers(1, 50))
def test_who_was_away_comes_back_to_a_fair_share_and_makes_nothing_up(
    shares: list[int], before: int, missed: int
) -> None:
    people = takers([4, *shares])
    _, turns = dealt(people, before)
    had = turns["m0"].taken if "m0" in turns else 0
    _, turns = dealt([replace(people[0], present=False, away=True), *people[1:]], missed, turns)

    order, turns = dealt(people, 40, turns)

    fair = 40 * 4 / (4 + sum(shares))
    assert order.count("m0") <= fair + 2  # a turn either way when leaving, a turn when coming back
    assert order.count("m0") >= fair - 2
    assert turns["m0"].taken == had + order.count("m0")


def test_who_was_only_off_work_keeps_the_place() -> None:
    early, late = takers([1, 1])
    order, turns = dealt([early, replace(late, present=False)], 3)
    assert order == ["m0", "m0", "m0"]

    order, turns = dealt([early, late], 4, turns)

    assert order == ["m1", "m1", "m1", "m0"]


def test_who_is_new_begins_with_the_others() -> None:
    people = takers([1, 1, 1])
    _, turns = dealt(people[:2], 10)

    order, _ = dealt(people, 6, turns)

    assert Counter(order) == {"m0": 2, "m1": 2, "m2": 2}


def test_a_weight_that_changes_counts_from_then_on() -> None:
    one, other = takers([1, 1])
    _, turns = dealt([one, other], 100)

    order, _ = dealt([replace(one, weight=3), other], 8, turns)

    assert order.count("m0") == 6


def test_the_turns_of_a_large_weight_are_spread() -> None:
    order, _ = dealt(takers([5, 1, 1]), 14)

    assert "".join(member[1] for member in order) == "00010020001002"


def test_nobody_there_is_nobodys_turn() -> None:
    assert deal([], NO_TURNS).member == ""
    assert deal([Taker("m0", 0), Taker("m1", 2, present=False)], NO_TURNS).changed == {}


def test_what_is_not_known_weighs_what_is_usual() -> None:
    assert weights([None, None]) == (1, 1)
    assert weights([6, None, 2, 0]) == (6, 4, 2, 0)
