"""Changing an agreement's text: what is asked for changes, and nothing else."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interlock import agreement, simulate
from interlock.agreement.canonical import plain, seal_of
from interlock.agreement.diff import changed_paths
from interlock.agreement.document import Mapping, read_document
from interlock.agreement.editing import as_text, changed_text, with_clause, with_parts, without
from interlock.agreement.excerpt import span_of
from interlock.agreement.layout import written_parts
from interlock.agreement.parts import is_order, parts
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


COMMENTED = """\
# Words at the top

# What it is called
name: Ours
stages:
  # What marketing promises
  # (both lines are about MQLs)
  mql:
    name: MQL   # as both say
    enter: engagement >= 50
    # an exit was left out

  # What sales takes
  sal:
    name: SAL
  # more to come

# --- Words -----------------

glossary:
  # Said every day
  lead:
    meaning: A word.
# the end
"""
MQL = """\
  # What marketing promises
  # (both lines are about MQLs)
  mql:
    name: MQL   # as both say
    enter: engagement >= 50
    # an exit was left out
"""
SAL = """
  # What sales takes
  sal:
    name: SAL
"""
WORDS = """
glossary:
  # Said every day
  lead:
    meaning: A word.
"""


def test_what_is_about_a_clause_goes_with_it_and_a_heading_stays() -> None:
    assert text_of(without(COMMENTED, "stages.mql")) == COMMENTED.replace(MQL + "\n", "")
    assert text_of(without(COMMENTED, "stages.sal")) == COMMENTED.replace(SAL, "")
    assert with_parts(COMMENTED, "name: Ours", ["glossary.lead"]) == COMMENTED.replace(WORDS, "\n")


def test_a_clause_that_is_added_stands_behind_the_last_one_not_behind_what_follows() -> None:
    fresh = "new:\n  name: New\n"
    found = text_of(with_clause(COMMENTED, "stages.new", fresh))
    assert found == COMMENTED.replace(SAL, f"{SAL}\n  new:\n    name: New\n")
    assert text_of(changed_text(COMMENTED, [("currency", "EUR")])) == COMMENTED.replace(
        "# the end", "\ncurrency: EUR\n# the end"
    )


def test_a_key_that_comes_or_goes_leaves_the_next_clauses_comment() -> None:
    said = "    name: SAL\n"
    found = text_of(changed_text(COMMENTED, [("stages.sal.meaning", "Taken.")]))
    assert found == COMMENTED.replace(said, f"{said}    meaning: Taken.\n")
    assert text_of(changed_text(found, [("stages.sal.meaning", None)])) == COMMENTED
    found = text_of(changed_text(COMMENTED, [("glossary.lead.meaning", None)]))
    assert "# the end" in found


def test_a_part_of_another_text_brings_its_comments() -> None:
    other = COMMENTED.replace("# What sales takes", "# What they take").replace("SAL", "Taken")
    found = with_parts(COMMENTED, other.replace("# What marketing promises", "#"), ["stages.sal"])
    assert found == other
    assert with_parts(text_of(without(COMMENTED, "stages.mql")), COMMENTED, ["stages.mql"]) == (
        COMMENTED
    )
    found = with_parts("name: Ours\n", COMMENTED, ["glossary.lead"])
    assert found == f"name: Ours\n{WORDS}"


def commented(text: str) -> str:
    """A text with a word right above each of its parts, and one under its keys."""
    lines = text.splitlines()
    document, _ = read_document(text)
    known = parts(plain(text))
    for path, line, column in reversed(list(_keys(document, ""))):
        if path in known:
            end = span_of(text, path)
            assert end is not None
            lines[end.end : end.end] = [" " * (column + 2) + f"# under {path}"] * (end.end > line)
            lines[line - 1 : line - 1] = [" " * column + f"# above {path}"]
    return "\n".join([*lines, ""])


def _keys(node: object, path: str) -> Iterator[tuple[str, int, int]]:
    for entry in node.entries if isinstance(node, Mapping) else ():
        yield f"{path}{entry.key}", entry.place.line, entry.place.column - 1
        yield from _keys(entry.node, f"{path}{entry.key}.")


SAID = commented(TEMPLATES[0].read_text())


@settings(max_examples=6)
@given(st.integers(0, 2**32))
def test_every_comment_stays_with_its_part_whatever_comes_and_goes(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - a test's dice
    was = parts(plain(SAID))
    there = [path for path in was if not is_order(path) and path != "name"]
    gone = dice.sample(there, 6)
    back = dice.sample(gone, 3)
    less = with_parts(SAID, "name: x", gone)
    text = with_parts(less, SAID, [*back, *filter(is_order, was)])
    told, kept, again = _comments(SAID), _comments(less), _comments(text)
    for path in there:
        assert kept[path] == (0 if path in gone else told[path]), path
        assert again[path] == (told[path] if path in back else kept[path]), path
    said = written_parts(SAID)
    for path, written in written_parts(text).items():
        assert path == "name" or written == said[path]


def _comments(text: str) -> Counter[str]:
    """How many comments name each part."""
    return Counter(re.findall(r"# (?:above|under) (.*)$", text, re.MULTILINE))


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
