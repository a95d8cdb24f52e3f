"""Marketing's desk: what it owes, what came back, who may return, and the answers that it gives."""

from __future__ import annotations

from dataclasses import replace

import pytest

from interlock.operations.actor import COMMAND_LINE, Actor
from interlock.operations.adopt import adopt
from interlock.operations.answer_challenge import answer_challenge
from interlock.operations.answer_question import answer_question
from interlock.operations.ask import ask
from interlock.operations.decide import decide
from interlock.operations.permissions import Scope
from interlock.operations.read_marketing_desk import read_marketing_desk
from interlock.operations.rebuild import rebuild
from interlock.store.models import FACTS, Challenge, Question
from tests.operations.company import at, text_of
from tests.operations.desk import BO, CY, MO, NOW, agreement, opened
from tests.support.queries import queries_of

KEEPER = Actor("kim", "operations", "operations")

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_folder")]


def test_what_came_back_is_counted_by_reason_source_and_campaign() -> None:
    opened()
    back = read_marketing_desk(NOW).hand_backs
    # p2 of the web was rejected on 4 March; nobody else came back
    assert (back.count, [(s.what.name, s.count) for s in back.reasons]) == (1, [("Not ready", 1)])
    assert [(s.what.name, s.count) for s in back.sources] == [("web", 1)]
    assert [(s.what.name, s.count) for s in back.campaigns] == [("no campaign", 1)]
    assert read_marketing_desk(at(4, month=4)).hand_backs.count == 0


def test_a_question_waits_until_it_is_answered_and_the_answer_is_on_the_lead() -> None:
    opened()
    assert ask("p8", "told", by=CY, words="The webinar?", now=NOW).done
    waiting = read_marketing_desk(NOW).waiting
    assert (waiting.count, waiting.questions[0].person.key) == (1, "p8")
    assert waiting.questions[0].says == "What exactly did we tell them? The webinar?"
    number = waiting.questions[0].number
    assert "for marketing" in answer_question(number, "Yes", by=BO, now=NOW).refused
    assert "Say something" in answer_question(number, "  ", by=MO, now=NOW).refused
    assert answer_question(number, "Yes, on Friday.", by=MO, now=NOW).said
    assert read_marketing_desk(NOW).waiting.count == 0
    assert "answered already: Yes, on Friday." in answer_question(number, "No", by=MO).refused
    note = FACTS["activity"].objects.get(kind="note")
    assert (note.person, note.subject, note.human) == ("p8", "Yes, on Friday.", True)


def test_what_no_store_takes_is_left_out_of_words() -> None:
    opened()
    assert ask("p8", "told", by=CY, words="The\0 webinar?", now=NOW).done
    row = Question.objects.get()
    assert row.words == "The webinar?"
    assert answer_question(row.pk, "Yes,\0 on Friday.", by=MO, now=NOW).said
    assert FACTS["activity"].objects.get(kind="note").subject == "Yes, on Friday."


def test_a_contested_rejection_is_answered_and_sales_looks_again() -> None:
    opened()
    assert decide("vp", "reject", by=BO, reason="no-fit", now=NOW).challenge
    contested = read_marketing_desk(NOW).waiting.challenges[0]
    assert (contested.person.key, contested.reason.name) == ("vp", "Not our customer")
    assert contested.passes
    assert answer_challenge(contested.number, upheld=True, by=MO, now=NOW).said
    assert Challenge.objects.get().upheld is True
    again = Question.objects.get()
    assert (again.person, again.owed_by, again.topic) == ("vp", "sales", "again")
    assert read_marketing_desk(NOW).waiting.count == 0


def test_a_rejection_that_stands_asks_nobody_anything() -> None:
    opened()
    decide("vp", "reject", by=BO, reason="no-fit", now=NOW)
    number = read_marketing_desk(NOW).waiting.challenges[0].number
    assert answer_challenge(number, upheld=False, by=MO, now=NOW).said == "Answered: it stands."
    assert not Question.objects.exists()


def test_nobody_answers_what_they_asked_themselves() -> None:
    opened()
    ask("p8", "told", by=COMMAND_LINE, now=NOW)
    number = read_marketing_desk(NOW).waiting.questions[0].number
    assert "yourself" in answer_question(number, "Yes", by=COMMAND_LINE, now=NOW).refused


def test_who_asks_by_a_token_does_not_answer_by_hand() -> None:
    opened()
    scopes, token = frozenset({Scope.DECIDE}), "token sync"
    name = f"{KEEPER.name} by {token}"
    ask("p8", "told", by=replace(KEEPER, name=name, scopes=scopes, through=token), now=NOW)
    number = read_marketing_desk(NOW).waiting.questions[0].number
    assert "yourself" in answer_question(number, "Yes", by=KEEPER, now=NOW).refused


def test_who_was_sent_away_returns_when_the_reason_says() -> None:
    opened()
    changed = agreement()
    back = {"after_days": 30, "when": "engagement >= 50"}
    changed["reasons"]["not-ready"]["returns"] = back
    adopt(text_of({**changed, "version": "2"}), by=COMMAND_LINE)
    rebuild(by=COMMAND_LINE)
    # p2 was sent away on 4 March, and stays away for 30 days at least
    pool = read_marketing_desk(NOW).nurture
    assert (pool.count, pool.pools[0].count, pool.pools[0].may_return) == (1, 1, 0)
    assert [(each.person.key, each.may_return) for each in pool.next] == [
        ("p2", at(4) + 30 * 24 * 3600)
    ]
    later = read_marketing_desk(at(4, month=4)).nurture
    assert (later.pools[0].may_return, later.next) == (1, ())


def test_the_number_of_queries_does_not_grow() -> None:
    opened()
    ask("p8", "told", by=CY, now=NOW)
    few = queries_of(lambda: read_marketing_desk(NOW))
    for topic in ("wants", "data", "warm"):
        ask("p8", topic, by=CY, now=NOW)
        ask("vp", topic, by=BO, now=NOW)
    assert read_marketing_desk(NOW).waiting.count == 7
    assert queries_of(lambda: read_marketing_desk(NOW)) == few <= 26
