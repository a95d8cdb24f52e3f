"""One's own sign-in: sessions and password; and the pages of members and invitations."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.test import Client

from interlock.operations.note_seen import SEEN_EVERY
from interlock.operations.permissions import Role
from interlock.store.models import Event, User
from tests.operations.company import put
from tests.web.conftest import PHRASE

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def signed_in(user: User, phrase: str = PHRASE) -> Client:
    client = Client(headers={"user-agent": FIREFOX})
    answer = client.post("/sign-in", {"username": user.username, "password": phrase})
    assert answer.status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get("/people").status_code == 200


@pytest.fixture
def admin(db: None) -> Client:  # noqa: ARG001 - opens the database
    user = User.objects.create_user("ada@example.com", password=PHRASE, role=Role.ADMIN)
    return signed_in(user)


def test_one_sees_where_one_is_signed_in_and_ends_one_of_them(reader: User) -> None:
    here, there = signed_in(reader), signed_in(reader)
    page = here.get("/settings/account").content.decode()
    assert page.count("Firefox on Linux</span></button>") == 2
    assert page.count("this one") == 1
    numbers = re.findall(r"/sessions/(\d+)/end", page)
    mine = re.findall(r"this one.*?/sessions/(\d+)/end", page, re.DOTALL)[0]
    (other,) = set(numbers) - {mine}
    here.post(f"/settings/account/sessions/{other}/end")
    assert (is_in(here), is_in(there)) == (True, False)


def test_one_ends_all_others_at_once(reader: User) -> None:
    here, there, elsewhere = signed_in(reader), signed_in(reader), signed_in(reader)
    here.post("/settings/account/sessions/end")
    assert [is_in(each) for each in (here, there, elsewhere)] == [True, False, False]
    assert Event.objects.get(verb="end sessions").why == "2 sessions"


def test_nobody_ends_a_session_of_another(reader: User, keeper: User) -> None:
    theirs, mine = signed_in(reader), signed_in(keeper)
    page = theirs.get("/settings/account").content.decode()
    (number,) = re.findall(r"/sessions/(\d+)/end", page)
    assert mine.post(f"/settings/account/sessions/{number}/end").status_code == 404
    assert is_in(theirs)


def test_a_new_password_ends_every_other_session(reader: User) -> None:
    here, there = signed_in(reader), signed_in(reader)
    asked = {"old": PHRASE, "new": "another long secret"}
    here.post("/settings/account/password", asked)
    assert (is_in(here), is_in(there)) == (True, False)
    signed_in(reader, "another long secret")
    assert here.get("/settings/account").content.decode().count("this one") == 1


def test_signing_in_never_goes_on_in_a_session_that_another_may_know(reader: User) -> None:
    client = Client()
    client.get("/sign-in")
    session = client.session
    session["planted"] = "yes"
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = str(before)
    client.post("/sign-in", {"username": reader.username, "password": PHRASE})
    assert client.session.session_key != before
    assert not is_in(_holding(str(before)))


def _holding(key: str) -> Client:
    client = Client()
    client.cookies["sessionid"] = key
    return client


def test_an_admin_invites_and_whoever_holds_the_link_comes_in(admin: Client) -> None:
    asked = {"email": "new@example.com", "role": "lead", "side": ""}
    page = admin.post("/settings/members", asked).content.decode()
    link = re.findall(r'value="(http://testserver/invitations/[^"]+)"', page)[0]
    assert link not in admin.get("/settings/members").content.decode()
    guest = Client()
    answer = guest.get(link, follow=True)
    assert "new@example.com" in answer.content.decode()
    assert answer.redirect_chain == [("/invitations", 302)]
    done = guest.post("/invitations", {"name": "New", "password": PHRASE}, follow=True)
    assert "Your sign-in is ready" in done.content.decode()
    user = User.objects.get(username="new@example.com")
    assert (user.role, user.first_name) == (Role.LEAD, "New")
    assert is_in(signed_in(user))
    assert Client().get(link).status_code == 404


def test_the_link_goes_by_mail_where_mail_is_set_up(
    admin: Client, settings: Any, mailoutbox: list[Any]
) -> None:
    asked = {"email": "new@example.com", "role": "lead", "side": ""}
    assert "Send them this link." in admin.post("/settings/members", asked).content.decode()
    assert mailoutbox == []
    settings.EMAIL_HOST = "mail.example.com"
    page = admin.post("/settings/members", asked).content.decode()
    assert "This link went to them by e-mail." in page
    link = re.findall(r'value="(http://testserver/invitations/[^"]+)"', page)[0]
    assert mailoutbox[0].to == ["new@example.com"]
    assert link in mailoutbox[0].body
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens there
    page = admin.post("/settings/members", asked).content.decode()
    assert "The e-mail was not taken" in page


def test_a_link_that_does_not_hold_says_nothing_about_whom_it_was_for(admin: Client) -> None:
    asked = {"email": "new@example.com", "role": "lead", "side": ""}
    page = admin.post("/settings/members", asked).content.decode()
    link = re.findall(r'value="(http://testserver/invitations/[^"]+)"', page)[0]
    (number,) = re.findall(r"/invited/(\d+)/revoke", page)
    admin.post(f"/settings/members/invited/{number}/revoke")
    gone, unknown = Client().get(link), Client().get("/invitations/nothing")
    assert gone.status_code == unknown.status_code == 404
    assert gone.content.split(b"<main")[1] == unknown.content.split(b"<main")[1]


def test_an_admin_changes_roles_and_switches_off(admin: Client, reader: User) -> None:
    theirs = signed_in(reader)
    page = f"/settings/members/{reader.pk}"
    answer = admin.post(page, {"role": "lead", "side": "marketing"}, follow=True)
    assert "member becomes lead; from sales to marketing" in answer.content.decode()
    admin.post(page, {"active": "no"})
    assert not is_in(theirs)
    admin.post(page, {"active": "yes"})
    reader.refresh_from_db()
    assert (reader.role, reader.is_active) == (Role.LEAD, True)
    assert admin.post(page, {"role": "emperor"}).status_code == 404


def test_the_last_admin_is_told_why_nothing_changes(admin: Client) -> None:
    user = User.objects.get()
    answer = admin.post(f"/settings/members/{user.pk}", {"active": "no"}, follow=True)
    assert "the last admin" in answer.content.decode()
    assert is_in(admin)


@pytest.mark.parametrize("role", [Role.MEMBER, Role.LEAD, Role.OPERATIONS])
def test_nobody_else_makes_an_admin(reader: User, role: Role) -> None:
    User.objects.update(role=role)
    client = signed_in(reader)
    assert client.post(f"/settings/members/{reader.pk}", {"role": "admin"}).status_code == 403
    asked = {"email": "new@example.com", "role": "admin", "side": ""}
    assert client.post("/settings/members", asked).status_code == 403
    assert client.get("/settings/members").status_code == 403
    assert "Members" not in client.get("/settings").content.decode().partition("<main")[2]


def test_forms_from_elsewhere_are_refused(reader: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(reader)
    for page in ("password", "sessions/end", "app", "passkeys/new", "codes/new"):
        assert client.post(f"/settings/account/{page}").status_code == 403, page
    for page in ("/sign-in/code", "/sign-in/passkey", "/invitations", "/sign-out"):
        assert client.post(page).status_code == 403, page


def test_when_a_session_was_last_used_is_noted_now_and_then(reader: User) -> None:
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        client = signed_in(reader)
        seen = [used_at(client)]
        for passed in (1, SEEN_EVERY, 1):
            clock.shift(passed)
            client.get("/people")
            seen.append(used_at(client))
    assert [at - seen[0] for at in seen] == [0, 0, SEEN_EVERY + 1, SEEN_EVERY + 1]


def used_at(client: Client) -> int:
    kept = UserSession.objects.get(session_key=client.session.session_key)
    return int(kept.last_seen_at.timestamp())


def test_a_member_enters_an_absence_and_takes_it_back(reader: User) -> None:
    put("member", "m1", 0, name="Sam Sand", email=reader.username, side="sales")
    client = signed_in(reader)
    asked = {"member": "m1", "first": "2099-07-01", "last": "2099-07-14", "reason": "holiday"}
    page = client.post("/settings/absences", asked, follow=True).content.decode()
    assert "The absence was noted" in page
    assert "holiday" in page
    (number,) = re.findall(r"/settings/absences/(\d+)/back", page)
    page = client.post(f"/settings/absences/{number}/back", follow=True).content.decode()
    assert "Nobody is away" in page
    assert client.post(f"/settings/absences/{number}/back").status_code == 404
