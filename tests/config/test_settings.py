from __future__ import annotations

import runpy
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client, RequestFactory

from interlock.config import settings as module
from interlock.operations.whence import network_address
from interlock.store.models import Event

NAMES = ("SECURE_SSL_REDIRECT", "SECURE_PROXY_SSL_HEADER", "BEHIND_PROXY")
FORWARDED = {"headers": {"x-forwarded-proto": "https", "x-forwarded-for": "6.6.6.6, 192.0.2.7"}}


def taken(settings: LazySettings, monkeypatch: pytest.MonkeyPatch, **options: str) -> None:
    """Runs the settings under these options, and uses those that this is about."""
    for name, value in options.items():
        monkeypatch.setenv(f"INTERLOCK_{name.upper()}", value)
    fresh = runpy.run_path(str(module.__file__))
    for name in NAMES:
        setattr(settings, name, fresh[name])


def answered(**asked: Any) -> tuple[int, str]:
    answer = Client(SERVER_NAME="localhost").get("/sign-in", **asked)
    return answer.status_code, answer.headers.get("Location", "")


@pytest.mark.django_db
def test_behind_a_proxy_that_ends_tls_pages_are_served(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken(settings, monkeypatch, https="true", behind_proxy="true")
    assert answered(**FORWARDED) == (200, "")
    assert answered() == (301, "https://localhost/sign-in")


@pytest.mark.django_db
def test_without_a_known_proxy_nobody_is_believed_to_use_https(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken(settings, monkeypatch, https="true")
    assert answered(**FORWARDED) == (301, "https://localhost/sign-in")


@pytest.mark.django_db
@pytest.mark.parametrize(("proxy", "address"), [("true", "192.0.2.7"), ("false", "127.0.0.1")])
def test_a_failed_sign_in_is_counted_for_whom_a_known_proxy_saw(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch, proxy: str, address: str
) -> None:
    taken(settings, monkeypatch, behind_proxy=proxy)
    Client().post("/sign-in", {"username": "a@b.com", "password": "wrong"}, **FORWARDED)  # type: ignore[arg-type]  # headers are one more argument
    assert [event.by for event in Event.objects.all()] == [address]


def test_a_proxy_that_says_nothing_is_itself_who_asks(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken(settings, monkeypatch, behind_proxy="true")
    assert network_address(RequestFactory().get("/").META) == "127.0.0.1"
