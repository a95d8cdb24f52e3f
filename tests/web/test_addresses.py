"""What somebody may write into an address, none of which is a reason to break."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import resolve

from interlock.operations import addresses
from interlock.store.models import Import
from tests.operations.company import replayed

DIGITS = "9" * 5000
"""More than Python makes a number of."""

LISTS = ("/promises/first-touch?", "/obligations?side=sales&", "/people?")
PAGES = ("/", "/promises", "/promises/first-touch", "/people", "/people/p1", "/agreement", "/data")


def rows(client: Client, address: str) -> list[str]:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return re.findall(r"<tr.*?</tr>", answer.content.decode(), re.DOTALL)


@pytest.mark.parametrize("mark", [f"{DIGITS}_1", f"1_{DIGITS}", DIGITS, f"-{DIGITS}_1", "-_1"])
def test_a_mark_that_no_list_gave_begins_at_the_top(as_keeper: Client, mark: str) -> None:
    replayed()
    for address in (*LISTS, f"/data/{Import.objects.get().pk}?"):
        assert rows(as_keeper, f"{address}after={mark}") == rows(as_keeper, address), address
    assert rows(as_keeper, f"/data?before={mark}") == rows(as_keeper, "/data")


@pytest.mark.parametrize("week", [date.min, date.max, date(1, 1, 2), date(9999, 12, 31)])
def test_a_week_at_the_end_of_the_calendar_is_none(as_reader: Client, week: date) -> None:
    replayed()
    for address in ("/?", "/promises?", "/promises/first-touch?"):
        assert as_reader.get(f"{address}week={week}").status_code == 404, address
        assert as_reader.get(f"{address}week=9999-12-20").status_code == 200, address


@pytest.mark.parametrize(
    "address",
    [
        "/people/%00",
        "/people/a%00b",
        "/people?q=%00",
        "/people?stage=%00",
        "/people?owner=a%00b",
        "/promises/first-touch?source=%00",
        "/obligations?side=sales&state=%00",
        "/?tier=%00",
        "/agreement/%00",
        "/data/1/refused/%00",
    ],
)
def test_no_record_is_called_by_a_sign_that_no_text_has(as_keeper: Client, address: str) -> None:
    replayed()
    answer = as_keeper.get(address)
    assert answer.status_code == 400
    assert "Content-Security-Policy" in answer


def test_nor_does_a_form_say_one(as_keeper: Client) -> None:
    for address in ("/desk/team", "/desk/deed", "/settings/tokens"):
        assert as_keeper.post(address, {"person": "a\0b"}).status_code == 400, address


def test_nor_is_a_session(client: Client) -> None:
    answer = client.get("/people", headers={"cookie": r'sessionid="\000aaaaaaaaaaaa"'})
    assert answer.status_code == 400


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_page_that_is_for_reading_takes_nothing(as_keeper: Client, method: str) -> None:
    replayed()
    for page in (*PAGES, "/obligations?side=sales", "/agreement/stages.mql", "/data/facts"):
        assert getattr(as_keeper, method)(page).status_code == 405, page
        assert as_keeper.head(page).status_code == 200, page


@pytest.mark.parametrize(
    ("address", "page", "named"),
    [
        (addresses.CAMPAIGNS, "campaigns", {}),
        (addresses.DISPUTES, "disputes", {}),
        (addresses.WORDS, "words", {}),
        (addresses.of_case(7), "dispute", {"number": 7}),
        (addresses.of_clause("promises.first-touch"), "clause", {"path": "promises.first-touch"}),
        (addresses.of_person("a/b"), "person", {"key": "a/b"}),
        (addresses.of_proposal(7), "proposal", {"number": 7}),
        (addresses.of_round(7), "language-round", {"number": 7}),
    ],
)
def test_what_notices_lead_to_is_there(address: str, page: str, named: dict[str, object]) -> None:
    found = resolve(unquote(address))  # as the server takes it
    assert (found.url_name, found.kwargs) == (page, named)
