"""What holds for every page: its policy, its addresses, and the page for what went wrong."""

from __future__ import annotations

import logging
import re

import pytest
from django.conf import LazySettings
from django.contrib.staticfiles import finders
from django.test import Client

from interlock.web.access import ANYONE, Row
from interlock.web.access import PAGES as ROWS
from interlock.web.assets import HashedAddresses
from tests.operations.company import replayed

PAGES = ("/sign-in", "/", "/promises/first-touch", "/people/p1", "/agreement/stages.mql", "/data")


def test_no_page_has_a_script_or_a_style_of_its_own(as_keeper: Client) -> None:
    replayed()
    as_nobody = Client()
    for page in PAGES:
        answer = (as_nobody if page == "/sign-in" else as_keeper).get(page)
        body = answer.content.decode()
        assert not re.findall(r"<script(?![^>]* src=)|<style| style=| on[a-z]+=|javascript:", body)
        policy = answer["Content-Security-Policy"]
        assert "script-src 'self';" in policy + ";"
        assert "unsafe" not in policy


@pytest.mark.parametrize("address", ["/", "/people", "/promises", "/data"])
def test_no_page_of_the_company_is_kept_by_a_browser(as_keeper: Client, address: str) -> None:
    assert as_keeper.get(address)["Cache-Control"] == "private, no-store"


def test_no_page_names_one_thing_twice(as_keeper: Client) -> None:
    replayed()
    for page in PAGES[1:]:
        names = re.findall(r' id="([^"]+)"', as_keeper.get(page).content.decode())
        assert len(names) == len(set(names)), page


@pytest.mark.django_db
def test_static_files_are_there_and_their_addresses_follow_their_content(client: Client) -> None:
    body = client.get("/sign-in").content.decode()
    for address in re.findall(r'(?:href|src)="(/static/[^"]+)"', body):
        assert client.get(address).status_code == 200, address
    address = HashedAddresses().url("web/keys.js")
    assert re.fullmatch(r"/static/web/keys\.js\?v=[0-9a-f]{10}", address)


def test_every_icon_that_a_page_names_is_in_the_sprite(as_keeper: Client) -> None:
    replayed()
    with open(str(finders.find("web/icons.svg"))) as file:  # noqa: PTH123 - a name from Django
        known = set(re.findall(r'<symbol id="([^"]+)"', file.read()))
    for page in PAGES[1:]:
        named = re.findall(r"icons\.svg[^\"#]*#([^\"]+)", as_keeper.get(page).content.decode())
        assert set(named) <= known


@pytest.mark.django_db
def test_a_page_that_breaks_says_so_and_the_log_says_why(
    settings: LazySettings, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ROOT_URLCONF = "tests.web.breaking"
    monkeypatch.setitem(ROWS, "breaks", Row(ANYONE, ANYONE))
    client = Client(raise_request_exception=False)
    with caplog.at_level(logging.ERROR):
        answer = client.get("/breaks")
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.content.decode()
    assert "/breaks breaks on purpose" in caplog.text
