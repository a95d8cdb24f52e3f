"""Where the rules say something else of the same facts, their edition is another one."""

from __future__ import annotations

from interlock.replay.edition import EDITION
from tests.replay.rules import Told, all_told, kept, others

AGAIN = "run python -m tests.replay.rules"


def test_other_rules_are_another_edition() -> None:
    edition, before = kept()
    now = all_told()
    assert edition == EDITION, AGAIN
    assert others(before, now) == [], f"raise EDITION (replay/edition.py), then {AGAIN}"
    assert now.keys() == before.keys(), f"stories came or went: {AGAIN}"


def test_a_story_that_was_written_anew_tells_nothing_of_the_rules() -> None:
    before = {"a": Told("text", "one"), "b": Told("text", "one"), "gone": Told("text", "one")}
    now = {"a": Told("text", "two"), "b": Told("new text", "two"), "new": Told("text", "two")}
    assert others(before, now) == ["a"]
