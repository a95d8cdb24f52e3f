"""Signing in by an OIDC provider, which answers over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import LazySettings
from django.test import Client

from interlock.config.options import Options
from interlock.store.models import User
from interlock.store.sealed import seal
from tests.support.oidc import CLIENT, SECRET, Provider, provider

START = "/sign-in/with/oidc"


@pytest.fixture
def known(settings: LazySettings) -> Iterator[Provider]:
    with provider() as found:
        options = Options(
            oidc_name="Example ID",
            oidc_server=found.address,
            oidc_client_id=CLIENT,
            oidc_client_secret=SECRET,
        )
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": options.oidc()}
        yield found


def claims(email: str, *, verified: bool = True, sub: str = "7") -> dict[str, Any]:
    return {"sub": sub, "email": email, "email_verified": verified, "name": "Sam"}


def came_back(known: Provider, client: Client, **query: str) -> str:
    """The page on which one ends after having signed in there."""
    answer = client.get(START, query)
    path, given = known.sign_in(answer["Location"])
    return client.get(path, given, follow=True).content.decode()


def is_in(client: Client) -> bool:
    return client.get("/people").status_code == 200


def test_who_is_known_there_by_a_confirmed_address_comes_in(known: Provider, reader: User) -> None:
    known.claims = claims("Sam@Example.com")
    client = Client()
    assert "Sign in with Example ID" in client.get("/sign-in").content.decode()
    came_back(known, client)
    assert is_in(client)
    assert SocialAccount.objects.get().user == reader
    assert reader.check_password("a long enough secret")


@pytest.mark.parametrize("process", ["connect", "redirect", "x"])
def test_one_goes_there_to_sign_in_and_for_nothing_else(
    known: Provider, as_reader: Client, process: str
) -> None:
    assert known.address
    for client in (Client(), as_reader):
        assert client.get(START, {"process": process}).status_code == 404
    assert Client().get(START, {"process": "login"}).status_code == 302


def test_one_lands_where_one_wanted_to_go_on_this_site_only(known: Provider, reader: User) -> None:
    known.claims = claims(reader.username)
    client = Client()
    path, given = known.sign_in(client.get(START, {"next": "/promises"})["Location"])
    assert client.get(path, given)["Location"] == "/promises"
    other = Client()
    path, given = known.sign_in(other.get(START, {"next": "https://evil.example/"})["Location"])
    assert other.get(path, given)["Location"] == "/start"


@pytest.mark.django_db
def test_being_known_there_lets_nobody_in_by_itself(known: Provider) -> None:
    known.claims = claims("stranger@example.com")
    client = Client()
    assert "nobody has a sign-in here" in came_back(known, client)
    assert not is_in(client)
    assert not User.objects.exists()


def test_an_address_that_nobody_confirmed_counts_for_nothing(known: Provider, reader: User) -> None:
    known.claims = claims(reader.username, verified=False)
    client = Client()
    assert "nobody has a sign-in here" in came_back(known, client)
    assert not is_in(client)


def test_once_joined_it_is_the_number_that_counts_not_the_address(
    known: Provider, reader: User, keeper: User
) -> None:
    known.claims = claims(reader.username)
    came_back(known, Client())
    known.claims = claims(keeper.username)  # whoever has number 7 took over another's address
    client = Client()
    came_back(known, client)
    assert int(client.session["_auth_user_id"]) == reader.pk


def test_who_is_switched_off_stays_out(known: Provider, reader: User) -> None:
    known.claims = claims(reader.username)
    came_back(known, Client())
    User.objects.update(is_active=False)
    client = Client()
    assert "switched off" in came_back(known, client)
    assert not is_in(client)


def test_a_second_step_is_asked_for_all_the_same(known: Provider, reader: User) -> None:
    Authenticator.objects.create(user=reader, type="totp", data={"secret": seal("A" * 32)})
    known.claims = claims(reader.username)
    client = Client()
    assert "The second step" in came_back(known, client)
    assert not is_in(client)


def test_a_code_that_another_browser_asked_for_is_refused(known: Provider, reader: User) -> None:
    known.claims = claims(reader.username)
    path, given = known.sign_in(Client().get(START)["Location"])
    client = Client()
    page = client.get(path, given, follow=True).content.decode()
    assert "came to nothing" in page
    assert not is_in(client)


def test_what_the_provider_refuses_is_said(known: Provider, reader: User) -> None:
    known.claims = claims(reader.username)
    client = Client()
    path, given = known.sign_in(client.get(START)["Location"])
    known.challenges.clear()
    assert "came to nothing" in client.get(path, given, follow=True).content.decode()
    path, given = known.sign_in(client.get(START)["Location"])
    denied = {"state": given["state"], "error": "access_denied"}
    assert "came to nothing" in client.get(path, denied, follow=True).content.decode()


@pytest.mark.django_db
def test_a_provider_that_does_not_answer_is_said(settings: LazySettings) -> None:
    options = Options(oidc_server="http://127.0.0.1:9", oidc_client_id=CLIENT)
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": options.oidc()}
    page = Client().get(START, follow=True).content.decode()
    assert "came to nothing" in page


@pytest.mark.django_db
def test_without_a_provider_there_is_no_such_page_and_nobody_is_asked(known: Provider) -> None:
    assert Client().get("/sign-in").status_code == 200
    assert known.asked == []  # showing the button asks nobody


@pytest.mark.django_db
def test_no_provider_is_offered_that_was_not_set() -> None:
    assert "Sign in with a passkey" in Client().get("/sign-in").content.decode()
    assert "/sign-in/with/" not in Client().get("/sign-in").content.decode()
    assert Client().get(START).status_code == 404
