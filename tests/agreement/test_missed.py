"""Rules of disengagement that follow by themselves: what may be written, and how it reads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from interlock.agreement.missed import Missed
from tests.agreement.small import SMALL, agreement, changed, problems, sentences
from tests.agreement.test_routing import without_place

RULED = (
    SMALL
    + """\
  prompt:
    name: Prompt
    says: Sales is prompt.
    owed_by: sales
    owed_to: marketing
    each: quarter
    keeps: first-touch
    target: 90 %
goals:
  revenue: {name: New revenue, meaning: Orders., target: 100, unit: EUR, measured_by: revenue}
  friends: {name: Friends, meaning: People who like us., target: 3, unit: people}
rules_of_disengagement:
  talk: {says: They talk., owner: Ann, within: 2 working days, when_missed: {promises: volume}}
  end:
    says: It ends.
    when_missed: {promises: [volume, prompt], by: both, periods_in_a_row: 3, ends_agreement: yes}
  words: {says: Be kind.}
  shared: {says: We stop and think., when_missed: {goals: revenue, by: both}}
  either: {says: We look at it., when_missed: {goals: [revenue]}}
"""
)
TALK = "rules_of_disengagement.talk.when_missed"
SPOILED = {
    "no such number": (
        ("{promises: volume}", "{promises: volum}"),
        (
            "error [rules_of_disengagement.talk]: there is no promise of a number `volum`"
            " (did you mean `volume`?)"
        ),
    ),
    "a promise with a clock": (
        ("{promises: volume}", "{promises: first-touch}"),
        (
            "error [rules_of_disengagement.talk]: there is no promise of a number `first-touch`"
            " (there are volume, prompt)"
        ),
    ),
    "nothing": (
        ("{promises: volume}", "{promises: []}"),
        (
            "error [rules_of_disengagement.talk]: nothing is named that can be missed"
            " (write `promises: …`, `goals: …` or both)"
        ),
    ),
    "a side that owes none": (
        ("{promises: volume}", "{promises: volume, by: sales}"),
        (
            "error [rules_of_disengagement.talk]: sales owes none of these promises, so it can"
            " never miss them (name a number that this side promises, too)"
        ),
    ),
    "a goal that nothing measures": (
        ("{promises: volume}", "{goals: friends}"),
        (
            "error [rules_of_disengagement.talk]: there is no measured goal `friends`"
            " (there are revenue)"
        ),
    ),
    "a rule of engagement": (
        ("rules_of_disengagement:", "rules_of_engagement:"),
        (
            "error [rules_of_engagement.talk]: a rule of engagement follows nothing"
            " (write it under `rules_of_disengagement`)"
        ),
    ),
}


@pytest.mark.parametrize(("change", "problem"), SPOILED.values(), ids=SPOILED)
def test_a_slip_is_said_with_its_way_out(change: tuple[str, str], problem: str) -> None:
    assert problem in map(without_place, problems(changed(*change, text=RULED)))


def test_the_unspoiled_rules_are_right() -> None:
    assert problems(RULED) == []
    rule = agreement(RULED).at("rules_of_disengagement.talk")
    assert getattr(rule, "when_missed", None) == Missed(("volume",))


def test_they_read_as_sentences() -> None:
    found = sentences(RULED)
    assert found["rules_of_disengagement.talk"] == (
        "They talk; Ann sees to it within 2 working days; it follows by itself when a side misses "
        "MQLs in a month."
    )
    assert found["rules_of_disengagement.end"] == (
        "It ends; it follows by itself when both sides miss MQLs or Prompt in 3 quarters in a row "
        "and the agreement is then to end."
    )
    assert found["rules_of_disengagement.words"] == "Be kind."
    assert found["rules_of_disengagement.shared"] == (
        "We stop and think; it follows by itself when both sides miss New revenue in a year."
    )
    assert found["rules_of_disengagement.either"].endswith(
        "it follows by itself when we together miss New revenue in a year."
    )


def test_the_example_of_the_how_to_is_right() -> None:
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "settle-a-dispute.md").read_text()
    example = re.findall(r"```yaml\n(rules_of_disengagement:.*?)```", page, re.DOTALL)[-1]
    assert problems(RULED.partition("rules_of_disengagement:")[0] + example) == []


def test_metrics_and_measured_goals_read_as_sentences() -> None:
    found = sentences(
        RULED.replace(
            "goals:\n  revenue:",
            "metrics: {win_rate: all, conversion_days: 30, sales_cost: 5000}\n"
            "goals:\n"
            "  kept: {name: Kept, meaning: Who stays., target: 90 %, unit: x, each: quarter,"
            " measured_by: retention}\n"
            "  cost: {name: Cost, meaning: What one costs., target: 800, unit: EUR,"
            " measured_by: acquisition cost}\n"
            "  revenue:",
        )
    )
    assert found["metrics"] == (
        'A lead is handed over when the time of "First touch" begins; the win rate is the share of '
        "all opportunities that were opened in the period that was won; a lead goes on where it "
        "enters the later stage within 30 days; who bought is a customer for 365 days; a month "
        "costs sales 5,000 EUR, beside the campaigns."
    )
    assert found["goals.kept"] == (
        "Together we want 90 % (Kept): who stays. It is measured each quarter, by the retention."
    )
    assert found["goals.cost"].startswith("Together we want no more than 800 EUR (Cost)")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("target: 100, unit: EUR", "target: 0, unit: EUR"), "a number that is measured is more"),
        (("measured_by: revenue", "measured_by: win rate"), "a share is more than 0, and at most"),
        (("unit: people", "unit: people, each: month"), "nothing is measured in a period"),
        (
            ("goals:\n", "metrics: {hand_over: volume}\ngoals:\n"),
            "there is no event promise `volume`",
        ),
    ],
)
def test_a_slip_in_a_goal_is_said(change: tuple[str, str], problem: str) -> None:
    assert any(problem in each for each in problems(changed(*change, text=RULED)))
