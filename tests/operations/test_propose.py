"""Proposing, discussing, approving and withdrawing."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from interlock.agreement.canonical import seal_of_rules
from interlock.operations.actor import Actor, NotAllowedError
from interlock.operations.approve import approve
from interlock.operations.propose import propose
from interlock.operations.read_discussion import read_discussion
from interlock.operations.read_for_proposal import read_for_proposal
from interlock.operations.read_proposal import ProposalPage, read_proposal
from interlock.operations.read_proposals import read_proposals
from interlock.operations.remark import remark
from interlock.operations.settle import settle
from interlock.operations.withdraw_proposal import withdraw_proposal
from interlock.store.models import Draft, DraftText, Event, Notice, Proposal, Remark, SavedTrial
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
    draft,
    next_text,
    proposal,
    sit_down,
)

pytestmark = pytest.mark.django_db


def refused(made: Draft, *, by: Actor = MO, revision: int = 1, trial: int | None = None) -> str:
    found = propose(made.pk, revision, by=by, trial=trial, now=TODAY)
    assert found.number is None
    return " ".join(found.refused)


def page(number: int, by: Actor = MO) -> ProposalPage:
    found = read_proposal(number, by=by, now=TODAY)
    assert found is not None
    return found


def test_a_proposal_is_the_drafts_text_under_a_seal_and_says_what_is_missing() -> None:
    sit_down()
    row = proposal()
    found = page(row.pk)
    assert found.sentence == (
        "Not in force yet: the signature of marketing and the signature of sales are missing. "
        "It counts from 2 March 2026 on."
    )
    assert {each.sentence for each in found.changes} == {
        "Version: from 1 to 2",
        "In force from: from 1 January 2026 to 2 March 2026",
        "Engagement, half life days: from 10 to 12",
    }
    assert row.seal == found.seal
    assert list(Event.objects.values_list("verb", "by", "why"))[-1] == (
        "propose",
        "mo@example.com",
        "Demos cool slower.",
    )
    DraftText.objects.create(
        draft=row.draft, revision=2, text=agreement_text(), by="x", side="sales", at=TODAY
    )
    assert page(row.pk).seal == row.seal  # the draft goes on, the proposal stays


def test_the_signers_hear_of_it_and_whoever_proposed_does_not() -> None:
    sit_down()
    proposal(by=ADA)
    assert list(Notice.objects.values_list("whom", "text")) == [
        ("bo@example.com", "Ada proposes Scenario company, version 2")
    ]


def test_what_keeps_a_draft_from_being_proposed() -> None:
    sit_down()
    made = draft(next_text(in_force_from="2026-03-01"))
    assert refused(made) == (
        "It would count from 1 March 2026 on, which is over, and nothing is promised for the past. "
        "Choose 2 March 2026 or a later day as its first day, in the draft, and propose that."
    )
    assert refused(draft(next_text(version="1"))).startswith("Version 1 was put in force before.")
    assert refused(draft(next_text()), revision=2).startswith("The draft was changed meanwhile.")
    made = draft(next_text())
    DraftText.objects.update(conflicts=["stages.mql"])
    assert refused(made) == "Nobody has decided yet about MQL, which both texts changed."
    DraftText.objects.update(conflicts=[])
    DraftText.objects.filter(draft=made).update(text="name: [")
    assert refused(made).startswith("Line 1: this is not YAML")
    Draft.objects.update(withdrawn_at=TODAY)
    assert refused(made) == "The draft was withdrawn."
    assert propose(99, 1, by=MO, now=TODAY).refused == ("There is no draft 99.",)
    assert not Proposal.objects.exists()


def test_one_text_is_proposed_once_and_from_the_version_in_force() -> None:
    sit_down()
    row = proposal()
    assert refused(draft(next_text())) == f"This text is proposed already: proposal {row.pk}."
    Draft.objects.update(base=None)
    behind = draft(next_text(version="3"))
    Draft.objects.filter(pk=behind.pk).update(base=None)
    assert refused(behind).startswith("Version 1 came into force since the draft was made.")


def test_the_evidence_is_a_trial_of_this_very_text() -> None:
    sit_down()
    made = draft(next_text())
    trial = SavedTrial.objects.create(
        draft=made, revision=1, seal="other", against="", as_of=0, shown={}, by="mo", at=TODAY
    )
    assert refused(made, trial=trial.pk).startswith("The trial is of another text")
    about = read_for_proposal(made.pk, TODAY)
    assert about is not None
    assert (about.trials, about.has_trials) == ((), True)
    # it was tried before the version was called so, and before anybody knew from which day on
    SavedTrial.objects.update(rules=seal_of_rules(next_text(version="x", review_by="2029-01-01")))
    about = read_for_proposal(made.pk, TODAY)
    assert about is not None
    assert [each.number for each in about.trials] == [trial.pk]
    found = propose(made.pk, 1, by=MO, trial=trial.pk, now=TODAY)
    assert found.number is not None
    assert page(found.number).trial == trial.pk


def test_where_no_row_governs_both_sides_propose_and_nobody_is_asked() -> None:
    sit_down()
    row = proposal(by=SAM)
    assert page(row.pk).words == ()
    leader = Actor("lea@example.com", "leadership", "member")
    add(leader)
    assert refused(draft(next_text(version="3")), by=leader) == (
        "A member of marketing or sales proposes; you can draft and discuss."
    )
    said = approve(row.pk, agrees=True, by=ADA, now=TODAY).refused
    assert said == "The agreement does not ask for your word here. Say it in the discussion."


def test_the_governing_row_says_who_proposes_and_whose_word_is_asked() -> None:
    sit_down(agreement_text(**GOVERNED))
    text = next_text(**GOVERNED)
    assert refused(draft(text), by=SAM) == (
        "By the agreement it is for Mo to propose (Changing the agreement)."
    )
    row = proposal(text)
    assert page(row.pk).sentence.startswith("Not in force yet: the approval of Ada, the signature")
    assert dict(Notice.objects.values_list("whom", "because")) == {
        "ada@example.com": "The agreement asks for your word (Changing the agreement)",
        "sam@example.com": "The agreement asks for your word (Changing the agreement)",
        "bo@example.com": "You are named to sign for your side (parties)",
    }
    assert approve(row.pk, agrees=False, by=ADA, now=TODAY).refused.startswith("Say what you")
    assert not approve(row.pk, agrees=False, by=ADA, why="Too slow.", now=TODAY).refused
    assert "the objection of Ada is open" in page(row.pk).sentence
    assert Notice.objects.get(whom="mo@example.com").because == "Too slow."
    assert not approve(row.pk, agrees=True, by=ADA, now=TODAY).refused
    assert not approve(row.pk, agrees=False, by=SAM, why="I doubt it.", now=TODAY).refused
    found = page(row.pk)
    assert found.sentence.startswith("Not in force yet: the signature of marketing and")
    assert [(w.asked.called, w.agrees, w.why) for w in found.words] == [
        ("Ada", True, ""),
        ("Sam", False, "I doubt it."),
    ]


def test_whoever_keeps_the_data_stands_in_for_a_name_that_nobody_has() -> None:
    row = GOVERNED["raci"]["agreement"] | {"accountable": ["head of nothing"]}
    governed = {"raci": {"agreement": row}}
    sit_down(agreement_text(**governed))
    [word] = [w for w in page(proposal(next_text(**governed)).pk).words if w.is_missing]
    assert (word.asked.called, word.asked.names, word.asked.stand_in) == (
        "head of nothing",
        ("Kim",),
        True,
    )


def test_a_discussion_per_clause() -> None:
    sit_down()
    row = proposal()
    clause = "engagement.half_life_days"
    assert not remark(row.draft_id, clause, " Why 12? ", by=SAM, now=TODAY).refused
    assert not remark(row.draft_id, "", "Good.", by=KIM, now=TODAY).refused
    assert remark(row.draft_id, "stages.none", "?", by=SAM).refused == (
        "Neither text has a clause stages.none."
    )
    assert remark(row.draft_id, "", " \0 ", by=SAM).refused == "Say something, however short."
    assert remark(99, "", "?", by=SAM).refused == "There is no draft 99."
    first = Remark.objects.first()
    assert first is not None
    assert not settle(first.pk, by=MO, now=TODAY).refused
    assert settle(first.pk, by=SAM).refused == "Mo has settled it already."
    said = {thread.clause: thread for thread in page(row.pk).discussion.threads}
    assert said[clause].open == 0
    assert said[clause].remarks[0].words == "Why 12?"
    assert said[""].open == read_discussion(row.draft_id).open == 1


def test_whoever_proposed_answers_for_or_signs_withdraws() -> None:
    sit_down()
    row = proposal()
    assert withdraw_proposal(row.pk, by=SAM).refused.startswith("Whoever proposed it")
    assert not withdraw_proposal(row.pk, by=BO, now=TODAY).refused
    assert page(row.pk).sentence == "Withdrawn by Bo."
    assert withdraw_proposal(row.pk, by=BO).refused.startswith("It is settled")
    assert approve(row.pk, agrees=True, by=ADA).refused.startswith("It is settled")
    found = read_proposals(TODAY)
    assert (found.open, [each.state for each in found.settled]) == ((), ["withdrawn"])
    assert proposal().pk != row.pk  # the same text may be proposed again


def test_a_reader_takes_no_part() -> None:
    sit_down()
    row = proposal()
    viewer = Actor("vic@example.com", "sales", "viewer")
    for deed in (
        lambda: propose(row.draft_id, 1, by=viewer),
        lambda: remark(row.draft_id, "", "?", by=viewer),
        lambda: settle(1, by=viewer),
        lambda: approve(row.pk, agrees=True, by=viewer),
        lambda: withdraw_proposal(row.pk, by=viewer),
    ):
        with pytest.raises(NotAllowedError):
            deed()


def test_more_proposals_take_no_more_queries() -> None:
    sit_down()
    made = []
    for number in range(3):
        proposal(next_text(version=f"2.{number}"))
        read_proposals(TODAY)  # what a process reads once is read now
        with CaptureQueriesContext(connection) as queries:
            assert len(read_proposals(TODAY).open) == number + 1
        made.append(len(queries))
    assert len(set(made)) == 1
