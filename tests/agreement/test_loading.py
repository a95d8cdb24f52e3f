from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.agreement.criterion import Criterion, Place
from interlock.agreement.expression import Call, Constant, Name, ValueType
from interlock.agreement.loading import load
from interlock.agreement.schema import Agreement, Duration, EventPromise, Side, Start, TimeUnit
from interlock.agreement.shape import written
from interlock.agreement.templates import template_names, template_text
from interlock.facts.kinds import ColumnType
from tests.agreement.small import SMALL, agreement, changed, problems, said

GOLDEN = Path(__file__).with_name("spoiled.yaml")


def test_an_agreement_without_a_flaw_has_no_problems() -> None:
    loaded = load(SMALL)
    assert said(loaded) == []
    assert loaded.agreement is not None
    assert loaded.agreement.source == SMALL


def test_bytes_are_read_as_text_is() -> None:
    raw = b"\xef\xbb\xbf" + changed("Small", "Größe").encode()
    loaded = load(raw)
    assert loaded.agreement is not None
    assert loaded.agreement.name == "Größe"
    assert loaded.agreement.source == changed("Small", "Größe")


def test_sections_become_typed_clauses() -> None:
    found = agreement()
    assert (found.name, found.version) == ("Small", "1")
    assert found.in_force_from == date(2026, 1, 1)
    assert [(party.side, party.signs) for party in found.parties] == [
        (Side.MARKETING, ("Ann",)),
        (Side.SALES, ("Bob",)),
    ]
    (first_touch,) = found.event_promises
    assert first_touch == EventPromise(
        id="first-touch",
        name="First touch",
        says="Sales calls.",
        owed_by=Side.SALES,
        owed_to=Side.MARKETING,
        starts=Start(enters="mql"),
        kept_by=Criterion(
            text="activity.human",
            expression=Name("activity", "human", ValueType.FLAG),
            sentence="a human acts",
            place=Place(26, 14),
        ),
        within=Duration(4 * 3_600, TimeUnit.WORKING, "4 working hours"),
        calendar="oslo",
        place=Place(20, 3),
    )
    (volume,) = found.period_promises
    assert (volume.each, volume.enters, volume.target, volume.per) == ("month", "mql", 100, "team")


def test_a_stage_comes_from_the_one_before_unless_it_says_otherwise() -> None:
    text = changed("owner: sales, enter", "owner: sales, comes_from: [start, nurture], enter")
    third = changed("owner: marketing}", "owner: marketing, enter: fit > 1}")
    assert [stage.comes_from for stage in agreement().stages] == [("start",), ("mql",), ()]
    assert agreement(third).stages[2].comes_from == ("sal",)
    assert agreement(text).stages[1].comes_from == ("start", "nurture")


def test_words_of_python_are_written_plainly() -> None:
    (reason,) = agreement().reasons
    assert reason.for_ == ("reject",)
    text = SMALL + "glossary: {lead: {meaning: a person, not: a card}, hot lead: a warm one}\n"
    lead, hot = agreement(text).glossary
    assert (lead.not_, hot.id, hot.meaning) == ("a card", "hot lead", "a warm one")


def test_points_may_be_a_list_or_a_mapping() -> None:
    listed = agreement(SMALL + "fit: {points: [{when: account.employees >= 9, points: 5}]}\n")
    named = agreement(SMALL + "fit: {points: {big: {when: account.employees >= 9, points: 5}}}\n")
    assert [points.id for points in listed.fit.points] == ["1"]
    assert [points.id for points in named.fit.points] == ["big"]
    assert listed.fit.points[0].when.expression == named.fit.points[0].when.expression


def test_shares_may_be_percent() -> None:
    text = changed("target: 100", "out_of: mql\n    target: 12.5 %")
    assert agreement(changed("enters: mql\n    out_of", "enters: sal\n    out_of", text)).promises[
        1
    ].target == pytest.approx(0.125)  # type: ignore[union-attr]  # the second is the period promise


def test_attributes_join_what_criteria_may_ask_for() -> None:
    text = changed("touches.any >= 1", "person.size >= 10 && account.grade > 1.5")
    from_data = {"account": {"grade": ColumnType.NUMBER}, "person": {"other": ColumnType.TEXT}}
    loaded = load(text + "attributes: {person: {size: integer}}\n", attributes=from_data)
    assert said(loaded) == []
    assert loaded.agreement is not None
    assert loaded.agreement.attributes == {
        "account": {"grade": ColumnType.NUMBER},
        "person": {"other": ColumnType.TEXT, "size": ColumnType.INTEGER},
    }
    column = text.splitlines()[13].index("person.size") + 1
    start = f"error at 14:{column} [stages.mql]: `person.size` is not known"
    assert problems(text)[0].startswith(start)


def test_touch_kinds_that_give_points_can_be_counted() -> None:
    text = changed("touches.any >= 1", "touches.webinar >= 2")
    assert agreement(text + "engagement: {points: {webinar: 20}}\n").stages[0].enter is not None
    assert "did you mean" in problems(text)[0]


def test_a_criterion_over_lines_points_at_the_line() -> None:
    text = changed(
        '{name: SAL, meaning: Taken on., owner: sales, enter: decision.kind == "accept"}',
        "\n    name: SAL\n    meaning: Taken on.\n    owner: sales\n    enter: >-\n"
        '      decision.kind == "accept"\n      && acount.employees > 3',
    )
    assert problems(text) == [
        (
            "error at 21:10 [stages.sal]: "
            "`acount.employees` is not known (did you mean `account.employees`?)"
        )
    ]


def test_every_error_is_said_at_once_with_its_place() -> None:
    """The file beside this test, and what is wrong with it, line by line."""
    expected = GOLDEN.with_suffix(".problems.txt").read_text().splitlines()
    loaded = load(GOLDEN.read_text())
    assert loaded.agreement is None
    assert said(loaded) == expected


def test_a_mistake_in_a_key_is_said_once() -> None:
    assert problems(changed("says: Sales calls.", "sais: Sales calls.")) == [
        "error at 22:5 [promises.first-touch]: `sais` is not a key here (did you mean `says`?)"
    ]


@pytest.mark.parametrize("text", ["[]", "just words", "- a\n- b"])
def test_a_file_without_sections_is_refused(text: str) -> None:
    (problem,) = load(text).problems
    assert problem.message == "an agreement is a mapping of sections"


def test_warnings_alone_do_not_keep_it_back() -> None:
    loaded = load(changed("review_by: 2026-12-31\n", ""))
    assert loaded.agreement is not None
    assert loaded.errors == ()
    assert said(loaded) == [
        "warning at 1:1 [review_by]: no review date (name the day: `review_by: …`)"
    ]


def test_an_always_true_criterion_is_one() -> None:
    text = changed("kept_by: activity.human", "kept_by: true")
    assert agreement(text).event_promises[0].kept_by.expression == Constant(
        value=True, type=ValueType.FLAG
    )


def test_numbers_of_both_kinds_compare() -> None:
    text = SMALL + "fit: {points: {x: {when: account.revenue >= 5, points: 1}}}\n"
    tree = agreement(text).fit.points[0].when.expression
    assert isinstance(tree, Call)
    assert [part.type for part in tree.arguments] == [ValueType.NUMBER, ValueType.INTEGER]


@given(st.data())
def test_any_cut_of_a_good_file_is_an_answer_and_no_crash(data: st.DataObject) -> None:
    text = template_text(data.draw(st.sampled_from(template_names())))[:6_000]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    junk = data.draw(st.text("{}[]:-'\"\n #&*!|>%@`a1", max_size=6))
    loaded = load(text[:start] + junk + text[end:])
    assert loaded.agreement is not None or loaded.errors


_scalars = st.sampled_from(
    ["", "~", "mql", "1", "-1", "40 %", "true", "2026-01-01", "x.y", "1 day"]
)
_any = st.recursive(
    _scalars,
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["when", "points", "enters", "name", "marketing"]), inner)
    ),
    max_leaves=4,
)


@given(st.dictionaries(st.sampled_from(tuple(written(Agreement))), _any, min_size=1, max_size=4))
def test_anything_under_any_section_is_an_answer_and_no_crash(sections: dict[str, object]) -> None:
    loaded = load(json.dumps(sections))
    assert loaded.agreement is None
    assert loaded.errors
