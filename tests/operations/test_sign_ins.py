"""Who may sign in, and as what."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from interlock.operations.accept_invitation import read_invitation
from interlock.operations.actor import COMMAND_LINE, Actor, NotAllowedError
from interlock.operations.add_user import add_user
from interlock.operations.change_password import change_password
from interlock.operations.change_sign_in import change_sign_in
from interlock.operations.invite import invite
from interlock.operations.make_token import make_token
from interlock.operations.permissions import Role, Scope
from interlock.operations.read_sessions import browser_of
from interlock.operations.read_sign_ins import read_sign_ins
from interlock.operations.token_actor import token_actor
from interlock.store.models import Event, User
from tests.operations.company import put

PHRASE = "a long enough secret"
pytestmark = pytest.mark.django_db


def somebody(email: str, role: Role) -> tuple[User, Actor]:
    user = User.objects.create_user(email, password=PHRASE, role=role, side="sales")
    return user, Actor(email, "sales", role)


def test_a_role_is_changed_and_the_trail_says_from_what() -> None:
    user, _ = somebody("sam@example.com", Role.MEMBER)
    done = change_sign_in(user.pk, by=COMMAND_LINE, role=Role.LEAD, side="marketing")
    assert done.changed == "member becomes lead; from sales to marketing"
    assert Event.objects.get().why == done.changed
    assert change_sign_in(user.pk, by=COMMAND_LINE, role=Role.LEAD).changed == ""


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_nobody_but_an_admin_changes_a_role_not_even_their_own(role: Role) -> None:
    user, by = somebody("sam@example.com", role)
    with pytest.raises(NotAllowedError):
        change_sign_in(user.pk, by=by, role=Role.ADMIN)
    user.refresh_from_db()
    assert user.role == role


def test_the_last_admin_stays_one() -> None:
    first, by = somebody("kim@example.com", Role.ADMIN)
    second, _ = somebody("pat@example.com", Role.ADMIN)
    assert change_sign_in(second.pk, by=by, role=Role.VIEWER).problem == ""
    for change in ({"role": Role.LEAD}, {"active": False}):
        done = change_sign_in(first.pk, by=by, **change)
        assert "the last admin" in done.problem
    assert change_sign_in(second.pk, by=by, active=False).problem == ""
    first.refresh_from_db()
    assert (first.role, first.is_active) == (Role.ADMIN, True)


def test_an_admin_who_is_switched_off_keeps_nobody_from_being_the_last() -> None:
    first, by = somebody("kim@example.com", Role.ADMIN)
    second, _ = somebody("pat@example.com", Role.ADMIN)
    change_sign_in(second.pk, by=by, active=False)
    assert "the last admin" in change_sign_in(first.pk, by=by, active=False).problem


def test_who_is_switched_off_is_gone_at_once_and_does_not_come_back_by_an_old_way() -> None:
    user, by = somebody("sam@example.com", Role.MEMBER)
    browser = Client()
    browser.post("/sign-in", {"username": user.username, "password": PHRASE})
    assert browser.get("/people").status_code == 200
    secret = make_token("sync", [Scope.READ], Role.MEMBER, by=by).secret
    change_sign_in(user.pk, by=COMMAND_LINE, active=False)
    assert browser.get("/people").status_code == 302
    assert token_actor(secret) is None
    change_sign_in(user.pk, by=COMMAND_LINE, active=True)
    assert browser.get("/people").status_code == 302
    assert token_actor(secret) is None


def test_whoever_may_invite_no_longer_has_no_invitation_open() -> None:
    somebody("kim@example.com", Role.ADMIN)
    second, by = somebody("pat@example.com", Role.ADMIN)
    secret = invite("ann@example.com", Role.ADMIN, by=by).secret
    change_sign_in(second.pk, by=COMMAND_LINE, role=Role.LEAD)
    assert read_invitation(secret) is None


def test_the_list_says_what_the_facts_say_of_a_member() -> None:
    put("member", "m1", 0, name="Sam", email="sam@example.com", team="Oslo", capacity=20)
    add_user("sam@example.com", PHRASE, by=COMMAND_LINE)
    (line,) = read_sign_ins(by=COMMAND_LINE).people
    assert (line.member, line.team, line.capacity, line.seen_at) == ("m1", "Oslo", 20, None)


def test_a_new_password_leaves_the_role_as_it_was() -> None:
    user, _ = somebody("kim@example.com", Role.ADMIN)
    add_user("kim@example.com", "another long secret", by=COMMAND_LINE)
    user.refresh_from_db()
    assert user.role == Role.ADMIN


def test_a_lost_second_step_goes_only_where_that_is_said() -> None:
    user, _ = somebody("kim@example.com", Role.ADMIN)
    Authenticator.objects.create(user=user, type="totp", data={"secret": "sealed"})
    add_user("kim@example.com", PHRASE, by=COMMAND_LINE)
    assert Authenticator.objects.exists()
    add_user("kim@example.com", PHRASE, by=COMMAND_LINE, without_second_step=True)
    assert not Authenticator.objects.exists()
    why = Event.objects.order_by("number").values_list("why", flat=True)
    assert [*why] == ["", "the second step was taken off"]


def test_ones_own_password_takes_the_one_so_far() -> None:
    user, by = somebody("sam@example.com", Role.VIEWER)
    assert change_password("wrong", "another long secret", by=by, address="a") == (
        "the password so far is another one",
    )
    assert change_password(PHRASE, "short", by=by, address="a")
    assert change_password(PHRASE, "another long secret", by=by, address="a") == ()
    user.refresh_from_db()
    assert user.check_password("another long secret")


def test_guessing_the_password_so_far_is_slowed_down() -> None:
    _, by = somebody("sam@example.com", Role.VIEWER)
    for _ in range(5):
        change_password("wrong", "another long secret", by=by, address="a")
    (problem,) = change_password(PHRASE, "another long secret", by=by, address="a")
    assert "too many attempts" in problem


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox on Linux",
        ),
        (
            ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140 Safari/537.36 Edg/140"),
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            "Safari on iPhone",
        ),
        ("", "another program"),
    ],
)
def test_a_browser_is_told_in_words(agent: str, said: str) -> None:
    assert browser_of(agent) == said
