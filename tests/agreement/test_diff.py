"""Differences in meaning: said in words, and enough to make the one text of the other."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interlock.agreement.canonical import plain, seal_of
from interlock.agreement.diff import Kind, changed_paths, differences
from interlock.agreement.editing import changed_text, with_parts
from interlock.agreement.parts import is_order, parts
from tests.agreement.small import SMALL, agreement, changed
from tests.agreement.test_editing import DEMO, text_of

MORE = """\
name: More
version: "2"
in_force_from: 2026-04-01
currency: NOK
glossary:
  lead: {meaning: A person., not: A buyer.}   # the first word
  bant: {meaning: Budget and need.}
tiers:
  a: {name: A, meaning: Large ones., when: account.employees >= 1000}
  b: {name: B, meaning: The others.}
fit:
  cap: 90
  points:
    size: {when: account.employees >= 50, points: 20}
    market: {when: 'account.segment in ["north", "south"]', points: -5}
engagement: {half_life_days: 21, points: {demo_request: 45, webinar: 9}}
stages:
  sal: {name: SAL, meaning: Taken., owner: sales, enter: decision.kind == "accept"}
  mql:
    name: MQL
    meaning: >-
      Worth
      a call.
    owner: sales
    enter: fit >= 50.0 && engagement >= 40.0
promises:
  volume: {name: MQLs, says: Bring them., owed_by: marketing, owed_to: sales, each: week,
    enters: mql, target: 25}
roles: {head of sales: Bob, SDR: Follows up}
raci:
  calls: {activity: Call, responsible: [SDR], accountable: head of sales}
rules_of_engagement:
  one-voice: {says: One of us speaks.}
"""
TEXTS = [SMALL, MORE]


def said(before: str, after: str) -> list[str]:
    return [each.sentence for each in differences(agreement(before), agreement(after))]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "fit >= 50 && engagement >= 40 ||",
            "fit >= 50 && engagement >= 60 ||",
            "Marketing qualified lead: engagement from 40 to 60",
        ),
        (
            "within: 4 working hours",
            "within: 2 working hours",
            "First touch: time allowed from 4 working hours to 2 working hours",
        ),
        ("target: 75", "target: 90", "Accepted leads: target from 75 to 90"),
        (
            "partner: {when: 'person.source == \"partner\"', within: 1 working hour}",
            "partner: {when: 'person.source == \"partner\"', within: 2 working hours}",
            "First touch: variants partner time allowed from 1 working hour to 2 working hours",
        ),
        (
            'account.segment in ["nordics", "dach", "uk-ireland"]',
            'account.segment in ["nordics", "dach", "france"]',
            'Fit, market: account\'s segment with "france", without "uk-ireland"',
        ),
        (
            'void_when: decision.kind == "disqualify"\n    variants',
            'void_when: decision.kind == "disqualify" || known(person.persona)\n    variants',
            "First touch: void when: also when the person's persona is known",
        ),
        ("half_life_days: 21", "half_life_days: 14", "Engagement, half life days: from 21 to 14"),
        (
            "review_by: 2026-12-15",
            "review_by: 2027-01-15",
            "Review by: from 15 December 2026 to 15 January 2027",
        ),
        (
            "name: Halden Sensors, marketing and sales",
            "name: 2026-02-31",
            "Name: from Halden Sensors, marketing and sales to 2026-02-31",
        ),
        (
            "accountable: [head of sales]\n    consulted: [head of marketing",
            "accountable: [head of marketing]\n    consulted: [head of marketing",
            "Review this agreement: accountable with head of marketing, without head of sales",
        ),
        (
            "signs: [Henrik Dahl]",
            "signs: [Henrik Dahl, Ingrid Solberg]",
            "Sales: signs with Ingrid Solberg",
        ),
    ],
)
def test_a_change_is_said_in_meaning(old: str, new: str, sentence: str) -> None:
    assert said(DEMO, changed(old, new, DEMO)) == [sentence]


def test_what_holds_unless_told_otherwise_is_said_where_it_is_told() -> None:
    kept = SMALL + "attribution: {model: markov, self_transitions: true}\n"
    otherwise = changed("transitions: true", "transitions: false", kept)
    assert said(kept, otherwise) == ["Attribution, self transitions: from true to false"]


def test_a_clause_that_came_or_went() -> None:
    more = SMALL + "glossary:\n  bant: {meaning: Budget and need.}\n"
    [added] = [
        each for each in differences(agreement(SMALL), agreement(more)) if not is_order(each.path)
    ]
    assert (added.path, added.kind) == ("glossary.bant", Kind.ADDED)
    [gone] = [
        each for each in differences(agreement(more), agreement(SMALL)) if not is_order(each.path)
    ]
    assert gone.kind is Kind.REMOVED


def test_another_way_of_writing_is_no_difference() -> None:
    quoted = changed("name: Small", 'name: "Small"   # ours')
    assert said(SMALL, quoted) == []


def test_clauses_in_another_order() -> None:
    lines = SMALL.splitlines(keepends=True)
    mql = next(place for place, line in enumerate(lines) if line.startswith("  mql:"))
    lines[mql : mql + 2] = [
        lines[mql + 1].replace("}", ", comes_from: mql}"),
        lines[mql].replace("}", ", comes_from: start}"),
    ]
    moved = differences(agreement(SMALL), agreement("".join(lines)))[-1]
    assert (moved.path, moved.kind) == ("stages#order", Kind.MOVED)
    assert moved.says == ("the order is now sal, mql and nurture",)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A text with some parts of another one, some taken out, and clauses shuffled."""
    text, other = draw(st.sampled_from(TEXTS)), draw(st.sampled_from(TEXTS))
    dice = random.Random(draw(st.integers(0, 2**32)))  # noqa: S311 - a test's dice
    paths = changed_paths(text, other)
    text = with_parts(text, other, dice.sample(paths, dice.randint(0, min(8, len(paths)))))
    there = sorted(parts(plain(text)))
    for path in dice.sample(there, min(3, len(there))):
        if path in parts(plain(text)) and is_order(path):
            shuffled = _shuffled(text, path, dice)
            text = with_parts(text, shuffled, [path])
        elif dice.random() < 1 / 2:
            text = with_parts(text, "name: nothing else\n", [path])
    return text


def _shuffled(text: str, path: str, dice: random.Random) -> str:
    """A text whose section has the same names in another order."""
    names = list(parts(plain(text))[path])
    dice.shuffle(names)
    *above, section = path.partition("#")[0].split(".")
    inner = ", ".join(f"{name}: {{name: x}}" for name in names)
    return f"{above[0]}: {{{section}: {{{inner}}}}}\n" if above else f"{section}: {{{inner}}}\n"


@settings(max_examples=25)
@given(texts(), texts())
def test_the_differences_make_the_one_text_of_the_other(one: str, other: str) -> None:
    paths = changed_paths(one, other)
    made = with_parts(one, other, paths)
    assert seal_of(made) == seal_of(other)
    assert changed_paths(made, other) == ()


@settings(max_examples=25)
@given(texts(), texts())
def test_nothing_but_the_chosen_part_changes(one: str, other: str) -> None:
    for path in changed_paths(one, other)[:3]:
        if not is_order(path):
            made = changed_paths(one, with_parts(one, other, [path]))
            assert {each.partition("#")[0] for each in made} <= {path, path.rpartition(".")[0]}


def test_a_long_text_is_shown_as_reworded() -> None:
    text = text_of(changed_text(DEMO, [("stages.lead.meaning", "Somebody whose address we have.")]))
    assert said(DEMO, text) == ["Lead: meaning reworded: Somebody whose address we have."]
