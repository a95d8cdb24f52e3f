from __future__ import annotations

import pytest

from interlock.agreement.criteria import Compiled, compile_criterion
from interlock.agreement.reach import can_hold, reachable
from tests.agreement.small import SMALL, agreement, changed
from tests.agreement.trees import VOCABULARY


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("true", True),
        ("false", False),
        ("fit > 1", True),
        ("fit > 1 && false", False),
        ("fit > 1 || false", True),
        ("!(fit > 1 || true)", False),
        ("known(person.country)", True),
        ("!known(person.country)", True),
        ("known(touch.kind)", True),
        ("known(touch.kind) && known(decision.kind)", False),
        ("known(touch.kind) || known(decision.kind)", True),
        ("known(touch.kind) && !known(decision.kind)", True),
        ('touch.kind == "x" && decision.kind == "accept"', False),
        ('touch.kind == "x" || decision.kind == "accept"', True),
        ('touch.kind == "x" && touches.any > 2 && person.country == "DE"', True),
        ("touch.kind == decision.kind", False),
        ("touch.at < activity.at", False),
        ("touch.at < person.created_at", True),
        ("activity.human ? fit > 1 : touches.any > 1", True),
        ('activity.human ? touch.kind == "x" : touch.kind == "y"', False),
        ('fit > 1 ? touch.kind == "x" : false', True),
        ('activity.kind in ["call"] && !(touch.kind in ["x"])', False),
    ],
)
def test_what_no_fact_can_meet_is_known_by_its_form(text: str, expected: bool) -> None:  # noqa: FBT001 - pytest passes it by position
    found = compile_criterion(text, VOCABULARY)
    assert isinstance(found, Compiled), found
    assert can_hold(found.expression) is expected


def test_stages_are_reached_by_criteria_from_the_start_and_by_reasons() -> None:
    assert reachable(agreement()) == {"mql", "sal", "nurture"}


def test_a_stage_behind_a_reason_is_reached_too() -> None:
    text = changed("owner: sales, enter", "owner: sales, comes_from: nurture, enter")
    assert reachable(agreement(text)) == {"mql", "sal", "nurture"}
    assert "nurture" in SMALL
