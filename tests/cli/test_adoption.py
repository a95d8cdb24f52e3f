"""An agreement that a manifest names comes into force with the first import."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from interlock.agreement.templates import template_text
from interlock.cli import main
from tests.support.documents import Step
from tests.support.documents import run as typed

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
def folder(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings.DATA_FOLDER = tmp_path / "data"
    settings.DATA_FOLDER.mkdir()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "manifest.yaml").write_text(MANIFEST)
    (tmp_path / "leads.csv").write_text(LEADS)
    (tmp_path / "agreement.yaml").write_text(template_text("b2b-software"))
    return tmp_path


def run(*words: str, fails: bool = False) -> Result:
    done = CliRunner().invoke(main, words)
    assert done.exit_code == (1 if fails else 0), done.output
    return done


def answer(*words: str) -> Any:
    return json.loads(run(*words, "--json").stdout)


@pytest.mark.django_db
@pytest.mark.usefixtures("folder")
def test_after_the_import_there_is_a_funnel() -> None:
    said = run("import", "manifest.yaml").output

    found = answer("funnel", "--by", "source")

    assert "agreement.yaml" in said
    assert found["basis"]["agreement"] == "Marketing and sales, business software"
    assert "Partner" in json.dumps(found)


@pytest.mark.django_db
def test_an_agreement_that_is_in_force_stays(folder: Path) -> None:
    (folder / "ours.yaml").write_text(template_text("industrial"))
    ours = answer("replay", "ours.yaml")

    run("import", "manifest.yaml")

    assert answer("replay")["agreement"] == ours["agreement"]


@pytest.mark.django_db
def test_an_agreement_that_is_not_there_is_said_before_anything_is_imported(folder: Path) -> None:
    (folder / "agreement.yaml").unlink()

    said = run("import", "manifest.yaml", fails=True).stderr

    assert "agreement that is not there" in said
    assert answer("facts")["imports"] == []


@pytest.mark.sqlite
def test_a_file_without_an_end_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "endless.yaml").symlink_to("/dev/zero")
    for verb in ("import", "replay"):
        command = f"ulimit -v 4000000; interlock {verb} endless.yaml || test $? = 1"
        assert "larger than 128 KB" in typed(Step(command, ""), tmp_path)
