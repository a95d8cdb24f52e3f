"""A team's desk: what is at risk, who has how much, and leads that are handed over together."""

from __future__ import annotations

import pytest

from interlock.operations.actor import COMMAND_LINE, NotAllowedError
from interlock.operations.hand_over_many import hand_over_many
from interlock.operations.read_team_desk import read_team_desk
from interlock.operations.rebuild import rebuild
from interlock.operations.undo import undo
from interlock.store.models import Lead
from tests.operations.company import at, put
from tests.operations.desk import BO, LEA, NOW, opened
from tests.support.queries import queries_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_folder")]


def owner(person: str) -> str:
    return Lead.objects.get(person=person).owner


def test_the_first_due_stands_first_and_only_what_is_of_the_team() -> None:
    opened()
    desk = read_team_desk(by=LEA, now=NOW)
    assert {each.owner.key for each in desk.at_risk} <= {"bo", ""}
    due = [each.due_at or 0 for each in desk.at_risk]
    assert due == sorted(due)
    assert [load.member.key for load in desk.loads] == ["bo"]
    everybody = read_team_desk(by=COMMAND_LINE, now=NOW)
    assert {"bo", "cy"} <= {load.member.key for load in everybody.loads}


def test_load_says_what_each_has_and_did() -> None:
    opened()
    cy = next(
        load for load in read_team_desk(by=COMMAND_LINE, now=NOW).loads if load.member.key == "cy"
    )
    # p5 was accepted by Cy; nobody else is at a stage where sales has them
    assert cy.leads == 1
    assert cy.handed_over >= cy.answered >= 1
    assert (cy.from_marketing, cy.opportunities) == (0, 0)


def test_a_deal_counts_as_marketings_when_the_buyer_had_met_us() -> None:
    opened()
    bo = next(
        load for load in read_team_desk(by=COMMAND_LINE, now=NOW).loads if load.member.key == "bo"
    )
    # p1 met us on 2 March and the opportunity was opened on the 3rd
    assert (bo.from_marketing, bo.opportunities) == (1, 1)


def test_who_is_away_is_named() -> None:
    opened()
    put("absence", "a", at(23), member="bo", ends_at=at(27), reason="holiday")
    put("absence", "b", at(2), member="bo", ends_at=at(6), reason="over")
    desk = read_team_desk(by=LEA, now=NOW)
    assert [(each.member.key, each.until, each.reason) for each in desk.away] == [
        ("bo", at(27), "holiday")
    ]


def test_leads_go_over_together_and_come_back_together() -> None:
    opened()
    handed = hand_over_many(["vp", "free", "p8"], "bo", by=LEA, now=NOW)
    # vp is Bo's already, p8 is Cy's of another team, nobody has `free`
    assert handed.count == 1
    assert {lead.key for lead, _ in handed.kept} == {"vp", "p8"}
    assert (owner("free"), owner("p8")) == ("bo", "cy")
    assert handed.delivery is not None
    undo(handed.delivery, by=LEA, now=NOW + 5)
    assert owner("free") != "bo"


def test_who_leads_no_team_hands_nothing_over() -> None:
    opened()
    with pytest.raises(NotAllowedError):
        hand_over_many(["free"], "bo", by=BO, now=NOW)
    assert hand_over_many([], "bo", by=LEA, now=NOW).problem == "Choose the leads first."
    assert "No member" in hand_over_many(["free"], "nobody", by=LEA, now=NOW).problem


def test_the_number_of_queries_does_not_grow() -> None:
    def desk() -> object:
        return read_team_desk(by=COMMAND_LINE, now=NOW)

    opened()
    few = queries_of(desk)
    for number in range(20):
        key = f"more{number}"
        put("person", key, at(20), created_at=at(20), name=key, source="web")
        put("touch", f"t-{key}", at(23), person=key, kind="demo")
        put("assignment", f"a-{key}", at(23), person=key, member="bo")
    rebuild(by=COMMAND_LINE, as_of=NOW)
    assert queries_of(desk) == few <= 18
