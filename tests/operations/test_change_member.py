"""What is said of a member on a page is a fact, and turns and clocks go by it at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from interlock.operations.actor import Actor, NotAllowedError
from interlock.operations.change_member import MemberChanged, Says, change_member
from interlock.operations.delivery import LiveFact
from interlock.operations.live import receive_live
from interlock.operations.permissions import Role
from interlock.operations.read_members import read_members
from interlock.store.models import FACTS, Event, Lead, Obligation, Route, User
from tests.operations import desk
from tests.operations.company import at
from tests.operations.desk import BO, LEA, NOW, opened
from tests.support.at_once import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_folder")]

KIM = Actor("kim@example.com", "operations", Role.OPERATIONS)
BEFORE = Says("sales", "north", "", None)
CALENDARS = {
    "mornings": {
        "meaning": "Nine to eleven in Oslo, Monday to Friday",
        "timezone": "Europe/Oslo",
        "hours": {day: ["09:00-11:00"] for day in ("mon", "tue", "wed", "thu", "fri")},
    }
}
ROUTING = {
    "enters": "mql",
    "rules": {"web": {"when": 'person.source == "web"', "team": "north"}},
    "fallback": {"queue": "Nobody's", "owner": "mo"},
}


@pytest.fixture(autouse=True)
def _opened(monkeypatch: pytest.MonkeyPatch) -> None:
    text = desk.agreement()
    text = text | {"calendars": text["calendars"] | CALENDARS, "routing": ROUTING}
    monkeypatch.setattr(desk, "agreement", lambda: text)
    opened()


def mark(key: str = "bo") -> int:
    return int(FACTS["member"].objects.get(key=key, live=True).pk)


def say(key: str = "bo", by: Actor = KIM, **says: Any) -> MemberChanged:
    before = next(each for each in read_members(by=KIM).lines if each.key == key)
    known = {name: getattr(before, name) for name in ("side", "team", "calendar", "capacity")}
    return change_member(key, Says(**(known | says)), mark=before.mark, by=by, now=NOW)


def comes(key: str) -> str:
    """Who gets somebody new from the web."""
    person = {"id": key, "created_at": NOW, "name": key, "source": "web"}
    touch = {"id": f"t-{key}", "person": key, "at": NOW, "kind": "demo"}
    facts = [LiveFact("person", person), LiveFact("touch", touch)]
    receive_live(facts, by=BO, source="form", now=NOW)
    return Lead.objects.get(person=key).owner


def test_it_is_a_fact_of_the_members_own_source_and_the_trail_says_what_became_of_what() -> None:
    done = say(team="south", capacity=12)
    assert done == MemberChanged("team: north becomes south; capacity: nothing becomes 12")
    row = FACTS["member"].objects.get(key="bo", live=True)
    assert (row.team, row.capacity, row.name, row.batch.source) == ("south", 12, "Bo Berg", "test")
    assert row.batch.live
    assert FACTS["member"].objects.filter(key="bo", live=False, team="north").exists()
    entry = Event.objects.get(verb="change member")
    assert (entry.by, entry.about, entry.why) == (KIM.name, "member bo", done.changed)
    assert say(team="", capacity=None).changed == (
        "team: south becomes nothing; capacity: 12 becomes nothing"
    )
    assert say() == MemberChanged("")


def test_turns_go_by_it_at_once() -> None:
    assert say("bo", capacity=0).changed
    assert [comes("n1"), comes("n2")] == ["lea", "lea"]
    say("lea", team="south")
    assert comes("n3") == ""
    assert Route.objects.get(person="n3").waits
    say("bo", capacity=3)
    assert Lead.objects.get(person="n3").owner == "bo"
    say("bo", side="marketing")
    assert comes("n4") == ""


def test_clocks_go_by_it_at_once() -> None:
    due = Obligation.objects.filter(person="vp", promise="first-touch").values_list("due_at")
    assert due.get() == (at(23, "12:00"),)
    said = "calendar: nothing becomes Nine to eleven in Oslo, Monday to Friday"
    assert say(calendar="mornings").changed == said
    assert due.get() == (at(24, "11:00"),)


def test_a_lead_says_the_capacity_of_the_team_and_nothing_else() -> None:
    assert say(by=LEA, capacity=4).changed == "capacity: nothing becomes 4"
    assert [each.key for each in read_members(by=LEA).lines] == ["bo", "lea"]
    assert not read_members(by=LEA).everything
    for key, says in (("bo", {"team": "south"}), ("cy", {"capacity": 1}), ("", {})):
        with pytest.raises(NotAllowedError):
            change_member(
                key, Says(**{**vars_of(key), **says}), mark=mark(key or "bo"), by=LEA, now=NOW
            )
    with pytest.raises(NotAllowedError):
        say(by=BO, capacity=1)
    with pytest.raises(NotAllowedError):
        read_members(by=BO)


def vars_of(key: str) -> dict[str, Any]:
    team = {"bo": "north", "cy": "south"}.get(key, "")
    return {"side": "sales", "team": team, "calendar": "", "capacity": 4 if key == "bo" else None}


def test_what_is_wrong_is_said_and_nothing_is_kept() -> None:
    wrong = say(side="moon", team="x" * 81, calendar="nights", capacity=-1)
    assert len(wrong.problems) == 4
    assert "office, mornings" in wrong.problems[2]
    assert not Event.objects.filter(verb="change member").exists()
    assert mark() == FACTS["member"].objects.get(key="bo").pk


def test_the_sign_in_follows_to_the_other_side_unless_an_admin_said_another() -> None:
    own = User.objects.create_user("bo@example.com", side="sales", member="bo")
    other = User.objects.create_user("cy@example.com", side="operations", member="cy")
    say("bo", side="marketing")
    say("cy", side="marketing")
    own.refresh_from_db()
    other.refresh_from_db()
    assert (own.side, other.side) == ("marketing", "operations")


@pytest.mark.django_db(transaction=True)
def test_of_those_who_say_something_at_once_one_is_heard_and_the_others_are_told(
    tmp_path: Path,
) -> None:
    seen = mark()
    things = [
        lambda n=n: change_member("bo", Says("sales", "north", "", n), mark=seen, by=KIM, now=NOW)
        for n in range(1, 6)
    ]
    found, kept = at_once(
        tmp_path, things, lambda: FACTS["member"].objects.filter(key="bo").count()
    )
    assert [bool(each.changed) for each in found].count(True) == 1
    assert [each.problems for each in found if not each.changed] == [
        ("something else was said meanwhile; look at it again",)
    ] * 4
    assert kept == 2
