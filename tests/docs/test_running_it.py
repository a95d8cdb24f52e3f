"""What an operator is told: the units name commands that are there, a backup can be put back."""

from __future__ import annotations

import re
import shutil
from configparser import RawConfigParser
from pathlib import Path

import pytest

from interlock.agreement.templates import template_text
from interlock.cli import MODULES
from tests.support.documents import ROOT, Step, missing, run, steps

PAGE = ROOT / "docs" / "how-to" / "run-it.md"
FILES = re.compile(r"^\| `([\w.*-]+)`", re.MULTILINE)
LATER = "INTERLOCK_PASSWORD='a long enough secret' interlock user kim@example.com"


def test_the_units_start_what_is_there() -> None:
    units = re.findall(r"^```ini\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    started = []
    for text in units:
        unit = RawConfigParser()
        unit.read_string(text)
        started.append(unit["Service"]["ExecStart"])

    assert started == [f"/opt/interlock/.venv/bin/interlock {each}" for each in ("serve", "worker")]
    assert {"serve", "worker"} <= set(MODULES["running"])


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="the program sqlite3 is not here")
def test_a_backup_is_put_back_whole(tmp_path: Path) -> None:
    back_up, put_back, look = steps(PAGE)
    (tmp_path / "interlock.toml").write_text('data = "data"\n')
    (tmp_path / "agreement.yaml").write_text(template_text("b2b-software"))
    (tmp_path / "leads.csv").write_text("id,seen\nL-1,2026-03-02T09:00Z\nL-2,some day\n")
    guess = "--as person --column created_at=seen --yes"
    run(Step(f"interlock import leads.csv {guess}; interlock replay agreement.yaml", ""), tmp_path)
    store = tmp_path / "data"
    named = [each for name in FILES.findall(PAGE.read_text()) for each in store.glob(name)]

    run(back_up, tmp_path)
    run(Step(LATER, ""), tmp_path)
    run(put_back, tmp_path)
    printed = run(look, tmp_path)

    assert missing(look, printed) == []
    assert "The trail is whole" in printed
    assert re.search(r"^person +1 ", printed, re.MULTILINE)
    kept = {path.name for path in named if path.suffix != ".lock"}
    assert {path.name for path in store.iterdir() if path.suffix != ".lock"} == kept
    assert kept == {"heads", "interlock.sqlite3", "refused", "secret-key", "trail-key"}
