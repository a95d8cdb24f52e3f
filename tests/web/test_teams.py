"""The page on which members' sides, teams, calendars and capacities are said."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from interlock.operations.permissions import Role
from interlock.store.models import FACTS, User
from tests.operations.company import put, replayed
from tests.web.conftest import PHRASE

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _members() -> None:
    put("member", "a/b", name="Bo <b>", email="bo@example.com", side="sales", team="Oslo")
    put("member", "cy", name="Cy", side="sales", team="Bergen", capacity=8, calendar="gone")


def lead() -> Client:
    user = User.objects.create_user(
        "bo@example.com", password=PHRASE, role=Role.LEAD, side="sales", member="a/b"
    )
    client = Client()
    client.force_login(user)
    return client


def test_a_keeper_says_everything_of_everybody(as_keeper: Client) -> None:
    page = as_keeper.get("/settings/teams").content.decode()
    assert "Bo &lt;b&gt;" in page
    address = "/settings/teams?member=a%2Fb"
    assert f'href="{address}"' in page
    form = as_keeper.get(address).content.decode()
    (mark,) = re.findall(r'name="mark" value="(\d+)"', form)
    asked = {"mark": mark, "side": "marketing", "team": "Paris", "calendar": "", "capacity": "7"}
    done = as_keeper.post(address, asked, follow=True).content.decode()
    assert "Noted of Bo &lt;b&gt;: side: sales becomes marketing; team: Oslo becomes Paris" in done
    row = FACTS["member"].objects.get(key="a/b", live=True)
    assert (row.side, row.team, row.capacity) == ("marketing", "Paris", 7)
    again = as_keeper.post(address, asked)
    assert "Something else was said meanwhile" in again.content.decode()


OFFICE = "Nine to five in Oslo, Monday to Friday"


def test_calendars_are_called_by_what_they_mean_and_else_in_words(as_keeper: Client) -> None:
    FACTS["member"].objects.all().delete()
    replayed()
    put("member", "di", name="Di", side="sales", calendar="office")
    put("member", "el", name="El", side="sales", calendar="gone_by")
    page = as_keeper.get("/settings/teams").content.decode()
    assert f'<td class="wide">{OFFICE}</td>' in page
    assert '<td class="wide">Gone by</td>' in page
    assert '<span class="text-muted">as the clause says</span>' in page
    form = as_keeper.get("/settings/teams?member=el").content.decode()
    assert f'<option value="office">{OFFICE}</option>' in form
    assert '<option value="gone_by" selected>Gone by</option>' in form
    User.objects.filter(username="kim@example.com").update(role=Role.ADMIN, member="di")
    members = as_keeper.get("/settings/members").content.decode()
    assert f'<td class="wider">{OFFICE}</td>' in members


def test_what_cannot_be_is_said_beside_the_form(as_keeper: Client) -> None:
    address = "/settings/teams?member=cy"
    form = as_keeper.get(address).content.decode()
    assert '<option value="gone" selected>' in form
    (mark,) = re.findall(r'name="mark" value="(\d+)"', form)
    asked = {"mark": mark, "side": "sales", "team": "Bergen", "calendar": "gone", "capacity": "-1"}
    page = as_keeper.post(address, asked).content.decode()
    assert "greater than or equal to 0" in page
    assert as_keeper.get("/settings/teams?member=nobody").status_code == 404


def test_a_lead_says_how_many_leads_each_of_the_team_takes() -> None:
    client = lead()
    page = client.get("/settings/teams").content.decode()
    assert "Bo &lt;b&gt;" in page
    assert ">Cy<" not in page
    form = client.get("/settings/teams?member=a%2Fb").content.decode()
    assert 'name="team"' not in form
    (mark,) = re.findall(r'name="mark" value="(\d+)"', form)
    client.post("/settings/teams?member=a%2Fb", {"mark": mark, "team": "Bergen", "capacity": "5"})
    row = FACTS["member"].objects.get(key="a/b", live=True)
    assert (row.team, row.capacity) == ("Oslo", 5)
    assert client.get("/settings/teams?member=cy").status_code == 404


def test_without_members_the_page_says_where_they_come_from(as_keeper: Client) -> None:
    FACTS["member"].objects.all().delete()
    assert "Nobody is here yet" in as_keeper.get("/settings/teams").content.decode()


def test_more_members_take_no_more_queries(as_keeper: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as made:
            assert as_keeper.get("/settings/teams?member=cy").status_code == 200
        return len(made)

    queries()  # what a process reads once is read now
    before = queries()
    for number in range(30):
        put("member", f"m{number}", name=f"M {number}", side="sales", team=f"Team {number}")
    assert queries() == before
