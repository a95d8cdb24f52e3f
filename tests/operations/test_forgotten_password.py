"""A forgotten password: a link by mail, once, for an hour, and nobody learns who signs in here."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.auth import authenticate
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from interlock.operations.ask_for_password import (
    MOST_FOR_ONE,
    MOST_FROM_ONE,
    WINDOW,
    Asking,
    ask_for_password,
)
from interlock.operations.choose_password import choose_password, read_password_link
from interlock.operations.clean import clean
from interlock.operations.send_password_links import AGAIN, HOLDS, send_password_links
from interlock.store.models import Event, PasswordLink, User
from tests.support.at_once import at_once

OLD, NEW = "a long enough secret", "another long secret"
SAM = "sam@example.com"
HERE = "203.0.113.9"
NOW = 1_800_000_000
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mail(settings: Any) -> None:
    settings.EMAIL_HOST = "mail.example.com"
    settings.ADDRESS = "https://interlock.example.com/"


@pytest.fixture
def sam() -> User:
    return User.objects.create_user(SAM, password=OLD)


def ask(email: str = SAM, address: str = HERE, now: int = NOW) -> Asking:
    return ask_for_password(email, address=address, now=now)


def secret_in(mail: EmailMessage) -> str:
    (secret,) = re.findall(
        r"https://interlock\.example\.com/password/([\w-]{43})\n", str(mail.body)
    )
    return str(secret)


@pytest.mark.usefixtures("sam")
def test_the_link_gives_a_new_password_once_and_the_trail_says_so(mailoutbox: list[Any]) -> None:
    assert ask("Sam@Example.com ") is Asking.TAKEN
    assert send_password_links(NOW) == 1
    (mail,) = mailoutbox
    assert mail.to == [SAM]
    secret = secret_in(mail)
    with time_machine.travel(NOW + 5, tick=False):
        assert read_password_link(secret) == SAM
        assert choose_password(secret, "password", address=HERE)
        assert choose_password(secret, NEW, address=HERE) == ()
        assert choose_password(secret, OLD, address=HERE)
        assert read_password_link(secret) == ""
    assert authenticate(username=SAM, password=NEW) is not None
    entries = Event.objects.order_by("pk").values_list("verb", "about", "by", "place")
    assert [*entries] == [
        ("ask for a new password", SAM, HERE, HERE),
        ("choose a new password", SAM, SAM, HERE),
    ]


@pytest.mark.usefixtures("sam")
def test_an_address_that_nobody_signs_in_with_is_answered_the_same(
    mailoutbox: list[Any],
) -> None:
    User.objects.create_user("off@example.com", password=OLD, is_active=False)
    asked = []
    for email in (SAM, "nobody@example.com", "off@example.com"):
        with CaptureQueriesContext(connection) as queries:
            asked.append((ask(email), len(queries)))
    assert asked == [(Asking.TAKEN, asked[0][1])] * 3
    send_password_links(NOW)
    assert [mail.to for mail in mailoutbox] == [[SAM]]


@pytest.mark.usefixtures("sam")
def test_a_link_holds_for_an_hour_and_until_a_later_one_is_sent(mailoutbox: list[Any]) -> None:
    ask()
    send_password_links(NOW)
    ask(now=NOW + 60)
    send_password_links(NOW + 60)
    first, second = map(secret_in, mailoutbox)
    with time_machine.travel(NOW + 60, tick=False) as clock:
        assert read_password_link(first) == ""
        clock.shift(HOLDS - 1)
        assert read_password_link(second) == SAM
        clock.shift(1)
        assert read_password_link(second) == ""
        assert choose_password(second, NEW, address=HERE)


def test_every_session_ends_and_a_second_step_stays(sam: User, mailoutbox: list[Any]) -> None:
    browser = Client()
    browser.post("/sign-in", {"username": SAM, "password": OLD})
    assert browser.get("/people").status_code == 200
    ask()
    send_password_links(NOW)
    with time_machine.travel(NOW, tick=False):
        choose_password(secret_in(mailoutbox[0]), NEW, address=HERE)
    assert browser.get("/people").status_code == 302
    assert not UserSession.objects.filter(user=sam).exists()


@pytest.mark.usefixtures("sam")
def test_who_is_switched_off_meanwhile_gets_none(sam: User, mailoutbox: list[Any]) -> None:
    ask()
    send_password_links(NOW)
    User.objects.filter(pk=sam.pk).update(is_active=False)
    with time_machine.travel(NOW, tick=False):
        assert choose_password(secret_in(mailoutbox[0]), NEW, address=HERE)


def test_no_address_is_flooded_and_no_network_asks_for_all() -> None:
    assert [ask(address=f"198.51.100.{at}") for at in range(MOST_FOR_ONE + 1)] == [
        *[Asking.TAKEN] * MOST_FOR_ONE,
        Asking.TOO_OFTEN,
    ]
    found = [ask(f"{at}@example.com", f"2001:db8::{at}") for at in range(MOST_FROM_ONE + 1)]
    assert found == [*[Asking.TAKEN] * MOST_FROM_ONE, Asking.TOO_OFTEN]
    assert ask(now=NOW + WINDOW) is Asking.TAKEN
    assert Event.objects.count() == MOST_FOR_ONE + MOST_FROM_ONE + 1


@pytest.mark.usefixtures("sam")
def test_what_the_mail_server_does_not_take_is_tried_again(
    settings: Any, mailoutbox: list[Any]
) -> None:
    good = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens there
    ask()
    assert send_password_links(NOW) == 1
    assert send_password_links(NOW) == 0
    settings.EMAIL_BACKEND = good
    assert send_password_links(NOW + AGAIN[0]) == 1
    with time_machine.travel(NOW + AGAIN[0], tick=False):
        assert read_password_link(secret_in(mailoutbox[0])) == SAM
    assert send_password_links(NOW + WINDOW) == 0


@pytest.mark.usefixtures("sam")
def test_what_nobody_takes_is_given_up_and_said(
    settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    ask()
    assert [send_password_links(NOW + at) for at in (0, 60, 360, 1260, 9999)] == [1, 1, 1, 1, 0]
    assert "given up" in caplog.text


@pytest.mark.usefixtures("sam")
def test_the_secret_is_kept_nowhere(mailoutbox: list[Any]) -> None:
    ask()
    send_password_links(NOW)
    kept = str([*PasswordLink.objects.values(), *Event.objects.values()])
    assert secret_in(mailoutbox[0]) not in kept


def test_what_was_asked_for_is_forgotten_after_a_day() -> None:
    ask()
    clean(NOW + 86_400)
    assert PasswordLink.objects.exists()
    clean(NOW + 86_401)
    assert not PasswordLink.objects.exists()


@pytest.mark.parametrize("secret", ["", "x", "\0" * 43, "é" * 43])
def test_what_is_no_link_is_none(secret: str) -> None:
    assert read_password_link(secret) == ""


def test_without_mail_nothing_is_done(settings: Any) -> None:
    settings.EMAIL_HOST = ""
    assert ask() is Asking.NO_MAIL
    assert not PasswordLink.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_those_who_ask_or_use_a_link_at_once_no_more_get_through_than_may(
    tmp_path: Path, mailoutbox: list[Any], settings: Any
) -> None:
    settings.EMAIL_HOST = "mail.example.com"
    User.objects.create_user(SAM, password=OLD)
    asked, count = at_once(
        tmp_path, [ask] * 8, lambda: PasswordLink.objects.filter(email=SAM).count()
    )
    assert (asked.count(Asking.TAKEN), count) == (MOST_FOR_ONE, MOST_FOR_ONE)
    ask(now=NOW - WINDOW)
    send_password_links(NOW)
    secret = secret_in(mailoutbox[-1])
    with time_machine.travel(NOW, tick=False):
        used, _ = at_once(
            tmp_path, [lambda: choose_password(secret, NEW, address=HERE)] * 6, lambda: None
        )
    assert used.count(()) == 1
