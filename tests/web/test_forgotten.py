"""The pages of a forgotten password: the same for everybody, and with a way on without mail."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from interlock.operations.ask_for_password import MOST_FOR_ONE
from interlock.operations.send_password_links import send_password_links
from interlock.store.models import PasswordLink, User

NEW = "another long secret"
pytestmark = pytest.mark.django_db


@pytest.fixture
def _mail(settings: Any) -> None:
    settings.EMAIL_HOST = "mail.example.com"


def asked(email: str) -> str:
    return Client().post("/password", {"email": email}).content.decode()


@pytest.mark.usefixtures("_mail")
def test_from_the_sign_in_by_mail_to_a_new_password(reader: User, mailoutbox: list[Any]) -> None:
    browser = Client()
    assert 'href="/password"' in browser.get("/sign-in").content.decode()
    assert "a link is on its way" in asked(reader.username)
    send_password_links(PasswordLink.objects.get().asked_at)
    (path,) = re.findall(r"(/password/\S+)", mailoutbox[0].body)
    page = browser.get(path, follow=True)
    assert page.redirect_chain == [("/password/new", 302)]
    assert reader.username in page.content.decode()
    assert "too common" in browser.post("/password/new", {"password": "password"}).content.decode()
    done = browser.post("/password/new", {"password": NEW}, follow=True)
    assert "Your password was changed" in done.content.decode()
    answer = browser.post("/sign-in", {"username": reader.username, "password": NEW})
    assert answer.status_code == 302
    again = Client().get(path, follow=True)
    assert again.status_code == 404
    assert "This link does not hold" in again.content.decode()
    assert reader.username not in again.content.decode()


@pytest.mark.usefixtures("_mail")
def test_the_page_reads_the_same_whether_somebody_has_the_address(reader: User) -> None:
    def told(email: str) -> str:
        page = asked(email).replace(email, "THEM")
        return re.sub(r"csrfmiddlewaretoken\S+ value=\S+", "", page)

    assert told(reader.username) == told("nobody@example.com")
    for _ in range(MOST_FOR_ONE):
        told(reader.username), told("nobody@example.com")
    assert "Too many links" in told(reader.username)
    assert "Too many links" in told("nobody@example.com")


def test_without_mail_the_page_says_whom_to_ask(reader: User) -> None:
    for page in (Client().get("/password").content.decode(), asked(reader.username)):
        assert "interlock user" in page
        assert "<form" not in page


@pytest.mark.usefixtures("_mail")
def test_what_is_no_address_is_said() -> None:
    assert "valid email" in asked("sam")
    assert not PasswordLink.objects.exists()
