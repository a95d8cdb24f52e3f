"""Words that the agreement defines, with their meaning in place on pages."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from interlock.operations.actor import COMMAND_LINE
from interlock.operations.adopt import adopt
from interlock.operations.rebuild import rebuild
from interlock.store.models import AskedWord, DraftText
from tests.operations.company import AS_OF, agreement_text, fill
from tests.operations.table import MO, SAM, sit_down
from tests.web.test_pages import HOSTILE, words
from tests.web.test_proposals import as_, text

GLOSSARY = {
    "mql": {"meaning": f"Fit, and alive. {HOSTILE}", "not": "A lead with a high score."},
    "demo": {"meaning": "A talk with the product in it."},
}


class _Nesting(HTMLParser):
    """Which elements each marked word stands in."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.around: list[tuple[str, ...]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if ("class", "term") in attrs:
            self.around.append(tuple(self.open))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while tag in self.open and self.open.pop() != tag:
            pass


@pytest.mark.parametrize(
    "address",
    ["/agreement", "/agreement/promises.first-touch", "/agreement/mine", "/people/p1"],
)
def test_a_term_opens_its_meaning_which_stands_once_at_the_end(
    as_reader: Client, address: str
) -> None:
    sit_down_with_terms()
    body = as_reader.get(address).content.decode()
    asked = set(re.findall(r'class="term" popovertarget="([^"]+)"', body))
    there = re.findall(r'<div popover id="([^"]+)"', body)
    assert asked
    assert sorted(asked) == sorted(there)
    assert HOSTILE not in body
    nesting = _Nesting()
    nesting.feed(body)
    assert not [each for each in nesting.around if {"a", "button", "label"} & set(each)]


def sit_down_with_terms() -> None:
    fill()
    assert not adopt(agreement_text(glossary=GLOSSARY), by=COMMAND_LINE).problems
    rebuild(by=COMMAND_LINE, as_of=AS_OF)


def test_the_text_reads_as_before_and_the_meaning_says_what_it_is_not(as_reader: Client) -> None:
    sit_down_with_terms()
    said = "Sales reaches out to every MQL within four working hours."
    assert said in words(as_reader, "/agreement/promises.first-touch")
    body = as_reader.get("/agreement/promises.first-touch").content.decode()
    assert "Not: A lead with a high score." in body
    assert 'href="/agreement/glossary.mql"' in body
    assert "A talk with the product" not in body.partition("<aside")[2]  # it is not used here


@pytest.mark.django_db
def test_a_part_of_a_page_is_plain_as_the_meanings_do_not_come_with_it(as_reader: Client) -> None:
    sit_down_with_terms()
    part = as_reader.get("/agreement/mine", headers={"hx-request": "true"}).content.decode()
    assert 'class="term"' not in part
    boosted = {"hx-request": "true", "hx-boosted": "true"}
    assert 'class="term"' in as_reader.get("/agreement/mine", headers=boosted).content.decode()


def test_terms_take_one_query_however_many_there_are(as_reader: Client) -> None:
    def queries() -> int:
        as_reader.get("/agreement")
        with CaptureQueriesContext(connection) as made:
            as_reader.get("/agreement")
        return len(made)

    sit_down_with_terms()
    few = queries()
    more = {f"word{n}": {"meaning": "Something."} for n in range(30)}
    text = agreement_text(glossary=GLOSSARY | more, version="2", in_force_from="2026-01-02")
    assert not adopt(text, by=COMMAND_LINE).problems
    assert queries() == few


@pytest.mark.django_db
def test_a_word_is_asked_answered_and_drafted_on_one_page() -> None:
    sit_down()
    sam, mo = as_(SAM), as_(MO)
    page = text(sam.get("/agreement/words"))
    assert "Nobody has asked about a word yet." in page
    assert "Defined by the agreement" in page
    asked = {"word": f"ICP{HOSTILE}", "heard": "a call"}
    answer = sam.post("/agreement/words", asked, follow=True)
    assert "1 word waits for an answer." in text(answer)
    assert HOSTILE not in answer.content.decode()
    again = sam.post("/agreement/words", asked)
    assert "was asked about already" in text(again)
    number = AskedWord.objects.get().pk
    said = mo.post(f"/agreement/words/{number}/answer", {"words": "Whom we want."}, follow=True)
    assert "Every word that was asked about has an answer." in text(said)
    drafted = mo.post(f"/agreement/words/{number}/draft", follow=True)
    assert "A draft is open whose glossary has the word." in text(drafted)
    assert "Whom we want." in DraftText.objects.latest("revision").text
    gone = mo.post("/agreement/words/99/draft", follow=True)
    assert "No draft was opened: nobody has said yet what it means." in text(gone)
