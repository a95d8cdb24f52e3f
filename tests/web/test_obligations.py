"""What anybody owes, by any combination of filters; the numbers are those of `company`'s table."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from interlock.store.models import FACTS
from tests.operations.company import replayed
from tests.web.test_pages import links, words


def people(client: Client, query: str) -> list[str]:
    answer = client.get(f"/obligations{query}")
    assert answer.status_code == 200, query
    return re.findall(r'data-row href="/people/([^"#]+)', answer.content.decode())


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?promise=first-touch", "p8 p7 p6 p5 p4 p3 p2 p1"),
        ("?promise=first-touch&owner=bo", "p4 p3 p2 p1"),
        ("?owner=cy&state=open", "p8"),
        ("?owner=cy&side=sales&state=broken", "p7 p6"),
        ("?side=sales&source=partner&week=2026-03-05", "p4 p3"),
        ("?promise=first-touch&tier=&state=kept", "p5 p2 p1"),
        ("?promise=greeting&state=kept late", "p10"),
        ("?side=sales&state=decided", "p7 p6 p5 p4 p3 p2 p1"),
    ],
)
def test_filters_combine(as_reader: Client, query: str, expected: str) -> None:
    replayed()
    assert people(as_reader, query) == expected.split()


def test_without_filters_everything_is_there(as_reader: Client) -> None:
    replayed()
    assert len(people(as_reader, "")) == 8 + 10
    page = words(as_reader, "/obligations")
    assert "What both sides owed" in page
    assert "24 % kept in time: 4 of 17 decided, 1 open." in page


@pytest.mark.parametrize(
    "query",
    [
        "side=leadership",
        "promise=no-such",
        "owner=nobody",
        "state=xyz",
        "source=?",
        "tier=?",
        "week=yesterday",
        "week=0001-01-01",
        "week=9999-12-31",
        "side=marketing&promise=first-touch",
    ],
)
def test_what_no_obligation_has_is_said_to_be_found_nowhere(as_reader: Client, query: str) -> None:
    replayed()
    assert people(as_reader, f"?{query}") == []
    page = words(as_reader, f"/obligations?{query}")
    assert "Nothing found" in page
    assert "Show all" in page
    for asked in query.split("&"):
        name, _, value = asked.partition("=")
        assert value.capitalize() in page or value in page or name == "promise", name


def test_a_list_says_whose_it_is_and_how_many(as_reader: Client) -> None:
    replayed()
    page = words(as_reader, "/obligations?owner=cy&state=broken&week=2026-03-09")
    assert "What Cy Dahl owed in the week of 9 Mar 2026" in page
    assert "2 broken. Of all states: 33 % kept in time, 1 of 3 decided." in page


def test_whoever_is_a_member_finds_their_own(as_reader: Client) -> None:
    replayed()
    mine = "/obligations?owner=cy&state=open"
    assert mine not in links(as_reader, "/promises")
    FACTS["member"].objects.filter(key="cy").update(email="Sam@Example.com")
    for room in ("/", "/promises"):
        assert mine in links(as_reader, room)
        assert "My open promises" in words(as_reader, room)
    assert people(as_reader, "?owner=cy&state=open") == ["p8"]
