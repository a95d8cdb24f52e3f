"""Absences that members enter for themselves, and leads for their team."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine

from interlock.operations.actor import Actor, NotAllowedError
from interlock.operations.note_absence import note_absence
from interlock.operations.permissions import Role
from interlock.operations.read_absences import read_absences
from interlock.operations.take_absence_back import take_absence_back
from interlock.store.models import FACTS
from tests.operations.company import put

NOW = 1_800_000_000
TODAY = date(2027, 1, 15)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("members")]


@pytest.fixture
def members() -> None:
    put("member", "bo", name="Bo", email="bo@example.com", side="sales", team="Oslo")
    put("member", "cy", name="Cy", email="cy@example.com", side="sales", team="Oslo")
    put("member", "di", name="Di", email="di@example.com", side="sales", team="Bergen")


def somebody(key: str, role: Role = Role.MEMBER) -> Actor:
    return Actor(f"{key}@example.com", "sales", role, key)


@time_machine.travel(NOW, tick=False)
def test_an_absence_lasts_from_its_first_day_to_its_last() -> None:
    by = somebody("bo")
    assert note_absence("bo", TODAY, date(2027, 1, 17), "holiday", by=by) == ()
    (row,) = FACTS["absence"].objects.filter(live=True)
    assert datetime.fromtimestamp(row.at, UTC) == datetime(2027, 1, 15, tzinfo=UTC)
    assert datetime.fromtimestamp(row.ends_at, UTC) == datetime(2027, 1, 18, tzinfo=UTC)
    (line,) = read_absences(by=by).lines
    assert (line.member.name, line.reason) == ("Bo", "holiday")
    assert take_absence_back(line.number or 0, by=by)
    assert read_absences(by=by).lines == ()


@time_machine.travel(NOW, tick=False)
def test_one_enters_ones_own_and_a_lead_the_teams() -> None:
    for by, key in ((somebody("bo"), "cy"), (somebody("bo", Role.LEAD), "di")):
        with pytest.raises(NotAllowedError):
            note_absence(key, TODAY, TODAY, "", by=by)
    lead = somebody("bo", Role.LEAD)
    assert note_absence("cy", TODAY, TODAY, "", by=lead) == ()
    assert [each.name for each in read_absences(by=lead).members] == ["Bo", "Cy"]
    keeper = somebody("di", Role.OPERATIONS)
    assert [each.name for each in read_absences(by=keeper).members] == ["Di", "Bo", "Cy"]
    assert read_absences(by=somebody("di")).lines == ()


@time_machine.travel(NOW, tick=False)
def test_nobody_takes_back_what_another_entered() -> None:
    note_absence("cy", TODAY, TODAY, "", by=somebody("bo", Role.LEAD))
    (line,) = read_absences(by=somebody("cy")).lines
    assert line.number is None
    number = FACTS["absence"].objects.get(live=True).batch_id
    assert not take_absence_back(number, by=somebody("cy"))


def test_what_is_wrong_is_said_and_a_viewer_enters_none() -> None:
    by = somebody("bo")
    assert note_absence("bo", TODAY, date(2027, 1, 14), "", by=by)
    assert note_absence("bo", TODAY, date(2029, 1, 14), "", by=by)
    assert note_absence("bo", date.max, date.max, "", by=by)
    assert note_absence("bo", date.min, date.min, "", by=by)
    with pytest.raises(NotAllowedError):
        note_absence("bo", TODAY, TODAY, "", by=somebody("bo", Role.VIEWER))
    with pytest.raises(NotAllowedError):
        note_absence("nobody", TODAY, TODAY, "", by=by)
    with pytest.raises(NotAllowedError):
        note_absence("", TODAY, TODAY, "", by=Actor("x@example.com", "sales", Role.MEMBER))
