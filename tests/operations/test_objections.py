"""Objecting to a proposal: who hears of it, what waits for it, and how it is taken back."""

from __future__ import annotations

import pytest

from interlock.operations.actor import Actor, NotAllowedError
from interlock.operations.approve import approve, take_objection_back
from interlock.operations.read_proposal import ProposalPage, read_proposal
from interlock.operations.remark import remark
from interlock.store.models import Approval, Draft, Event, Notice, Proposal
from tests.operations.company import agreement_text
from tests.operations.table import (
    ADA,
    BO,
    GOVERNED,
    KIM,
    MO,
    SAM,
    TODAY,
    draft,
    next_text,
    proposal,
    signs,
    sit_down,
)

pytestmark = pytest.mark.django_db


def on_the_table() -> Proposal:
    """Mo proposes what Kim drafted; Ada answers for it, Sam is asked, Ada and Bo sign."""
    sit_down(agreement_text(**GOVERNED))
    row = proposal(next_text(**GOVERNED))
    Draft.objects.update(made_by=KIM.name)
    Notice.objects.all().delete()
    return row


def objects(row: Proposal, by: Actor = ADA, *, now: int = TODAY) -> None:
    assert not approve(row.pk, agrees=False, why="Too slow.", by=by, now=now).refused


def page(row: Proposal, by: Actor = MO) -> ProposalPage:
    found = read_proposal(row.pk, by=by, now=TODAY)
    assert found is not None
    return found


def heard(text: str) -> list[str]:
    """Who was told that, each as often as they were."""
    rows = Notice.objects.filter(text__startswith=text).order_by("whom")
    return [each.partition("@")[0] for each in rows.values_list("whom", flat=True)]


def test_who_proposed_began_or_may_sign_hears_of_an_objection_once() -> None:
    row = on_the_table()
    objects(row)
    assert heard("Ada objects to proposal") == ["bo", "kim", "mo"]
    notice = Notice.objects.first()
    assert notice is not None
    assert (notice.because, notice.link) == ("Too slow.", f"/agreement/proposals/{row.pk}")
    objects(row, SAM, now=TODAY + 1)  # Ada has said a word, and may sign: told once
    assert heard("Sam objects to proposal") == ["ada", "bo", "kim", "mo"]


def test_who_objected_hears_what_is_said_of_the_proposal() -> None:
    row = on_the_table()
    objects(row, SAM)
    assert not remark(row.draft_id, "", "Twelve days are enough.", by=MO, now=TODAY).refused
    said = f"Mo on proposal {row.pk}: Twelve days are enough."
    assert heard(said) == ["ada", "bo", "kim", "sam"]


def test_what_is_said_of_a_mere_draft_rings_nobody() -> None:
    sit_down()
    assert not remark(draft(next_text()).pk, "", "Hm.", by=SAM, now=TODAY).refused
    assert not Notice.objects.exists()


def test_an_objection_is_taken_back_and_nothing_was_said() -> None:
    row = on_the_table()
    objects(row)
    assert page(row, ADA).objects
    done = take_objection_back(row.pk, by=ADA, why="Mo is right.", now=TODAY + 1)
    assert done.said == "Your objection is taken back. You have said nothing yet."
    word = page(row).words[0]
    assert (word.asked.called, word.agrees, word.is_missing) == ("Ada", None, True)
    assert not page(row, ADA).objects
    assert heard(f"Ada takes the objection to proposal {row.pk} back") == ["bo", "kim", "mo"]
    told = Event.objects.order_by("number").values_list("verb", "why")
    assert list(told)[-1] == ("take objection back", "Mo is right.")
    assert list(Approval.objects.values_list("agrees", flat=True)) == [False, None]
    assert signs(row, ADA).said  # who is accountable approves by signing again


def test_the_end_of_an_objection_by_approval_is_told_and_a_mere_approval_is_not() -> None:
    row = on_the_table()
    assert not approve(row.pk, agrees=True, by=SAM, now=TODAY).refused
    assert not Notice.objects.exists()
    objects(row)
    assert not approve(row.pk, agrees=True, by=ADA, now=TODAY + 1).refused
    told = Notice.objects.filter(text=f"Ada approves proposal {row.pk} now")
    assert {each.because for each in told} == {"The objection no longer stands"}
    assert heard("Ada approves proposal") == ["bo", "kim", "mo", "sam"]


def test_only_who_objects_takes_back() -> None:
    row = on_the_table()
    assert take_objection_back(row.pk, by=ADA, now=TODAY).refused == "You do not object to it."
    assert take_objection_back(99, by=ADA, now=TODAY).refused == "There is no such proposal."
    said = "The agreement does not ask for your word here. Say it in the discussion."
    assert take_objection_back(row.pk, by=BO, now=TODAY).refused == said
    with pytest.raises(NotAllowedError):
        take_objection_back(row.pk, by=Actor("vic@example.com", "sales", "viewer"))


def test_while_it_waits_for_who_is_accountable_nobody_may_sign_but_by_that() -> None:
    row = on_the_table()
    waits = {each.side: each.waits_for for each in page(row).sides}
    assert waits == {"marketing": "", "sales": "Ada has approved"}  # Ada approves by signing
    objects(row)
    back = "Ada takes the objection back"
    assert [each.waits_for for each in page(row).sides] == [back, back]
    assert not approve(row.pk, agrees=True, by=ADA, now=TODAY + 1).refused
    assert [each.waits_for for each in page(row).sides] == ["", ""]
