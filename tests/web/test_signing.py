from __future__ import annotations

import pytest
import time_machine
from django.test import Client

from interlock.operations.sign_in import MOST_FOR_ALL, MOST_FOR_ONE, WINDOW
from interlock.store.models import Event, User

PHRASE = "a long enough secret"


def attempt(client: Client, password: str, email: str = "sam@example.com", **extra: str) -> int:
    answer = client.post("/sign-in", {"username": email, "password": password}, **extra)  # type: ignore[arg-type]  # WSGI's environment
    return answer.status_code


def test_the_right_password_signs_in_whatever_the_case_of_the_address(reader: User) -> None:
    client = Client()
    assert attempt(client, PHRASE, "Sam@Example.COM") == 302
    assert int(client.session["_auth_user_id"]) == reader.pk


def test_a_wrong_password_is_refused_in_words_and_noted(reader: User) -> None:
    client = Client()
    answer = client.post("/sign-in", {"username": reader.username, "password": "wrong"})
    assert "do not go together" in answer.content.decode()
    assert [event.about for event in Event.objects.all()] == ["sam@example.com"]


def test_an_unknown_address_reads_the_same_as_a_wrong_password(reader: User) -> None:
    def refusal(email: str) -> str:
        page = Client().post("/sign-in", {"username": email, "password": "wrong"}).content.decode()
        return page.split('role="alert"')[1].split("</p>")[0]

    assert refusal("nobody@example.com") == refusal(reader.username)


@pytest.mark.usefixtures("reader")
def test_after_some_failures_even_the_right_password_waits() -> None:
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        client = Client()
        for _ in range(MOST_FOR_ONE):
            attempt(client, "wrong")
        assert attempt(client, PHRASE) == 200
        clock.shift(WINDOW + 1)
        assert attempt(client, PHRASE) == 302


@pytest.mark.usefixtures("reader")
def test_the_failures_of_one_network_address_leave_others_alone() -> None:
    for _ in range(MOST_FOR_ONE):
        attempt(Client(), "wrong", REMOTE_ADDR="203.0.113.9")
    assert attempt(Client(), PHRASE, REMOTE_ADDR="203.0.113.9") == 200
    assert attempt(Client(), PHRASE, REMOTE_ADDR="203.0.113.10") == 302


@pytest.mark.usefixtures("reader")
def test_many_addresses_guessing_one_password_are_slowed_too() -> None:
    for at in range(MOST_FOR_ALL):
        attempt(Client(), "wrong", REMOTE_ADDR=f"203.0.113.{at}")
    assert attempt(Client(), PHRASE, REMOTE_ADDR="198.51.100.1") == 200


@pytest.mark.parametrize(
    "outside", ["https://evil.example/", "//evil.example", "javascript:alert(1)"]
)
def test_signing_in_leads_to_this_site_only(reader: User, outside: str) -> None:
    answer = Client().post(
        "/sign-in", {"username": reader.username, "password": PHRASE, "next": outside}
    )
    assert answer["Location"] == "/start"


@pytest.mark.parametrize(
    ("side", "role", "member", "comes_to"),
    [
        ("sales", "member", "sam", "/desk"),
        ("marketing", "member", "sam", "/desk/marketing"),
        ("leadership", "member", "sam", "/"),
        ("sales", "member", "", "/"),
        ("sales", "lead", "sam", "/"),
        ("marketing", "viewer", "sam", "/"),
    ],
)
def test_a_day_begins_at_the_desk_of_who_works_on_leads(
    reader: User, side: str, role: str, member: str, comes_to: str
) -> None:
    User.objects.filter(pk=reader.pk).update(side=side, role=role, member=member)
    for wanted, led_to in (("/", "/start"), ("/promises?side=sales", "/promises?side=sales")):
        client = Client()
        told = {"username": reader.username, "password": PHRASE, "next": wanted}
        assert client.post("/sign-in", told)["Location"] == led_to
        assert client.get("/start")["Location"] == comes_to


def test_a_form_without_its_token_is_refused_with_a_way_out(reader: User) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/sign-in", {"username": reader.username, "password": PHRASE})
    assert answer.status_code == 403
    assert "Load the page again" in answer.content.decode()


def test_signing_out_takes_a_post(as_reader: Client) -> None:
    assert as_reader.get("/sign-out").status_code == 405
    assert as_reader.post("/sign-out").status_code == 302
    assert "_auth_user_id" not in as_reader.session


@pytest.mark.django_db
def test_the_theme_is_remembered_and_only_a_known_one(client: Client) -> None:
    client.post("/theme", {"theme": "dark", "next": "/sign-in"})
    assert '<html lang="en-GB" data-theme="dark">' in client.get("/sign-in").content.decode()
    client.cookies["theme"] = '"><script>'
    assert '<html lang="en-GB">' in client.get("/sign-in").content.decode()


@pytest.mark.django_db
def test_an_address_without_a_page_says_so_to_anyone(client: Client) -> None:
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert "nothing at this address" in answer.content.decode()
