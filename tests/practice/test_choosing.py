"""Which leads a round asks about."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from interlock.practice.choosing import CLEAR, Candidate, choose, nearest_of_each

candidates = st.lists(
    st.builds(
        Candidate,
        person=st.sampled_from([f"p{n}" for n in range(40)]),
        at=st.integers(0, 9),
        clause=st.sampled_from(["stages.mql", "stages.sal"]),
        holds=st.booleans(),
        distance=st.floats(0.001, 3),
    ),
    max_size=80,
)


@given(candidates, st.integers(1, 30), st.integers(0, 99))
def test_each_lead_is_taken_once_and_as_many_as_there_are(
    given_: list[Candidate], size: int, seed: int
) -> None:
    chosen = choose(given_, size, seed)
    people = {each.person for each in given_}
    assert len({each.person for each in chosen}) == len(chosen) == min(size, len(people))
    assert set(chosen) <= set(given_)
    assert choose(given_, size, seed) == chosen


@given(candidates, st.integers(0, 99))
def test_of_each_lead_the_instant_nearest_to_an_edge(given_: list[Candidate], seed: int) -> None:
    least = {
        person: min(each.distance for each in given_ if each.person == person)
        for person in {each.person for each in given_}
    }
    assert {each.person: each.distance for each in nearest_of_each(given_, seed)} == least


def many(clause: str, *, holds: bool, count: int) -> list[Candidate]:
    return [
        Candidate(f"{clause} {holds} {n}", n, clause, holds, (n + 1) / count) for n in range(count)
    ]


def test_both_sides_of_each_edge_give_as_many_and_few_are_clear() -> None:
    given_ = [
        each
        for clause in ("stages.mql", "stages.sal")
        for holds in (True, False)
        for each in many(clause, holds=holds, count=30)
    ]
    chosen = choose(given_, 4 * CLEAR, 1)
    assert set(Counter((each.clause, each.holds) for each in chosen).values()) == {CLEAR}
    near = [each for each in chosen if each.distance <= CLEAR / 30]
    clear = [each for each in chosen if each.distance == 1]
    assert (len(near), len(clear)) == (3 * CLEAR, 4)


def test_a_stratum_that_is_empty_leaves_its_turns_to_the_others() -> None:
    given_ = many("stages.mql", holds=True, count=3) + many("stages.mql", holds=False, count=20)
    assert Counter(each.holds for each in choose(given_, 12, 1)) == {True: 3, False: 9}


def test_the_order_tells_nothing() -> None:
    given_ = many("stages.mql", holds=True, count=20) + many("stages.mql", holds=False, count=20)
    chosen = choose(given_, 20, 5)
    assert [each.holds for each in chosen] != [place % 2 == 0 for place in range(20)]
    assert choose(given_, 20, 5) != choose(given_, 20, 6)


def test_nobody_to_ask_about() -> None:
    assert choose([], 10, 1) == ()
