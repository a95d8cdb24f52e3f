"""A proposal to start from."""

from __future__ import annotations

from dataclasses import replace
from math import isinf
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interlock.agreement.canonical import plain
from interlock.agreement.criteria import Compiled, compile_criterion
from interlock.agreement.criterion import TOP, Criterion
from interlock.agreement.editing import as_text, changed_text
from interlock.agreement.loading import load
from interlock.agreement.parts import parts
from interlock.agreement.phrases import phrase
from interlock.agreement.schema import Stage
from interlock.practice.starting import start_from
from tests.agreement.trees import VOCABULARY
from tests.operations.company import text_of
from tests.operations.desk import agreement


def mql(enter: str) -> Stage:
    text = agreement()
    text["stages"]["mql"]["enter"] = enter
    loaded = load(text_of(text))
    assert loaded.agreement is not None, loaded.problems
    stage = loaded.agreement.stage("mql")
    assert stage is not None
    return stage


SCORES = [10, 20, 30, 40, 50, 60, 70, 80]


def values(**cells: Any) -> list[dict[str, Any]]:
    return [{"engagement": float(score), "fit": 40.0} | cells for score in SCORES]


def said(least: float) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Everybody places leads of that engagement at MQL."""
    return np.array([float(score >= least) for score in SCORES])


def test_the_number_moves_to_where_the_answers_are() -> None:
    found = start_from(mql("fit >= 30 && engagement >= 50"), values(), said(70))
    assert found is not None
    assert found.path == "stages.mql.enter"
    assert found.value == "fit >= 30 && engagement >= 65"
    assert (found.before, found.after) == (
        "the engagement score is 50 or more",
        "the engagement score is 65 or more",
    )
    assert (found.agrees, found.would, found.leads) == (0.75, 1, 8)


def test_of_numbers_that_do_as_well_the_nearest_to_the_agreed_one() -> None:
    told = [{"engagement": score} for score in (20.0, 52.0, 55.0, 61.0, 74.0, 90.0)]
    found = start_from(mql("engagement >= 50"), told, np.array([0, 0, 0, 0, 1.0, 1.0]))
    assert found is not None
    assert found.value == "engagement >= 65"  # as good as 70


@pytest.mark.parametrize("enter", ["engagement >= 50", "fit >= 40", 'decision.kind == "accept"'])
def test_nothing_is_proposed_where_nothing_gains(enter: str) -> None:
    answers = said(50) if "engagement" in enter else np.full(8, 1.0)
    cells = {} if "decision" not in enter else {"decision.kind": None}
    if "decision" in enter:
        answers = np.zeros(8)
    assert start_from(mql(enter), values(**cells), answers) is None


def test_less_than_one_lead_is_no_reason_to_change() -> None:
    answers = said(50)
    answers[3] = 0.6  # most place the lead with 40 at MQL, hardly
    assert start_from(mql("engagement >= 50"), values(), answers) is None


def test_a_number_that_is_written_twice_is_left_alone() -> None:
    text = "engagement >= 50 && fit >= 90 || engagement >= 50 && fit >= 30"
    found = start_from(mql(text), values(), said(70))
    assert found is None or found.value.count("engagement >= 50") == 2


def test_unknown_values_and_unanswered_leads_are_no_evidence() -> None:
    answers = said(70)
    answers[4:6] = np.nan  # the two that the agreement places otherwise
    assert start_from(mql("engagement >= 50"), values(), answers) is None
    assert start_from(mql("engagement >= 50"), values(), np.full(8, np.nan)) is None
    unknown = [{"engagement": None} for _ in SCORES]
    assert start_from(mql("engagement >= 50"), unknown, said(70)) is None


def test_counts_move_by_one() -> None:
    many = [{"touches.demo": count} for count in (0, 1, 1, 2, 2, 3, 3, 4)]
    answers = np.array([0, 0, 0, 1, 1, 1, 1, 1.0])
    found = start_from(mql("touches.demo >= 1"), many, answers)
    assert found is not None
    assert found.value == "touches.demo >= 2"


AGREED = "engagement >= 50"
MQL = mql(AGREED)


@settings(max_examples=40)
@given(
    st.sampled_from(["engagement", "account.employees", "touches.demo_request"]),
    st.integers(-(10**12), 10**12),
    st.sampled_from([1, 1.0, 0.1, 1e9]),
    st.lists(st.integers(-(10**15), 10**15) | st.just(float("inf")), min_size=4, max_size=4),
)
def test_whatever_numbers_there_are_what_is_proposed_is_read_as_it_is_meant(
    path: str, agreed: int, times: float, told: list[float]
) -> None:
    text = f'fit >= 1 && {path} >= {agreed * times!r} || person.country in ["a: b", "#"]'
    stage = replace(MQL, enter=criterion(text))
    whole = path != "engagement"
    seen = [{path: 0 if whole and isinf(each) else each, "fit": 2.0} for each in told]
    for answers in ([0.0, 1, 0, 1], [1.0, 1, 0, 0], [1.0] * 4, [0.0] * 4):
        found = start_from(stage, seen, np.array(answers))
        if found is not None:
            assert found.after in criterion(found.value).sentence
            said = changed_text(
                f"stages: {{mql: {{enter: '{AGREED}'}}}}\n", [(found.path, as_text(found.value))]
            )
            assert isinstance(said, str)
            assert parts(plain(said))["stages.mql"] == {"enter": found.value}


def criterion(text: str) -> Criterion:
    found = compile_criterion(text, VOCABULARY)
    assert isinstance(found, Compiled), found
    return Criterion(text, found.expression, phrase(found.expression), TOP)


def test_a_large_number_moves_and_is_written_out() -> None:
    seen = [{"account.employees": each * 1_000_000, "fit": 40.0} for each in SCORES]
    found = start_from(mql("account.employees >= 50000000"), seen, said(70))
    assert found is not None
    assert found.value == "account.employees >= 60000500"
