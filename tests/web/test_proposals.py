"""The pages of proposing, discussing, approving and signing."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client

from interlock.operations.actor import Actor
from interlock.store.models import AgreementVersion, Proposal, Remark, User
from tests.operations.company import agreement_text
from tests.operations.table import (
    ADA,
    BO,
    GOVERNED,
    MO,
    PHRASE,
    SAM,
    draft,
    next_text,
    proposal,
    sit_down,
)


@pytest.fixture
def table(today: time_machine.Traveller) -> time_machine.Traveller:
    """Everybody at the table, on the day of `TODAY`."""
    sit_down(agreement_text(**GOVERNED))
    return today


def as_(who: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=who.name))
    return client


def text(answer: Any) -> str:
    """What an answer says, without its markup."""
    said = " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())
    return re.sub(r" (?=[,.;:])", "", said)


def show_again(client: Client, number: int) -> Any:
    """Shows who one is by the password, from the signing page and back to it."""
    page = client.get(f"/agreement/proposals/{number}/sign").content.decode()
    [address] = re.findall(r'href="(/settings/account/again[^"]*)"', page)
    answer = client.post(address, {"password": PHRASE})
    assert answer["Location"] == f"/agreement/proposals/{number}/sign"
    return answer


@pytest.mark.usefixtures("table")
def test_without_a_proposal_the_page_says_what_will_be_here() -> None:
    assert "Nothing is proposed just now." in text(as_(SAM).get("/agreement/proposals"))
    assert "Put in force without signatures by command line" in text(as_(SAM).get("/agreement"))
    for address in ("/agreement/proposals/9", "/agreement/proposals/9/sign"):
        assert as_(SAM).get(address).status_code == 404
    assert as_(SAM).get("/agreement/proposals/of/9").status_code == 404


@pytest.mark.usefixtures("table")
def test_from_a_draft_to_an_agreement_in_force() -> None:
    mo, ada, bo = as_(MO), as_(ADA), as_(BO)
    made = draft(next_text(**GOVERNED))
    address = f"/agreement/proposals/of/{made.pk}"
    assert "3 parts differ from version 1" in text(mo.get(address))
    answer = mo.post(address, {"revision": "1", "why": "Demos cool slower."})
    number = Proposal.objects.get().pk
    assert answer["Location"] == f"/agreement/proposals/{number}"
    page = text(bo.get(f"/agreement/proposals/{number}"))
    assert "the approval of Ada, the signature of marketing and the signature of sales" in page
    assert "From 10 to 12" in page
    assert "Demos cool slower." in page
    bo.post(
        f"/agreement/discussion/{made.pk}",
        {"clause": "engagement.half_life_days", "words": "Why 12?", "next": "/agreement/proposals"},
    )
    bo.post(f"/agreement/remarks/{Remark.objects.get().pk}/settle", {"next": "https://evil.org"})
    assert "1 remark" in text(ada.get(f"/agreement/proposals/{number}"))
    assert "settled by Bo" in text(ada.get(f"/agreement/proposals/{number}"))
    ada.post(f"/agreement/proposals/{number}/word", {"agrees": "no", "why": ""})
    assert "Say what you object to" in text(ada.get(f"/agreement/proposals/{number}"))
    ada.post(f"/agreement/proposals/{number}/word", {"agrees": "yes"})
    for client in (ada, bo):
        show_again(client, number)
        answer = client.post(
            f"/agreement/proposals/{number}/sign", {"seal": Proposal.objects.get().seal}
        )
        assert answer["Location"] == f"/agreement/proposals/{number}"
    assert "Signed by Ada for marketing and Bo for sales" in text(bo.get("/agreement"))
    assert "in force" in text(bo.get("/agreement/proposals"))
    assert [each.version for each in AgreementVersion.objects.order_by("pk")] == ["1", "2"]


@pytest.mark.usefixtures("table")
def test_a_refused_proposal_says_why_and_keeps_what_was_written() -> None:
    made = draft(next_text(in_force_from="2026-02-01", **GOVERNED))
    page = as_(MO).post(f"/agreement/proposals/of/{made.pk}", {"revision": "1", "why": "Since so."})
    assert "It would count from 1 February 2026 on, which is over" in text(page)
    assert "Since so." in page.content.decode()


@pytest.mark.usefixtures("table")
def test_what_hinders_a_proposal_stands_there_before_anything_is_written() -> None:
    made = draft(next_text(in_force_from="2026-02-01", **GOVERNED))
    page = text(as_(MO).get(f"/agreement/proposals/of/{made.pk}"))
    assert "Before it can be proposed It would count from 1 February 2026 on" in page
    assert "Propose it" not in page
    ready = draft(next_text(**GOVERNED))
    page = text(as_(MO).get(f"/agreement/proposals/of/{ready.pk}"))
    assert "Before it can be proposed" not in page
    assert "Propose it" in page


def test_signing_asks_anew_who_one_is(table: time_machine.Traveller) -> None:
    row, ada = proposal(next_text(**GOVERNED)), as_(ADA)
    sign, seal = f"/agreement/proposals/{row.pk}/sign", {"seal": row.seal}
    ada.post(sign, seal)
    assert "Not signed. Show once more who you are, then sign." in text(ada.get(sign))
    show_again(ada, row.pk)
    assert "Sign for marketing" in text(ada.get(sign))
    table.shift(301)
    ada.post(sign, seal)
    assert "Show who I am" in text(ada.get(sign))
    show_again(ada, row.pk)
    assert ada.post(sign, seal)["Location"] == f"/agreement/proposals/{row.pk}"
    assert "Ada has signed for marketing already." in text(ada.get(sign))


@pytest.mark.usefixtures("table")
def test_the_page_says_why_one_cannot_sign_and_who_can() -> None:
    row = proposal(next_text(**GOVERNED))
    User.objects.filter(username=BO.name).update(is_active=False)
    User.objects.filter(username=SAM.name).update(role="lead")
    page = text(as_(MO).get(f"/agreement/proposals/{row.pk}/sign"))
    assert "You are not named to sign for marketing: Ada may." in page
    assert "Bo is named to sign and cannot sign in here, so the lead may" in page
    assert "It waits until Ada has approved; Sam signs then, as lead of the side." in page
    as_(ADA).post(f"/agreement/proposals/{row.pk}/word", {"agrees": "yes"})
    page = text(as_(MO).get(f"/agreement/proposals/{row.pk}/sign"))
    assert "Sam may sign, as lead of the side" in page


@pytest.mark.usefixtures("table")
def test_who_cannot_show_anew_who_they_are_is_told_what_to_do() -> None:
    row = proposal(next_text(**GOVERNED))
    user = User.objects.get(username=ADA.name)
    user.set_unusable_password()
    user.save()
    page = text(as_(ADA).get(f"/agreement/proposals/{row.pk}/sign"))
    assert "Set up a second step" in page


@pytest.mark.usefixtures("table")
def test_a_text_changed_in_the_store_shows_on_every_page_of_it() -> None:
    row = proposal(next_text(**GOVERNED))
    Proposal.objects.update(text=row.text.replace("Likelier", "likelier"))
    assert "Signatures void" in text(as_(SAM).get(f"/agreement/proposals/{row.pk}"))


@pytest.mark.usefixtures("table")
def test_it_is_withdrawn_from_its_page() -> None:
    row = proposal(next_text(**GOVERNED))
    as_(MO).post(f"/agreement/proposals/{row.pk}/withdraw", {"why": "A slip."})
    assert "Withdrawn by Mo." in text(as_(SAM).get(f"/agreement/proposals/{row.pk}"))


@pytest.mark.usefixtures("table")
def test_a_clause_in_force_is_asked_about_and_answered_on_its_page() -> None:
    mo, sam = as_(MO), as_(SAM)
    address = "/agreement/promises.first-touch"
    assert "Bo hears of it." in text(mo.get(address))
    back = {"next": f"{address}#said"}
    answer = mo.post("/agreement/remarks/on/promises.first-touch", {"words": "Why 4?", **back})
    assert answer["Location"] == f"{address}#said"
    assert "It stands here for both sides. Bo hears of it." in text(mo.get(address))
    assert "1 open remark on First touch" in text(sam.get("/agreement"))
    assert "Why 4?" in text(sam.get("/agreement/drafts"))
    number = Remark.objects.get().pk
    sam.post(f"/agreement/remarks/{number}/answer", {"words": "Half a shift.", **back})
    page = text(mo.get(address))
    assert "answered Why 4?" in page
    assert "Half a shift." in page
    mo.post(f"/agreement/remarks/{number}/settle", back)
    assert "settled by Mo" in text(sam.get(address))
    assert "open remark" not in text(sam.get("/agreement"))
    assert mo.post("/agreement/remarks/on/stages.none", {"words": "?"})["Location"] == (
        "/agreement/proposals"
    )
    made = draft(next_text())
    mo.post("/agreement/remarks/on/engagement", {"words": "Too quick."})
    found = text(mo.get(f"/agreement/drafts/{made.pk}"))
    assert "on the clause in force" in found
    assert "Too quick." in found
