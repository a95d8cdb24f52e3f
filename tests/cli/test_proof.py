"""`interlock prove`: whether a file is the agreement in force."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from interlock.cli import main
from interlock.operations.actor import COMMAND_LINE
from interlock.operations.adopt import adopt
from tests.operations.company import agreement_text

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.DATA_FOLDER = tmp_path
    adopt(agreement_text(), by=COMMAND_LINE)
    return tmp_path


def prove(file: Path, *options: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["prove", str(file), *options], catch_exceptions=False)
    return done.exit_code, done.output


def test_the_text_in_force_is_known_however_it_is_written_down(folder: Path) -> None:
    file = folder / "a.yaml"
    file.write_text("# from the drawer\n" + json.dumps(json.loads(agreement_text()), indent=3))
    code, said = prove(file)
    assert code == 0
    assert "Scenario company, version 1: this text is in force." in said
    assert "Put in force without signatures by command line." in said
    code, said = prove(file, "--json")
    assert json.loads(said)["standing"] == "is in force"


def test_a_letter_makes_it_another(folder: Path) -> None:
    file = folder / "a.yaml"
    file.write_text(agreement_text().replace("Likelier", "likelier"))
    code, said = prove(file)
    assert code == 3
    assert "this text is not known here" in said


def test_what_is_no_agreement_is_refused(folder: Path) -> None:
    (folder / "a.yaml").write_text("name: [")
    code, said = prove(folder / "a.yaml")
    assert code == 1
    assert "is no agreement" in said
    assert prove(folder / "none.yaml")[0] == 1
