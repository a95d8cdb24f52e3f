"""Changing an agreement's text: what is asked for changes, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from interlock import agreement, simulate
from interlock.agreement.canonical import plain, seal_of
from interlock.agreement.diff import changed_paths
from interlock.agreement.editing import as_text, changed_text, with_clause, with_parts, without
from interlock.agreement.parts import parts
from interlock.agreement.problems import Problem
from tests.agreement.small import SMALL, changed

DEMO = (Path(simulate.__file__).parent / "agreement.yaml").read_text()
TEMPLATES = sorted((Path(agreement.__file__).parent / "templates").glob("*.yaml"))


def text_of(found: str | Problem) -> str:
    assert isinstance(found, str), found
    return found


@pytest.mark.parametrize("text", [DEMO, *(each.read_text() for each in TEMPLATES)])
def test_a_text_is_left_as_it_stands(text: str) -> None:
    assert with_parts(text, text, ["name"]) == text


def test_a_key_is_set_and_comments_stay() -> None:
    text = text_of(changed_text(DEMO, [("promises.first-touch.within", "2 working hours")]))
    lines = [
        (old, new)
        for old, new in zip(DEMO.splitlines(), text.splitlines(), strict=True)
        if old != new
    ]
    assert lines == [("    within: 4 working hours", "    within: 2 working hours")]


def test_values_are_read_as_in_the_file() -> None:
    criterion = 'touch.kind == "demo" && fit >= 3.0'
    text = text_of(changed_text(SMALL, [("stages.mql.enter", criterion)]))
    assert parts(plain(text))["stages.mql"]["enter"] == criterion
    text = text_of(changed_text(SMALL, [("promises.volume.counts", "{enters: sal}")]))
    assert parts(plain(text))["promises.volume"]["counts"] == {"enters": "sal"}


def test_a_clause_is_written_anew_in_its_place() -> None:
    text = text_of(with_clause(SMALL, "stages.sal", "sal:\n  name: SAL\n  owner: sales\n"))
    assert changed_paths(SMALL, text) == ("stages.sal",)
    assert text.index("mql:") < text.index("sal:") < text.index("nurture:")


def test_another_key_renames_the_clause_in_its_place() -> None:
    text = text_of(with_clause(SMALL, "stages.sal", "taken: {name: Taken, owner: sales}"))
    assert list(changed_paths(SMALL, text)) == ["stages.sal", "stages.taken"]
    assert text.index("mql:") < text.index("taken:") < text.index("nurture:")


def test_a_clause_is_added_at_the_end_of_its_section() -> None:
    text = text_of(with_clause(SMALL, "glossary.bant", "bant: {meaning: Budget and need.}"))
    assert changed_paths(SMALL, text) == ("glossary.bant",)
    again = text_of(with_clause(text, "glossary.new", "lead: {meaning: A name.}"))
    assert again.index("bant") < again.index("lead:")


@pytest.mark.parametrize(
    ("clause", "said"),
    [
        ("", "empty"),
        ("sal: {name: ", "not YAML"),
        ("sal: {name: A}\nmql: {name: B}", "one clause"),
        ("- sal", "one clause"),
        ("mql: {name: B}", "`mql` stands in this section already"),
        ("sal: &a {name: A}", "anchors"),
    ],
)
def test_a_clause_that_is_none_is_refused(clause: str, said: str) -> None:
    found = with_clause(SMALL, "stages.sal", clause)
    assert isinstance(found, Problem)
    assert said in found.message


def test_a_clause_is_taken_out() -> None:
    text = text_of(without(SMALL, "promises.volume"))
    assert changed_paths(SMALL, text) == ("promises.volume",)
    assert isinstance(without(SMALL, "promises.volumes"), Problem)


def test_a_section_without_clauses_goes_with_its_last_one() -> None:
    more = text_of(with_clause(SMALL, "glossary.bant", "bant: {meaning: Budget.}"))
    assert seal_of(with_parts(more, SMALL, changed_paths(more, SMALL))) == seal_of(SMALL)


def test_clauses_in_a_list_are_changed_one_by_one() -> None:
    listed = SMALL + "fit:\n  points:\n    - {when: fit >= 1.0, points: 1}\n"
    other = changed("points: 1}", "points: 2}", listed)
    assert changed_paths(listed, other) == ("fit.points.1",)
    assert seal_of(with_parts(listed, other, ["fit.points.1"])) == seal_of(other)


NAMED = """\
name: Ours
stages:
  # What marketing promises
  mql:
    name: MQL   # as both say
    enter: engagement >= 50

  # What sales takes
  sal:
    name: SAL
glossary:
  {}:
    meaning: A word.
# the end
"""


@pytest.mark.parametrize(
    "name", ["true", "True", "no", "null", "~", "007", "0x1F", "1e3", "1_000", "2026-01-01", "<<"]
)
def test_a_name_that_yaml_takes_for_something_else_is_a_name(name: str) -> None:
    text, path = NAMED.format(name), f"glossary.{name}"
    said = text_of(changed_text(text, [(f"{path}.meaning", "2026-02-30")]))
    assert said == text.replace("A word.", "2026-02-30")
    clause = f"{name}:\n  meaning: Another.\n"
    assert text_of(with_clause(text, path, clause)) == text.replace("A word", "Another")
    assert path not in parts(plain(text_of(without(text, path))))
    assert with_parts(text, text.replace("A word", "Another"), [path]) == text.replace(
        "A word", "Another"
    )


def test_names_that_yaml_takes_for_the_same_are_two() -> None:
    text = NAMED.format("true") + "  1:\n    meaning: One.\n  01:\n    meaning: Also.\n"
    said = text_of(changed_text(text, [("glossary.1.meaning", "First.")]))
    assert said == text.replace("One.", "First.")


@pytest.mark.parametrize(
    ("clause", "said"),
    [
        ("mql:\n  name: MQL   # as both say\n  enter: fit > 1.0", "fit > 1.0"),
        ("mql: {name: Lead}", ""),
    ],
)
def test_comments_around_a_clause_stay(clause: str, said: str) -> None:
    text = NAMED.format("lead")
    found = text_of(with_clause(text, "stages.mql", clause))
    if said:
        assert found == text.replace("engagement >= 50", said)
    for each in ("# What marketing promises", "# What sales takes", "# the end"):
        assert each in found
        assert each in text_of(without(text, "stages.mql"))
        assert each in text_of(without(text, "stages.sal"))


def test_clauses_within_braces_are_changed_there() -> None:
    text = "stages: {mql: {name: A},\n  sal: {name: B}}\n"
    found = text_of(with_clause(text, "stages.sal", "sal: {name: C}"))
    assert plain(found) == plain(text.replace("B", "C"))
    assert plain(text_of(without(text, "stages.sal"))) == plain("stages: {mql: {name: A}}")


@pytest.mark.parametrize(
    "value", ["&a [*a]", "!!int x", "[1, 2", "{[a]: b}", "a\n---\nb", "{" * 900]
)
def test_a_value_that_is_no_plain_yaml_is_a_text(value: str) -> None:
    found = text_of(changed_text(SMALL, [("stages.mql.enter", value)]))
    assert parts(plain(found))["stages.mql"]["enter"] == value


@pytest.mark.parametrize("said", ["~", "null", "", " two", "true", "a # b", "a: b", "- a", "é\n"])
def test_a_text_in_quotes_is_that_text_with_as_few_quotes_as_can_be(said: str) -> None:
    found = text_of(changed_text(SMALL, [("stages.mql.meaning", as_text(said))]))
    assert parts(plain(found))["stages.mql"].get("meaning", said) == said
    found = text_of(changed_text(SMALL, [("stages.mql.meaning", '"2 working hours"')]))
    assert "meaning: 2 working hours" in found
