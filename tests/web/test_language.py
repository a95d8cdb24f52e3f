"""The pages of the language test."""

from __future__ import annotations

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from interlock.operations.close_round import close_round
from interlock.operations.say_meaning import say_meaning
from interlock.store.models import DraftText, LanguageLead, LanguageRound, Meaning, Placing
from tests.operations.desk import BO, LEA, NOW, opened
from tests.operations.language import answer, as_agreed, opened_round, people
from tests.web.test_desks import signed_in
from tests.web.test_pages import words

pytestmark = pytest.mark.django_db
ROOM = "/agreement/language"


@pytest.fixture(autouse=True)
def at_ten() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def a_round(**changes: object) -> int:
    opened()
    number = opened_round(**changes).number
    assert number is not None
    return number


def queries(client: Client, address: str) -> int:
    client.get(address)  # what a process reads once is read
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(address).status_code == 200, address
    return len(found)


def over(number: int) -> None:
    """Both sides answer, and part over MQLs; then the round is closed."""
    answer(number, people(5, "marketing"), as_agreed)
    answer(
        number,
        people(5, "sales"),
        lambda lead: ("lead" if lead.stage == "mql" else lead.stage, False),
    )
    for who in (*people(5, "marketing"), *people(5, "sales")):
        say_meaning(number, 1, f"<b>As {who.side} has it.</b>", by=who, now=NOW)
    close_round(number, by=LEA, now=NOW)


def test_without_a_round_the_page_says_what_will_be_here() -> None:
    bo = signed_in("bo", "sales", "member")
    page = words(bo, ROOM)
    assert "No round yet" in page
    assert "The lead of a team opens one" in page
    assert "Open the round" not in page
    assert "There is no agreement in force" in words(signed_in("lea", "sales", "lead"), ROOM)


def test_a_lead_opens_a_round_and_closes_it() -> None:
    opened()
    lea = signed_in("lea", "sales", "lead")
    form = {
        "leads": "8",
        "closes": "2026-03-30",
        "stages": ["lead", "mql", "sal"],
        "terms": "MQL\n\n Fit ",
    }
    answered = lea.post(ROOM, form, follow=True)
    assert "The round is open." in answered.content.decode()
    row = LanguageRound.objects.get()
    assert [each.term for each in row.terms.all()] == ["MQL", "Fit"]
    assert row.closes_at > NOW
    page = words(lea, f"{ROOM}/{row.pk}")
    assert "8 leads and 2 terms wait for you" in page
    assert "Opened by Lea Moe, open until" in page
    closed = lea.post(f"{ROOM}/{row.pk}/close", follow=True)
    assert "Too few people answered" in closed.content.decode()
    assert lea.post(f"{ROOM}/{row.pk}/close").status_code == 404


def test_what_is_wrong_with_a_round_is_said_at_its_form() -> None:
    opened()
    lea = signed_in("lea", "sales", "lead")
    answered = lea.post(
        ROOM, {"leads": "8", "closes": "2025-01-01", "stages": ["mql"], "terms": ""}
    ).content.decode()
    assert "A round closes later than now" in answered
    odd = lea.post(ROOM, {"leads": "1", "closes": "soon", "stages": ["odd"]}).content.decode()
    assert "Ensure this value is greater than or equal to 5" in odd
    assert not LanguageRound.objects.exists()


def test_a_member_answers_terms_first_and_then_one_lead_at_a_time() -> None:
    number = a_round()
    bo = signed_in("bo", "sales", "member")
    at = f"{ROOM}/{number}"
    assert f'href="{at}/terms/1"' in bo.get(at).content.decode()
    assert "Likelier than others" not in words(bo, f"{at}/terms/1")
    said = bo.post(f"{at}/terms/1", {"words": "They asked for a demo."}, follow=True)
    body = said.content.decode()
    assert "Likelier than others to buy." in body
    assert f'href="{at}/terms/2"' in body
    assert "one sentence" in bo.post(f"{at}/terms/2", {"words": ""}).content.decode()
    bo.post(f"{at}/terms/2", {"words": "Somebody large."})
    assert f'href="{at}/leads/1"' in bo.get(at).content.decode()
    assert "Say both" in bo.post(f"{at}/leads/1", {"stage": "mql"}).content.decode()
    went = bo.post(f"{at}/leads/1", {"stage": "mql", "fits": "yes"})
    assert went["Location"] == f"{at}/leads/2"
    for place in range(2, 9):
        went = bo.post(f"{at}/leads/{place}", {"stage": "none", "fits": "no"})
    assert went["Location"] == at
    assert "You have answered all of it" in words(bo, at)
    assert Placing.objects.filter(by="bo@example.com").count() == 8
    assert Placing.objects.get(lead__place=1).stage == "mql"
    assert Meaning.objects.count() == 2


def test_what_somebody_else_answered_is_on_no_page() -> None:
    number = a_round()
    say_meaning(number, 1, "Bo's secret", by=BO, now=NOW)
    mo = signed_in("mo", "marketing", "member")
    for address in ("", f"/{number}", f"/{number}/terms/1", f"/{number}/leads/1"):
        assert "secret" not in words(mo, f"{ROOM}{address}"), address


def test_who_is_of_neither_side_reads_and_is_not_asked() -> None:
    number = a_round()
    kim = signed_in("kim", "operations", "operations")
    page = words(kim, f"{ROOM}/{number}")
    assert "The language test asks sales and marketing." in page
    lead = kim.get(f"{ROOM}/{number}/leads/1").content.decode()
    assert 'name="stage"' not in lead


def test_who_only_reads_is_not_asked() -> None:
    number = a_round()
    vic = signed_in("vic", "sales", "viewer")
    page = vic.get(f"{ROOM}/{number}").content.decode()
    assert "Your sign-in is for reading; members answer." in page
    assert f"{ROOM}/{number}/leads/" not in page
    assert f"{ROOM}/{number}/terms/" not in page


def test_the_result_says_where_they_part() -> None:
    number = a_round()
    over(number)
    mo = signed_in("mo", "marketing", "member")
    page = words(mo, f"{ROOM}/{number}")
    assert "Sales and marketing agree on a stage in" in page
    assert "passes the engagement score is 50 or more" in page
    assert "the agreement had it at MQL" in page
    assert "and you at" not in page
    assert "MQL 100 %" in page.replace("\N{NO-BREAK SPACE}", " ")
    body = mo.get(f"{ROOM}/{number}").content.decode()
    assert "&lt;b&gt;As sales has it.&lt;/b&gt;" in body
    assert "bo@example.com" not in body
    assert not any(f"sales{n}@example.com" in body for n in range(5))


def test_one_finds_ones_own_answer_in_the_result() -> None:
    number = a_round()
    bo = signed_in("bo", "sales", "member")
    for place in range(1, 9):
        bo.post(f"{ROOM}/{number}/leads/{place}", {"stage": "sal", "fits": "no"})
    over(number)
    assert "the agreement had it at MQL, and you at SAL" in words(bo, f"{ROOM}/{number}")


def test_what_the_round_proposes_becomes_a_draft() -> None:
    number = a_round()
    answer(number, people(5, "sales") + people(5, "marketing"), nobody_below_sixty)
    close_round(number, by=LEA, now=NOW)
    lea = signed_in("lea", "sales", "lead")
    page = words(lea, f"{ROOM}/{number}")
    assert "becomes “the engagement score is 55 or more”" in page
    assert (
        "stages.mql.enter: fit &gt;= 0 &amp;&amp; engagement &gt;= 55"
        in lea.get(f"{ROOM}/{number}").content.decode()
    )
    went = lea.post(f"{ROOM}/{number}/draft")
    text = DraftText.objects.order_by("-revision")[0]
    assert went["Location"] == f"/agreement/drafts/{text.draft_id}"
    assert "engagement >= 55" in text.text
    assert text.revision == 2
    bo = signed_in("bo", "sales", "viewer")
    assert "Put it into a draft" not in words(bo, f"{ROOM}/{number}")


def nobody_below_sixty(lead: LanguageLead) -> tuple[str, bool]:
    """An MQL is who has more than one demonstration's worth of engagement: nobody here."""
    return ("lead" if lead.stage == "mql" else lead.stage), True


def test_a_round_that_proposes_nothing_makes_no_draft() -> None:
    number = a_round()
    answer(number, people(5, "sales") + people(5, "marketing"), as_agreed)
    close_round(number, by=LEA, now=NOW)
    lea = signed_in("lea", "sales", "lead")
    assert "No other number in a condition" in words(lea, f"{ROOM}/{number}")
    refused = lea.post(f"{ROOM}/{number}/draft", follow=True).content.decode()
    assert "No draft was opened: this round proposes nothing" in refused
    assert not DraftText.objects.exists()


def test_what_is_not_there_is_404() -> None:
    number = a_round()
    bo = signed_in("bo", "sales", "member")
    for address in ("/99", "/99/leads/1", f"/{number}/leads/99", f"/{number}/terms/99"):
        assert bo.get(f"{ROOM}{address}").status_code == 404, address


def test_pages_ask_the_store_as_often_whatever_there_is() -> None:
    number = a_round(leads=5)
    bo = signed_in("bo", "sales", "member")
    addresses = ("", f"/{number}", f"/{number}/leads/1", f"/{number}/terms/1")
    few = [queries(bo, f"{ROOM}{each}") for each in addresses]
    more = opened_round(leads=9).number
    assert more is not None
    answer(more, people(3, "sales"), as_agreed)
    many = [queries(bo, f"{ROOM}{each.replace(str(number), str(more))}") for each in addresses]
    assert many == few
    assert max(many) <= 18, many
    over(number)
    over(more)
    small, large = (queries(bo, f"{ROOM}/{each}") for each in (number, more))
    assert small == large
    assert large <= 16, large
    assert LanguageLead.objects.filter(round=more).count() == 9
