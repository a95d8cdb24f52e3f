"""Undoing: only deeds that say so, a question too, and who comes late is told what was undone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from interlock.operations.actor import COMMAND_LINE
from interlock.operations.answer_challenge import answer_challenge
from interlock.operations.answer_question import answer_question
from interlock.operations.ask import ask
from interlock.operations.decide import decide
from interlock.operations.delivery import LiveFact
from interlock.operations.hand_over_many import hand_over_many
from interlock.operations.live import receive_live
from interlock.operations.note_absence import note_absence
from interlock.operations.read_marketing_desk import read_marketing_desk
from interlock.operations.standing import standing
from interlock.operations.take_back import take_back
from interlock.operations.undo import undo
from interlock.operations.undo_question import undo_question
from interlock.store.models import FACTS, Challenge, Event, Import, Lead, Question
from tests.operations.desk import BO, CY, LEA, MO, NOW, opened, states
from tests.support.at_once import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_folder")]


def last_delivery() -> int:
    return int(Import.objects.filter(live=True).latest("pk").pk)


def mark(person: str) -> str:
    here = standing(person, NOW)
    assert here is not None
    return here.mark


def test_what_does_not_say_so_is_not_undone() -> None:
    opened()
    question = ask("p8", "told", by=CY, now=NOW).question or 0
    answer_question(question, "Yes", by=MO, now=NOW + 1)
    assert undo(last_delivery(), by=MO, now=NOW + 2).refused == "There is no such deed of yours."
    note_absence("bo", date(2026, 3, 24), date(2026, 3, 24), "", by=BO)
    assert undo(last_delivery(), by=BO).refused == "There is no such deed of yours."
    touch = LiveFact("touch", {"id": "t", "person": "p8", "at": NOW, "kind": "demo"})
    receive_live([touch], by=BO, source="form", now=NOW)
    assert undo(last_delivery(), by=BO, now=NOW + 1).refused == "There is no such deed of yours."
    assert FACTS["activity"].objects.get(kind="note").live


def test_leads_that_were_handed_over_together_come_back_together() -> None:
    opened()
    done = hand_over_many(["free", "vp"], "lea", by=LEA, now=NOW)
    assert done.until == NOW + 10
    assert undo(done.delivery or 0, by=LEA, now=NOW + 9).done
    assert Lead.objects.get(person="vp").owner == "bo"


def test_a_question_is_undone_within_ten_seconds_by_whoever_asked_it() -> None:
    opened()
    done = ask("p8", "told", by=CY, now=NOW)
    assert (done.delivery, done.until) == (None, NOW + 10)
    number = done.question or 0
    assert "no such question of yours" in undo_question(number, by=BO, now=NOW + 1).refused
    assert undo_question(number, by=CY, now=NOW + 13).said == "Undone"
    assert "before" in undo_question(number, by=CY, now=NOW + 13).refused
    assert read_marketing_desk(NOW).waiting.count == 0
    assert answer_question(number, "Yes", by=MO).refused == "Nobody asks that any more."
    assert Event.objects.latest("pk").verb == "withdraw question"


def test_a_question_that_is_old_or_answered_stays() -> None:
    opened()
    old = ask("p8", "told", by=CY, now=NOW).question or 0
    assert "more than 10 seconds" in undo_question(old, by=CY, now=NOW + 14).refused
    answer_question(old, "Yes", by=MO, now=NOW + 2)
    assert "answered already: Yes" in undo_question(old, by=CY, now=NOW + 3).refused


def test_what_an_answer_asks_of_sales_is_not_undone() -> None:
    opened()
    decide("vp", "reject", reason="no-fit", by=BO, now=NOW)
    answer_challenge(Challenge.objects.get().pk, upheld=True, by=MO, now=NOW + 1)
    again = Question.objects.get(topic="again").pk
    assert "no such question" in undo_question(again, by=MO, now=NOW + 2).refused


def test_who_comes_late_is_told_what_was_undone_and_by_whom() -> None:
    opened()
    done = decide("free", "accept", by=BO, now=NOW)
    seen = mark("free")
    undo(done.delivery or 0, by=BO, now=NOW + 2)
    refused = decide("free", "qualify", by=CY, mark=seen, now=NOW + 3).refused
    assert refused == "Bo Berg has undone something. Free Lund now stands at MQL, with nobody."


def test_what_was_undone_before_is_not_named_for_what_came_after() -> None:
    opened()
    seen = mark("free")
    undo(decide("free", "accept", by=BO, now=NOW).delivery or 0, by=BO, now=NOW + 2)
    values = {"id": "crm-1", "person": "free", "at": NOW + 3, "kind": "accept"}
    received = receive_live([LiveFact("decision", values)], by=CY, source="crm", now=NOW + 3)
    assert received.refused == ()
    refused = decide("free", "accept", by=BO, mark=seen, now=NOW + 4).refused
    assert "Cy Dahl was quicker (accept)" in refused
    for odd in ("", "1.2", "a.b.c", f"{'9' * 40}.0.0"):
        assert (
            "Something else about Free Lund"
            in decide("free", "qualify", by=BO, mark=odd, now=NOW + 5).refused
        )


def test_a_delivery_that_is_taken_back_has_its_people_looked_at_at_once() -> None:
    opened()
    decide("vp", "reject", reason="no-fit", by=BO, now=NOW)
    assert states("vp")["decision"] == "kept"
    found = take_back(last_delivery(), by=COMMAND_LINE, why="by mistake")
    assert found.imported is not None
    assert found.imported.state == Import.TAKEN_BACK
    assert Lead.objects.get(person="vp").stage == "mql"
    assert states("vp")["decision"] != "kept"
    assert Challenge.objects.get().withdrawn_at is not None
    assert take_back(last_delivery(), by=COMMAND_LINE).trouble == ""


@pytest.mark.django_db(transaction=True)
def test_of_an_answer_and_an_undoing_at_once_one_is_told(tmp_path: Path) -> None:
    opened()
    number = ask("p8", "told", by=CY, now=NOW).question or 0
    things = [
        lambda: bool(undo_question(number, by=CY, now=NOW + 1).refused),
        lambda: bool(answer_question(number, "Yes", by=MO, now=NOW + 1).refused),
    ]
    refused, row = at_once(tmp_path, things, lambda: Question.objects.get(pk=number))
    assert refused.count(True) == 1
    assert (row.withdrawn_at is None) != (row.answered_at is None)
