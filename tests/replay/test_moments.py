"""Where a criterion holds, found by looking where it may change, against looking everywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from benches.frame import agreement
from benches.history import SPAN, START, Size, history
from hypothesis import given
from hypothesis import strategies as st

from interlock.agreement.criteria import Compiled, compile_criterion
from interlock.agreement.criterion import Criterion, Place
from interlock.agreement.expression import Name, ValueType
from interlock.agreement.schema import Agreement, Engagement, Fit, Points
from interlock.agreement.vocabulary import COUNTS, FACT_SCOPES, STATE_SCOPES, vocabulary
from interlock.facts.columns import Column, FactTable
from interlock.facts.kinds import KINDS, ColumnType
from interlock.replay import parts
from interlock.replay.asked import question
from interlock.replay.bits import begins, turns_true
from interlock.replay.engine import decide
from interlock.replay.eras import Eras
from interlock.replay.evaluate import holds
from interlock.replay.fading import fading, left_after
from interlock.replay.index import Index, build
from interlock.replay.kinds import KINDS as MOMENTS
from interlock.replay.kinds import table_of
from interlock.replay.moments import Moments
from interlock.replay.outcome import ABSENT
from interlock.replay.prepared import AT_ONCE
from tests.replay import companies
from tests.replay.expressions import (
    FLAG,
    INTEGER,
    NUMBER,
    TEXT,
    WRITTEN,
    expressions,
    joined,
    quoted,
)
from tests.replay.tables import Row, Value, facts_of_rows

CRITERIA = [
    'person.seniority == "vp"',
    "!known(person.account)",
    "!known(account.industry) || account.employees < 100",
    'person.country == "NO" && account.employees >= 500 || person.source == account.industry',
    "known(person.created_at) && person.country + person.seniority != person.source",
    "touches.form >= 2",
    "touches.any - touches.form > 4 && decisions.accept >= 1",
    "activities.attempts >= 3",
    "opportunities.won + opportunities.lost >= 1",
    "opportunities.open >= 1 && assignments.any == 1",
    "fit >= 30",
    "fit > 0 || touches.demo >= 1",
    "engagement >= 25 && fit >= 40",
    'touch.kind == "form"',
    '!known(touch.kind) && person.seniority == "vp"',
    'touch.kind == "form" || touch.kind in ["demo", "webinar"]',
    'activity.human && activity.direction == "outbound"',
    '!(activity.human && activity.kind == "call")',
    'opportunity.status == "won" && fit >= 30',
    "opportunity.amount >= 100.5",
    'opportunity.currency == "EUR"',
    'known(touch.kind) ? touches.any >= 3 : person.seniority == "vp"',
    "account.employees > touches.any * 1000",
    "true",
    "engagement < 12.5",
    "12.5 <= engagement && engagement != 50",
    "engagement == 5 || fit == 30",
    "engagement < 3181751791441674.5 || engagement >= 4979578390621156.0",
    "1 > activities.attempts",
    " && ".join(f"(touches.any >= {n} || fit >= {n})" for n in range(1, 7)),
    " || ".join(f'touch.channel == "{n}" && fit >= {n}' for n in range(40)),
]
AS_OF = START + SPAN


@pytest.fixture(scope="module")
def agreed() -> Agreement:
    return agreement()


@pytest.fixture(scope="module")
def index() -> Index:
    return build(history(Size(people=500, touches=5_000)), AS_OF)


def criterion(
    text: str, agreed: Agreement, spoken: Mapping[str, ValueType] | None = None
) -> Criterion:
    compiled = compile_criterion(text, spoken or vocabulary({}, agreed.engagement.points))
    assert isinstance(compiled, Compiled), compiled
    return Criterion(text, compiled.expression, "", Place(1, 1))


@pytest.mark.parametrize("in_parts", [False, True])
@pytest.mark.parametrize("text", CRITERIA)
def test_a_criterion_holds_where_looking_at_every_moment_finds_it(
    text: str, *, in_parts: bool, agreed: Agreement, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    if in_parts:
        monkeypatch.setattr(parts, "_FEW", 0)
        monkeypatch.setattr(parts, "_PART", 3_000)
    moments, asked = Moments(index, agreed), criterion(text, agreed)
    everywhere = holds(asked.expression, moments.read_by(asked, np.arange(len(index))), len(index))
    rare = np.arange(0, len(index), 7)

    held = Moments(index, agreed).holds(asked)

    assert (held == everywhere).all()
    assert (Moments(index, agreed).holds_at(asked, rare) == everywhere[rare]).all()
    assert not Moments(index, agreed).holds_at(asked, np.array([-1])).any()


def test_more_criteria_than_there_are_bits_hold_where_each_of_them_does(
    agreed: Agreement, index: Index
) -> None:
    asked = [
        *(criterion(f"engagement >= {number}", agreed) for number in range(70)),
        *(criterion(f'touch.channel == "c{number}"', agreed) for number in range(20)),
        *(criterion(text, agreed) for text in CRITERIA),
    ]
    together = Moments(index, agreed)
    together.ask([question(each) for each in asked])

    for each in asked:
        assert (together.holds(each) == Moments(index, agreed).holds(each)).all(), each.text


def test_more_points_of_fit_than_there_are_bits_are_added_up(
    agreed: Agreement, index: Index
) -> None:
    text = 'person.country == "NO" || account.employees >= {}'
    points = tuple(
        Points(f"p{number}", criterion(text.format(number), agreed), 1)
        for number in range(0, 700, 7)
    )
    many = replace(agreed, fit=Fit(points))
    asked = criterion("fit >= 40 && engagement >= 10", many)
    read = Moments(index, many).read_by(asked, np.arange(len(index)))

    moments = Moments(index, many)

    assert (moments.holds(asked) == holds(asked.expression, read, len(index))).all()
    assert (moments.last_fit == moments.fit_at(index.first[1:] - 1)).all()
    assert len(set(moments.last_fit.tolist())) > 10


def test_a_fit_that_compares_person_and_account_is_the_same_in_parts(
    agreed: Agreement, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What reads both at once is evaluated as it stands, for everybody before the parts."""
    same = criterion("size(person.source) < size(account.industry)", agreed)
    compared = replace(agreed, fit=Fit((Points("same", same, 40),)))
    asked = criterion("fit >= 40", compared)
    expected = Moments(index, compared).fit_at(np.arange(len(index))) >= 40
    monkeypatch.setattr(parts, "_FEW", 0)
    monkeypatch.setattr(parts, "_PART", 1_000)
    assert 0 < expected.sum() < len(index)
    assert (Moments(index, compared).holds(asked) == expected).all()


def test_kinds_of_touches_may_be_more_than_a_moment_has_words_for(agreed: Agreement) -> None:
    facts = dict(history(Size(people=200, touches=4_000)))
    touches = facts["touch"]
    kinds = touches.columns["kind"]
    assert kinds.words is not None
    words = np.array([*(f"kind {number}" for number in range(300)), *kinds.words], object)
    codes = np.where(
        np.arange(len(touches)) % 3 == 0, np.arange(len(touches)) % 300, kinds.values + 300
    )
    known = np.arange(len(touches)) % 5 > 0
    columns = {**touches.columns, "kind": Column(codes.astype(np.int32), known, words)}
    many = build({**facts, "touch": replace(touches, columns=columns)}, AS_OF)
    few = Column(
        np.where(codes < 300, 5, codes - 300).astype(np.int32), known, np.append(kinds.words, "?")
    )
    told = build({**facts, "touch": replace(touches, columns={**columns, "kind": few})}, AS_OF)

    for text in (
        "engagement >= 25",
        'engagement >= 25 && touch.channel == "mail"',
        "touches.form >= 1",
        '!known(touch.kind) || touch.kind == "demo"',
    ):
        asked = criterion(text, agreed)
        held = Moments(many, agreed).holds(asked)
        assert held.any()
        assert (held == Moments(told, agreed).holds(asked)).all(), text
        assert (held == Moments(many, agreed).holds_at(asked, np.arange(len(many)))).all(), text


@pytest.mark.parametrize("half_life", [3_600.0, 86_400.0, 10 * 86_400.0, 864.0, 1_000_000.5])
def test_what_is_left_after_whole_half_lives_is_exact(half_life: float) -> None:
    table = fading(half_life)
    for times in range(64):
        passed = int(times * half_life)
        if passed == times * half_life:
            assert left_after(passed, *table) == 2.0**-times
    for passed in (1, 59, 3_599, 3_601, 86_399, 10**7, 10**9, 10**11):
        expected = 2.0 ** (-passed / half_life)
        assert left_after(passed, *table) == pytest.approx(expected, rel=1e-14, abs=0)


def test_a_replay_in_parts_is_a_replay(
    agreed: Agreement, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = decide(Eras.of(index, agreed), AS_OF)
    monkeypatch.setattr(parts, "_FEW", 0)
    monkeypatch.setattr(parts, "_PART", 1_000)

    again = decide(Eras.of(index, agreed), AS_OF)

    for table in ("visits", "obligations", "leads"):
        one, other = vars(getattr(whole, table)), vars(getattr(again, table))
        for name, values in one.items():
            assert np.array_equal(values, other[name]), name
    assert whole.findings == again.findings


# --- random criteria over random companies --------------------------------------------------------

AGREED = agreement()
POINTS = {"visit": 10, "form": 20, "demo": -3}
SPOKEN = vocabulary({"assignment": {"kind": ColumnType.TEXT}}, POINTS)
COLUMNS = {
    scope: [path.split(".")[1] for path in SPOKEN if path.startswith(f"{scope}.")]
    for scope in (*STATE_SCOPES, *FACT_SCOPES)
}
"""Of each kind all that a criterion may ask for."""

WORDS = ("form", "visit", "call", "accept", "won", "open", "outbound", "NO", "")
FEW: Mapping[ColumnType, tuple[Value, ...]] = {
    ColumnType.FLAG: (True, False, None),
    ColumnType.NUMBER: (0.5, 100.0, None),
    ColumnType.TEXT: (*WORDS, None),
}
SMALL = {
    **WRITTEN,
    TEXT: st.sampled_from(WORDS).map(quoted),
    INTEGER: st.sampled_from(["0", "1", "2", "3", "(-1)", "100"]),
    NUMBER: st.sampled_from(["0.0", "1.5", "10.0", "(-3.0)", "19.999999"]),
}
ORDER = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
ADDED_UP = st.sampled_from(
    ["fit", "engagement", *(path for path in SPOKEN if path.split(".")[0] in COUNTS)]
)
NUMBERS = st.sampled_from(["0", "1", "2", "3", "(-1)", "2.5", "10", "19.999999", "20.0"])
OF_A_KIND = st.sampled_from([path for path, type_ in SPOKEN.items() if type_ is TEXT])
PLAIN = (
    joined("{} {} {}", ADDED_UP, ORDER, NUMBERS)
    | joined("{} {} {}", NUMBERS, ORDER, ADDED_UP)
    | joined("{} == {}", OF_A_KIND, SMALL[TEXT])
    | joined("known({})", OF_A_KIND)
)
ANYTHING = expressions(SPOKEN, 2, SMALL)[FLAG]


@st.composite
def anything(draw: st.DrawFn) -> str:
    return draw(ANYTHING)


TEXTS = st.recursive(
    PLAIN | PLAIN | anything(),
    lambda part: (
        joined("({} && {})", part, part)
        | joined("({} || {})", part, part)
        | joined("!({})", part)
        | joined("({} ? {} : {})", part, part, part)
    ),
    max_leaves=6,
)
OF_A_STATE = expressions(
    {path: type_ for path, type_ in SPOKEN.items() if path.split(".")[0] in STATE_SCOPES}
    | {"person.known": FLAG},
    1,
    SMALL,
)[FLAG].filter(lambda text: "person.known" not in text)


@st.composite
def crowds(draw: st.DrawFn) -> tuple[Index, Agreement]:
    """A few people with something in every column but those that are not there at all."""
    random = draw(st.randoms(use_true_random=False))
    rows = [_filled(row, random) for row in draw(companies.histories())]
    facts = dict(facts_of_rows(rows, AGREED, COLUMNS))
    gone = st.sampled_from([(kind, name) for kind in COLUMNS for name in COLUMNS[kind]])
    for kind, name in draw(st.lists(gone, max_size=6)):
        needed = name in ("id", "person", "account", "member") or kind == "opportunity"
        if kind in facts and not needed:
            left = {n: column for n, column in facts[kind].columns.items() if n != name}
            facts[kind] = replace(facts[kind], columns=left)
    texts = draw(st.lists(OF_A_STATE, max_size=4))
    points = [
        Points(f"p{n}", criterion(text, AGREED, SPOKEN), n + 1) for n, text in enumerate(texts)
    ]
    agreed = replace(
        AGREED,
        fit=Fit(tuple(points), draw(st.none() | st.just(3))),
        engagement=Engagement(POINTS, draw(st.sampled_from([0.01, 0.5, 1.0, 3.7]))),
    )
    return build(facts, draw(companies.instants | st.just(AS_OF + SPAN))), agreed


def _filled(row: Row, random: Random) -> Row:
    """The row with something in each column that it says nothing of."""
    kind = str(row["kind_of_fact"])
    found = dict(row)
    for name in COLUMNS.get(kind, ()):
        contract = KINDS[kind].column(name)
        type_ = ColumnType.TEXT if contract is None else contract.type
        if name not in row and (contract is None or not contract.refers_to):
            found[name] = random.choice(FEW.get(type_, (0, 1, 100, None)))
    return found


@given(crowds(), st.lists(TEXTS, min_size=1, max_size=18))
def test_random_criteria_hold_where_the_plain_evaluator_says(
    crowd: tuple[Index, Agreement], texts: Sequence[str]
) -> None:
    index, agreed = crowd
    asked = [criterion(text, agreed, SPOKEN) for text in texts]
    together, apart, everywhere = (Moments(index, agreed) for _ in range(3))
    together.ask([question(each) for each in asked])
    numbers = everywhere.together([question(each) for each in asked])
    some = np.arange(-1, len(index)) if len(index) else np.arange(0)  # -1: at no moment

    for place, each in enumerate(asked):
        read = apart.read_by(each, np.arange(len(index)))
        plain = holds(each.expression, read, len(index))
        assert (together.holds(each) == plain).all(), each.text
        for moments in (apart, together):
            assert (moments.holds_at(each, some) == [False, *plain][: len(some)]).all(), each.text
        bits = numbers[place // AT_ONCE] >> place % AT_ONCE
        assert ((bits & 1) == plain).all(), each.text


@given(crowds())
def test_counts_are_those_that_going_from_fact_to_fact_finds(
    crowd: tuple[Index, Agreement],
) -> None:
    index, agreed = crowd
    moments = Moments(index, agreed)
    for path in SPOKEN:
        scope, _, field = path.partition(".")
        if scope in COUNTS:
            expected = _counted(index, scope, field)
            assert moments.count(Name(scope, field, INTEGER)).tolist() == expected, path
    assert moments.last_fit.tolist() == moments.fit_at(index.first[1:] - 1).tolist()


COUNTED = {
    "touches": "touch",
    "activities": "activity",
    "decisions": "decision",
    "assignments": "assignment",
}


def test_what_holds_across_a_cut_turns_true_once() -> None:
    """Work is cut in the midst of somebody's moments."""
    at = START + np.arange(200_000)
    person = FactTable("person", NONE[:1], at[:1], {"id": Column(NO_CODES[:1], None, ANN)})
    touch = FactTable("touch", NONE, at, {"person": Column(NO_CODES, None, ANN)})
    index = build({"person": person, "touch": touch}, int(at[-1]))
    always = np.ones(len(index), np.uint16), 0
    assert turns_true(always, index, ABSENT, int(at[-1]) + 1).tolist() == [0]
    assert begins(always, index, ABSENT, int(at[-1]) + 1).tolist() == [*range(len(index))]


NONE, NO_CODES = np.zeros(200_000, np.int64), np.zeros(200_000, np.int32)
ANN = np.array(["ann"], object)


def _counted(index: Index, scope: str, field: str) -> list[int]:
    so_far: list[int] = []
    for m in range(len(index)):
        again = m > 0 and index.person[m] == index.person[m - 1]
        so_far.append(_moves(index, m, scope, field) + (so_far[-1] if again else 0))
    return so_far


def _moves(index: Index, moment: int, scope: str, field: str) -> int:
    kind = MOMENTS[index.kind[moment]]

    def said(name: str) -> Value:
        column = index.table(table_of(int(index.kind[moment]))).columns.get(name)
        return None if column is None else column.value(int(index.row[moment]))

    if scope == "opportunities":
        closed = kind == "close"
        if field in ("won", "lost"):
            return int(closed and said("status") == field)
        return int(kind == "opportunity") - int(closed and field == "open")
    if kind != COUNTED[scope]:
        return 0
    if field == "attempts":
        reached = said("human") is True and said("direction") == "outbound"
        return int(reached and said("kind") in ("call", "email", "meeting", "message", "visit"))
    return int(field == "any" or said("kind") == field)
