import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from interlock.cli import main
from interlock.cli.verdict_tables import _Told
from interlock.operations.actor import COMMAND_LINE
from interlock.operations.adopt import adopt
from interlock.replay.because import Because, Condition
from interlock.store.models import AgreementVersion, Import, Replay
from tests.operations.company import AS_OF, agreement_text, at, escalated, fill, put, replayed

pytestmark = pytest.mark.django_db


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def answer(*words: str) -> Any:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


@pytest.fixture
def agreement(tmp_path: Path) -> str:
    file = tmp_path / "agreement.yaml"
    file.write_text(agreement_text())
    return str(file)


def test_replay_puts_the_file_in_force_and_says_what_it_found(agreement: str) -> None:
    fill()
    found = answer("replay", agreement, "--as-of", "2026-03-20T17:00+01:00")
    # nobody knows of the eleventh yet; ten greetings and eight first touches were owed
    assert (found["people"], found["obligations"]) == (10, 18)
    assert found["as_of"] == "2026-03-20T16:00:00+00:00"
    assert [finding["count"] for finding in found["findings"]] == [1]
    assert Replay.objects.get(current=True).as_of == AS_OF


def test_replay_says_in_words_what_it_found(agreement: str) -> None:
    fill()
    printed = " ".join(run("replay", agreement, "--as-of", "2026-03-20T17:00+01:00").stdout.split())
    assert "10 people under Scenario company as of 2026-03-20 17:00 Europe/Oslo" in printed
    assert "18 obligations" in printed


def test_an_agreement_with_an_error_is_not_put_in_force(tmp_path: Path) -> None:
    file = tmp_path / "agreement.yaml"
    file.write_text(agreement_text(nonsense=1))
    result = run("replay", str(file))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "nonsense" in result.stderr
    assert not AgreementVersion.objects.exists()


def test_without_an_agreement_every_command_says_how_to_get_one() -> None:
    for command in ("replay", "promises", "funnel", "metrics"):
        result = run(command, "--json")
        assert (result.exit_code, result.stdout) == (1, "")
        assert "interlock init" in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("replay", "no-such-file.yaml"),
        ("replay", "--as-of", "yesterday"),
        ("replay", "--as-of", "2026-03-20T17:00"),
        ("replay", "--as-of", "0001-01-01T00:00+14:00"),
        ("replay", "--as-of", "9999-12-31T23:59-12:00"),
        ("promises", "--by", "colour"),
        ("person",),
    ],
)
def test_wrong_usage_exits_with_2(words: tuple[str, ...]) -> None:
    assert run(*words).exit_code == 2


@pytest.mark.parametrize("text", ["2026-03-20", "2026-W12-5", "2026-03-20T17:00", "20260320T17"])
def test_what_is_proposed_for_an_instant_without_a_zone_is_taken(text: str) -> None:
    replayed()
    refused = run("replay", "--as-of", text)
    assert refused.exit_code == 2
    proposed = re.findall(r"\d\S+(?=,|Z|$)Z?", refused.stderr.partition("zone too: ")[2])
    assert len(proposed) == 2
    assert [run("replay", "--as-of", each.strip()).exit_code for each in proposed] == [0, 0]


def test_promises_by_promise_and_side() -> None:
    replayed()
    found = answer("promises")
    counts = {row["id"]: row["counts"] for row in found["rows"]}
    assert counts["first-touch"] == {
        "open": 1,
        "warned": 0,
        "kept": 3,
        "kept_late": 1,
        "broken": 3,
        "void": 0,
    }
    assert [(side["side"], side["attainment"]["numerator"]) for side in found["sides"]] == [
        ("marketing", 1),
        ("sales", 3),
    ]


def test_promises_as_a_table_with_names_that_fits_eighty_columns() -> None:
    replayed()
    printed = run("promises", "--by", "owner").stdout
    assert "Bo Berg     2     1       1     0     0  50" in printed
    assert max(map(len, printed.splitlines())) <= 80


def test_what_is_divided_but_empty_says_that_there_is_nothing(agreement: str) -> None:
    assert run("replay", agreement).stdout.startswith("Replayed 0 facts about 0 people")
    printed = run("promises", "--by", "owner").stdout
    assert "First touch, owed by sales: nothing yet." in printed
    assert "attainment" not in printed
    assert "Nobody has entered a stage yet." in run("funnel", "--by", "owner").stdout


def test_one_of_a_thing_is_counted_in_the_singular(agreement: str) -> None:
    put("person", "p", at(2), name="P")
    printed = run("replay", agreement, "--as-of", "2026-03-20T17:00+01:00").stdout
    assert "Replayed 1 fact about 1 person under" in printed
    assert "1 stage visit and" in printed


def test_funnel_by_source() -> None:
    replayed()
    groups = {
        group["label"]: group["rows"] for group in answer("funnel", "--by", "source")["groups"]
    }
    assert [row["entered"] for row in groups["partner"]] == [4, 4, 0, 0]
    assert groups["web"][2]["of_previous"]["denominator"] == 4
    printed = run("funnel", "--by", "source").stdout
    assert "no source" in printed
    assert max(map(len, printed.splitlines())) <= 80


def test_a_question_after_an_import_is_answered_from_a_fresh_replay() -> None:
    replayed()
    before = Replay.objects.get(current=True)
    put("touch", "t9", at(20, "16:30"), person="p9", kind="demo")
    Import.objects.update(finished_at=before.started_at + 1)
    result = run("funnel", "--json")
    assert "replaying" in result.stderr
    assert [row["entered"] for row in json.loads(result.stdout)["rows"][:2]] == [10, 9]
    assert Replay.objects.get(current=True).as_of == AS_OF  # an instant that was chosen stays


def test_a_person_with_the_because_of_each_verdict() -> None:
    replayed()
    printed = run("person", "p3").stdout
    assert "Person 3 (p3): stage MQL, owner Bo Berg, source partner" in printed
    words = " ".join(printed.split())
    assert "2026-03-06 14:00 entered MQL because of stages.mql" in words
    assert "yes: the engagement score is 50 or more (engagement = 50.0)" in words
    assert (
        "First touch, owed by sales, Bo Berg: due 2026-03-09 10:00; kept late at 2026-03-09"
        in words
    )
    assert "working time: 6.00 h on 2 days" in words
    assert "Known at once, owned at once, kept after 6 h (working time)." in words
    assert "2026-03-06: 3.00 h" in " ".join(run("person", "p3", "--clock").stdout.split())


def test_a_person_with_whoever_is_told_while_a_promise_is_not_kept() -> None:
    escalated()
    broken = " ".join(run("person", "p4").stdout.split())
    told = "2026-03-09 11:00 the sales manager is to be told: First touch not kept at the deadline"
    assert f"{told} Gives the lead to somebody else." in broken
    assert "next to be told" not in broken
    waiting = " ".join(run("person", "p8").stdout.split())
    assert "next to be told: the team lead, 2026-03-23 10:00" in waiting
    assert "is to be told:" not in waiting
    steps = answer("person", "p3")["obligations"][1]["steps"]
    assert [step["state"] for step in steps] == ["reached", "reached", "never"]
    assert steps[2] == {
        "tell": "the head of sales",
        "does": "",
        "share": 2.0,
        "when": "at 2 times the time allowed",
        "at": "2026-03-09T13:00:00+00:00",
        "state": "never",
        "note": "kept by then",
    }


def condition(joined: str, *parts: Condition) -> Condition:
    return Condition("", any(part.holds for part in parts), joined=joined, parts=parts)


def test_conditions_keep_their_and_and_or_and_are_told_once() -> None:
    fit = Condition("fit is 50 or more", holds=False, values=(("fit", 40.0),))
    asked = Condition("asked for a demo", holds=True)
    tree = condition("or", condition("and", fit, asked), asked)
    told = _Told("UTC", clock_days=False)
    because = Because("stages.mql", "1", "a good lead", None, tree)
    assert told.because(because).splitlines() == [
        "  because of stages.mql: a good lead",
        "    yes: any of these:",
        "      yes: all of these:",
        "        no: fit is 50 or more (fit = 40.0)",
        "        yes: asked for a demo",
        "      yes: asked for a demo",
    ]
    assert told.because(because) == "  because of stages.mql: a good lead (as above)"


def test_where_the_time_of_promises_went() -> None:
    replayed()
    words = " ".join(run("promises", "--delays").stdout.split())
    assert "First touch, owed by sales: 7 times" in words
    assert "reaction sales 68 h 280.0 h 4 h 24.0 h" in words
    assert "detection marketing 0 min 0.0 h 0 min 0.0 h" in words
    assert "What each side answers for" in words


def test_where_the_time_of_promises_went_for_programs() -> None:
    replayed()
    found = answer("promises", "--delays")
    touch = found["promises"][0]
    assert (touch["id"], touch["obligations"]) == ("first-touch", 7)
    assert [(part["part"], part["side"]) for part in touch["parts"]] == [
        ("detection", "marketing"),
        ("assignment", "marketing"),
        ("acceptance", "sales"),
        ("reaction", "sales"),
    ]
    assert touch["parts"][3]["lengths"]["working_median"] == 4 * 3600
    assert {each["side"]: each["working_total"] for each in touch["charged"]} == {
        "marketing": 0,
        "sales": touch["parts"][3]["lengths"]["working_total"],
    }


def test_delays_are_not_divided() -> None:
    replayed()
    for more in (("--by", "owner"), ("--records", "first-touch"), ("--member", "bo")):
        assert run("promises", "--delays", *more).exit_code == 2


def test_a_person_for_programs() -> None:
    replayed()
    found = answer("person", "p3")
    assert found["obligations"][1]["split"]["owned_at"] == "2026-03-06T13:00:00+00:00"
    assert found["obligations"][1]["split"]["parts"][3]["working"] == 6 * 3600
    assert found["visits"][1]["entered_at"] == "2026-03-06T13:00:00+00:00"
    assert found["visits"][1]["because"]["fact"]["at"] == "2026-03-06T13:00:00+00:00"
    assert [row["state"] for row in found["obligations"]] == ["broken", "kept late"]


def test_nobody_by_that_key_but_somebody_like_it() -> None:
    replayed()
    result = run("person", "person 3")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "p3 (Person 3)" in result.stderr


def test_a_person_can_be_read_before_there_is_an_agreement() -> None:
    fill()
    printed = run("person", "p1").stdout
    assert "Person 1 (p1): nothing replayed yet" in printed
    assert "opportunity won" in printed


@pytest.mark.sqlite
@pytest.mark.parametrize("name", ["ours", "R&D #1 50%20 what?timeout=1"])
def test_the_store_is_the_folder_that_is_named(tmp_path: Path, name: str) -> None:
    interlock = Path(sys.executable).with_name("interlock")
    words = [str(interlock), "facts", "--store", str(tmp_path / name), "--json"]
    environment = {**os.environ, "INTERLOCK_DATABASE": ""}
    done = subprocess.run(
        words, capture_output=True, text=True, check=False, cwd=tmp_path, env=environment
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["imports"] == []
    assert (tmp_path / name / "interlock.sqlite3").exists()


def test_a_key_in_bytes_that_are_no_text_is_nobodys() -> None:
    refused = run("person", os.fsdecode(b"p\xff"))
    assert refused.exit_code == 1
    assert "Nobody is known by the key" in refused.stderr


def test_a_draft_and_a_range_that_change_nothing_say_so() -> None:
    replayed()
    assert "First touch" in run("whatif", "--sweep", "promises.first-touch.within=1h..9h..8").stdout
    sweep = run("whatif", "--sweep", "stages.mql.enter=engagement >= {46..50..2}.0").stdout
    said = "Nothing changes from engagement >= 46.0 to engagement >= 50.0: all of it stays"
    assert said in " ".join(sweep.split())
    # the target of a number changes neither leads nor obligations, but whether it was reached
    volume = {"name": "Volume", "says": "Two MQLs.", "owed_by": "marketing", "owed_to": "sales"}
    counted = {**volume, "each": "week", "enters": "mql", "target": 2}
    adopt(agreement_text(promises={"volume": counted}), by=COMMAND_LINE)
    swept = run("whatif", "--sweep", "promises.volume.target={1..99..98}").stdout
    assert re.search(r"value +Volume\n1 +2 of 2\n99 +0 of 1\n", swept), swept
    same = " ".join(run("whatif", "--set", "stages.mql.enter=engagement >= 50.0").stdout.split())
    assert "The draft changes nothing: leads, promises and load stay as today." in same
