"""Alpha against published figures, against the definition taken literally, and its properties."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from interlock.practice.alpha import MISSING, Answers, between, within

SEED = 7


def coded(*rows: str) -> Answers:
    """Answers as the publication prints them: one letter or digit each, a dot for none."""
    letters = sorted({each for row in rows for each in row} - {".", " "})
    codes = {each: place for place, each in enumerate(letters)} | {".": MISSING}
    return np.array([[codes[each] for each in row if each != " "] for row in rows], np.int64)


# Krippendorff (2011), examples A, B and C
BINARY = ("0100000000", "1110010100")
NOMINAL = ("aabbdcccedda", "babbbccceddd")
MISSES = (
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)


@pytest.mark.parametrize(
    ("rows", "published"), [(BINARY, 0.095), (NOMINAL, 0.692), (MISSES, 0.743)]
)
def test_alpha_is_what_the_publication_says(rows: tuple[str, ...], published: float) -> None:
    assert within(coded(*rows), SEED).alpha == pytest.approx(published, abs=0.0005)


def test_what_nobody_else_answered_pairs_with_nothing() -> None:
    assert within(coded(*MISSES), SEED).leads == 11


def by_definition(answers: Answers) -> float | None:
    """1 - observed / expected, by walking every pair of answers one after the other."""
    pairs: dict[tuple[int, int], float] = {}
    for column in answers.T:
        known = [each for each in column.tolist() if each != MISSING]
        for a, b in permutations(range(len(known)), 2):
            key = known[a], known[b]
            pairs[key] = pairs.get(key, 0.0) + 1 / (len(known) - 1)
    total: dict[int, float] = {}
    for (one, _), count in pairs.items():
        total[one] = total.get(one, 0.0) + count
    everything = sum(total.values())
    observed = sum(count for (a, b), count in pairs.items() if a != b) / (everything or 1)
    chance = sum(n * m for a, n in total.items() for b, m in total.items() if a != b)
    return 1 - observed * everything * (everything - 1) / chance if chance else None


rounds = st.tuples(st.integers(2, 6), st.integers(1, 12)).flatmap(
    lambda shape: arrays(np.int64, shape, elements=st.integers(MISSING, 3))
)


@given(rounds)
def test_alpha_is_what_its_definition_says(answers: Answers) -> None:
    expected, found = by_definition(answers), within(answers, SEED)
    assert found.alpha == (None if expected is None else pytest.approx(expected, abs=1e-9))
    if found.alpha is not None and found.low is not None and found.high is not None:
        assert found.low <= found.high <= 1


@given(st.lists(st.integers(0, 3), min_size=2, max_size=20), st.integers(2, 6))
def test_perfect_agreement_is_one(answers: list[int], members: int) -> None:
    found = within(np.array([answers] * members), SEED)
    assert found.agree == pytest.approx(1)
    assert found.alpha == (pytest.approx(1) if len(set(answers)) > 1 else None)


@settings(max_examples=10)
@given(st.integers(0, 1_000))
def test_chance_alone_is_about_nothing(seed: int) -> None:
    answers = np.random.default_rng(seed).integers(0, 4, (6, 400))
    found = within(answers, SEED)
    assert found.alpha == pytest.approx(0, abs=0.08)
    assert between(answers[:3], answers[3:], SEED).alpha == pytest.approx(0, abs=0.08)


@given(rounds, st.permutations(range(4)), st.randoms(use_true_random=False))
def test_neither_names_nor_order_matter(answers: Answers, names: list[int], chance: object) -> None:
    renamed = np.array([*names, MISSING])[answers]
    rows, columns = list(range(answers.shape[0])), list(range(answers.shape[1]))
    chance.shuffle(rows)  # type: ignore[attr-defined]  # a random.Random
    chance.shuffle(columns)  # type: ignore[attr-defined]  # as above
    one, other = within(answers, SEED), within(renamed[rows][:, columns], SEED)
    assert one.alpha == (None if other.alpha is None else pytest.approx(other.alpha, abs=1e-9))
    assert one.agree == (None if other.agree is None else pytest.approx(other.agree, abs=1e-9))


@given(arrays(np.int64, (2, 9), elements=st.integers(MISSING, 3)))
def test_between_two_members_is_alpha_of_the_two(answers: Answers) -> None:
    one, both = within(answers, SEED), between(answers[:1], answers[1:], SEED)
    assert one.leads == both.leads
    assert both.alpha == (None if one.alpha is None else pytest.approx(one.alpha, abs=1e-9))


def test_two_sides_that_agree_only_among_themselves() -> None:
    marketing, sales = coded("aaaaabbbbb", "aaaaabbbbb"), coded("bbbbbaaaaa", "bbbbbaaaaa")
    assert within(marketing, SEED).alpha == within(sales, SEED).alpha == pytest.approx(1)
    found = between(marketing, sales, SEED)
    assert found.agree == pytest.approx(0)
    assert found.alpha is not None
    assert found.alpha < 0


def test_the_interval_holds_the_value_and_narrows_with_more_leads() -> None:
    chance = np.random.default_rng(3)

    def noisy(leads: int) -> Answers:
        truth = chance.integers(0, 3, leads)
        other = np.where(chance.random((5, leads)) < 0.3, chance.integers(0, 3, (5, leads)), truth)
        return np.asarray(other, np.int64)

    few, many = within(noisy(20), SEED), within(noisy(500), SEED)
    for each in (few, many):
        assert each.low is not None
        assert each.high is not None
        assert each.alpha is not None
        assert each.low < each.alpha < each.high
    assert many.high - many.low < few.high - few.low  # type: ignore[operator]  # as just asserted


def test_nobody_has_answered() -> None:
    nothing = np.full((3, 4), MISSING)
    assert within(nothing, SEED) == between(nothing, nothing, SEED)
    assert within(nothing, SEED).leads == 0
