"""Every story in tests/scenarios comes out as it was worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.replay import scenario

from interlock.replay.engine import replay

STORIES = sorted(path for path in scenario.FOLDER.glob("*/*.yaml"))


@pytest.mark.parametrize("path", STORIES, ids=lambda path: f"{path.parent.name}/{path.stem}")
@pytest.mark.timezone
def test_story_comes_out_as_worked_out_by_hand(path: Path) -> None:
    story = scenario.read(path)
    agreement = scenario.agreement_of(story)
    outcome = replay(
        scenario.facts_of(story, agreement), agreement, scenario.seconds(str(story["as_of"]))
    )
    if "visits" in story:
        assert scenario.visit_lines(outcome) == story["visits"]
    if "obligations" in story:
        assert scenario.obligation_lines(outcome) == story["obligations"]
    assert {f.code: f.count for f in outcome.findings} == story.get("findings", {})
