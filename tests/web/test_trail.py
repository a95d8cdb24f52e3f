"""The page of the trail: for those who keep the data."""

from __future__ import annotations

import pytest
from django.test import Client

from interlock.operations.actor import Actor
from interlock.operations.reading import PAGE
from interlock.store.trail import record

ANN = Actor("ann@example.com", "sales", "member", door="api", place="10.0.0.7", through="token ci")
BOB = Actor("bob@example.com", "sales", "admin", door="cli")


def page(client: Client, query: str = "") -> str:
    answer = client.get(f"/data/trail{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_whoever_does_not_keep_the_data_is_refused(as_reader: Client) -> None:
    answer = as_reader.get("/data/trail")

    assert answer.status_code == 403
    assert "may not read the trail" in answer.content.decode()
    assert "/data/trail" not in as_reader.get("/data").content.decode()


def test_an_empty_trail_says_what_will_be_here(as_keeper: Client) -> None:
    assert "Nothing was changed yet" in page(as_keeper)
    assert 'href="/data/trail"' in as_keeper.get("/data").content.decode()


def test_entries_are_shown_latest_first_with_where_from(as_keeper: Client) -> None:
    record(BOB, "adopt", "agreement 1", at=1_700_000_000, why="<b>it begins</b>")
    record(ANN, "import", "import 7: crm", at=1_700_000_060)

    text = page(as_keeper)

    assert text.index("import 7: crm") < text.index("agreement 1")
    assert "&lt;b&gt;it begins" in text
    assert "10.0.0.7" in text
    assert "token ci" in text
    assert "2 entries" in text


def test_entries_are_filtered(as_keeper: Client) -> None:
    record(BOB, "adopt", "agreement 1", at=1)
    record(ANN, "import", "import 7: crm", at=2)

    assert "import 7: crm" not in page(as_keeper, "?by=bob@example.com")
    assert "agreement 1" not in page(as_keeper, "?verb=import")
    assert "agreement 1" not in page(as_keeper, "?about=CRM")
    assert "No entry" in page(as_keeper, "?by=nobody")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?after=x", "agreement 1"),
        ("?after=99999999999999999999", "agreement 1"),
        ("?after=-3", "No entry"),
        ("?by=", "No entry"),
    ],
)
def test_a_mark_or_a_filter_that_is_none_does_no_harm(
    as_keeper: Client, query: str, said: str
) -> None:
    record(BOB, "adopt", "agreement 1", at=1)

    assert said in page(as_keeper, query)


def test_a_page_at_a_time(as_keeper: Client) -> None:
    for number in range(PAGE + 2):
        record(BOB, "adopt", f"text number {number}.", at=number)

    first = page(as_keeper)
    second = page(as_keeper, "?after=3")

    assert "?after=3" in first
    assert "text number 1." not in first
    assert "text number 1." in second
    assert "text number 2." not in second
