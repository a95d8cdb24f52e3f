from __future__ import annotations

import pytest
from hypothesis import given

from interlock.agreement.criteria import (
    MAX_LENGTH,
    MAX_TERMS,
    Compiled,
    Value,
    compile_criterion,
    evaluate_with_cel,
)
from interlock.agreement.expression import Call, Constant, Expression, Name, ValueType
from interlock.agreement.phrases import phrase, simplified
from interlock.agreement.problems import Problem
from interlock.agreement.reach import can_hold
from interlock.agreement.vocabulary import FACT_SCOPES
from tests.agreement.trees import VOCABULARY, conditions, values, written


def compiled(text: str, expects: ValueType = ValueType.FLAG) -> Compiled:
    found = compile_criterion(text, VOCABULARY, expects)
    assert isinstance(found, Compiled), found
    return found


def problems(text: str, expects: ValueType = ValueType.FLAG) -> list[Problem]:
    found = compile_criterion(text, VOCABULARY, expects)
    assert isinstance(found, list)
    return found


def test_a_criterion_becomes_a_typed_tree() -> None:
    fit = Name("", "fit", ValueType.NUMBER)
    touches = Name("touches", "webinar", ValueType.INTEGER)
    assert compiled("fit >= 60 && touches.webinar >= 1").expression == Call(
        "&&",
        (
            Call(">=", (fit, Constant(60, ValueType.INTEGER)), ValueType.FLAG),
            Call(">=", (touches, Constant(1, ValueType.INTEGER)), ValueType.FLAG),
        ),
        ValueType.FLAG,
    )


def test_moments_and_lengths_of_time_are_seconds() -> None:
    tree = compiled(
        'person.created_at + duration("1h30m") < timestamp("1970-01-02T00:00:00Z")'
    ).expression
    assert tree == Call(
        "<",
        (
            Call(
                "+",
                (
                    Name("person", "created_at", ValueType.INSTANT),
                    Constant(5_400, ValueType.INTEGER),
                ),
                ValueType.INSTANT,
            ),
            Constant(86_400, ValueType.INSTANT),
        ),
        ValueType.FLAG,
    )


@pytest.mark.parametrize(
    ("text", "expects", "type_"),
    [
        ("account.employees / 2", ValueType.NUMBER, ValueType.INTEGER),
        ("account.employees / 2.0", ValueType.NUMBER, ValueType.NUMBER),
        ("fit * 2 + account.employees", ValueType.NUMBER, ValueType.NUMBER),
        ('person.country + "-" + account.industry', ValueType.TEXT, ValueType.TEXT),
        ("size(person.country)", ValueType.INTEGER, ValueType.INTEGER),
        ('fit > 1 ? "high" : "low"', ValueType.TEXT, ValueType.TEXT),
        ('touch.at - duration("24h")', ValueType.INSTANT, ValueType.INSTANT),
        ("-fit", ValueType.NUMBER, ValueType.NUMBER),
    ],
)
def test_any_type_of_result_can_be_asked_for(
    text: str, expects: ValueType, type_: ValueType
) -> None:
    assert compiled(text, expects).expression.type is type_


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fit == 60", True),
        ("60 == fit", True),
        ("account.employees == 100.0", True),
        ("fit in [10, 60]", True),
        ("account.employees in [100.0]", True),
        ("fit + account.employees == 160", True),
        ("account.employees - fit == 40", True),
        ("account.employees * 0.5 == 50", True),
        ("account.employees / 8.0 == 12.5", True),
        ("account.employees / 8 == 12", True),
        ("account.employees % 8 == 4", True),
        ("fit < account.employees", True),
        ("known(fit)", True),
        ("known(person.country)", False),
        ("!known(person.country)", True),
        ('person.country == "DE"', None),
        ('person.country == "DE" && false', False),
        ('person.country == "DE" || true', True),
        ("account.employees / 0 == 1", None),
    ],
)
def test_cel_agrees_on_what_it_comes_to(text: str, expected: bool | None) -> None:  # noqa: FBT001 - pytest passes it by position
    assert evaluate_with_cel(compiled(text), {"fit": 60, "account.employees": 100}) is expected


TOO_MUCH = (
    "the patterns of `matches` are too much to hold against every lead"
    " (count less in `{…}`, or ask with `contains`, `startsWith` or `endsWith`)"
)
GOLDEN = [
    ('fit > 1 &&\n person.country == "\ud800"', "2:21 a character here is not allowed"),
    ("fit > 1 // \udfff", "1:12 a character here is not allowed"),
    ("fit > 1\0 && so on", "1:8 a character here is not allowed"),
    (
        'person.country == "a\\u0000"',
        "1:19 no text holds the character NUL (leave the escape out)",
    ),
    (
        "acount.employees > 3",
        "1:1 `acount.employees` is not known (did you mean `account.employees`?)",
    ),
    (
        "company.employees > 3",
        "1:1 `company.employees` is not known (did you mean `account.employees`?)",
    ),
    (
        'fit > 1 && person.contry == "DE"',
        "1:12 `person.contry` is not known (did you mean `person.country`?)",
    ),
    ("touches.webnar >= 1", "1:1 `touches.webnar` is not known (did you mean `touches.webinar`?)"),
    (
        "activity.direction == outbound",
        '1:23 `outbound` is not known (put text in quotes: "outbound")',
    ),
    (
        "xyz.qqqqqq > 1",
        "1:1 `xyz.qqqqqq` is not known (if it is a column of your own, name it under `attributes`)",
    ),
    ("has(person.email)", "1:1 `has` is not known (ask `known(person.email)`)"),
    ("knwn(person.email)", "1:1 there is no function `knwn` (did you mean `known`?)"),
    ("person.email.known()", "1:14 `known` is written otherwise (write `known(person.email)`)"),
    (
        'contains(person.title, "vp")',
        '1:1 `contains` is written otherwise (write `person.title.contains("sales")`)',
    ),
    ("fit > 1 and fit < 3", "1:9 `and` is not understood here (write `&&` for and)"),
    ("fit > 1 or fit < 3", "1:9 `or` is not understood here (write `||` for or)"),
    ("not activity.human", "1:1 `not` is not understood here (write `!` for not)"),
    ("fit = 3", "1:5 `=` is not understood here (write `==` for equals)"),
    ("fit => 3", "1:5 `=>` is not understood here (write `>=` for at least)"),
    ("fit <> 3", "1:5 `<>` is not understood here (write `!=` for is not)"),
    (
        "person.country == \N{LEFT DOUBLE QUOTATION MARK}DE\N{RIGHT DOUBLE QUOTATION MARK}",
        '1:19 `\N{LEFT DOUBLE QUOTATION MARK}` is not understood here (use straight quotes: "…")',
    ),
    ('person.country == "DE', '1:19 a quote is opened and not closed (close it with ")'),
    (
        "fit >= 60 %",
        "1:8 `60 %` is not understood here (write shares as decimals: 0.6 for 60 %)",
    ),
    ("fit >", "1:6 this criterion ends too early (something is missing at its end)"),
    ("", "1:1 this criterion is empty (write a condition, or leave the key out)"),
    ("fit", "1:1 this is a number, where a condition is needed (compare it: `… >= 1`)"),
    (
        'fit > "60"',
        "1:5 `>` cannot compare a number and a text (text is put in quotes, numbers are not)",
    ),
    (
        "fit && activity.human",
        (
            "1:5 `&&` joins conditions, and here is a number and a condition"
            " (compare: `touches.any >= 1`)"
        ),
    ),
    (
        "person.country == null",
        "1:16 nothing is equal to null (ask `known(x)` or `!known(x)`)",
    ),
    (
        'person.country in "DE"',
        "1:16 a text cannot be in a text (write a list of the same type: `x in [1, 2]`)",
    ),
    ("fit in [1, engagement]", "1:8 a list may only hold values, not names (list the values)"),
    (
        'person.country.matches("(")',
        "1:23 the pattern of `matches` is not right: missing ): (",
    ),
    (
        'person.country.matches(r"\\pL{450}")',
        "1:23 the pattern of `matches` is not right: pattern too large - compile failed",
    ),
    (f'person.country.matches("{"a{0,1000}" * 50}")', f"1:23 {TOO_MUCH}"),
    ('size([person.country.matches("a\\x7b0,1000}")]) > 0', f"1:29 {TOO_MUCH}"),
    (" || ".join(['person.country.matches("a{90}{3}")'] * 2), f"1:61 {TOO_MUCH}"),
    (
        'touch.at > timestamp("2026-01-01")',
        '1:21 `timestamp` needs date, time and zone (write "2026-01-31T09:00:00Z")',
    ),
    (
        'touch.at > timestamp("2026-02-30T00:00:00Z")',
        '1:21 there is no such moment as "2026-02-30T00:00:00Z"',
    ),
    (
        'touch.at > touch.at - duration("3d")',
        '1:31 `duration` counts hours, minutes, seconds (write "36h" or "30m")',
    ),
    (
        "fit > 1 &&\n  acount.employees > 3",
        "2:3 `acount.employees` is not known (did you mean `account.employees`?)",
    ),
    ("(" * 50, "1:1 this criterion is nested too deeply (take brackets out, or split it)"),
    (
        "fit+" * 40 + "fit > 1",
        "1:1 this criterion is nested too deeply (take brackets out, or split it)",
    ),
    ("fit > 99999999999999999999", "1:7 this number is too large"),
    (
        'touch.at > touch.at - duration("99999999999999999999h")',
        "1:31 `duration` reaches no further than 10,000 years (ask for a shorter one)",
    ),
    (
        'person.country in ["DE", 1]',
        "1:16 the values of a list are of one type (split it in two: `x in [...] || x in [...]`)",
    ),
]


@pytest.mark.parametrize(("text", "expected"), GOLDEN)
def test_what_is_wrong_is_said_with_place_and_way_out(text: str, expected: str) -> None:
    (problem,) = problems(text)
    hint = f" ({problem.hint})" if problem.hint else ""
    assert f"{problem.line}:{problem.column} {problem.message}{hint}" == expected


def test_every_unknown_name_is_reported_at_once() -> None:
    found = problems("acount.employees > 3 && fti >= 1 && person.contry == person.nmae")
    assert [(problem.column, problem.message) for problem in found] == [
        (1, "`acount.employees` is not known"),
        (25, "`fti` is not known"),
        (37, "`person.contry` is not known"),
        (54, "`person.nmae` is not known"),
    ]


def test_a_result_of_another_type_is_refused() -> None:
    (problem,) = problems("fit", ValueType.TEXT)
    assert problem.message == "this is a number, where a text is needed"


def test_too_long_a_criterion_is_refused_before_it_is_parsed() -> None:
    ten_thousand_terms = " && ".join(["fit > 1"] * 5_000) + " ("  # not even right
    (problem,) = problems(ten_thousand_terms)
    assert problem.message == (
        f"this criterion is 54,998 characters long, and at most {MAX_LENGTH:,} are read"
    )


def test_too_many_terms_are_refused_before_they_are_parsed() -> None:
    (problem,) = problems("fit>1||" * (MAX_TERMS // 2) + "fit>1 (")
    assert problem.message == f"this criterion has 202 terms, and at most {MAX_TERMS} are read"
    assert compiled("fit>1||" * (MAX_TERMS // 2 - 1) + "fit>1")


@given(conditions)
def test_cel_reads_back_the_tree_that_was_written(tree: Expression) -> None:
    assert compiled(written(tree)).expression == tree


@given(conditions)
def test_every_criterion_can_be_said(tree: Expression) -> None:
    said = phrase(tree)
    assert said == said.strip()
    assert "  " not in said
    assert said


@given(conditions, values)
def test_moving_negations_keeps_the_meaning(tree: Expression, known: dict[str, Value]) -> None:
    for each in (tree, Call("!", (tree,), ValueType.FLAG)):
        before = evaluate_with_cel(compiled(written(each)), known)
        after = evaluate_with_cel(compiled(written(simplified(each))), known)
        assert after == before


@given(conditions, values)
def test_what_cannot_hold_never_holds(tree: Expression, known: dict[str, Value]) -> None:
    for scope in FACT_SCOPES:
        elsewhere = {each for each in FACT_SCOPES if each != scope}
        at_hand = {
            path: value for path, value in known.items() if path.split(".")[0] not in elsewhere
        }
        for each in (tree, Call("!", (tree,), ValueType.FLAG)):
            if evaluate_with_cel(compiled(written(each)), at_hand) is True:
                assert can_hold(each)
