"""Confirming, the page for one reader, proof, and what people are reminded of."""

from __future__ import annotations

import json

import pytest

from interlock.operations.actor import COMMAND_LINE, Actor
from interlock.operations.adopt import adopt
from interlock.operations.confirm import confirm, to_confirm
from interlock.operations.counting_from import Standing
from interlock.operations.prove import prove
from interlock.operations.read_confirmations import ReadersPage, read_confirmations
from interlock.operations.read_mine import read_mine
from interlock.operations.read_sealed_text import read_sealed_text
from interlock.operations.remind import remind
from interlock.operations.seals import sealed
from interlock.operations.withdraw_proposal import withdraw_proposal
from interlock.store.models import AgreementVersion, Confirmation, Event, Notice, User
from tests.operations.company import agreement_text, at, put
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

pytestmark = pytest.mark.django_db

FIRST = sealed(agreement_text())


def readers(by: Actor = MO, now: int = TODAY) -> ReadersPage:
    return read_confirmations(by=by, now=now)


def missing(page: ReadersPage) -> dict[str, list[str]]:
    return {side.side: [each.name for each in side.missing] for side in page.sides}


def adopted(text: str) -> None:
    assert adopt(text, by=COMMAND_LINE).version is not None


def test_every_member_of_both_sides_confirms_and_all_see_who_has_not() -> None:
    sit_down()
    put("member", "cy", name="Cy Dahl", side="sales")
    assert missing(readers()) == {"marketing": ["Ada", "Mo"], "sales": ["Bo", "Cy Dahl", "Sam"]}
    assert to_confirm(SAM, TODAY) == "1"
    assert confirm(FIRST, by=SAM, now=TODAY).said == "Confirmed: you have read version 1 and agree."
    assert to_confirm(SAM, TODAY) == ""
    assert not readers(SAM).asks
    assert confirm(FIRST, by=SAM, now=TODAY + 9).said  # once more changes nothing
    assert list(Confirmation.objects.values_list("by", "side", "at")) == [
        ("sam@example.com", "sales", TODAY)
    ]
    assert Event.objects.filter(verb="confirm").count() == 1
    page = readers()
    assert missing(page)["sales"] == ["Bo", "Cy Dahl"]
    assert [each.can_sign_in for each in page.sides[1].missing] == [True, False]
    assert (page.confirmed, page.count) == (1, 5)


def test_a_new_version_asks_anew_and_so_does_a_changed_letter() -> None:
    sit_down()
    confirm(FIRST, by=SAM, now=TODAY)
    row = proposal()
    for who in (ADA, BO):
        signs(row, who)
    assert to_confirm(SAM, TODAY) == "2"
    assert confirm(FIRST, by=SAM, now=TODAY).refused.startswith("Another text is in force")
    assert confirm(row.seal, by=SAM, now=TODAY).said


def test_a_newcomer_is_asked_and_who_is_of_neither_side_is_not() -> None:
    sit_down()
    assert to_confirm(KIM, TODAY) == ""
    assert confirm(FIRST, by=KIM, now=TODAY).refused.startswith("The members of marketing and")
    assert to_confirm(Actor("vic@example.com", "sales", "viewer"), TODAY) == ""
    remind(TODAY)
    asked = Notice.objects.filter(link="/agreement/mine")
    assert asked.count() == 4
    nel = Actor("nel@example.com", "sales", "member")
    add(nel)
    remind(TODAY + 600)
    assert asked.count() == 5
    assert to_confirm(nel, TODAY) == "1"


def test_without_an_agreement_nobody_is_asked() -> None:
    add(SAM)
    remind(TODAY)
    assert not Notice.objects.exists()
    assert to_confirm(SAM, TODAY) == ""
    assert readers().version == ""
    assert read_mine(by=SAM, now=TODAY).version == ""
    assert confirm("", by=SAM, now=TODAY).refused


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"review_by": "2026-04-01"}, "Scenario company is to be reviewed by 1 April 2026"),
        ({"review_by": "2026-04-02"}, None),
        ({"review_by": "2026-03-01"}, None),
        ({"expires_on": "2026-03-20"}, "Scenario company is to be renewed by 20 March 2026"),
    ],
)
def test_both_sides_signers_hear_of_a_day_thirty_days_ahead(
    changes: dict[str, str], said: str | None
) -> None:
    sit_down(agreement_text(**changes))
    for moment in (TODAY, TODAY + 600):  # told once
        remind(moment)
    told = Notice.objects.filter(link="/agreement").values_list("whom", "text")
    assert list(told) == (
        [] if said is None else [("ada@example.com", said), ("bo@example.com", said)]
    )


def test_one_page_says_what_i_owe_what_i_am_owed_and_where_i_am_named() -> None:
    rules = {"rules_of_engagement": {"notice": {"says": "Tell them.", "owner": "Mo"}}}
    sit_down(agreement_text(**GOVERNED, **rules))
    page = read_mine(by=MO, now=TODAY)
    assert [each.title for each in page.owe] == ["Greeting"]
    assert [each.title for each in page.owed] == ["First touch"]
    assert [(each.clause.path, each.parts) for each in page.named] == [
        ("raci.agreement", ("responsible",)),
        ("rules_of_engagement.notice", ("sees to it",)),
    ]
    sales = read_mine(by=SAM, now=TODAY)
    assert (sales.owe, sales.owed) == (page.owed, page.owe)
    assert [each.parts for each in sales.named] == [("consulted", "informed")]
    neutral = read_mine(by=KIM, now=TODAY)
    assert (neutral.side, neutral.owe) == ("", page.owe)


def test_a_text_is_proved_by_what_it_means() -> None:
    sit_down()
    row = proposal()
    assert prove(row.seal, TODAY).standing is Standing.PROPOSED
    first = prove(sealed(json.dumps(json.loads(agreement_text()), indent=4)), TODAY)
    assert (first.standing, first.by, first.is_signed) == (
        Standing.IN_FORCE,
        "command line",
        False,
    )
    for who in (ADA, BO):
        signs(row, who)
    proof = prove(row.seal, TODAY)
    assert (proof.standing, str(proof.since)) == (Standing.IN_FORCE, "2026-03-02")
    assert [(mark.name, mark.side) for mark in proof.signers] == [
        ("Ada", "marketing"),
        ("Bo", "sales"),
    ]
    over = prove(FIRST, TODAY)
    assert (over.standing, str(over.until)) == (Standing.OVER, "2026-03-02")
    adopted(agreement_text(version="3", in_force_from="2026-05-01"))
    coming = prove(sealed(agreement_text(version="3", in_force_from="2026-05-01")), TODAY)
    assert (coming.standing, coming.says) == (
        Standing.TO_COME,
        "is agreed, counts from 1 May 2026",
    )
    adopted(agreement_text(version="4", in_force_from="2026-03-02"))
    assert prove(row.seal, TODAY).standing is Standing.REPLACED
    assert prove("0" * 64, TODAY).standing is Standing.UNKNOWN
    other = proposal(next_text(version="5", in_force_from="2026-06-01"))
    withdraw_proposal(other.pk, by=MO, now=TODAY)
    assert prove(other.seal, TODAY).standing is Standing.WITHDRAWN


def test_a_text_that_was_changed_in_the_store_is_no_longer_found() -> None:
    sit_down()
    row = proposal()
    for who in (ADA, BO):
        signs(row, who)
    for version in AgreementVersion.objects.filter(version="2"):
        version.text = version.text.replace("Likelier", "likelier")
        version.save()
    changed = sealed(AgreementVersion.objects.get(version="2").text)
    proof = prove(changed, TODAY)
    assert (proof.standing, proof.is_signed, len(proof.marks)) == (Standing.IN_FORCE, False, 2)
    assert prove(row.seal, TODAY).standing is Standing.PROPOSED  # no version has that text
    page = read_sealed_text(changed)
    assert page is not None
    assert all(mark.void for mark in page.proof.marks)
    assert read_sealed_text("0" * 64) is None


def test_a_text_that_lapsed_is_confirmed_by_nobody_and_proved_as_over() -> None:
    text = agreement_text(expires_on="2026-03-02", when_it_expires="lapses")
    sit_down(text)
    assert prove(sealed(text), at(2, "23:59")).standing is Standing.IN_FORCE
    assert to_confirm(SAM, at(2, "23:59")) == "1"
    assert prove(sealed(text), at(3, "00:00")).standing is Standing.LAPSED
    assert to_confirm(SAM, at(3, "00:00")) == ""
    remind(at(3, "00:00"))
    assert not Notice.objects.exists()


def test_who_was_switched_off_is_asked_no_more() -> None:
    sit_down()
    User.objects.filter(username=SAM.name).update(is_active=False)
    assert missing(readers())["sales"] == ["Bo"]


def test_the_sentence_of_a_day_is_that_of_the_agreements_zone() -> None:
    sit_down(agreement_text(review_by="2026-04-01"))
    remind(at(1, "23:30"))  # in Oslo it is still 1 March, thirty-one days before
    assert not Notice.objects.filter(link="/agreement").exists()
    remind(at(2, "00:30"))
    assert Notice.objects.filter(link="/agreement").count() == 2
