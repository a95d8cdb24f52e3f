"""Pausing for a reason that the agreement allows, going on, asking, logging attempts."""

from __future__ import annotations

from importlib.resources import files

import pytest
import time_machine

from interlock.agreement.loading import load
from interlock.operations.actor import COMMAND_LINE
from interlock.operations.adopt import adopt
from interlock.operations.ask import TOPICS, ask
from interlock.operations.delivery import LiveFact
from interlock.operations.hand_over import hand_over
from interlock.operations.live import receive_live
from interlock.operations.log_attempt import log_attempt
from interlock.operations.pause import pause, pauses, resume
from interlock.operations.rebuild import rebuild
from interlock.operations.undo import undo
from interlock.store.models import FACTS, Lead, Obligation, Question
from tests.operations import desk
from tests.operations.company import at, text_of
from tests.operations.desk import BO, CY, MO, NOW, opened, states

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_folder")]


def due(person: str) -> int | None:
    found = Obligation.objects.get(person=person, promise="first-touch").due_at
    return None if found is None else int(found)


def test_a_pause_stops_the_clock_until_one_goes_on() -> None:
    opened()
    assert due("p8") == at(23, "12:00")
    assert pause("p8", "on hold", by=CY, now=NOW).said == "Paused: on hold"
    assert due("p8") is None
    assert "paused already" in pause("p8", "on hold", by=CY, now=NOW + 60).refused
    assert resume("p8", by=CY, now=at(23, "11:00")).done
    assert due("p8") == at(23, "13:00")
    assert resume("p8", by=CY, now=at(23, "11:01")).refused == "Person 8 is not paused."


def test_a_pause_leaves_everything_else_of_the_person_as_it_is() -> None:
    opened()
    before = FACTS["person"].objects.get(key="vp", live=True)
    done = pause("vp", "on hold", by=BO, now=NOW)
    after = FACTS["person"].objects.get(key="vp", live=True)
    assert (after.name, after.seniority, after.account, after.created_at) == (
        before.name,
        before.seniority,
        before.account,
        before.created_at,
    )
    assert (after.lead_status, after.batch.source) == ("on hold", "test")
    assert undo(done.delivery or 0, by=BO, now=NOW + 3).done
    assert FACTS["person"].objects.get(key="vp", live=True).lead_status is None


def test_a_pause_goes_by_the_agreement_of_its_own_instant() -> None:
    later = desk.agreement() | {"version": "2", "in_force_from": "2026-03-24"}
    promises = {name: {**each} for name, each in later["promises"].items()}
    promises["first-touch"]["pauses_while"] = 'person.lead_status == "on leave"'
    opened()
    adopt(text_of(later | {"promises": promises}), by=COMMAND_LINE)
    midnight = at(24, "00:00")
    with time_machine.travel(midnight - 60, tick=False):
        rebuild(by=COMMAND_LINE)
    # the CRM's clock runs ahead: its decision is of the next day, in which the later text counts
    decision = {"id": "crm-1", "person": "p8", "at": midnight, "kind": "accept", "member": "cy"}
    receive_live([LiveFact("decision", decision)], by=CY, source="crm", now=midnight - 3)
    refused = pause("p8", "on hold", by=CY, now=midnight - 2)
    assert (refused.refused, refused.instead) == (
        "The agreement does not allow that reason to pause.",
        ("on leave",),
    )
    assert pause("p8", "on leave", by=CY, now=midnight - 2).done


def test_no_pause_is_promised_that_a_clock_ahead_would_end() -> None:
    opened()
    ahead = NOW + 300
    person = {"id": "p8", "created_at": at(16), "updated_at": ahead, "name": "Person 8"}
    receive_live([LiveFact("person", person)], by=CY, source="test", now=NOW)
    refused = pause("p8", "on hold", by=CY, now=NOW).refused
    assert refused.startswith("The source test says that Person 8 changed at 10:05:00 on 23 March")
    assert pause("p8", "on hold", by=CY, now=ahead).done


def test_no_other_reason_is_allowed() -> None:
    opened()
    refused = pause("p8", "no time", by=CY, now=NOW)
    assert "does not allow" in refused.refused
    assert refused.instead == ("on hold",)


def test_an_attempt_keeps_the_promise_of_a_first_touch() -> None:
    opened()
    done = log_attempt("p8", "call", result="no answer", by=CY, now=NOW)
    assert done.said == "Call: no answer"
    assert states("p8")["first-touch"] == "kept"
    assert "cannot come of a call" in log_attempt("p8", "call", result="held", by=CY).refused
    assert "no attempt" in log_attempt("p8", "fax", by=CY, now=NOW).refused


def test_one_takes_what_nobody_has_and_hands_on_what_one_has() -> None:
    opened()
    assert hand_over("free", "bo", by=BO, now=NOW).said == "Taken"
    assert hand_over("free", "cy", by=BO, now=NOW + 1).said == "Handed over to Cy Dahl"
    assert Lead.objects.get(person="free").owner == "cy"
    assert "is with Cy Dahl already" in hand_over("free", "cy", by=CY, now=NOW + 2).refused
    assert "is with Cy Dahl" in hand_over("free", "bo", by=BO, now=NOW + 3).refused
    assert "No member" in hand_over("free", "zoe", by=CY, now=NOW + 4).refused


def test_a_question_is_owed_an_answer_by_the_other_side() -> None:
    opened()
    assert ask("p8", "wants", by=CY, now=NOW).said == f"Asked marketing: {TOPICS['wants']}"
    assert ask("p8", "", words="Who called?", by=MO, now=NOW).said == "Asked sales: Who called?"
    assert ask("p8", "", by=CY, now=NOW).refused == "There is nothing asked."
    found = Question.objects.order_by("id").values_list("topic", "owed_by", "member")
    assert list(found) == [("wants", "marketing", "cy"), ("", "sales", "mo")]


def test_the_made_up_company_has_reasons_to_pause_for() -> None:
    text = (files("interlock.simulate") / "agreement.yaml").read_text(encoding="utf-8")
    agreement = load(text).agreement
    assert agreement is not None
    of_sales = ("First touch", "A decision", "Four attempts", "From talk to offer")
    assert [(each.word, each.promises) for each in pauses(agreement)] == [
        ("Plant holiday", of_sales),
        ("Maintenance shutdown", of_sales),
    ]
