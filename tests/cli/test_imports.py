"""The commands around facts, as somebody types them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from interlock.cli import main
from interlock.store.models import FACTS, Import, Replay
from tests.operations.company import agreement_text
from tests.operations.importing import PEOPLE, people

pytestmark = pytest.mark.django_db

LEADS = """\
Lead Id;E-Mail;Full Name;Created;Lead Source
1;a@x.example;Åsa;02.03.2026;Web
2;b@x.example;Bo;03.03.2026;Fair
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the commands are run; the exports lie in `exports`, a manifest beside them."""
    settings.DATA_FOLDER = tmp_path / "store"
    settings.DATA_FOLDER.mkdir()
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "people.csv").write_text(people("1,2026-03-02,Åsa", "2,soon,Bo"))
    (tmp_path / "leads.csv").write_text(LEADS)
    (tmp_path / "manifest.yaml").write_text(PEOPLE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, words, input=typed)


def answer(*words: str) -> Any:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def imported() -> Any:
    return answer("import", "manifest.yaml", "--data", "exports")


def test_a_time_that_names_no_zone_is_told_until_somebody_says_which() -> None:
    words = ("import", "leads.csv", "--as", "person", "--yes", "--no-replay")
    assert "02.03.2026 names no time zone, and is read as UTC" in run(*words).stderr
    said = run(*words, "--keep", "berlin.yaml", "--zone", "Europe/Berlin")
    assert "time zone" not in said.stderr
    assert "zone: Europe/Berlin" in Path("berlin.yaml").read_text()
    wrong = run(*words, "--zone", "Europe/Berlim")
    assert (wrong.exit_code, "did you mean `Europe/Berlin`?" in wrong.stderr) == (2, True)


def test_import_by_a_manifest_counts_every_row() -> None:
    found = imported()
    assert found["import"]["counts"] == {
        "rows": 2,
        "taken": 1,
        "unchanged": 0,
        "refused": 1,
        "filtered": 0,
    }
    assert (found["import"]["state"], found["resumed"], found["problems"]) == ("done", False, [])
    assert Path(found["refused_folder"], "people.csv").is_file()
    assert found["replayed"] is None


def test_import_says_where_the_refused_rows_are() -> None:
    result = run("import", "manifest.yaml", "--data", "exports")
    printed = " ".join(result.stdout.split())
    assert result.exit_code == 0
    assert "Import" in printed
    assert "1 row was refused" in printed
    assert f"interlock mend {Import.objects.get().pk}" in printed


def test_rows_that_contradict_each_other_are_named(folder: Path) -> None:
    text = people("1,2026-03-02,Åsa", "1,2026-03-02,Asa")
    (folder / "exports" / "people.csv").write_text(text)
    printed = " ".join(run("import", "manifest.yaml", "--data", "exports").stdout.split())
    said = "1 row differs from an earlier one with the same id, and the last one holds"
    assert f"people.csv: {said}: `1` on line 2 and on line 3." in printed
    (part,) = imported()["import"]["parts"]
    assert (part["differing"], part["differs_at"]) == (1, "`1` on line 2 and on line 3")


def test_without_data_the_files_are_beside_the_manifest(folder: Path) -> None:
    (folder / "manifest.yaml").rename(folder / "exports" / "manifest.yaml")
    assert answer("import", "exports/manifest.yaml")["import"]["counts"]["taken"] == 1


def test_every_problem_of_a_manifest_is_printed_with_its_place(folder: Path) -> None:
    (folder / "manifest.yaml").write_text(PEOPLE.replace("as: person", "as: persn"))
    result = run("import", "manifest.yaml")
    assert (result.exit_code, result.stdout) == (1, "")
    said = "manifest.yaml:4:9: `persn` is not a kind of fact (did you mean `person`?)"
    assert said in " ".join(result.stderr.split())
    assert "Nothing was imported." in result.stderr
    assert not Import.objects.exists()


def test_an_import_is_replayed_where_an_agreement_is_in_force(folder: Path) -> None:
    (folder / "agreement.yaml").write_text(agreement_text())
    assert run("replay", "agreement.yaml").exit_code == 0
    assert imported()["replayed"]["people"] == 1
    assert Replay.objects.get(current=True).people == 1
    (folder / "exports" / "people.csv").write_text(people("3,2026-03-02,Cy"))
    assert answer("import", "manifest.yaml", "--data", "exports", "--no-replay")["replayed"] is None
    assert Replay.objects.get(current=True).people == 1


def test_an_export_is_guessed_shown_and_kept(folder: Path) -> None:
    result = run("import", "leads.csv", "--as", "person", "--yes", "--json")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["import"]["counts"]["taken"] == 2
    shown = " ".join(result.stderr.split())
    assert "created_at Created 02.03.2026 dates %d.%m.%Y" in shown
    kept = folder / "leads.manifest.yaml"
    assert "created_at" in kept.read_text()
    again = answer("import", str(kept))
    assert again["import"]["counts"]["unchanged"] == 2


def test_a_guess_is_not_used_unless_it_is_accepted(folder: Path) -> None:
    result = run("import", "leads.csv", "--as", "person")
    assert result.exit_code == 1
    assert "--yes" in result.stderr
    assert not (folder / "leads.manifest.yaml").exists()
    assert not Import.objects.exists()


def test_a_kept_manifest_of_another_guess_is_not_overwritten(folder: Path) -> None:
    (folder / "leads.manifest.yaml").write_text("source: mine\n")
    result = run("import", "leads.csv", "--as", "person", "--yes")
    assert result.exit_code == 1
    assert "says something else" in result.stderr
    assert (folder / "leads.manifest.yaml").read_text() == "source: mine\n"
    kept = ("--keep", "other.yaml")
    assert run("import", "leads.csv", "--as", "person", "--yes", *kept).exit_code == 0
    assert (folder / "other.yaml").exists()


def test_a_column_that_no_header_gives_is_set(folder: Path) -> None:
    (folder / "list.csv").write_text("Email,Name\na@x.example,Åsa\n")
    result = run("import", "list.csv", "--as", "person", "--yes")
    assert result.exit_code == 1
    assert "--set created_at=VALUE" in result.stderr
    fixed = ("--set", "created_at=2026-03-02")
    assert run("import", "list.csv", "--as", "person", "--yes", *fixed).exit_code == 0
    assert FACTS["person"].objects.get().at == 1_772_409_600


FOREIGN = """\
Wer;Wann;Rang
Bo;03.04.2026;Chef
Cy;04.04.2026;Chef
"""


def test_a_column_that_no_header_looks_like_is_named(folder: Path) -> None:
    (folder / "odd.csv").write_text(FOREIGN)
    words = ("import", "odd.csv", "--as", "person", "--yes")
    result = run(*words)
    assert result.exit_code == 1
    assert "The file has: `Wer`, `Wann`, `Rang`" in result.stderr
    assert '--column id="HEADER"' in result.stderr
    assert not (folder / "odd.manifest.yaml").exists()
    named = ("--column", "id=Wer", "--column", "created_at=Wann", "--column", "title=Rang")
    assert run(*words, *named).exit_code == 0
    people = FACTS["person"].objects.order_by("key")
    assert [(each.key, each.at, each.title) for each in people] == [
        ("Bo", 1_775_174_400, "Chef"),
        ("Cy", 1_775_260_800, "Chef"),
    ]


def test_a_header_that_the_file_has_not(folder: Path) -> None:
    (folder / "odd.csv").write_text(FOREIGN)
    result = run("import", "odd.csv", "--as", "person", "--yes", "--column", "id=Werr")
    assert result.exit_code == 1
    assert "did you mean `Wer`?" in result.stderr


def test_a_draft_is_written_to_be_completed_and_nothing_is_imported(folder: Path) -> None:
    (folder / "odd.csv").write_text(FOREIGN)
    result = run("import", "odd.csv", "--as", "person", "--draft", "--column", "title=Rang")
    assert result.exit_code == 0, result.stderr
    assert not Import.objects.exists()
    path = folder / "odd.manifest.yaml"
    draft = path.read_text()
    assert "# The file has: `Wer`, `Wann`, `Rang`" in draft
    assert "# To be said: `created_at`" in draft
    assert "`created_at`" in run("import", str(path)).stderr
    completed = "      id: Wer\n      created_at: {from: Wann, dates: '%d.%m.%Y'}\n      title"
    path.write_text(draft.replace("      title", completed))
    assert answer("import", str(path))["import"]["counts"]["taken"] == 2


def test_the_guess_shows_what_is_set_and_what_becomes_attributes(folder: Path) -> None:
    (folder / "list.csv").write_text("Email,Name,Shoe Size\na@x.example,Åsa,42\n")
    words = ("import", "list.csv", "--as", "person", "--yes", "--set", "created_at=2026-03-02")
    shown = " ".join(run(*words).stderr.split())
    assert "created_at (every row) 2026-03-02" in shown
    assert "shoe_size Shoe Size 42 attribute" in shown


def test_a_guess_without_anything_to_say_has_no_empty_column(folder: Path) -> None:
    (folder / "list.csv").write_text("Id,Created\n1,2026-03-02\n")
    assert "Read as" not in run("import", "list.csv", "--as", "person", "--yes").stderr
    assert "Read as" in run("import", "leads.csv", "--as", "person", "--yes").stderr


def test_wrong_usage() -> None:
    for words in (
        ("import", "leads.csv"),
        ("import", "nothing.yaml"),
        ("import", "leads.csv", "--as", "lead"),
        ("import", "leads.csv", "--as", "person", "--set", "created_at"),
        ("import", "leads.csv", "--as", "person", "--set", "colour=red"),
        ("import", "leads.csv", "--as", "person", "--column", "colour=Created"),
        ("import", "leads.csv", "--as", "person", "--column", "Created"),
    ):
        assert run(*words).exit_code == 2, words


def test_a_file_that_is_none(folder: Path) -> None:
    (folder / "leads.xlsx").write_text("no workbook")
    result = run("import", "leads.xlsx", "--as", "person", "--yes")
    assert result.exit_code == 1
    assert "is not an Excel workbook" in result.stderr


def test_mend_and_take_back() -> None:
    found = imported()
    path = Path(found["refused_folder"], "people.csv")
    path.write_text(path.read_text().replace("soon", "2026-03-03"))
    mended = answer("mend", str(found["import"]["id"]))
    assert mended["import"]["mends"] == found["import"]["id"]
    assert mended["import"]["counts"]["taken"] == 1
    taken = answer("take-back", str(mended["import"]["id"]), "--why", "a test")
    assert taken["import"]["state"] == "taken back"
    assert FACTS["person"].objects.filter(live=True).count() == 1
    for command in ("mend", "take-back"):
        result = run(command, "999")
        assert (result.exit_code, result.stdout) == (1, "")
        assert "no import 999" in result.stderr


def test_an_import_whose_every_row_is_refused_is_no_success(folder: Path) -> None:
    (folder / "exports" / "people.csv").write_text(people("1,02.03.2026,Åsa", "2,soon,Bo"))
    result = run("import", "manifest.yaml", "--data", "exports")
    assert result.exit_code == 1
    assert f"Import {Import.objects.get().pk} from crm: every row refused" in result.stdout
    assert "every row refused" in run("facts").stdout


def test_an_import_with_refused_rows_says_so_in_its_heading() -> None:
    result = run("import", "manifest.yaml", "--data", "exports")
    assert "done, 1 of 2 rows refused" in result.stdout
    assert "done, 1 of 2 rows refused" in run("facts").stdout


def test_the_same_import_again_says_that_nothing_is_new(folder: Path) -> None:
    first = imported()
    again = imported()
    assert (first["same_as"], again["same_as"]) == (None, first["import"]["id"])
    said = run("import", "manifest.yaml", "--data", "exports").stdout
    assert f"files as import {again['import']['id']}: nothing is new; the same rows" in said
    (folder / "exports" / "people.csv").write_text(people("1,2026-03-02,Åsa", "3,soon,Cy"))
    assert imported()["same_as"] is None


def test_facts_and_the_latest_imports() -> None:
    number = imported()["import"]["id"]
    found = answer("facts")
    kinds = {kind["kind"]: kind for kind in found["kinds"]}
    assert (kinds["person"]["records"], kinds["touch"]["records"]) == (1, 0)
    assert kinds["person"]["first"] == "2026-03-02T00:00:00+00:00"
    assert [row["id"] for row in found["imports"]] == [number]
    printed = run("facts").stdout
    assert "person" in printed
    assert "2026-03-02" in printed
    assert "Started (UTC)" in printed
    assert re.search(rf"^ *{number} +crm +people\.csv +done", printed, re.MULTILINE)


def test_times_are_in_the_zone_of_the_agreement(folder: Path) -> None:
    (folder / "agreement.yaml").write_text(agreement_text())
    (folder / "exports" / "people.csv").write_text(people("1,2026-03-02 23:30Z,Åsa"))
    imported()
    assert "2026-03-02" in run("facts").stdout
    assert run("replay", "agreement.yaml").exit_code == 0
    printed = run("facts").stdout
    assert "Started (Europe/Oslo)" in printed
    assert "2026-03-03" in printed
