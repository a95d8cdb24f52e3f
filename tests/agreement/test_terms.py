"""The words that an agreement defines, found in texts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from interlock.agreement.loading import load
from interlock.agreement.terms import Defined, defined, pieces
from tests.agreement.small import SMALL

LEAD = Defined("lead", "A person whom we can write to.", "glossary.lead")
GROUP = Defined("buying group", "Who decides together.", "glossary.buying-group")
GOOD = Defined("Good lead", "One that fits.", "stages.good")
ALL = (LEAD, GROUP, GOOD)


def marked(text: str) -> list[tuple[str, str]]:
    return [(each.text, each.term.word) for each in pieces(text, ALL) if each.term]


def test_a_term_is_a_whole_word_in_letters_of_either_case_and_its_plural() -> None:
    assert marked("Leads come in.") == [("Leads", "lead")]
    assert marked("It leads, misleading; a lead-time.") == [("leads", "lead")]
    assert not marked("misleading, a lead-time, leadership, 3lead")


def test_it_is_marked_where_it_first_stands_and_of_two_it_is_the_longer_one() -> None:
    assert marked("A good lead is a lead; a lead is not.") == [
        ("good lead", "Good lead"),
        ("lead", "lead"),
    ]


def test_blanks_may_be_written_as_hyphens() -> None:
    assert marked("Their buying-group, a Buying group") == [("buying-group", "buying group")]


@given(st.text(alphabet="lead gobuyinrp-<&s\n", max_size=60))
def test_the_pieces_together_are_the_text(text: str) -> None:
    assert "".join(each.text for each in pieces(text, ALL)) == text


def test_the_glossary_defines_before_the_name_of_a_stage_does() -> None:
    glossary = "glossary: {lead: {meaning: A name and an address., not: A buyer.}}\n"
    agreement = load(SMALL + glossary).agreement
    assert agreement is not None
    found = defined(agreement)
    assert found["lead"] == Defined("lead", "A name and an address.", "glossary.lead", "A buyer.")
    assert {each.clause for each in found.values()} >= {"glossary.lead"}
