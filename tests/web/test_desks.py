"""The pages of marketing's desk and of a team's."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client

from interlock.operations.actor import COMMAND_LINE
from interlock.operations.ask import ask
from interlock.operations.decide import decide
from interlock.operations.rebuild import rebuild
from interlock.store.models import Challenge, Lead, Question, User
from tests.operations.company import put
from tests.operations.desk import BO, CY, NOW, opened
from tests.web.test_pages import words

pytestmark = pytest.mark.django_db


def signed_in(member: str, side: str, role: str) -> Client:
    email = f"{member}@example.com"
    user = User.objects.create_user(email, side=side, role=role, member=member)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture(autouse=True)
def at_ten() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def test_marketing_answers_where_it_reads() -> None:
    opened()
    ask("p8", "told", by=CY, now=NOW)
    decide("vp", "reject", by=BO, reason="no-fit", now=NOW)
    mo = signed_in("mo", "marketing", "member")
    page = words(mo, "/desk/marketing")
    assert "2 questions of sales wait for an answer" in page
    assert "What exactly did we tell them?" in page
    assert "turned away by Bo Berg as “Not our customer”" in page
    asked, contested = Question.objects.get().pk, Challenge.objects.get().pk
    mo.post(f"/desk/marketing/question/{asked}", {"words": "<b>On Friday</b>"})
    answer = mo.post(f"/desk/marketing/challenge/{contested}", {"upheld": "no"}, follow=True)
    assert "Answered: it stands." in answer.content.decode()
    assert "Nobody waits." in words(mo, "/desk/marketing")
    assert "<b>On Friday" not in mo.get("/people/p8").content.decode()


def test_an_answer_without_words_changes_nothing_and_says_so() -> None:
    opened()
    ask("p8", "told", by=CY, now=NOW)
    number = Question.objects.get().pk
    mo = signed_in("mo", "marketing", "member")
    answer = mo.post(f"/desk/marketing/question/{number}", {"words": " "}, follow=True)
    assert "Not answered. Say something" in answer.content.decode()
    odd = mo.post("/desk/marketing/challenge/7", {"upheld": "maybe"}, follow=True)
    assert "Say whether the lead was good." in odd.content.decode()
    assert Question.objects.get().answered_at is None


def test_a_lead_of_a_team_hands_over_what_is_chosen() -> None:
    opened()
    lea = signed_in("lea", "sales", "lead")
    page = words(lea, "/desk/team")
    assert "At risk, first due first" in page
    assert "Vera Pihl" in page
    answer = lea.post("/desk/team", {"person": ["vp", "p8"], "to": "lea"}, follow=True)
    body = answer.content.decode()
    assert "1 lead is with Lea Moe now." in body
    assert "is with Cy Dahl, of another team" in body
    assert Lead.objects.get(person="vp").owner == "lea"


@pytest.mark.parametrize(
    ("side", "role", "led"),
    [
        ("sales", "lead", True),
        ("sales", "member", False),
        ("marketing", "lead", False),
        ("product", "lead", False),
        ("marketing", "operations", True),
    ],
)
def test_who_leads_nobody_of_sales_is_offered_no_team(side: str, role: str, led: bool) -> None:  # noqa: FBT001 - a parameter
    opened()
    text = signed_in("somebody", side, role).get("/desk/marketing").content.decode()
    assert ('href="/desk/team"' in text) == led
    assert (", to the team\N{RIGHT SINGLE QUOTATION MARK}s" in text) == led


def test_an_empty_company_says_what_will_be_here() -> None:
    lea = signed_in("lea", "sales", "lead")
    for address in ("/desk/marketing", "/desk/team"):
        assert lea.get(address).status_code == 200, address


def test_whoever_may_read_a_live_page_may_ask_whether_it_changed() -> None:
    opened()
    viewer = signed_in("mo", "marketing", "viewer")
    before = viewer.get("/pulse").json()
    assert f'data-mark="{before["mark"]}"' in viewer.get("/desk/marketing").content.decode()
    ask("p8", "told", by=CY, now=NOW)
    after = viewer.get("/pulse").json()
    assert (before["at"], after["at"]) == ("10:00", "10:00")
    assert before["mark"] != after["mark"]
    assert f'data-mark="{after["mark"]}"' in viewer.get("/desk/marketing").content.decode()


def test_a_pinned_page_tells_no_time_of_day() -> None:
    opened()
    rebuild(by=COMMAND_LINE, as_of=NOW)
    lea = signed_in("lea", "sales", "lead")
    assert not lea.get("/pulse").json()["at"]
    assert "As of 23 Mar 2026, 10:00. " in words(lea, "/desk/team")


def test_campaigns_of_which_sales_was_not_told_stand_on_marketings_desk() -> None:
    opened()
    put("campaign", "fair", None, name="<b>Fair", starts_at=NOW + 20 * 86_400)
    mo = signed_in("mo", "marketing", "member")
    page = mo.get("/desk/marketing").content.decode()
    assert "Planned, and sales was not told yet" in page
    assert "&lt;b&gt;Fair" in page
    assert "/agreement/campaigns?campaign=fair#announce" in page
    lin = signed_in("lin", "sales", "member")
    assert "#announce" not in lin.get("/desk/marketing").content.decode()
