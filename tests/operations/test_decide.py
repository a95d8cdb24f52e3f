"""Deciding at a desk: what applies, what is checked, what is written, and who may."""

from __future__ import annotations

import pytest
import time_machine

from interlock.operations.actor import COMMAND_LINE, Actor, NotAllowedError
from interlock.operations.decide import decide
from interlock.operations.hand_over import hand_over
from interlock.operations.log_attempt import log_attempt
from interlock.operations.options import options
from interlock.operations.read_lead import read_lead
from interlock.operations.rebuild import rebuild
from interlock.operations.standing import standing
from interlock.operations.undo import undo
from interlock.store.models import FACTS, Challenge, Event, Import, Lead
from tests.operations.company import at
from tests.operations.desk import BO, CY, LEA, MO, NOW, opened, stage, states

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_folder")]


def count() -> int:
    return Import.objects.count() + Event.objects.count() + Challenge.objects.count()


def mark(person: str) -> str:
    here = standing(person, NOW)
    assert here is not None
    return here.mark


def kinds(person: str, now: int = NOW) -> set[str]:
    here = standing(person, now)
    assert here is not None
    return {each.kind for each in options(here, "bo", now).these}


def test_accepting_moves_the_lead_and_says_what_is_owed_next() -> None:
    opened()
    done = decide("p8", "accept", by=CY, now=NOW)
    assert done.done
    assert (done.said, done.stage.name, done.next.name) == ("Accepted", "SAL", "First touch")
    assert done.next_due == at(23, "12:00")
    assert stage("p8") == "sal"
    assert states("p8") == {
        "first-touch": "open",
        "decision": "kept",
        "attempts": "open",
        "greeting": "broken",
    }
    fact = FACTS["decision"].objects.get(person="p8")
    assert (fact.kind, fact.member, fact.at, fact.batch.source) == ("accept", "cy", NOW, "desk")
    assert Event.objects.filter(verb="accept", about="lead p8", by=CY.name).exists()


def test_what_applies_depends_on_the_stage() -> None:
    opened()
    assert kinds("p8") == {"accept", "reject", "disqualify"}
    assert kinds("p5") == {"qualify", "convert", "recycle", "disqualify"}
    assert kinds("p10") == set()  # marketing has it
    assert kinds("p1") == set()  # a customer


@pytest.mark.parametrize(
    ("person", "kind", "words"),
    [
        ("p8", "qualify", "would change nothing"),
        ("p8", "recycle", "reject it instead"),
        ("p5", "accept", "would change nothing"),
        ("p5", "reject", "nothing waits there to be accepted or rejected"),
        ("p5", "win", "no open opportunity"),
        ("p8", "promote", "There is no decision"),
    ],
)
def test_what_does_not_apply_comes_back_with_what_does(person: str, kind: str, words: str) -> None:
    opened()
    before = count()
    done = decide(person, kind, by=CY, now=NOW)
    assert not done.done
    assert words in done.refused
    assert done.instead
    assert count() == before


def test_a_rejection_needs_a_reason_of_the_agreement() -> None:
    opened()
    without = decide("p8", "reject", by=CY, now=NOW)
    assert "asks for a reason" in without.refused
    assert without.instead == ("Not ready", "Not our customer", "Never reached")
    wrong = decide("p8", "reject", reason="student", by=CY, now=NOW)
    assert "no reason “student” to reject" in wrong.refused
    done = decide("p8", "reject", reason="not-ready", by=CY, now=NOW)
    assert done.said == "Rejected (Not ready)"  # a digit chose it: who slips sees so
    assert stage("p8") == "nurture"


def test_a_reason_that_the_agreement_does_not_have_for_it_is_refused() -> None:
    opened()
    before = count()
    done = decide("p8", "accept", by=CY, reason="because I like them", now=NOW)
    assert "no reason “because I like them” to accept for" in done.refused
    assert count() == before


def test_never_reached_is_refused_before_the_agreed_attempts_and_says_which_are_missing() -> None:
    opened()
    assert "none was made. Missing: three more attempts." in (
        decide("p8", "reject", reason="unreachable", by=CY, now=NOW).refused
    )
    assert log_attempt("p8", "call", result="no answer", by=CY, now=NOW).done
    assert log_attempt("p8", "email", result="sent", by=CY, now=NOW + 60).done
    again = decide("p8", "reject", reason="unreachable", by=CY, now=NOW + 90)
    assert "two were made (call: no answer, email: sent). Missing: one more attempt." in (
        again.refused
    )
    assert "reject" in again.instead  # for another reason
    assert log_attempt("p8", "call", by=CY, now=NOW + 120).done
    done = decide("p8", "reject", reason="unreachable", by=CY, now=NOW + 180)
    assert done.done
    assert done.challenge == ""


def test_what_was_tried_before_it_was_accepted_counts_too() -> None:
    opened()
    log_attempt("p8", "call", result="no answer", by=CY, now=NOW)
    decide("p8", "accept", by=CY, now=NOW + 60)
    refused = decide("p8", "recycle", reason="unreachable", by=CY, now=NOW + 120).refused
    assert "Missing: two more attempts." in refused


def test_never_reached_is_contested_where_an_attempt_reached_them() -> None:
    opened()
    for minute, result in enumerate(("no answer", "connected", "no answer")):
        log_attempt("p8", "call", result=result, by=CY, now=NOW + 60 * minute)
    done = decide("p8", "reject", reason="unreachable", by=CY, now=NOW + 300)
    assert done.done
    assert "the call says “connected”" in done.challenge


def test_no_fit_on_a_lead_that_passes_every_fit_criterion_opens_a_challenge() -> None:
    opened()
    done = decide("vp", "reject", reason="no-fit", by=BO, now=NOW)
    assert done.done
    assert "passes every fit criterion" in done.challenge
    challenge = Challenge.objects.get(person="vp")
    assert (challenge.owed_by, challenge.clause, challenge.answered_at) == (
        "marketing",
        "stages.mql",
        None,
    )
    assert len(challenge.passes) == 2
    assert stage("vp") == "nurture"  # it is rejected all the same until marketing answers


def test_no_fit_on_a_lead_that_fails_one_criterion_stands() -> None:
    opened()
    assert decide("p8", "reject", reason="no-fit", by=CY, now=NOW).challenge == ""
    assert not Challenge.objects.exists()


def test_from_the_hand_over_to_the_order() -> None:
    opened()
    assert decide("p8", "accept", by=CY, now=NOW).done
    assert decide("p8", "qualify", by=CY, now=NOW + 60).done
    made = decide("p8", "convert", amount=12500.5, by=CY, now=NOW + 120)
    assert (made.said, made.stage.name) == ("Opportunity made", "Opportunity")
    opportunity = FACTS["opportunity"].objects.get(person="p8", live=True)
    assert (opportunity.amount, opportunity.status, opportunity.member) == (1250050, "open", "cy")
    assert "open opportunity already" in decide("p8", "convert", by=CY, now=NOW + 180).refused
    won = decide("p8", "win", by=CY, now=NOW + 240)
    assert (won.said, won.stage.name) == ("Won", "Customer")
    opportunity = FACTS["opportunity"].objects.get(person="p8", live=True)
    assert (opportunity.status, opportunity.closed_at, opportunity.amount) == (
        "won",
        NOW + 240,
        1250050,
    )


def test_an_opportunity_of_the_crm_is_closed_as_its_own_record() -> None:
    opened()
    batch = FACTS["person"].objects.get(key="p5").batch
    FACTS["opportunity"].objects.create(
        key="o5", at=at(12), digest=5, batch=batch, live=True, person="p5", status="open",
        amount=990, currency="EUR", created_at=at(12), attributes={"region": "North"},
    )  # fmt: skip
    with_time(NOW)
    done = decide("p5", "lose", by=CY, now=NOW)
    assert (done.said, done.stage.name) == ("Lost", "Lost")
    row = FACTS["opportunity"].objects.get(key="o5", live=True)
    assert (row.status, row.amount, row.attributes) == ("lost", 990, {"region": "North"})
    assert row.batch.source == "test"
    assert undo(done.delivery or 0, by=CY, now=NOW + 5).done
    assert FACTS["opportunity"].objects.get(key="o5", live=True).status == "open"
    assert stage("p5") == "opportunity"


def with_time(now: int) -> None:
    with time_machine.travel(now, tick=False):
        rebuild(by=COMMAND_LINE)


def test_only_own_leads_those_of_nobody_and_those_of_the_team() -> None:
    opened()
    refused = decide("p8", "accept", by=BO, now=NOW)
    assert "Person 8 is with Cy Dahl" in refused.refused
    assert "Cy Dahl" in decide("p8", "accept", by=LEA, now=NOW).refused
    assert decide("vp", "accept", by=LEA, now=NOW).done
    assert decide("free", "accept", by=BO, now=NOW).done
    assert decide("p8", "accept", by=COMMAND_LINE, now=NOW).done


def test_marketing_hands_over_and_does_not_decide() -> None:
    opened()
    assert decide("free", "accept", by=MO, now=NOW).refused == "Sales decides about leads."
    assert hand_over("free", "bo", by=MO, now=NOW).said == "Handed over to Bo Berg"
    assert Lead.objects.get(person="free").owner == "bo"


def test_a_viewer_may_not() -> None:
    opened()
    with pytest.raises(NotAllowedError):
        decide("free", "accept", by=Actor("vi", "sales", "viewer"), now=NOW)


def test_who_decides_on_an_old_page_is_told_who_was_quicker() -> None:
    opened()
    old = mark("free")
    assert decide("free", "accept", by=BO, mark=old, now=NOW).done
    late = decide("free", "reject", reason="not-ready", by=CY, mark=old, now=NOW)
    assert late.refused == (
        "Bo Berg was quicker (accept). Free Lund now stands at SAL, with nobody."
    )
    assert stage("free") == "sal"


def test_undone_within_ten_seconds_nothing_counts_and_nothing_is_deleted() -> None:
    opened()
    done = decide("vp", "reject", reason="no-fit", by=BO, now=NOW)
    assert done.until == NOW + 10
    delivery = done.delivery or 0
    assert "no such deed of yours" in undo(delivery, by=CY, now=NOW + 2).refused
    assert undo(delivery, by=BO, now=NOW + 9).said == "Undone"
    assert stage("vp") == "mql"
    assert states("vp")["decision"] == "open"
    assert FACTS["decision"].objects.filter(person="vp").count() == 1
    assert Challenge.objects.get().withdrawn_at == NOW + 9
    assert "before" in undo(delivery, by=BO, now=NOW + 9).refused


def test_what_somebody_else_has_gone_on_from_is_not_undone() -> None:
    opened()
    handed = hand_over("vp", "cy", by=BO, now=NOW)
    assert decide("vp", "accept", by=CY, now=NOW + 3).done
    refused = undo(handed.delivery or 0, by=BO, now=NOW + 6).refused
    assert refused == f"{CY.name} has gone on from it by now."
    assert Lead.objects.get(person="vp").owner == "cy"


def test_after_that_it_stays() -> None:
    opened()
    done = decide("vp", "accept", by=BO, now=NOW)
    assert "more than 10 seconds" in undo(done.delivery or 0, by=BO, now=NOW + 60).refused
    assert stage("vp") == "sal"


def test_nothing_moves_in_a_replay_that_was_pinned() -> None:
    opened()
    rebuild(by=COMMAND_LINE, as_of=NOW)
    before = count()
    assert "an instant that was chosen" in decide("vp", "accept", by=BO, now=NOW).refused
    assert count() == before


def test_nobody_of_that_key() -> None:
    opened()
    assert decide("nobody", "accept", by=BO, now=NOW).refused == "Nobody has the key nobody."


def test_what_applies_is_offered_in_the_very_second_of_the_last_decision() -> None:
    opened()
    assert decide("p8", "accept", by=CY, now=NOW).done
    page = read_lead("p8", by=CY, now=NOW)
    assert page is not None
    assert {"qualify", "convert"} <= {option.kind for option in page.doing.decisions}
