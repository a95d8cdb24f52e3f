"""Asking about the agreement in force: who hears of it, who answers, and where it stands."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from interlock.agreement.sentences import clause_at
from interlock.operations.actor import COMMAND_LINE, Actor, NotAllowedError
from interlock.operations.adopt import adopt
from interlock.operations.agreements import text_in_force
from interlock.operations.answer_remark import answer_remark
from interlock.operations.read_discussion import (
    RemarkLine,
    Talk,
    open_by_clause,
    read_discussion,
    read_talk,
)
from interlock.operations.read_draft_clause import read_draft_clause
from interlock.operations.read_drafts import read_drafts
from interlock.operations.read_gauge import read_gauge
from interlock.operations.reading import current
from interlock.operations.remark import remark
from interlock.operations.remark_on_clause import remark_on_clause
from interlock.operations.settle import settle
from interlock.store.models import Event, Notice, Remark
from tests.operations.company import agreement_of_the_company, at, put, text_of
from tests.operations.table import ADA, BO, KIM, MO, SAM, TODAY, draft, next_text, sit_down

pytestmark = pytest.mark.django_db
TOUCH = "promises.first-touch"


def text() -> str:
    """The company's agreement, in which the two sides have points of contact."""
    written = agreement_of_the_company() | {
        "rules_of_engagement": {"tell": {"says": "Marketing tells.", "owner": "campaign manager"}},
        "roles": {"campaign manager": "Mo", "keeper": "Kim", "head": "Bo"},
        "raci": {
            "agreement": {
                "activity": "Changing the agreement",
                "responsible": ["keeper"],
                "accountable": ["head"],
                "governs": "agreement",
            }
        },
    }
    written["parties"]["sales"] |= {"contact": "Sam", "deputy": "Bo"}
    written["parties"]["marketing"] |= {"contact": "Mo"}
    return text_of(written)


def talk(path: str = TOUCH, by: Actor = MO) -> Talk:
    agreement = text_in_force(TODAY)
    assert agreement is not None
    clause = clause_at(agreement, path)
    assert clause is not None
    return read_talk(clause, by=by, now=TODAY)


def asks(path: str = TOUCH, words: str = "Why four hours?", by: Actor = MO) -> RemarkLine:
    answer = remark_on_clause(path, words, by=by, now=TODAY)
    assert answer.said, answer.refused
    return talk(path).here[0]


def told() -> list[tuple[str, str]]:
    return list(Notice.objects.order_by("pk").values_list("whom", "text"))


@pytest.mark.parametrize(
    ("path", "by", "whom"),
    [
        (TOUCH, MO, ["sam@example.com"]),  # sales owes it: its point of contact
        ("stages.mql", MO, ["sam@example.com"]),  # sales has the lead there
        ("parties.marketing", SAM, ["mo@example.com"]),
        ("rules_of_engagement.tell", SAM, ["mo@example.com"]),  # whom the rule names
        ("raci.agreement", MO, ["bo@example.com", "kim@example.com"]),  # who does, who answers
        ("engagement", MO, ["bo@example.com", "kim@example.com"]),  # who answers for the text
        (TOUCH, SAM, ["mo@example.com"]),  # who answers for it alone asks the other side
    ],
)
def test_whoever_answers_for_the_clause_hears_of_a_remark(
    path: str, by: Actor, whom: list[str]
) -> None:
    sit_down(text())
    asks(path, by=by)
    assert [each for each, _ in told()] == whom
    assert Notice.objects.all()[0].link == f"/agreement/{path}#said"
    assert list(Event.objects.values_list("verb", "about", "why"))[-1] == (
        "remark",
        path,
        "Why four hours?",
    )


def test_the_deputy_hears_of_it_while_the_point_of_contact_is_away() -> None:
    sit_down(text())
    put("member", "x", name="X")  # so that absences are read
    put("absence", "a", at(1), member="sam@example.com", ends_at=at(9))
    assert talk().told == "Bo hears of it."
    asks()
    assert told() == [("bo@example.com", "Mo on First touch: Why four hours?")]


def test_without_a_point_of_contact_the_leads_of_the_side_hear_of_it() -> None:
    sit_down()
    asks()
    asks("engagement")
    assert [each for each, _ in told()] == ["bo@example.com", "kim@example.com"]


def test_all_of_a_remark_in_lines_is_kept_and_nothing_that_turns_what_stands_beside_it() -> None:
    sit_down(text())
    lines = "\n".join(["x" * 9] * 100)
    assert len(lines) == 999
    for sent, kept in ((lines.replace("\n", "\r\n"), lines), ("4 \u202e05\u2066 h", "4 05 h")):
        assert remark_on_clause(TOUCH, sent, by=MO, now=TODAY).said
        assert Remark.objects.latest("pk").words == kept


def test_an_answer_reaches_whoever_asked_and_the_remark_stays_open_until_settled() -> None:
    sit_down(text())
    asked = asks()
    assert (asked.is_answered, asked.settled_at) == (False, None)
    assert answer_remark(asked.number, " ", by=SAM).refused == "Say something, however short."
    assert answer_remark(99, "Yes.", by=SAM).refused == "There is no such remark."
    assert answer_remark(asked.number, "Half a shift.", by=SAM, now=TODAY).said
    assert answer_remark(asked.number, "Thanks; and on Fridays?", by=MO, now=TODAY).said
    [found] = talk().here
    assert [each.words for each in found.answers] == ["Half a shift.", "Thanks; and on Fridays?"]
    assert found.is_answered
    assert open_by_clause() == {TOUCH: 1}
    assert told()[1:] == [
        ("mo@example.com", "Sam answers: Half a shift."),
        ("sam@example.com", "Mo answers: Thanks; and on Fridays?"),
    ]
    assert settle(found.answers[0].number, by=SAM).refused == "There is no such remark."
    assert settle(asked.number, by=SAM, now=TODAY).said
    assert told()[-1] == ("mo@example.com", "Sam has settled: Why four hours?")
    assert answer_remark(asked.number, "No.", by=MO).refused.startswith("It is settled by now.")
    assert open_by_clause() == {}
    assert talk().here[0].settled_by == "Sam"


def test_an_answer_of_ones_own_leaves_it_open() -> None:
    sit_down(text())
    asked = asks()
    answer_remark(asked.number, "I mean on Fridays.", by=MO, now=TODAY)
    assert not talk().here[0].is_answered


def test_a_draft_that_touches_the_clause_shows_what_is_open_about_it() -> None:
    sit_down(text())
    half, other = "engagement.half_life_days", asks("engagement", "Too quick.")
    made = draft(next_text())
    assert remark(made.pk, half, "Why 12?", by=SAM, now=TODAY).said
    asks(TOUCH)
    [_, thread] = read_discussion(made.pk, [(half, "Half life")]).threads
    assert [(each.words, each.of_force) for each in thread.remarks] == [
        ("Too quick.", True),
        ("Why 12?", False),
    ]
    page = read_draft_clause(made.pk, TOUCH)
    assert page is not None
    [said] = page.talk.threads
    assert [each.words for each in said.remarks] == ["Why four hours?"]
    settle(other.number, by=KIM, now=TODAY)
    [_, thread] = read_discussion(made.pk, [(half, "Half life")]).threads
    assert [each.words for each in thread.remarks] == ["Why 12?"]


def test_what_is_open_stands_beside_the_drafts_also_when_its_clause_is_gone() -> None:
    sit_down(text())
    asks("promises.greeting", "Who reads this?")
    written = agreement_of_the_company() | {"version": "2", "in_force_from": "2026-03-02"}
    del written["promises"]["greeting"]
    assert adopt(text_of(written), by=COMMAND_LINE).version is not None
    [found] = read_drafts(TODAY).asked
    assert (found.title, found.is_there, found.remark.words) == (
        "Promises, greeting",
        False,
        "Who reads this?",
    )
    gone = remark_on_clause("promises.greeting", "And now?", by=MO, now=TODAY)
    assert gone.refused == "The agreement in force does not have this clause any more."


def test_a_question_counts_as_one_disagreement_whatever_is_answered() -> None:
    sit_down(text())
    asked = asks()
    answer_remark(asked.number, "So.", by=SAM, now=TODAY)
    gauge = read_gauge(current().basis, TODAY)
    assert gauge.raised == 1


def test_a_reader_reads_and_asks_nothing() -> None:
    sit_down(text())
    asked = asks()
    viewer = Actor("vic@example.com", "sales", "viewer")
    assert remark_on_clause(TOUCH, " ", by=ADA).refused == "Say something, however short."
    with pytest.raises(NotAllowedError):
        remark_on_clause(TOUCH, "?", by=viewer)
    with pytest.raises(NotAllowedError):
        answer_remark(asked.number, "?", by=viewer)


def test_more_remarks_take_no_more_queries() -> None:
    sit_down(text())
    taken = []
    for _ in range(3):
        answer_remark(asks().number, "So.", by=SAM, now=TODAY)
        asks("stages.mql", by=BO)
        with CaptureQueriesContext(connection) as queries:
            talk()
            read_drafts(TODAY)
        taken.append(len(queries))
    assert taken[0] == taken[-1]
