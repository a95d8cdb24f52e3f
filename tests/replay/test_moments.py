"""Where a criterion holds, found by looking where it may change, against looking everywhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from benches.frame import agreement
from benches.history import SPAN, START, Size, history

from interlock.agreement.criteria import Compiled, compile_criterion
from interlock.agreement.schema import Agreement, Criterion, Fit, Place, Points
from interlock.agreement.vocabulary import vocabulary
from interlock.facts.columns import Column
from interlock.replay import parts
from interlock.replay.engine import decide
from interlock.replay.eras import Eras
from interlock.replay.evaluate import holds
from interlock.replay.fading import fading, left_after
from interlock.replay.index import Index, build
from interlock.replay.moments import Moments

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


def criterion(text: str, agreed: Agreement) -> Criterion:
    compiled = compile_criterion(text, vocabulary({}, agreed.engagement.points))
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
    together.ask(asked)

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
