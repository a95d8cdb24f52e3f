"""Criteria as rows: what rows can say comes back as the same criterion."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from interlock.agreement import conditions as rows
from interlock.agreement.conditions import Row, groups_of, several, text_of
from interlock.agreement.criteria import (
    Compiled,
    Value,
    compile_criterion,
    evaluate_with_cel,
)
from interlock.agreement.expression import Expression, ValueType
from tests.agreement.trees import NAMES, VOCABULARY, conditions, values, written


def compiled(criterion: str) -> Expression:
    found = compile_criterion(criterion, VOCABULARY)
    assert isinstance(found, Compiled), found
    return found.expression


@pytest.mark.parametrize(
    ("criterion", "groups"),
    [
        (
            "fit >= 50.0 && engagement >= 40.0 || touches.demo_request >= 1",
            (
                (Row("fit", ">=", "50.0"), Row("engagement", ">=", "40.0")),
                (Row("touches.demo_request", ">=", "1"),),
            ),
        ),
        (
            'account.industry in ["Oil and gas", "Food, drink"] && !known(person.country)',
            (
                (
                    Row("account.industry", "in", 'Oil and gas, "Food, drink"'),
                    Row("person.country", "unknown"),
                ),
            ),
        ),
        (
            'activity.human && !person.newsletter && person.country.startsWith("D")',
            (
                (
                    Row("activity.human", "yes"),
                    Row("person.newsletter", "no"),
                    Row("person.country", "startsWith", "D"),
                ),
            ),
        ),
        ('!(touch.kind in ["call"])', ((Row("touch.kind", "not in", "call"),),)),
    ],
)
def test_rows_of_a_criterion(criterion: str, groups: object) -> None:
    assert groups_of(compiled(criterion)) == groups


@pytest.mark.parametrize(
    "criterion",
    [
        "fit >= 50.0 && (engagement >= 40.0 || touches.demo_request >= 1)",
        "fit + engagement >= 90.0",
        "account.employees >= touches.webinar",
        "!(fit >= 50.0)",
        'touch.at >= timestamp("2026-01-01T00:00:00Z")',
    ],
)
def test_what_rows_cannot_say_stays_text(criterion: str) -> None:
    assert groups_of(compiled(criterion)) is None


@settings(max_examples=100)
@given(conditions, values)
def test_rows_mean_what_the_criterion_means(tree: Expression, known: dict[str, Value]) -> None:
    groups = groups_of(compiled(written(tree)))
    if groups is None:
        return
    again = compile_criterion(text_of(groups, VOCABULARY), VOCABULARY)
    assert isinstance(again, Compiled)
    assert groups_of(again.expression) == groups
    before = compile_criterion(written(tree), VOCABULARY)
    assert isinstance(before, Compiled)
    assert evaluate_with_cel(again, known) == evaluate_with_cel(before, known)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("a, b", ["a", "b"]),
        ('a, "b, c" ,d', ["a", "b, c", "d"]),
        ('say \\"so\\"', ['say \\"so\\"']),
        ('"open', ['"open']),
        (r'"C:\x", b', [r"C:\x", "b"]),
        (r'"\ud800"', [r"\ud800"]),
        (r'"\u12"', [r"\u12"]),
        ('"two\nlines"', ["two\nlines"]),
        ("", []),
        (" , ,", []),
    ],
)
def test_values_as_typed(typed: str, found: list[str]) -> None:
    assert several(typed) == found


def test_every_kind_of_value_can_be_tested() -> None:
    for type_ in NAMES:
        assert {"known", "unknown"} < set(rows.tests_of(type_)) or type_ is ValueType.INSTANT


def test_a_value_that_is_none_of_its_type_is_refused_where_it_stands() -> None:
    said = text_of(((Row("account.employees", ">=", "many"),),), VOCABULARY)
    assert not isinstance(compile_criterion(said, VOCABULARY), Compiled)
