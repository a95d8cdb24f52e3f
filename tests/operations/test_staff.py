"""Who there is, and what they are called wherever something of theirs is shown."""

from __future__ import annotations

import pytest

from interlock.operations.staff import Somebody, staff
from interlock.store.models import User
from tests.operations.company import at, put

pytestmark = pytest.mark.django_db


def test_somebody_is_called_as_the_crm_calls_them_else_as_they_signed_up() -> None:
    put("member", "sam", at(2), name="Sam Berg", email="s@crm.example", side="sales")
    put("member", "bo", at(2), side="sales")
    User.objects.create_user("sam@example.com", first_name="Sammy", member="sam", side="sales")
    User.objects.create_user("bo@example.com", first_name="Bo", last_name="Lie", member="bo")
    User.objects.create_user("cy@example.com", role="admin")
    found = staff(at(3))
    assert found.names == {
        "sam@example.com": "Sam Berg",
        "bo@example.com": "Bo Lie",
        "cy@example.com": "cy@example.com",
    }
    assert {whom: each.name for whom, each in found.people.items()} == {
        "sam": "Sam Berg",
        "bo": "Bo Lie",
        "cy@example.com": "cy@example.com",
    }
    assert found.people["sam"] == Somebody(
        "sam", "Sam Berg", "sam@example.com", side="sales", right="member"
    )


def test_who_left_is_still_called_by_name_and_is_nobody_to_turn_to() -> None:
    User.objects.create_user("mo@example.com", first_name="Mo", role="admin", is_active=False)
    found = staff(at(3))
    assert found.name_at("mo@example.com") == "Mo"
    assert found.name_at("who@example.com") == "who@example.com"
    assert found.people == {}
    assert found.admins == ()
