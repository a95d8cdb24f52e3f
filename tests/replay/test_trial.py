"""What a deed would do is what a replay with its facts says it did."""

from __future__ import annotations

import numpy as np
import pytest

from interlock.agreement.loading import load
from interlock.agreement.schema import Agreement
from interlock.replay.engine import replay
from interlock.replay.outcome import State
from interlock.replay.trial import NewFact, try_out
from tests.operations.company import at, text_of
from tests.operations.desk import agreement
from tests.replay.scenario import facts_of

NOW = at(23, "10:00")
HISTORY = """
2026-03-01 08:00 member bo
2026-03-02 09:00 person ann seniority=vp
2026-03-02 09:00 person old
2026-03-20 15:00 merge old into=ann
2026-03-20 16:00 touch ann kind=demo
2026-03-20 16:30 activity ann kind=call direction=outbound human=yes member=bo
2026-03-21 09:00 touch old kind=visit
"""
MORE = {
    "accept": ["decision ann kind=accept member=bo"],
    "reject": ["decision ann kind=reject reason=not-ready"],
    "qualify": ["decision ann kind=qualify"],
    "call": ["activity ann kind=call direction=outbound human=yes"],
    "nothing new": ["touch ann kind=whatever"],
}


def agreed() -> Agreement:
    loaded = load(text_of(agreement()))
    assert loaded.agreement is not None
    return loaded.agreement


def new(line: str) -> NewFact:
    kind, _, *cells = line.split()
    return NewFact(kind, {name: _cell(text) for name, text in (c.split("=") for c in cells)})


def _cell(text: str) -> str | bool:
    return text == "yes" or text


def told(lines: list[str]) -> tuple[str, dict[str, str]]:
    """The stage and the promises' states that a replay of the history with the lines gives."""
    text = HISTORY + "\n".join(f"2026-03-23 10:00 {line}" for line in lines)
    outcome = replay(facts_of({"facts": text}, agreed()), agreed(), NOW)
    owed = outcome.obligations
    (ann,) = np.flatnonzero(outcome.people == "ann")
    states = {
        str(outcome.promises[owed.promise[row]]): State(int(owed.state[row])).word
        for row in np.flatnonzero(owed.person == ann)
    }
    return str(outcome.stages[outcome.leads.stage[ann]]), states


def test_each_deed_is_tried_by_itself() -> None:
    facts = facts_of({"facts": HISTORY}, agreed())
    deeds = [tuple(map(new, lines)) for lines in MORE.values()]
    trial = try_out(facts, agreed(), NOW, "ann", deeds)
    assert trial is not None
    before_stage, before = told([])
    for name, effect in zip(MORE, trial.effects, strict=True):
        stage, after = told(MORE[name])
        open_ = {"open", "warned", "broken"}
        assert effect.stage == stage, name
        assert effect.moves == (stage != before_stage), name
        settled = {p for p in before if before[p] in open_ and after[p] not in open_}
        assert set(effect.settles) == settled, name
        assert set(effect.owes) == set(after) - set(before), name
    assert trial.effects[-1].is_none
    assert [effect.stage for effect in trial.effects] == ["sal", "nurture", "mql", "mql", "mql"]


def test_the_lead_itself_is_as_it_was() -> None:
    facts = facts_of({"facts": HISTORY}, agreed())
    trial = try_out(facts, agreed(), NOW, "ann", [(new(MORE["accept"][0]),)])
    assert trial is not None
    assert str(trial.outcome.people[trial.person]) == "ann"
    stage = trial.outcome.stages[trial.outcome.leads.stage[trial.person]]
    assert stage == "mql"


def test_an_opportunity_of_its_own_is_told_from_those_of_other_copies() -> None:
    accepted = HISTORY + "2026-03-22 10:00 decision ann kind=accept member=bo\n"
    facts = facts_of({"facts": accepted}, agreed())
    opened = NewFact("opportunity", {"id": "new", "status": "open"})
    convert = NewFact("decision", {"kind": "convert", "opportunity": "new"})
    trial = try_out(facts, agreed(), NOW, "ann", [(opened, convert), (opened,), (convert,)])
    assert trial is not None
    assert [(e.stage, e.moves) for e in trial.effects] == [
        ("opportunity", True),
        ("opportunity", True),
        ("sal", False),
    ]


@pytest.mark.parametrize("person", ["nobody", "old"])
def test_nobody_of_that_key(person: str) -> None:
    facts = facts_of({"facts": HISTORY}, agreed())
    assert try_out(facts, agreed(), NOW, person, []) is None
