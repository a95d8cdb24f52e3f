"""The commands of agreeing work: on the agreement in force, and on one with another letter."""

from __future__ import annotations

from pathlib import Path

import pytest

from interlock.agreement.templates import template_text
from tests.support.documents import ROOT, Step, run, steps

MANIFEST = """
source: crm
agreement: agreement.yaml
files:
  - file: leads.csv
    as: person
    columns: {id: id, created_at: seen}
"""


@pytest.mark.parametrize(("letter", "said"), [("", "is in force"), ("x", "is not known here")])
def test_the_commands_of_agreeing_work(tmp_path: Path, letter: str, said: str) -> None:
    (command,) = steps(ROOT / "docs" / "how-to" / "agree-on-it.md")
    text = template_text("b2b-software")
    (tmp_path / "agreement.yaml").write_text(text)
    (tmp_path / "leads.csv").write_text("id,seen\nL-1,2026-03-02T09:00Z\n")
    (tmp_path / "manifest.yaml").write_text(MANIFEST)
    run(Step("interlock import manifest.yaml", ""), tmp_path)
    changed = text.replace("name: Sales\n", f"name: Sales{letter}\n", 1)
    (tmp_path / "agreement.yaml").write_text(f"# another comment\n{changed}")
    # 3 is the code that says that it is not in force
    printed = run(Step(f"{command.commands.strip()} || test $? = 3", ""), tmp_path)
    assert said in printed
