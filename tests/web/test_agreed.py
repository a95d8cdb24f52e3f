"""The pages of the agreement that was made: mine, who has read it, proof, the text to print."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from interlock.operations.seals import sealed
from interlock.store.models import AgreementVersion, Confirmation, User
from tests.operations.company import agreement_text
from tests.operations.table import (
    ADA,
    BO,
    GOVERNED,
    KIM,
    MO,
    SAM,
    TODAY,
    add,
    next_text,
    proposal,
    signs,
    sit_down,
)
from tests.web.test_proposals import as_, text


@pytest.fixture(autouse=True)
def table(db: None) -> Iterator[time_machine.Traveller]:  # noqa: ARG001 - opens the database
    """Everybody at the table, on the day of `TODAY`."""
    with time_machine.travel(TODAY, tick=False) as clock:
        yield clock


def test_every_page_asks_a_member_until_they_confirm() -> None:
    sit_down()
    sam, asks = as_(SAM), "You have not confirmed the agreement in force yet, version 1."
    for address in ("/", "/people", "/agreement"):
        assert asks in text(sam.get(address)), address
    assert asks not in text(as_(KIM).get("/agreement"))
    assert "I have read version 1 and agree" in text(sam.get("/agreement/mine"))
    sam.post("/agreement/confirm", {"seal": "another"})
    assert "Not confirmed. Another text is in force by now." in text(sam.get("/agreement/mine"))
    answer = sam.post("/agreement/confirm", {"seal": sealed(agreement_text())}, follow=True)
    assert "Confirmed: you have read version 1 and agree." in text(answer)
    assert asks not in text(sam.get("/"))
    assert Confirmation.objects.count() == 1
    page = text(sam.get("/agreement/readers"))
    assert "1 of 4 members have confirmed version 1." in page
    assert "not yet" in page


def test_without_an_agreement_the_pages_say_what_will_be_here() -> None:
    add(SAM)
    assert "There is no agreement in force to sum up." in text(as_(SAM).get("/agreement/mine"))
    assert "There is no agreement in force to confirm." in text(as_(SAM).get("/agreement/readers"))


def test_one_page_says_what_one_owes_and_is_owed() -> None:
    sit_down()
    assert "What I owe First touch" in text(as_(SAM).get("/agreement/mine"))
    assert "What marketing owes Greeting" in text(as_(KIM).get("/agreement/mine"))


def test_the_text_with_its_signatures_and_the_proof_of_it() -> None:
    sit_down()
    row = proposal()
    for who in (ADA, BO):
        signs(row, who)
    page = text(as_(SAM).get(f"/agreement/text/{row.seal}"))
    assert "this text is in force" in page.lower()
    assert f"seal: {row.seal} side: marketing by: ada@example.com name: Ada" in page
    assert "Made by the key" in page
    assert (
        "&quot;half_life_days&quot;: 12"
        in as_(SAM).get(f"/agreement/text/{row.seal}").content.decode()
    )
    proof = text(as_(SAM).get(f"/agreement/proof/{row.seal}"))
    assert "Yes: this text is in force, since 2 March 2026." in proof
    assert "Ada (ada@example.com) for marketing" in proof
    first = text(as_(SAM).get(f"/agreement/proof/{sealed(agreement_text())}"))
    assert "No: this text was in force." in first
    assert "command line put it in force without signatures" in first
    assert "is not known here" in text(as_(SAM).get("/agreement/proof/0"))
    assert as_(SAM).get("/agreement/text/0").status_code == 404


def test_the_agreement_says_so_where_a_text_in_force_was_changed_in_the_store() -> None:
    sit_down()
    row = proposal()
    for who in (ADA, BO):
        signs(row, who)
    assert "Signed by Ada for marketing and Bo for sales" in text(as_(SAM).get("/agreement"))
    version = AgreementVersion.objects.get(version="2")
    version.text = version.text.replace("Likelier", "likelier")
    version.save()
    assert "Signatures void" in text(as_(SAM).get("/agreement"))


def test_what_holds_when_nothing_is_renewed_stands_on_the_page(
    table: time_machine.Traveller,
) -> None:
    sit_down(agreement_text(expires_on="2026-03-10", when_it_expires="lapses"))
    page = text(as_(SAM).get("/agreement"))
    assert "It is agreed until 10 March 2026; where nothing is renewed, it binds nobody" in page
    assert "Its last day is over" not in page
    table.shift(10 * 24 * 3600)
    assert "Its last day is over and nothing was renewed" in text(as_(SAM).get("/agreement"))


def test_a_proposal_can_be_printed_before_it_is_signed() -> None:
    sit_down()
    row = proposal(next_text())
    page = text(as_(SAM).get(f"/agreement/text/{row.seal}"))
    assert "This text is proposed and not in force" in page
    assert "None yet." in page


def test_who_does_what_is_a_matrix_with_what_is_missing_and_what_follows_of_it() -> None:
    add(SAM)
    assert "There is no agreement in force that says who" in text(as_(SAM).get("/agreement/raci"))
    row = GOVERNED["raci"]["agreement"] | {"informed": ["the choir <b>"]}
    User.objects.all().delete()
    sit_down(agreement_text(raci={"agreement": row}))
    answer = as_(SAM).get("/agreement/raci")
    page = text(answer)
    assert "1 activity for 4 roles, with 1 thing to settle." in page
    assert "Nobody among the members is the choir <b>. Changing the agreement" in page
    assert "<b>" not in answer.content.decode()
    assert "Changing the agreement R responsible A accountable C consulted I informed" in page
    assert "Propose a change of the agreement Mo: Mo Because of Changing the agreement" in page
    assert "Who that is" in page


def test_marketing_announces_a_campaign_and_both_sides_see_it() -> None:
    sit_down()
    mo, address = as_(MO), "/agreement/campaigns"
    assert "No campaign announced yet" in text(as_(SAM).get(address))
    assert "Announce a campaign" not in text(as_(SAM).get(address))
    told = {"name": "<b>Spring", "audience": "plants", "offer": "a pilot"}
    assert "This field is required." in text(mo.post(address, told))
    told["starts_on"] = "2026-03-20"
    answer = mo.post(address, told, follow=True)
    assert "Sales is told of <b>Spring." in text(answer)
    assert "<b>Spring" not in answer.content.decode()
    assert "still to come" in text(as_(SAM).get(address))
    off = mo.post(f"{address}/1/off", follow=True)
    assert "called off" in text(off)
    assert "There is no such campaign" in text(mo.post(f"{address}/99/off", follow=True))
