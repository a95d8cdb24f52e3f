from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from interlock.agreement.templates import template_names, template_text
from interlock.cli import main
from interlock.store.models import Attribute
from tests.agreement.small import SMALL, changed


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(each) for each in arguments])


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return write(tmp_path, SMALL)


def write(folder: Path, text: str | bytes) -> Path:
    file = folder / "agreement.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_check_finds_nothing_wrong(small: Path) -> None:
    result = run("check", small)
    assert result.exit_code == 0
    assert result.output == f"{small}: Small, version 1: 9 clauses, 0 errors, 0 warnings\n"


def test_check_says_each_problem_where_an_editor_finds_it(tmp_path: Path) -> None:
    text = changed("touches.any >= 1", "touchs.any >= 1", changed("review_by: 2026-12-31\n", ""))
    file = write(tmp_path, text)
    result = run("check", file)
    assert result.exit_code == 1
    column = text.splitlines()[12].index("touchs") + 1
    assert result.output.splitlines() == [
        f"{file}:1:1: warning: no review date  [review_by]",
        "    name the day: `review_by: …`",
        f"{file}:13:{column}: error: `touchs.any` is not known  [stages.mql]",
        "    did you mean `touches.any`?",
        f"{file}: 1 error, 1 warning",
    ]


def test_check_with_warnings_alone_is_fine(tmp_path: Path) -> None:
    result = run("check", write(tmp_path, changed("review_by: 2026-12-31\n", "")))
    assert result.exit_code == 0
    assert "1 warning" in result.output


def test_check_as_json(tmp_path: Path) -> None:
    file = write(tmp_path, changed("calendar: oslo", "calendar: osl"))
    result = run("check", file, "--json")
    assert result.exit_code == 1
    assert json.loads(result.output) == {
        "ok": False,
        "errors": 1,
        "warnings": 0,
        "problems": [
            {
                "message": "there is no calendar `osl`",
                "hint": "did you mean `oslo`?",
                "line": 28,
                "column": 15,
                "clause": "promises.first-touch",
                "severity": "error",
            }
        ],
    }


@pytest.mark.parametrize("name", ["missing.yaml", "folder"])
def test_a_file_that_cannot_be_read_is_2(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    for command in ("check", "show"):
        result = run(command, tmp_path / name)
        assert result.exit_code == 2
        assert name in result.output


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"a" * 10_000_000, "the file is larger than 128 KB"),
        (b"a: &a [x]\nb: [*a, *a]", "anchors and `*` aliases are not read"),
        (b"[" * 1_000, "nested more than"),
        (b"[" * 100_000, "this line has 100,000 characters"),
        (b"\xff\xfe", "not UTF-8"),
        (b"", "the file is empty"),
        (
            changed("activity.human", " ||\n      ".join(["fit > 1"] * 5_000)).encode(),
            "this criterion is 54,996 characters long",
        ),
    ],
)
def test_hostile_files_are_refused_with_the_reason(tmp_path: Path, raw: bytes, reason: str) -> None:
    result = run("check", write(tmp_path, raw))
    assert result.exit_code == 1
    assert reason in result.output


def test_control_characters_of_a_file_do_not_reach_the_terminal(tmp_path: Path) -> None:
    result = run("check", write(tmp_path, SMALL + '"\\e[2Jx": 1\n'))
    assert result.exit_code == 1
    assert "\x1b" not in result.output


def test_schema_prints_a_json_schema() -> None:
    result = run("schema")
    assert result.exit_code == 0
    Draft202012Validator.check_schema(json.loads(result.output))


def test_show_reads_one_clause(small: Path) -> None:
    result = run("show", small, "promises.first-touch")
    assert result.exit_code == 0
    assert result.output.split("\n") == [
        "",
        "Promises",
        "First touch  promises.first-touch",
        "  Sales calls.",
        "  Sales owes marketing: within 4 working hours (Oslo office) of a lead entering MQL, a",
        "  human acts.",
        "",
    ]


def test_show_reads_a_section_and_the_whole(small: Path) -> None:
    assert run("show", small, "stages").output.count("stages.") == 3
    whole = run("show", small).output.splitlines()
    assert {"Parties", "Working hours", "Stages", "Reasons", "Promises"} <= set(whole)


def test_show_as_json(small: Path) -> None:
    result = run("show", small, "stages.sal", "--json")
    assert json.loads(result.output) == [
        {
            "path": "stages.sal",
            "section": "stages",
            "title": "SAL",
            "text": "Taken on.",
            "sentence": "A lead enters SAL from MQL when the lead is accepted; sales owns it.",
        }
    ]


def test_show_names_the_nearest_clause(small: Path) -> None:
    result = run("show", small, "promises.first-tuch")
    assert result.exit_code == 1
    assert "did you mean `promises.first-touch`?" in result.output


def test_show_sends_to_check_where_there_are_errors(tmp_path: Path) -> None:
    file = write(tmp_path, changed("calendar: oslo", "calendar: osl"))
    result = run("show", file)
    assert result.exit_code == 1
    assert f"interlock check {file}" in result.output


def test_init_lists_the_templates() -> None:
    result = run("init")
    assert result.exit_code == 0
    for name in template_names():
        assert name in result.output


@pytest.mark.parametrize("name", template_names())
def test_init_writes_a_template_that_checks(tmp_path: Path, name: str) -> None:
    out = tmp_path / "mine.yaml"
    assert run("init", "--template", name, "--out", out).exit_code == 0
    assert out.read_text() == template_text(name)
    assert run("check", out).exit_code == 0


def test_init_never_overwrites_unless_told(tmp_path: Path) -> None:
    out = tmp_path / "mine.yaml"
    out.write_text("ours")
    refused = run("init", "--template", "industrial", "--out", out)
    assert refused.exit_code == 1
    assert "--force" in refused.output
    assert out.read_text() == "ours"
    assert run("init", "--template", "industrial", "--out", out, "--force").exit_code == 0
    assert out.read_text() == template_text("industrial")


def test_init_into_nowhere_is_said(tmp_path: Path) -> None:
    result = run("init", "--template", "industrial", "--out", tmp_path / "no" / "where.yaml")
    assert result.exit_code == 1
    assert "cannot be written" in result.output


def test_another_template_is_wrong_usage() -> None:
    assert run("init", "--template", "bakery").exit_code == 2


@pytest.mark.django_db
def test_columns_of_ones_own_are_known_from_the_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTERLOCK_DATA", str(tmp_path))  # the command sets it, this puts it back
    file = write(tmp_path, changed("touches.any >= 1", "person.company_size >= 10"))
    assert run("check", file).exit_code == 1
    Attribute.objects.create(kind="person", name="company_size", type="integer")
    result = run("check", file, "--data", tmp_path)
    assert result.exit_code == 0, result.output
