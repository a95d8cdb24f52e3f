"""Signing: by whom, of what, and what comes of it."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
import time_machine
from hypothesis import assume, given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from interlock.agreement.canonical import seal_of
from interlock.operations.actor import COMMAND_LINE, Actor, NotAllowedError
from interlock.operations.adopt import adopt
from interlock.operations.agreements import in_force
from interlock.operations.approve import approve
from interlock.operations.propose import propose
from interlock.operations.read_agreement import read_agreement
from interlock.operations.read_proposal import read_proposal
from interlock.operations.sign import FRESH, sign
from interlock.operations.signed import installation_key, mark_of, statement_of
from interlock.operations.withdraw_proposal import withdraw_proposal
from interlock.store.models import (
    AgreementVersion,
    Event,
    Notice,
    Proposal,
    Signature,
    User,
)
from interlock.store.signatures import Verifier
from tests.operations.company import agreement_text, at, text_of
from tests.operations.table import (
    ADA,
    BO,
    GOVERNED,
    KIM,
    MO,
    SAM,
    TODAY,
    add,
    draft,
    next_text,
    proposal,
    signs,
    sit_down,
)
from tests.support.at_once import at_once

pytestmark = pytest.mark.django_db


def sentence(row: Proposal, now: int = TODAY) -> str:
    found = read_proposal(row.pk, by=MO, now=now)
    assert found is not None
    return found.sentence


def refusal(row: Proposal, by: Actor, now: int = TODAY) -> str:
    signed = signs(row, by, now=now)
    assert not signed.said
    return " ".join(signed.refused)


def test_signed_by_both_sides_it_is_in_force_and_says_by_whom() -> None:
    sit_down()
    row = proposal()
    assert signs(row, ADA).said == "Signed for marketing. Sales is asked."
    assert sentence(row).startswith("Not in force yet: the signature of sales is missing.")
    assert AgreementVersion.objects.count() == 1
    assert signs(row, BO).said == "Signed by both sides: in force from 2 March 2026 on."
    assert (
        sentence(row)
        == "Signed by Ada for marketing and Bo for sales: in force from 2 March 2026 on."
    )
    version = in_force(TODAY)
    assert version is not None
    assert (version.version, version.text, version.proposal.pk) == ("2", row.text, row.pk)
    verbs = list(Event.objects.order_by("number").values_list("verb", "by"))[-3:]
    assert verbs == [
        ("sign", "ada@example.com"),
        ("sign", "bo@example.com"),
        ("adopt", "the worker"),
    ]


def test_what_is_signed_is_the_seal_the_side_who_and_when() -> None:
    sit_down()
    row = proposal()
    signs(row, ADA)
    signature = Signature.objects.get()
    assert signature.statement == (
        "interlock signature, form 1\n"
        f"seal: {seal_of(row.text)}\nside: marketing\nby: ada@example.com\nname: Ada\n"
        "at: 2026-03-02T08:00:00Z\n"
    )
    is_signed = Verifier(installation_key())
    assert is_signed(signature.statement.encode(), signature.mark)
    assert not is_signed(signature.statement.replace("sales", "x").encode() + b" ", signature.mark)


def test_nobody_signs_for_the_other_side() -> None:
    sit_down()
    row = proposal()
    assert refusal(row, KIM) == "Only the two sides sign, and your sign-in is of neither."
    assert refusal(row, MO) == "You are not named to sign for marketing: Ada may."
    turned = Actor("ada@example.com", "sales", "lead")  # her sign-in is of sales now
    User.objects.filter(username="ada@example.com").update(side="sales")
    assert refusal(row, turned) == "You are not named to sign for sales: Bo may."
    assert refusal(row, ADA).startswith("You are not named to sign for marketing: ")
    assert not Signature.objects.exists()


def test_who_signs_is_by_the_agreement_in_force_not_by_the_one_proposed() -> None:
    sit_down()
    parties = {
        "marketing": {"name": "Marketing", "signs": ["Mo"]},
        "sales": {"name": "Sales", "signs": ["Sam"]},
    }
    row = proposal(next_text(parties=parties))
    assert refusal(row, SAM) == "You are not named to sign for sales: Bo may."
    assert signs(row, BO).said


def test_the_first_agreement_is_signed_by_its_own_parties() -> None:
    for each in (ADA, BO, MO):
        add(each)
    row = proposal(agreement_text(in_force_from="2026-03-02"))
    assert refusal(row, MO) == "You are not named to sign for marketing: Ada may."
    assert signs(row, ADA).said
    assert signs(row, BO).version is not None


def test_one_signs_once_and_only_having_shown_just_now_who_they_are() -> None:
    sit_down()
    row = proposal()
    for shown_at in (None, TODAY - FRESH - 1, TODAY + 60):
        found = sign(row.pk, row.seal, by=ADA, shown_at=shown_at, now=TODAY)
        assert found.refused == ("Show once more who you are, then sign.",)
    found = sign(row.pk, "another", by=ADA, shown_at=TODAY, now=TODAY)
    assert found.refused == ("The page showed another text. Read this one, then sign.",)
    assert signs(row, ADA).said
    assert refusal(row, ADA) == "Ada has signed for marketing already."
    assert sign(99, "", by=ADA, shown_at=TODAY).refused == ("There is no such proposal.",)
    with pytest.raises(NotAllowedError):
        signs(row, Actor("ada@example.com", "marketing", "viewer"))


def test_no_token_signs() -> None:
    sit_down()
    scopes = frozenset({"agreement:write"})
    with pytest.raises(NotAllowedError):
        signs(proposal(), Actor("ada@example.com", "marketing", "lead", scopes=scopes))


def test_nobody_signs_while_the_accountable_object_and_their_signature_is_their_approval() -> None:
    sit_down(agreement_text(**GOVERNED))
    row = proposal(next_text(**GOVERNED))
    assert refusal(row, BO) == "The approval of Ada is missing."
    approve(row.pk, agrees=False, why="Too slow.", by=ADA, now=TODAY)
    assert refusal(row, ADA) == "Ada objects: Too slow."
    approve(row.pk, agrees=True, by=ADA, now=TODAY)
    assert signs(row, ADA).said
    withdraw_proposal(row.pk, by=BO, now=TODAY)
    assert refusal(row, BO) == "Bo withdrew it."
    again = proposal(next_text(**GOVERNED, name="Renamed"))
    assert signs(again, ADA).said  # says yes by signing
    assert signs(again, BO).version is not None
    informed = Notice.objects.filter(text__contains="is in force from").values_list("whom")
    assert set(informed) == {("bo@example.com",), ("sam@example.com",)}
    because = Notice.objects.filter(text__contains="is in force from").first()
    assert because is not None
    assert because.because == "You are to hear of it (Changing the agreement)"


def test_a_signer_who_left_another_who_is_named_or_the_sides_lead() -> None:
    parties = {
        "marketing": {"name": "Marketing", "signs": ["Ada", "Mo"]},
        "sales": {"name": "Sales", "signs": ["Bo"]},
    }
    sit_down(agreement_text(parties=parties))
    sol = Actor("sol@example.com", "sales", "lead")
    add(sol)
    row = proposal(next_text(parties=parties))
    assert refusal(row, sol) == "You are not named to sign for sales: Bo may."
    User.objects.filter(username__in=("ada@example.com", "bo@example.com")).update(is_active=False)
    found = read_proposal(row.pk, by=MO, now=TODAY)
    assert found is not None
    said = {each.side: each.signers for each in found.sides}
    assert (said["marketing"].names, said["marketing"].gone) == (("Mo",), ("Ada",))
    assert (said["sales"].names, said["sales"].gone, said["sales"].by_role) == (
        ("Sol",),
        ("Bo",),
        True,
    )
    assert signs(row, MO).said
    assert signs(row, sol).version is not None


def test_what_time_and_others_did_meanwhile() -> None:
    sit_down()
    row = proposal()
    assert refusal(row, ADA, now=at(3)).startswith(
        "It would count from 2 March 2026 on, which is over, and nothing is promised for the past. "
        "Choose 3 March 2026 or a later day"
    )
    adopt(agreement_text(version="1.5", in_force_from="2026-02-01"), by=COMMAND_LINE)
    assert refusal(row, ADA).startswith("Version 1.5 came into force since the draft was made.")


def test_a_proposal_says_which_version_to_come_it_would_take_the_place_of() -> None:
    sit_down()
    adopt(agreement_text(version="1.5", in_force_from="2026-06-01"), by=COMMAND_LINE)
    first = AgreementVersion.objects.get(version="1")
    for day, replaced in (("2026-05-31", ("1.5",)), ("2026-06-02", ())):
        made = draft(next_text(version=day, in_force_from=day), base=first)
        number = propose(made.pk, 1, by=MO, now=TODAY).number
        assert number is not None
        found = read_proposal(number, by=MO, now=TODAY)
        assert found is not None
        assert found.replaces == replaced


@pytest.mark.parametrize("day", ["2026-05-31", "2026-06-01", "2026-07-01"])
def test_of_two_drafts_for_later_the_second_is_not_signed_unaware_of_the_first(day: str) -> None:
    with time_machine.travel(TODAY, tick=False):
        sit_down()
    first = proposal(next_text(in_force_from="2026-06-01"))
    other = next_text(name="Another", version="3", in_force_from=day)
    second = proposal(other)
    for row, who in ((second, ADA), (first, ADA), (first, BO)):
        assert signs(row, who, now=TODAY + 60).said
    assert refusal(second, BO, now=TODAY + 120) == (
        "Version 2 was agreed since this was proposed, to count from 1 June 2026 on, and this text "
        "would undo it. Withdraw this one and propose its draft anew, so that both sides know what "
        "they give up."
    )
    withdraw_proposal(second.pk, by=BO, now=TODAY + 120)
    made = propose(second.draft.pk, 1, by=MO, now=TODAY + 120).number
    assert made is not None
    found = read_proposal(made, by=MO, now=TODAY + 120)
    assert found is not None
    begins_later = day == "2026-07-01"
    assert found.replaces == (() if begins_later else ("2",))
    assert found.passes_over == (("2",) if begins_later else ())
    again = Proposal.objects.get(pk=made)
    assert signs(again, ADA, now=TODAY + 180).said
    assert signs(again, BO, now=TODAY + 180).version is not None


def test_a_command_that_takes_a_signed_texts_place_says_so() -> None:
    sit_down()
    row = proposal()
    for who in (ADA, BO):
        signs(row, who)
    said = [problem.message for problem in adopt(agreement_text(), by=COMMAND_LINE).problems]
    assert said == ["it takes the place of version 2, which both sides signed"]
    assert not read_agreement().is_signed
    again = [problem.message for problem in adopt(row.text, by=COMMAND_LINE).problems]
    assert again == []
    assert read_agreement().is_signed  # it is the text that was signed


def test_a_changed_letter_voids_the_signatures() -> None:
    sit_down()
    row = proposal()
    signs(row, ADA)
    Proposal.objects.update(text=row.text.replace("Likelier", "Likelier,"))
    assert sentence(row).startswith("Signatures void")
    assert refusal(row, BO).startswith("The text is no longer the one that was proposed")
    # nor does it help to change the seal with it: the signature is of the old one
    changed = Proposal.objects.get()
    Proposal.objects.update(seal=seal_of(changed.text))
    changed.refresh_from_db()
    assert signs(changed, BO).version is None
    found = read_proposal(row.pk, by=MO, now=TODAY)
    assert found is not None
    assert [bool(mark.void) for mark in found.marks] == [True, False]


@pytest.mark.parametrize(
    "change",
    [
        {"side": "sales"},
        {"name": "Bo"},
        {"by": "bo@example.com"},
        {"at": TODAY - 1},
        {"mark": b64encode(bytes(64)).decode()},
        {"statement": "x"},
    ],
)
def test_what_is_written_of_a_signature_is_what_was_signed(change: dict[str, Any]) -> None:
    sit_down()
    row = proposal()
    signs(row, ADA)
    Signature.objects.update(**change)
    found = read_proposal(row.pk, by=MO, now=TODAY)
    assert found is not None
    assert found.marks[0].void == "what is written of the signature is not what was signed"
    assert "the signature of marketing" in found.sentence


@given(st.data())
def test_a_signature_survives_writing_the_text_down_otherwise_and_no_change_of_a_letter(
    data: st.DataObject,
) -> None:
    text = BASE.read_text()
    mark = mark_of(_said(text))
    is_signed = Verifier(installation_key())
    imported = text_of(YAML(typ="safe").load(text))  # the same thing in another program's writing
    for exported in (f"# kept elsewhere\n{text}\n\n", imported):
        assert is_signed(_said(exported).encode(), mark)
    place = data.draw(st.sampled_from([n for n, letter in enumerate(text) if letter.isalpha()]))
    letter = data.draw(st.sampled_from("aeinrstxZ9"))
    changed = text[:place] + letter + text[place + 1 :]
    assume(changed != text)
    assert not is_signed(_said(changed).encode(), mark)


BASE = Path(__file__).parent.parent / "scenarios" / "base.yaml"


def _said(text: str) -> str:
    seal = seal_of(text)
    return statement_of(seal=seal, side="sales", by="bo@example.com", name="Bo", at=TODAY)


@pytest.mark.django_db(transaction=True)
def test_two_who_sign_at_once_put_it_in_force_once(data_folder: Path) -> None:
    sit_down()
    row = proposal()

    def found() -> tuple[int, int, int]:
        adopted = Proposal.objects.filter(adopted__isnull=False).count()
        return AgreementVersion.objects.count(), Signature.objects.count(), adopted

    signed, counted = at_once(data_folder, [lambda: signs(row, ADA), lambda: signs(row, BO)], found)
    assert all(each.said for each in signed)
    assert sum(each.version is not None for each in signed) == 1
    assert counted == (2, 2, 1)


@pytest.mark.django_db(transaction=True)
def test_one_who_signs_twice_at_once_signs_once(data_folder: Path) -> None:
    sit_down()
    row = proposal()
    signed, count = at_once(
        data_folder, [lambda: signs(row, ADA) for _ in range(2)], Signature.objects.count
    )
    assert sorted(bool(each.said) for each in signed) == [False, True]
    assert count == 1
