"""Invitations: they hold once, for a week, and make what they say."""

from __future__ import annotations

import pytest
import time_machine
from django.contrib.auth import authenticate

from interlock.operations.accept_invitation import accept_invitation, read_invitation
from interlock.operations.actor import COMMAND_LINE, Actor, NotAllowedError
from interlock.operations.invite import HOLDS, invite
from interlock.operations.permissions import Role
from interlock.operations.read_sign_ins import read_sign_ins
from interlock.operations.revoke_invitation import revoke_invitation
from interlock.store.models import Event, Invitation, User
from tests.operations.company import put

PHRASE = "a long enough secret"
NOW = 1_800_000_000
pytestmark = pytest.mark.django_db


def invited(email: str = "ann@example.com", role: Role = Role.LEAD) -> str:
    done = invite(email, role, by=COMMAND_LINE)
    assert done.problems == ()
    return done.secret


def test_whoever_holds_the_link_may_then_sign_in_as_it_says() -> None:
    secret = invited("Ann@Example.com")
    done = accept_invitation(secret, PHRASE, name="Ann", address="203.0.113.9")
    assert done.email == "ann@example.com"
    assert Event.objects.latest("pk").place == "203.0.113.9"
    user = authenticate(username="ann@example.com", password=PHRASE)
    assert isinstance(user, User)
    assert (user.first_name, user.role, user.side) == ("Ann", Role.LEAD, "sales")
    assert [event.verb for event in Event.objects.order_by("pk")] == ["invite", "accept invitation"]


def test_the_member_with_the_address_is_the_one_who_signs_in() -> None:
    put("member", "m7", 0, name="Ann Aas", email="ANN@example.com", side="marketing")
    accept_invitation(invited(), PHRASE)
    user = User.objects.get()
    assert (user.member, user.first_name, user.side) == ("m7", "Ann Aas", "marketing")


def test_a_link_holds_once() -> None:
    secret = invited()
    accept_invitation(secret, PHRASE)
    again = accept_invitation(secret, "another long secret")
    assert again.email == ""
    assert authenticate(username="ann@example.com", password=PHRASE) is not None


def test_a_link_holds_for_a_week() -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        secret = invited()
        clock.shift(HOLDS - 1)
        assert read_invitation(secret) is not None
        clock.shift(1)
        assert read_invitation(secret) is None
        assert accept_invitation(secret, PHRASE).problems
    assert not User.objects.exists()


def test_a_revoked_link_and_one_that_another_took_the_place_of_lead_nowhere() -> None:
    first, second = invited(), invited()
    assert read_invitation(first) is None
    (line,) = read_sign_ins(by=COMMAND_LINE).invited
    assert revoke_invitation(line.number, by=COMMAND_LINE)
    assert not revoke_invitation(line.number, by=COMMAND_LINE)
    assert read_invitation(second) is None


def test_a_weak_password_leaves_the_link_as_it_was() -> None:
    secret = invited()
    assert accept_invitation(secret, "password").problems
    assert accept_invitation(secret, PHRASE).email


def test_nobody_is_overwritten_who_got_a_sign_in_meanwhile() -> None:
    secret = invited()
    User.objects.create_user("ann@example.com", password=PHRASE, role=Role.ADMIN)
    assert accept_invitation(secret, "another long secret").email == ""
    assert authenticate(username="ann@example.com", password=PHRASE) is not None


def test_the_secret_is_kept_nowhere() -> None:
    secret = invited()
    assert secret not in str([*Invitation.objects.values(), *Event.objects.values()])


def test_what_is_wrong_is_said() -> None:
    User.objects.create_user("kim@example.com")
    assert invite("kim@example.com", Role.LEAD, by=COMMAND_LINE).problems == (
        "kim@example.com signs in already; change the role there",
    )
    assert len(invite("no address", Role.LEAD, by=COMMAND_LINE, side="moon").problems) == 2


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_only_an_admin_invites(role: Role) -> None:
    with pytest.raises(NotAllowedError):
        invite("x@example.com", Role.VIEWER, by=Actor("kim", "sales", role))
    with pytest.raises(NotAllowedError):
        revoke_invitation(1, by=Actor("kim", "sales", role))


@pytest.mark.parametrize("secret", ["", "x", "\0" * 43, "é" * 43])
def test_what_is_no_link_is_none(secret: str) -> None:
    assert read_invitation(secret) is None
