"""A number of a period leads to the records behind it, and those to their people."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.operations.test_read_period import measured
from tests.web.test_pages import links, words


def test_a_number_leads_to_its_records_and_they_to_people(as_reader: Client) -> None:
    measured()
    assert "/promises/volume/2026-03-09" in links(as_reader, "/promises/volume")
    assert "/promises/calls/2026-03-09?member=cy" in links(as_reader, "/promises/calls")
    page = words(as_reader, "/promises/quality/2026-03-09")
    assert "33 % of at least 50 %: 1 of 3" in page
    assert "3 records" in page
    assert "/people/p6" in links(as_reader, "/promises/quality/2026-03-09")
    of_a_member = words(as_reader, "/promises/calls/2026-03-09?member=cy")
    assert "Person 5" in of_a_member
    assert "By the fact Whose" in of_a_member
    assert "nobody" not in page
    assert "Whose" not in page


@pytest.mark.parametrize("address", ["yesterday", "2020-01-01", "2026-03-09?member=nobody"])
def test_there_is_no_such_period(as_reader: Client, address: str) -> None:
    measured()
    assert as_reader.get(f"/promises/volume/{address}").status_code == 404


def test_a_mark_that_no_page_gave_begins_at_the_top(as_reader: Client) -> None:
    measured()
    for mark in ("x", "-3", "9" * 5000):
        assert "Person 5" in words(as_reader, f"/promises/volume/2026-03-09?after={mark}")
