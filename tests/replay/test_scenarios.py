"""Every story in tests/scenarios comes out as it was worked out by hand."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from interlock.replay.delays import delays
from interlock.replay.engine import replay
from interlock.replay.eras import Eras
from interlock.replay.index import build
from interlock.replay.outcome import ABSENT
from tests.replay import scenario, scenario_worktime
from tests.replay.scenario_numbers import ALSO, sections

STORIES = sorted(path for path in scenario.FOLDER.glob("*/*.yaml"))


@pytest.mark.parametrize("path", STORIES, ids=lambda path: f"{path.parent.name}/{path.stem}")
@pytest.mark.timezone
def test_story_comes_out_as_worked_out_by_hand(path: Path) -> None:
    story = scenario.read(path)
    agreement = scenario.timeline_of(story)
    as_of = scenario.seconds(str(story["as_of"]))
    facts = scenario.facts_of(story, agreement, ALSO)
    outcome = replay(facts, agreement, as_of)
    eras = Eras.of(build(facts, as_of), agreement)
    watched = scenario.seconds(str(story["watched"])) if "watched" in story else ABSENT
    went = delays(eras, outcome, watched)
    told: dict[str, Any] = {
        "visits": scenario.visit_lines(outcome),
        "moves": scenario.move_lines(outcome),
        "leads": scenario.lead_lines(outcome),
        "obligations": scenario.obligation_lines(outcome),
        "owners": scenario.owner_lines(outcome),
        "steps": scenario.step_lines(eras, outcome),
        "periods": scenario.period_lines(outcome),
        "delays": scenario.delay_lines(went, went.working, outcome),
        "charged": scenario.charged_lines(went, outcome),
        "delays_on_the_wall": scenario.delay_lines(went, went.wall, outcome),
    }
    if "moments" in story:
        assert outcome.facts == story["moments"]
    asked = sections(eras, outcome) | scenario_worktime.sections(agreement[-1].agreement)
    told |= {name: count(story[name]) for name, count in asked.items() if name in story}
    expected = {section: story[section] or [] for section in told if section in story}
    assert {section: told[section] for section in expected} == expected
    found: Counter[str] = Counter()
    for finding in outcome.findings:
        found[finding.code] += finding.count
    assert found == story.get("findings", {})
    shown = {finding.code: finding.example for finding in outcome.findings}
    assert {code: shown[code] for code in story.get("examples", {})} == story.get("examples", {})
