"""An agreement that a manifest names comes into force with the first import."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from interlock.agreement.templates import template_text
from tests.support.documents import Step, run

MANIFEST = """
source: crm
agreement: agreement.yaml
files:
  - file: leads.csv
    as: touch
    columns: {id: Id, person: Id, at: Seen, kind: {value: form}}
  - file: leads.csv
    as: person
    columns: {id: Id, created_at: Seen, source: Source}
"""
LEADS = "Id,Seen,Source\nL-1,2026-03-02T09:00Z,Search\nL-2,2026-03-03T09:00Z,Partner\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "manifest.yaml").write_text(MANIFEST)
    (tmp_path / "leads.csv").write_text(LEADS)
    (tmp_path / "agreement.yaml").write_text(template_text("b2b-software"))
    return tmp_path


def printed(folder: Path, command: str) -> str:
    return run(Step(command, ""), folder)


def test_after_the_import_there_is_a_funnel(folder: Path) -> None:
    said = printed(folder, "interlock import manifest.yaml")

    answer = printed(folder, "interlock funnel --by source --json 2>/dev/null")

    assert "agreement.yaml" in said
    assert json.loads(answer)["basis"]["agreement"] == "Marketing and sales, business software"
    assert "Partner" in answer


def test_an_agreement_that_is_in_force_stays(folder: Path) -> None:
    (folder / "ours.yaml").write_text(template_text("industrial"))
    ours = printed(folder, "interlock replay ours.yaml --json 2>/dev/null")

    printed(folder, "interlock import manifest.yaml")

    again = printed(folder, "interlock replay --json 2>/dev/null")
    assert json.loads(again)["agreement"] == json.loads(ours)["agreement"]


def test_an_agreement_that_is_not_there_is_said_before_anything_is_imported(folder: Path) -> None:
    (folder / "agreement.yaml").unlink()

    said = printed(folder, "interlock import manifest.yaml || test $? = 1; interlock facts --json")

    assert "agreement that is not there" in said
    assert '"imports": []' in said


def test_a_file_without_an_end_is_refused_at_once(folder: Path) -> None:
    (folder / "endless.yaml").symlink_to("/dev/zero")
    for verb in ("import", "replay"):
        said = printed(folder, f"ulimit -v 4000000; interlock {verb} endless.yaml || test $? = 1")
        assert "larger than 128 KB" in said
