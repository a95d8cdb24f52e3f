"""Where two sides part, and what may be told of it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.practice.parting import FEW, Part, Parting, Placed, Told, told_of

LEADS, STAGES = 12, 3


def answers(
    marketing: int, sales: int, says: Callable[[str, int], int], leads: int = LEADS
) -> list[Placed]:
    """So many of each side place each lead as `says` has it; all that is placed fits."""
    return [
        Placed(lead, f"{side}{number}", side, says(side, lead), says(side, lead) > 0)
        for side, many in (("marketing", marketing), ("sales", sales))
        for number in range(many)
        for lead in range(leads)
    ]


def part_over_even(side: str, lead: int) -> int:
    """Sales places every second lead one stage lower."""
    return 1 if side == "sales" and lead % 2 == 0 else 2


def parts(leads: int = LEADS) -> list[list[Part]]:
    return [
        [Part("it is even", lead % 2 == 0), Part("it is early", lead < leads / 2)]
        for lead in range(leads)
    ]


def test_the_condition_over_which_they_part_comes_first() -> None:
    found = Parting(LEADS, STAGES, answers(5, 5, part_over_even), 1).of_stage(
        "stages.mql", 2, parts()
    )
    assert found.split.differ == pytest.approx(0.5)
    worst = found.conditions[0]
    assert (worst.sentence, worst.holds, worst.place) == ("it is even", True, 0)
    assert worst.split.differ == pytest.approx(1)
    assert worst.split.voices is not None
    assert (worst.split.voices.marketing, worst.split.voices.sales) == (1, 0)
    assert [each.sentence for each in found.conditions] == ["it is even"]


def test_they_agree_about_a_stage_that_both_say() -> None:
    parting = Parting(LEADS, STAGES, answers(5, 5, part_over_even), 1)
    found = parting.of_stage("stages.lead", 1, parts())
    assert found.split.differ == 0
    assert found.conditions == ()
    assert parting.of_fit(parts()).split.differ == 0


def test_leads_that_split_them_come_with_what_each_side_says() -> None:
    found = Parting(LEADS, STAGES, answers(5, 6, part_over_even), 1).leads()
    assert [each.lead for each in found] == list(range(0, LEADS, 2))
    assert (found[0].marketing, found[0].sales) == ({2: 1.0}, {1: 1.0})
    assert found[0].differ == pytest.approx(1)


@given(st.integers(0, 12), st.integers(0, 12))
def test_what_may_be_told_never_grows_when_fewer_answer(marketing: int, sales: int) -> None:
    order = [Told.NOTHING, Told.TOGETHER, Told.BY_SIDE]
    now = order.index(told_of(marketing, sales))
    assert order.index(told_of(marketing + 1, sales)) >= now
    if told_of(marketing, sales) is Told.BY_SIDE:
        assert min(marketing, sales) >= FEW


@given(st.integers(0, 7), st.integers(0, 7), st.integers(0, 99))
def test_below_five_of_a_side_nothing_tells_who_or_how_few(
    marketing: int, sales: int, seed: int
) -> None:
    chance = np.random.default_rng(seed)
    given_ = answers(marketing, sales, lambda _side, _lead: int(chance.integers(0, STAGES + 1)))
    parting = Parting(LEADS, STAGES, given_, 1)
    assert parting.can_be_told == (marketing + sales >= FEW and min(marketing, sales) > 1)
    clauses = [parting.of_stage("stages.mql", 2, parts()), parting.of_fit(parts())]
    if min(marketing, sales) < FEW:
        for each in clauses:
            splits = [each.split, *(one.split for one in each.conditions)]
            assert all(split.voices is None for split in splits)
        for lead in parting.leads():
            assert (lead.marketing, lead.sales, lead.differ) == ({}, {}, None)
    if not parting.can_be_told:
        assert parting.leads() == ()
        assert all(each.split.leads == 0 for each in clauses)
    assert (parting.stages.marketing is None) == (marketing < FEW)
    assert (parting.stages.sales is None) == (sales < FEW)


def test_a_lead_that_few_answered_is_told_of_as_if_few_took_part() -> None:
    given_ = [
        each for each in answers(6, 6, part_over_even) if each.lead != 0 or each.by < "marketing3"
    ]
    told = {each.lead: each for each in Parting(LEADS, STAGES, given_, 1).leads()}
    assert 0 not in told
    assert told[2].marketing == {2: 1.0}


def test_a_condition_that_few_leads_met_is_no_finding() -> None:
    rare = [[Part("it is the first", lead == 0)] for lead in range(LEADS)]
    given_ = answers(5, 5, lambda side, lead: 1 if side == "sales" and lead == 0 else 2)
    found = Parting(LEADS, STAGES, given_, 1).of_stage("stages.mql", 2, rare)
    assert found.split.differ > 0
    assert found.conditions == ()


def test_missing_answers_are_left_out() -> None:
    given_ = answers(5, 5, part_over_even)
    without = [*given_, Placed(0, "sales9", "sales", None, None)]
    one, other = (Parting(LEADS, STAGES, each, 1) for each in (given_, without))
    assert one.stages.between == other.stages.between
    assert np.array_equal(one.pooled(2), other.pooled(2))


def test_nobody_answered() -> None:
    parting = Parting(LEADS, STAGES, [], 1)
    assert not parting.can_be_told
    assert parting.stages.between.leads == 0
    assert np.isnan(parting.pooled(1)).all()
