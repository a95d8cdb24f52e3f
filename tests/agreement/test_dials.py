"""Dials: the numbers of an agreement, and what turning them writes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from interlock.agreement.dials import dials_of, turned, with_dials
from interlock.agreement.diff import differences
from interlock.agreement.durations import parse_duration
from interlock.agreement.editing import as_text, changed_text
from interlock.agreement.schema import Variant
from tests.agreement.small import SMALL, agreement, changed
from tests.agreement.test_editing import DEMO, text_of


def after(turns: dict[str, float], text: str = DEMO) -> list[str]:
    before = agreement(text)
    then = agreement(text_of(changed_text(text, turned(before, turns))))
    return [each.sentence for each in differences(before, then)]


def test_thresholds_times_and_targets() -> None:
    found = {each.key: (each.clause, each.label, each.value) for each in dials_of(agreement(DEMO))}
    assert found["stages.mql.enter@0.1"] == ("Marketing qualified lead", "engagement", 40.0)
    assert found["promises.first-touch.within@"] == ("First touch", "within", 4.0)
    assert found["promises.accepted-leads.target@"] == ("Accepted leads", "target", 75.0)


@pytest.mark.parametrize(
    ("enter", "called"),
    [
        ("fit >= 50 && engagement >= 40", ["fit", "engagement"]),
        (
            "fit >= 50 && engagement >= 40 || fit >= 70 && engagement >= 20",
            [
                "fit (where the engagement score is 40 or more)",
                "engagement (where the fit score is 50 or more)",
                "fit (where the engagement score is 20 or more)",
                "engagement (where the fit score is 70 or more)",
            ],
        ),
        (
            "fit >= 10 && fit <= 50 || fit >= 80",
            [
                "fit (where the fit score is 50 or less)",
                "fit (where the fit score is 10 or more)",
                "fit (at least)",
            ],
        ),
        ("fit >= 50 || fit >= 80", ["fit (at least, number 1)", "fit (at least, number 2)"]),
    ],
)
def test_thresholds_of_one_name_are_told_apart(enter: str, called: list[str]) -> None:
    text = text_of(changed_text(SMALL, [("stages.mql.enter", as_text(enter))]))
    found = [each for each in dials_of(agreement(text)) if each.path == "stages.mql.enter"]
    assert [each.called for each in found] == called


def test_every_dial_can_be_turned_where_it_stands() -> None:
    demo = agreement(DEMO)
    for dial in dials_of(demo):
        assert dial.low <= dial.value <= dial.high
        assert turned(demo, {dial.key: dial.value}) == ()


def test_the_time_of_each_variant_is_a_dial() -> None:
    demo = agreement(DEMO)
    found = {each.key: each for each in dials_of(demo) if each.path.startswith("promises.first-to")}
    assert [each.value for each in found.values()] == [4.0, 1.0, 1.0]
    key = "promises.first-touch.variants.partner.within@"
    assert found[key].called.startswith("within (where ")
    (said,) = after({key: 3.0})
    assert "3 working hours" in said
    promise = with_dials(demo, {key: 3.0}).at("promises.first-touch.variants.partner")
    assert isinstance(promise, Variant)
    assert promise.within == parse_duration("3 working hours")


@pytest.mark.parametrize(
    ("turns", "said"),
    [
        (
            {"stages.mql.enter@0.1": 60.0},
            ["Marketing qualified lead: engagement from 40 to 60"],
        ),
        (
            {"stages.mql.enter@0.0": 55.0, "stages.mql.enter@1.0": 20.0},
            [
                "Marketing qualified lead: fit from 50 to 55; fit from 30 to 20",
            ],
        ),
        (
            {"promises.first-touch.within@": 1.0},
            ["First touch: time allowed from 4 working hours to 1 working hour"],
        ),
        ({"promises.acceptance.target@": 0.5}, ["Share accepted: target from 40 % to 0.5"]),
        ({"goals.revenue.target@": 1e6}, ["New revenue: target from 2000000 to 1000000"]),
        ({"goals.win-rate.target@": 0.0}, ["Win rate: target from 28 % to 0.01"]),
    ],
)
def test_turning_says_what_it_changes(turns: dict[str, float], said: list[str]) -> None:
    before = agreement(DEMO)
    at_once = with_dials(before, turns)
    read = agreement(text_of(changed_text(DEMO, turned(before, turns))))
    assert [each.enter and each.enter.expression for each in at_once.stages] == [
        each.enter and each.enter.expression for each in read.stages
    ]
    assert [
        (getattr(each, "within", None), getattr(each, "target", None)) for each in at_once.promises
    ] == [(getattr(each, "within", None), getattr(each, "target", None)) for each in read.promises]
    assert at_once.goals == read.goals
    text = "; ".join(after(turns))
    assert all(each in text for one in said for each in one.split("; "))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("goals.revenue.target", "1250000"),
        ("goals.revenue.target", "12345.67"),
        ("goals.revenue.target", "0.5"),
        ("goals.win-rate.target", "22.5 %"),
        ("promises.accepted-leads.target", "125"),
        ("promises.first-touch.within", "0 working hours"),
        ("stages.mql.enter", "fit >= 66.6"),
        ("stages.mql.enter", "engagement >= 1234.5"),
    ],
)
def test_a_dial_that_nobody_turned_lies_on_a_step(key: str, value: str) -> None:
    text = text_of(changed_text(DEMO, [(key, as_text(value) if "enter" in key else value)]))
    [dial] = [each for each in dials_of(agreement(text)) if each.path == key]
    # as HTML has it: a value is the nearest of min, min + step, min + 2 × step…
    value_, low, step = (Decimal(str(each)) for each in (dial.value, dial.low, dial.step))
    assert (value_ - low) % step == 0
    assert dial.low <= dial.value <= dial.high


def test_a_condition_that_rows_cannot_say_has_no_dial() -> None:
    text = changed("enter: touches.any >= 1}", "enter: touches.any + activities.any >= 3}")
    assert [each.path for each in dials_of(agreement(text))] == [
        "promises.first-touch.within",
        "promises.volume.target",
    ]
    assert "stages.mql.enter@0.0" in {each.key for each in dials_of(agreement(SMALL))}


@pytest.mark.parametrize("number", ["1e999", "1e308", "9000000000.5"])
def test_a_number_beyond_any_finger_has_no_dial(number: str) -> None:
    text = changed("enter: touches.any >= 1}", f"enter: 'engagement >= {number} && fit > 2.0'}}")
    found = [each.key for each in dials_of(agreement(text)) if each.path == "stages.mql.enter"]
    assert found == ["stages.mql.enter@0.1"]


@pytest.mark.parametrize("country", ["a # b", "a: b", "{a}", "'", "- a"])
def test_a_dial_turned_beside_a_text_leaves_the_text(country: str) -> None:
    criterion = f'person.country == "{country}" && engagement >= 50'
    text = text_of(changed_text(SMALL, [("stages.mql.enter", as_text(criterion))]))
    before, turns = agreement(text), {"stages.mql.enter@0.1": 60.0}
    then = agreement(text_of(changed_text(text, turned(before, turns))))
    enter, at_once = then.stages[0].enter, with_dials(before, turns).stages[0].enter
    assert enter is not None
    assert at_once is not None
    assert enter.expression == at_once.expression
    assert enter.text == criterion.replace("50", "60")


def test_what_is_counted_in_whole_numbers_is_turned_by_whole_numbers() -> None:
    [dial] = [each for each in dials_of(agreement(SMALL)) if each.path == "stages.mql.enter"]
    assert after({dial.key: 1.7}, SMALL) == after({dial.key: 2.0}, SMALL) != []
