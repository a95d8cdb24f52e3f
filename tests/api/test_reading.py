"""Lists and one person over the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from interlock.operations.permissions import Scope
from interlock.store.models import Lead, User
from tests.api.conftest import bearing, secret_for
from tests.operations.company import put, replay, replayed

Walk = Callable[..., list[dict[str, Any]]]
LISTS = ("people", "accounts", "obligations", "decisions", "verdicts")


def test_people_are_listed_page_by_page(walk: Walk) -> None:
    replayed()
    people = walk("people")
    keys = [each["person"]["key"] for each in people]
    assert keys == sorted(["p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9", "p10"])
    (p1,) = (each for each in people if each["person"]["key"] == "p1")
    assert p1["person"]["name"] == "Person 1"
    assert p1["account"] == {"key": "acme", "name": "Acme ASA"}
    assert p1["since"] == "2026-03-17T08:00:00+00:00"


@pytest.mark.parametrize("name", LISTS)
def test_a_walk_meets_every_row_once_whatever_comes_in_meanwhile(walk: Walk, name: str) -> None:
    replayed()
    old = [_named(row) for row in walk(name, limit=500)]
    assert len(set(old)) == len(old)
    came = iter(range(100))

    def something_happens() -> None:
        n = next(came)
        put("person", f"a{n}", 1_772_000_000 + n, created_at=1_772_000_000 + n, name="New")
        put("account", f"a{n}", name="New")
        put("decision", f"a{n}", 1_773_000_000, person="p3", kind="accept", member="bo")
        replay()

    rows = walk(name, limit=2, meanwhile=something_happens)
    assert [each for each in map(_named, rows) if each in old] == old


def _named(row: dict[str, Any]) -> tuple[str, ...]:
    """What names a row."""
    if "key" in row:
        return (row["key"],)
    what = row.get("promise") or (row["stage"] if "entered_at" in row else {"key": ""})
    since = row.get("started_at") or row.get("entered_at") or ""
    return row["person"]["key"], what["key"], since


def test_filters_are_those_of_the_pages(walk: Walk) -> None:
    replayed()

    def people(query: str) -> list[str]:
        return [each["person"]["key"] for each in walk(f"people?{query}", limit=500)]

    assert people("search=person+1") == ["p1", "p10"]
    assert people("source=") == ["p9"]
    assert people("owner=cy") == ["p5", "p6", "p7", "p8"]
    kept = walk("obligations?promise=first-touch&state=kept", limit=500)
    assert [each["person"]["key"] for each in kept] == ["p1", "p2", "p5"]
    assert walk("obligations?side=nobody") == []
    assert [each["kind"] for each in walk("decisions?member=bo")] == ["accept", "reject"]
    assert {each["stage"]["key"] for each in walk("verdicts?person=p2&present=true")} == {"nurture"}


def test_a_person_and_why(program: Client) -> None:
    replayed()
    assert program.get("/api/v1/people/p2").json()["stage"]["key"] == "nurture"
    why = program.get("/api/v1/people/p2/because").json()
    assert [each["stage"]["key"] for each in why["verdicts"]][-1] == "nurture"
    assert why["verdicts"][0]["because"]["clause"].startswith("stages.")
    assert why["obligations"][0]["started_because"]["version"]


def test_somebody_whom_nobody_knows_is_a_problem_with_a_way_out(program: Client) -> None:
    replayed()
    for address in ("people/x", "people/x/because"):
        answer = program.get(f"/api/v1/{address}")
        assert answer.status_code == 404
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json() == {
            "type": "urn:interlock:problem:not-found",
            "title": "Not Found",
            "status": 404,
            "detail": "Nobody has the key x.",
            "way_out": "List /api/v1/people.",
            "faults": [],
        }


def test_before_the_first_replay_lists_are_empty(walk: Walk) -> None:
    assert all(walk(name) == [] for name in LISTS)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("limit=0", 422),
        ("limit=501", 422),
        ("limit=x", 422),
        ("cursor=x", 422),
        ("cursor=WzFd", 422),  # [1]
        ("cursor=WyJhXHUwMDAwIl0", 422),  # a key with NUL
        ("stagee=mql", 422),
        ("search=%00", 400),
    ],
)
def test_what_cannot_be_asked_is_a_problem(program: Client, query: str, status: int) -> None:
    answer = program.get(f"/api/v1/people?{query}")
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"]


def test_a_method_or_an_address_that_there_is_not(program: Client) -> None:
    answer = program.delete("/api/v1/people")
    assert (answer.status_code, answer["Allow"]) == (405, "GET")
    assert answer["Content-Type"] == "application/problem+json"
    assert program.get("/api/v1/nothing").json()["type"] == "urn:interlock:problem:not-found"


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic a2ltOng="])
def test_a_stranger_is_told_so(header: str) -> None:
    answer = Client().get("/api/v1/people", headers={"authorization": header})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
@pytest.mark.parametrize("name", [*LISTS, "people/p1", "people/p1/because"])
def test_a_token_for_something_else_reads_nothing(name: str) -> None:
    answer = bearing(secret_for(Scope.FACTS_WRITE)).get(f"/api/v1/{name}")
    assert answer.status_code == 403, name
    assert "it takes the scope" in answer.json()["way_out"]


@pytest.mark.usefixtures("program")
def test_a_sign_in_is_no_token() -> None:
    replayed()
    assert Lead.objects.exists()
    client = Client()
    client.force_login(User.objects.get())
    assert client.get("/api/v1/people").status_code == 401
