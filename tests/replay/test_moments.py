"""Where a criterion holds, found by looking where it may change, against looking everywhere."""

from __future__ import annotations

import numpy as np
import pytest
from benches.frame import agreement
from benches.history import SPAN, START, Size, history

from interlock.agreement.criteria import Compiled, compile_criterion
from interlock.agreement.schema import Agreement, Criterion, Place
from interlock.agreement.vocabulary import vocabulary
from interlock.replay import parts
from interlock.replay.engine import decide
from interlock.replay.eras import Eras
from interlock.replay.evaluate import holds
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
    everywhere = holds(asked.expression, moments.read_by(asked), len(index))
    rare = np.arange(0, len(index), 7)

    held = Moments(index, agreed).holds(asked)

    assert (held == everywhere).all()
    assert (Moments(index, agreed).holds_at(asked, rare) == everywhere[rare]).all()
    assert not Moments(index, agreed).holds_at(asked, np.array([-1])).any()


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
