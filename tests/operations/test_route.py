"""A lead that has nobody is given to somebody in the moment in which it is looked at."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from interlock.operations.actor import COMMAND_LINE, Actor
from interlock.operations.adopt import adopt
from interlock.operations.delivery import LiveFact
from interlock.operations.live import LiveReceived, receive_live
from interlock.operations.look import look_at_due
from interlock.operations.rebuild import rebuild
from interlock.replay import engine
from interlock.replay.promises import obligations
from interlock.store.models import FACTS, Clock, Event, Happening, Lead, Obligation, Route, Turn
from tests.operations import company
from tests.operations.company import at, put

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_folder")]

NOW = at(23, "10:00")
EVENING = at(23, "20:00")
BO = Actor("bo@example.com", "sales", "member", "bo")
ROUTING: dict[str, Any] = {
    "enters": "mql",
    "account_owner_first": True,
    "rules": {
        "partners": {"when": 'person.source == "partner"', "queue": "Partner desk"},
        "oslo": {"when": 'person.source == "web"', "team": "Oslo", "role": "SDR"},
    },
    "fallback": {"queue": "Nobody's", "owner": "bo"},
}


def opened(**routing: Any) -> None:
    """The company on Monday 23 March, 9:00, with three SDRs in Oslo and routing in force."""
    company.fill()
    for number in (1, 2, 3):
        put("member", f"s{number}", name=f"S {number}", side="sales", team="Oslo", role="SDR")
    agree(**routing)


def agree(**routing: Any) -> None:
    adopt(company.agreement_text(routing=ROUTING | routing), by=COMMAND_LINE)
    replay_all(at(23))


def replay_all(now: int) -> None:
    with time_machine.travel(now, tick=False):
        rebuild(by=COMMAND_LINE)


def facts_of_lead(key: str, now: int = NOW, **cells: Any) -> list[LiveFact]:
    """Somebody new, with a touch that makes an MQL."""
    person = {"id": key, "created_at": now, "name": key, "source": "web", **cells}
    touch = {"id": f"t-{key}", "person": key, "at": now, "kind": "demo"}
    return [LiveFact("person", person), LiveFact("touch", touch)]


def comes(*keys: str, now: int = NOW, **cells: Any) -> LiveReceived:
    """Such leads in one delivery."""
    facts = [fact for key in keys for fact in facts_of_lead(key, now, **cells)]
    return receive_live(facts, by=BO, source="form", now=now)


def news(fact: str, /, now: int = NOW, **cells: Any) -> LiveReceived:
    received = receive_live([LiveFact(fact, cells)], by=BO, source="desk", now=now)
    assert received.refused == ()
    return received


def given(person: str) -> list[tuple[str, str]]:
    """Whom a person was given to by routing, and the queues, in order."""
    rows = FACTS["assignment"].objects.filter(person=person, batch__source="routing").order_by("id")
    return [(row.member or "", row.queue or "") for row in rows]


def owner(person: str) -> str:
    return Lead.objects.get(person=person).owner


def test_a_new_lead_has_an_owner_at_once() -> None:
    opened()
    comes("new")
    assert owner("new") == "s1"
    assert given("new") == [("s1", "")]
    assert Obligation.objects.get(person="new", promise="first-touch").owner == "s1"
    route = Route.objects.get()
    assert (route.person, route.how, route.rule, route.at) == ("new", "turn", "oslo", NOW)
    told = Happening.objects.filter(person="new", what="assigned").values_list("clause", flat=True)
    assert list(told) == ["s1"]
    assert Event.objects.filter(verb="route").count() == 1


def test_who_is_given_somebody_is_read_once_and_decided_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened()
    decided: list[int] = []

    def counted(*asked: Any) -> Any:
        decided.append(1)
        return obligations(*asked)

    monkeypatch.setattr(engine, "obligations", counted)
    with CaptureQueriesContext(connection) as queries:
        comes("new")
    assert owner("new") == "s1"
    assert len(decided) == 1
    facts = [
        each["sql"]
        for each in queries
        if 'FROM "store_touch"' in each["sql"] and '"store_touch"."kind"' in each["sql"]
    ]
    assert len(facts) == 1


def test_who_was_given_somebody_stands_as_a_replay_of_all_says() -> None:
    owned = {
        "name": "A named owner",
        "says": "Marketing gives every MQL to somebody within an hour.",
        "owed_by": "marketing",
        "owed_to": "sales",
        "starts": {"enters": "mql"},
        "kept_by": "known(assignment.member)",
        "within": "1 working hour",
        "calendar": "office",
    }
    company.fill()
    for number in (1, 2, 3):
        put("member", f"s{number}", name=f"S {number}", side="sales", team="Oslo", role="SDR")
    agreement = company.agreement_of_the_company() | {"routing": ROUTING}
    agreement["promises"]["routing"] = owned
    adopt(company.text_of(agreement), by=COMMAND_LINE)
    replay_all(at(23))
    for number in range(4):
        comes(f"n{number}", f"m{number}", now=NOW + number)
    kept = Obligation.objects.get(person="n3", promise="routing")
    assert (kept.state, kept.kept_at) == ("kept", NOW + 3)
    live = stands()
    replay_all(NOW + 3)
    assert stands() == live


def stands() -> list[Any]:
    """Where the new leads stand, what is owed about them, and when."""
    of_them = {"person__regex": "^[nm][0-9]$"}
    leads = Lead.objects.filter(**of_them).order_by("person")
    owed = Obligation.objects.filter(**of_them).order_by("person", "promise")
    return [
        *leads.values_list("person", "stage", "owner", "tier"),
        *owed.values_list("person", "promise", "owner", "state", "due_at", "kept_at"),
    ]


def test_turns_go_on_from_one_lead_to_the_next() -> None:
    opened()
    for number in range(7):
        comes(f"n{number}", now=NOW + number)
    assert [owner(f"n{number}") for number in range(7)] == ["s1", "s2", "s3"] * 2 + ["s1"]
    assert dict(Turn.objects.values_list("member", "taken")) == {"s1": 3, "s2": 2, "s3": 2}


def test_leads_of_one_delivery_have_a_turn_each() -> None:
    opened()
    comes(*(f"n{number}" for number in range(9)))
    assert Counter(owner(f"n{number}") for number in range(9)) == {"s1": 3, "s2": 3, "s3": 3}


def test_a_lead_that_has_somebody_is_left_alone() -> None:
    opened()
    news("touch", id="t-again", person="p8", at=NOW, kind="demo")
    assert owner("p8") == "cy"
    assert not Route.objects.exists()


def test_looking_twice_gives_once() -> None:
    opened()
    comes("new")
    news("touch", id="t-again", person="new", at=NOW + 60, kind="visit", now=NOW + 60)
    assert given("new") == [("s1", "")]
    assert Turn.objects.get(member="s1").taken == 1


def test_who_has_the_account_gets_its_leads_without_a_turn() -> None:
    opened()
    comes("new", account="acme")
    assert (owner("new"), Route.objects.get().how) == ("bo", "account")
    assert not Turn.objects.exists()


def test_two_leads_of_a_new_account_go_to_the_same() -> None:
    opened()
    comes("n1", "n2", account="newco")
    assert [owner("n1"), owner("n2")] == ["s1", "s1"]
    assert [row.how for row in Route.objects.order_by("id")] == ["turn", "account"]


def test_a_queue_of_a_rule_holds_its_leads() -> None:
    opened()
    comes("new", source="partner")
    assert given("new") == [("", "Partner desk")]
    assert owner("new") == ""


def test_what_no_rule_takes_waits_in_the_fallback_queue() -> None:
    opened()
    comes("new", source="fair")
    assert given("new") == [("", "Nobody's")]
    news("touch", id="t-more", person="new", at=NOW + 60, kind="visit", now=NOW + 60)
    assert given("new") == [("", "Nobody's")]
    assert Route.objects.count() == 1


def test_a_lead_that_comes_under_a_rule_later_is_given_then() -> None:
    opened()
    comes("new", source="fair")
    person = {"id": "new", "created_at": NOW, "updated_at": NOW + 60, "name": "n", "source": "web"}
    receive_live([LiveFact("person", person)], by=BO, source="form", now=NOW + 60)
    assert given("new") == [("", "Nobody's"), ("s1", "")]
    assert not Route.objects.filter(waits=True).exists()


# --- hours and absences -----------------------------------------------------------------------


def test_in_the_evening_turns_go_on_all_the_same() -> None:
    opened()
    comes("new", now=EVENING)
    assert owner("new") == "s1"


def test_a_lead_may_wait_for_the_morning() -> None:
    opened(out_of_hours="wait")
    comes("new", now=EVENING)
    assert given("new") == [("", "Nobody's")]
    assert Clock.objects.get(person="new").at == at(24, "09:00")
    look_at_due(at(24, "08:59"))
    assert owner("new") == ""
    look_at_due(at(24, "09:00"))
    assert given("new") == [("", "Nobody's"), ("s1", "")]


def away(member: str, until: int | None = None, now: int = NOW) -> None:
    cells = {} if until is None else {"ends_at": until}
    news("absence", id=f"away-{member}", member=member, starts_at=now - 60, **cells)


def test_who_is_away_is_passed_over_and_comes_back_level() -> None:
    opened()
    away("s1", at(24, "09:00"))
    comes(*(f"n{number}" for number in range(6)))
    assert Counter(owner(f"n{number}") for number in range(6)) == {"s2": 3, "s3": 3}
    comes(*(f"m{number}" for number in range(3)), now=at(24, "09:00"))
    assert Counter(owner(f"m{number}") for number in range(3)) == {"s1": 1, "s2": 1, "s3": 1}


def test_while_all_are_away_leads_wait_until_one_is_back() -> None:
    opened()
    for number in (1, 2, 3):
        away(f"s{number}", at(24 + number, "11:00"))
    comes("n1", "n2")
    assert Route.objects.filter(how="away", waits=True).count() == 2
    look_at_due(at(25, "11:00"))
    assert [owner("n1"), owner("n2")] == ["s1", "s1"]


def test_news_of_a_member_is_what_waiting_leads_wait_for() -> None:
    opened()
    for number in (1, 2, 3):
        away(f"s{number}")
    comes("new")
    assert not Clock.objects.filter(person="new", at__lt=NOW + 3_600).exists()
    news("absence", id="away-s2", member="s2", starts_at=NOW - 60, ends_at=NOW + 60, now=NOW + 60)
    assert owner("new") == "s2"


# --- the past ---------------------------------------------------------------------------------


def test_leads_from_before_are_given_out_by_the_worker() -> None:
    company.fill()
    put("member", "s1", name="S 1", side="sales", team="Oslo", role="SDR")
    put("person", "old", at(16), created_at=at(16), name="Old", source="web")
    put("touch", "t-old", at(17), person="old", kind="demo")
    agree()
    assert owner("old") == ""
    look_at_due(at(23, "09:01"))
    assert given("old") == [("s1", "")]
    assert look_at_due(at(23, "09:01")) is None


def test_without_the_clause_nobody_is_given_anything() -> None:
    company.fill()
    adopt(company.agreement_text(), by=COMMAND_LINE)
    replay_all(at(23))
    comes("new")
    assert (owner("new"), Route.objects.count()) == ("", 0)
