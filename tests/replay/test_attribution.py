"""Attribution against the definitions written out: loops over journeys, chains and coalitions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise, permutations, product
from random import Random
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.replay import parts
from interlock.replay.attribution import MODELS, RULES, attribute, split

DAY = 86_400
Journey = dict[str, Any]

touches = st.lists(st.sampled_from("abcd"), max_size=6)


@st.composite
def journeys(draw: st.DrawFn, least: int = 0) -> list[Journey]:
    found = []
    for path in draw(st.lists(touches, min_size=1, max_size=8)):
        conversions = draw(st.integers(least, 5))
        days = draw(st.lists(st.integers(0, 90), min_size=len(path), max_size=len(path)))
        place = st.integers(-1, len(path) - 1)
        found.append(
            {
                "path": path,
                "conversions": conversions,
                "nulls": draw(st.integers(0, 5)),
                "value": draw(st.integers(0, 1000)) if conversions else 0,
                "times": [day * DAY for day in sorted(days)],
                "lead": draw(place),
                "opportunity": draw(place),
            }
        )
    return found


def shares(model: str, path: str = "abcde", **more: Any) -> list[float]:
    """What each of the touches, all of different channels, earns of 1."""
    credit = attribute([{"path": list(path), **more}], model=model)
    return [round(credit[channel], 9) for channel in path]


def test_rules_as_defined() -> None:
    assert shares("first") == [1, 0, 0, 0, 0]
    assert shares("last") == [0, 0, 0, 0, 1]
    assert shares("linear") == [0.2] * 5
    assert shares("position", "a") == [1]
    assert shares("position", "ab") == [0.5, 0.5]
    assert shares("position") == [0.4, 0.066666667, 0.066666667, 0.066666667, 0.4]
    assert shares("position-lead", lead=2) == [0.4, 0.066666667, 0.4, 0.066666667, 0.066666667]
    assert shares("w", lead=1, opportunity=3) == [0.3, 0.3, 0.05, 0.3, 0.05]
    assert shares("full-path", lead=1, opportunity=3) == [0.225, 0.225, 0.1, 0.225, 0.225]


def test_milestones_on_one_touch_add_up() -> None:
    assert shares("w", "abc", lead=0, opportunity=0) == [0.9, 0.05, 0.05]
    assert shares("full-path", "ab", lead=0, opportunity=1) == [0.5, 0.5]
    assert shares("w", "abc", lead=1, opportunity=2) == [0.333333333] * 3


def test_a_milestone_that_is_not_known_is_left_out() -> None:
    assert shares("w", "abc", lead=1) == [0.428571429, 0.428571429, 0.142857143]


def test_time_decay_halves_with_its_half_life() -> None:
    times = [0, 7 * DAY, 14 * DAY]
    assert shares("time-decay", "abc", times=times) == [
        round(weight / 7, 9) for weight in (1, 2, 4)
    ]
    path = {"path": ["a", "b"], "times": [0, 1 * DAY], "value": 90}
    assert attribute([path], model="time-decay", half_life_days=1) == pytest.approx(
        {"a": 30, "b": 60}
    )


def test_a_touch_counts_each_time_it_happened() -> None:
    assert attribute([{"path": ["a", "b", "a"], "value": 30}], model="linear") == {"a": 20, "b": 10}


@pytest.mark.parametrize("model", MODELS)
def test_a_conversion_without_a_touch_is_not_dropped(model: str) -> None:
    written = [{"path": [], "value": 7}, {"path": ["a"], "value": 5, "nulls": 1}]
    assert attribute(written, model=model) == pytest.approx({"a": 5, "(none)": 7})
    assert attribute([{"path": [], "value": 7}], model=model) == {"(none)": 7}
    assert attribute([], model=model) == {}


@given(written=journeys(), model=st.sampled_from(MODELS))
def test_credits_come_to_the_values(written: list[Journey], model: str) -> None:
    credit = attribute(written, model=model)
    paid = sum(each["value"] for each in written)
    assert sum(credit.values()) == pytest.approx(paid, abs=1e-6)


@given(written=journeys(), model=st.sampled_from(sorted(RULES)))
def test_a_journey_earns_the_same_among_others(written: list[Journey], model: str) -> None:
    together = attribute(written, model=model)
    alone = [attribute([each], model=model) for each in written]
    summed = {name: sum(each.get(name, 0) for each in alone) for name in together}
    assert together == pytest.approx(summed)


@pytest.mark.parametrize(
    ("channels", "order"),
    [*product(["ab", "abcdefgh", [str(n) for n in range(20)]], (1, 2)), (range(280), 1)],
)
def test_journeys_that_each_stand_for_one_come_to_what_they_come_to_twice(
    channels: Sequence[str], order: int
) -> None:
    """Where each stands for one, steps are counted as if there were one journey."""
    random = Random(5)  # noqa: S311 - a history, no secret
    once: list[Journey] = [
        {
            "path": [*map(str, random.choices(channels, k=random.randrange(6)))],
            "conversions": won,
            "nulls": 1 - won,
        }
        for won in random.choices([0, 1], [4, 1], k=4_000)
    ]
    once = [each | {"value": each["conversions"]} for each in once]
    twice = [
        {**each, **{k: 2 * each[k] for k in ("conversions", "nulls", "value")}} for each in once
    ]
    with patch.multiple(parts, _FEW=0, _PART=500):
        credit = attribute(once, "markov", order=order)
    again = attribute(twice, "markov", order=order)
    assert {k: pytest.approx(2 * v, rel=1e-12) for k, v in credit.items()} == again


@pytest.mark.parametrize("order", [1, 2, 3])
@given(written=journeys())
def test_markov_is_what_removing_and_computing_again_gives(
    order: int, written: list[Journey]
) -> None:
    counted = [each for each in written if each["path"]]
    whole = _chance(counted, order)
    channels = dict.fromkeys(name for each in counted for name in each["path"])
    lost = {name: whole - _chance(counted, order, without=name) for name in channels}
    paid = sum(each["value"] for each in counted)
    effects = sum(lost.values())
    credit = attribute(counted, model="markov", order=order)
    for name in channels:
        expected = paid * lost[name] / effects if whole else 0.0
        assert credit[name] == pytest.approx(expected, rel=1e-9, abs=1e-9)


def _chance(written: list[Journey], order: int, without: str = "") -> float:
    """The chance to convert, from a chain written out as a mapping and solved anew."""
    counts: dict[tuple[str, ...], dict[tuple[str, ...], float]] = {}

    def count(here: tuple[str, ...], there: tuple[str, ...], times: float) -> None:
        row = counts.setdefault(here, {})
        row[there] = row.get(there, 0.0) + times

    for each in written:
        path, times = each["path"], each["conversions"] + each["nulls"]
        states: list[tuple[str, ...]] = [("start",)]
        states += [tuple(path[max(0, n - order) : n]) for n in range(1, len(path) + 1)]
        for here, there in pairwise(states):
            count(here, there, times)
        count(states[-1], ("yes",), each["conversions"])
        count(states[-1], ("no",), each["nulls"])
    left = [state for state in counts if not without or state[-1] != without]
    place = {state: n for n, state in enumerate(left)}
    matrix, wanted = np.eye(len(left)), np.zeros(len(left))
    for state in left:
        whole = sum(counts[state].values())
        for there, times in counts[state].items():
            if times and there == ("yes",):
                wanted[place[state]] += times / whole
            elif times and there in place:
                matrix[place[state], place[there]] -= times / whole
    if ("start",) not in place:
        return 0.0
    return float(np.linalg.solve(matrix, wanted)[place["start",]])


@given(written=journeys())
def test_without_self_transitions_repeats_count_once(written: list[Journey]) -> None:
    once: list[Journey] = [
        {**each, "path": [c for n, c in enumerate(each["path"]) if each["path"][n - 1 : n] != [c]]}
        for each in written
    ]
    for each in once:
        del each["times"], each["lead"], each["opportunity"]
    kept = attribute(written, model="markov", self_transitions=False)
    assert kept == pytest.approx(attribute(once, model="markov"))


@given(written=journeys())
def test_shapley_is_the_mean_over_all_orders_of_joining(written: list[Journey]) -> None:
    def worth(coalition: set[str]) -> float:
        inside = [each for each in written if each["path"] and coalition >= {*each["path"]}]
        return float(sum(each["value"] for each in inside))

    expected = _mean_gain(written, worth)
    credit = attribute(written, model="shapley")
    assert {name: credit[name] for name in expected} == pytest.approx(expected, abs=1e-6)


@given(written=journeys())
def test_shapley_of_rates_is_the_mean_over_all_orders_of_joining(written: list[Journey]) -> None:
    expected = _shapley_of_rates(written)
    credit = attribute(written, model="shapley-rate")
    paid = sum(each["value"] for each in written if each["path"])
    for name, share in expected.items():
        assert credit[name] == pytest.approx(paid * share, abs=1e-6)


def _shapley_of_rates(written: list[Journey]) -> dict[str, float]:
    def worth(coalition: set[str]) -> float:
        mine = [each for each in written if each["path"] and coalition >= {*each["path"]}]
        converted = sum(each["conversions"] for each in mine)
        every = sum(each["conversions"] + each["nulls"] for each in mine)
        return float(converted / every) if every else 0.0

    gains = _mean_gain(written, worth)
    whole = sum(gains.values())
    return {name: gain / whole for name, gain in gains.items()} if whole else {}


def _mean_gain(written: list[Journey], worth: Callable[[set[str]], float]) -> dict[str, float]:
    channels = dict.fromkeys(name for each in written for name in each["path"])
    gains, orders = dict.fromkeys(channels, 0.0), list(permutations(channels))
    for joined in orders:
        coalition: set[str] = set()
        for name in joined:
            before = worth(coalition)
            coalition.add(name)
            gains[name] += (worth(coalition) - before) / len(orders)
    return gains


@given(
    amounts=st.lists(st.integers(0, 10**12), min_size=1, max_size=6),
    sizes=st.lists(st.integers(1, 7), min_size=6, max_size=6),
    draw=st.randoms(use_true_random=False),
)
def test_whole_amounts_are_split_without_a_rest(
    amounts: list[int], sizes: list[int], draw: Random
) -> None:
    first = np.cumsum([0, *sizes[: len(amounts)]])
    weight = np.array([draw.random() + 0.001 for _ in range(first[-1])])
    group = np.repeat(np.arange(len(amounts)), np.diff(first))
    weight /= np.bincount(group, weight)[group]
    given_ = split(np.array(amounts, np.int64), weight, first)
    assert np.bincount(group, given_).astype(np.int64).tolist() == amounts
    assert (np.abs(given_ - weight * np.array(amounts)[group]) < 1.001).all()


def test_a_rest_goes_to_the_largest_remainder_then_to_the_first() -> None:
    third = np.full(3, 1 / 3)
    assert split(np.array([100]), third, np.array([0, 3])).tolist() == [34, 33, 33]
    weight = np.array([0.335, 0.336, 0.329])
    assert split(np.array([100]), weight, np.array([0, 3])).tolist() == [33, 34, 33]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"path": ["a"], "convertions": 1}, "`convertions` is none of its keys"),
        ({}, "`path` is a list of channels, and this is nothing"),
        ({"path": "abc"}, "`path` is a list of channels, and this is of type str"),
        ({"path": {"a": 1}}, "`path` is a list of channels"),
        ({"path": ["a", None]}, "a channel is a text, and `None` is nothing"),
        ({"path": ["a", 3]}, "a channel is a text, and `3` is of type int"),
        (["a"], "it is of type list, and not a mapping"),
        ({"path": ["a", "b"], "times": [1]}, "1 times for 2 touches"),
        ({"path": ["a", "b"], "times": [2, 1]}, "`times` are not in order"),
        ({"path": ["a"], "times": 5}, "`times` is a list of UTC seconds"),
        ({"path": ["a"], "times": ["monday"]}, "`'monday'` in `times` is no instant"),
        ({"path": ["a"], "times": [float("nan")]}, "`nan` in `times` is no instant"),
        ({"path": ["a"], "times": [10**30]}, "`10+` in `times` is no instant"),
        ({"path": ["a"], "value": -1}, "`value` is a number from 0 to"),
        ({"path": ["a"], "value": "10"}, "`value` is a number from 0 to .* and not `'10'`"),
        ({"path": ["a"], "value": 10**400}, "`value` is a number from 0 to"),
        ({"path": ["a"], "nulls": float("nan")}, "`nulls` is a number .* and not `nan`"),
        ({"path": ["a"], "conversions": float("inf")}, "`conversions` is a number"),
        ({"path": ["a"], "conversions": True}, "`conversions` is a number"),
        ({"path": ["a"], "conversions": 0, "value": 4}, "a value without a conversion"),
        ({"path": ["a"], "lead": 1}, "`lead` is a position in the path"),
        ({"path": ["a"], "opportunity": 0.5}, "`opportunity` is a position in the path"),
    ],
)
def test_a_journey_that_is_wrong_is_named(wrong: Any, said: str) -> None:
    with pytest.raises(ValueError, match=f"journey 2: {said}"):
        attribute([{"path": ["a"]}, wrong])


@pytest.mark.parametrize("journeys", [None, "abc", {"path": ["a"]}, 7])
def test_what_is_no_list_of_journeys_is_refused(journeys: Any) -> None:
    with pytest.raises(ValueError, match="journeys are a list of mappings, and this is"):
        attribute(journeys)


def test_too_much_for_exact_sums_is_refused() -> None:
    with pytest.raises(ValueError, match="all `value` together are more than"):
        attribute([{"path": ["a"], "value": 9e14}] * 2)


def test_journeys_may_come_one_by_one() -> None:
    assert attribute({"path": [name], "value": 2} for name in "aab") == {"a": 4, "b": 2}


@pytest.mark.parametrize(
    ("model", "params", "said"),
    [
        ("markow", {}, "there is no model `markow`; did you mean `markov`"),
        ("linear", {"order": 2}, "`linear` has no parameter `order`; it takes none"),
        ("markov", {"orders": 2}, "no parameter `orders`; it takes order, self_transitions"),
        ("markov", {"order": 4}, "`order` is 1, 2 or 3"),
        ("markov", {"order": "1"}, "`order` is 1, 2 or 3"),
        ("markov", {"order": 1.0}, "`order` is 1, 2 or 3"),
        ("markov", {"self_transitions": "no"}, "`self_transitions` is True or False"),
        ("time-decay", {"half_life_days": "7"}, "`half_life_days` is a number above 0"),
        ("time-decay", {"half_life_days": float("nan")}, "`half_life_days` is a number above 0"),
        (["linear"], {}, "there is no model"),
        ("time-decay", {"half_life_days": 0}, "`half_life_days` is a number above 0"),
    ],
)
def test_a_model_that_is_wrong_is_named(model: Any, params: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        attribute([{"path": ["a"]}], model=model, **params)


def test_too_many_coalitions_and_states_are_refused() -> None:
    with pytest.raises(ValueError, match="21 channels make"):
        attribute([{"path": [str(n) for n in range(21)]}], model="shapley-rate")
    wide = [{"path": [str(n), str(n + 1), str(n + 2)]} for n in range(2_000)]
    with pytest.raises(ValueError, match="states, and at most 4,000"):
        attribute(wide, model="markov", order=3)
