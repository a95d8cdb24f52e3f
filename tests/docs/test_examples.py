"""What the examples tell people to type works on the real exports."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.documents import ROOT, Step, run, steps
from tests.support.examples import DATA, needs


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=needs(name)) for name in ("olist", "zoho", "maven", "bpic2012")],
)
def test_the_commands_of_an_example_work(name: str, tmp_path: Path) -> None:
    (step,) = steps(ROOT / "examples" / name / "README.md")
    commands = re.sub(r"INTERLOCK_DATA=\S+", f"INTERLOCK_DATA={tmp_path}", step.commands)

    printed = run(Step(commands.replace("../shared/data", str(DATA)), ""), ROOT)

    assert "attainment" in printed
