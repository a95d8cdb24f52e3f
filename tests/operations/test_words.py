"""Words that one side does not know: asked, answered by the other, made a clause."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from interlock.agreement.loading import load
from interlock.operations.actor import Actor, NotAllowedError
from interlock.operations.answer_word import answer_word
from interlock.operations.ask_word import ask_word
from interlock.operations.draft_from_word import draft_from_word
from interlock.operations.read_words import WordsPage, read_words
from interlock.store.models import AskedWord, Draft, DraftText, Event, Notice
from tests.operations.table import ADA, BO, KIM, MO, SAM, TODAY, sit_down

pytestmark = pytest.mark.django_db
VIEWER = Actor("vi@example.com", "marketing", "viewer")


def asked(word: str = "ICP", by: Actor = SAM) -> int:
    answer = ask_word(word, by=by, heard="in the weekly meeting", now=TODAY)
    assert not answer.refused, answer.refused
    return AskedWord.objects.latest("pk").pk


def page(by: Actor = MO) -> WordsPage:
    return read_words(by=by, now=TODAY)


def test_the_other_side_is_asked_and_its_leads_are_told() -> None:
    sit_down()
    number = asked(" “ICP”? ")
    assert [each.word for each in page().open] == ["ICP"]
    [told] = Notice.objects.filter(text="Sam asks what ICP means")
    assert (told.whom, told.link) == (ADA.name, "/agreement/words")
    trail = Event.objects.latest("pk")
    assert (trail.verb, trail.about, trail.why) == ("ask word", f"word {number}", "ICP")


def test_a_viewer_may_ask_and_who_is_of_neither_side_asks_both() -> None:
    sit_down()
    asked("ICP", by=VIEWER)
    assert ask_word("SQO", by=KIM, now=TODAY).said == "Asked both sides what SQO means."
    told = Notice.objects.filter(text__contains="SQO").values_list("whom", flat=True)
    assert set(told) == {ADA.name, BO.name}


@pytest.mark.parametrize(
    ("word", "refused"),
    [
        ("", "Write the word that you do not know."),
        ("?!", "Write the word that you do not know."),
        ("mql", "The agreement defines MQL: Likelier than others to buy."),
        ("icp", "ICP was asked about already. Nobody answered yet."),
    ],
)
def test_what_is_no_word_or_known_is_not_asked(word: str, refused: str) -> None:
    sit_down()
    asked()
    assert ask_word(word, by=MO, now=TODAY).refused == refused
    assert AskedWord.objects.count() == 1


def test_a_member_of_the_side_that_was_asked_or_a_keeper_answers_once() -> None:
    sit_down()
    number = asked()
    with pytest.raises(NotAllowedError):
        answer_word(number, "It means this.", by=VIEWER, now=TODAY)
    refusals = [answer_word(number, "x", by=who, now=TODAY).refused for who in (SAM, BO)]
    assert refusals == [
        "You asked it yourself: somebody else answers.",
        "It is for marketing to answer.",
    ]
    assert "however short" in answer_word(number, " ", by=MO, now=TODAY).refused
    assert answer_word(99, "x", by=MO, now=TODAY).refused == "Nobody asks that."
    assert answer_word(number, "Whom we want.", by=MO, now=TODAY).said
    assert answer_word(number, "x", by=KIM, now=TODAY).refused == (
        "ICP was answered already: Whom we want."
    )
    assert ask_word("ICP", by=BO, now=TODAY).refused == (
        "ICP was asked about already. It means: Whom we want."
    )
    [told] = Notice.objects.filter(whom=SAM.name)
    assert told.text == "Mo says what ICP means: Whom we want."
    other = asked("SQO")
    assert answer_word(other, "x", by=KIM, now=TODAY).said


def test_the_page_says_who_may_answer() -> None:
    sit_down()
    asked()
    [line] = page(MO).open
    assert (line.by, line.owed_by, line.refused) == ("Sam", "marketing", "")
    assert page(BO).open[0].refused == "It is for marketing to answer."
    assert page(VIEWER).open[0].refused == "Your sign-in is for reading."


@pytest.mark.parametrize("word", ["ICP", "e.g. this: that", "…no.1…", "Übung"])
def test_an_answer_becomes_a_clause_of_a_draft(word: str) -> None:
    sit_down()
    number = asked(word)
    assert draft_from_word(number, by=SAM, now=TODAY).draft is None
    assert not answer_word(number, "Whom: we\nwant #1", by=MO, now=TODAY).refused
    with pytest.raises(NotAllowedError):
        draft_from_word(number, by=VIEWER, now=TODAY)
    opened = draft_from_word(number, by=SAM, now=TODAY)
    assert opened.draft is not None, opened.problems
    text = DraftText.objects.filter(draft=opened.draft).latest("revision").text
    loaded = load(text)
    assert loaded.agreement is not None, loaded.problems
    [term] = loaded.agreement.glossary
    assert term.meaning == "Whom: we want #1"
    assert Draft.objects.count() == 1


def test_more_words_take_no_more_queries() -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as made:
            page()
        return len(made)

    sit_down()
    asked()
    queries()  # what a process reads once is read now
    before = queries()
    for n in range(9):
        asked(f"word {n}")
    assert queries() == before
