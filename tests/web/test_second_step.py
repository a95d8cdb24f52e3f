"""The second step of a sign-in: an authenticator app, and recovery codes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from interlock.operations.actor import COMMAND_LINE
from interlock.operations.drop_second_step import drop_second_step
from interlock.operations.sign_in import MOST_FOR_ONE, WINDOW
from interlock.store.models import User
from interlock.store.sealed import seal, unseal
from interlock.web.second_step import SecondStepAdapter
from tests.web.conftest import PHRASE

NOW = 1_800_000_000
PERIOD = 30


@pytest.fixture
def clock(db: None) -> Iterator[time_machine.Traveller]:  # noqa: ARG001 - opens the database
    cache.clear()
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def code(secret: str, at: int) -> str:
    return str(format_hotp_value(hotp_value(secret, at // PERIOD)))


def half(user: User, wanted: str = "") -> Client:
    """A browser in which the password was right."""
    client = Client()
    answer = client.post(
        "/sign-in", {"username": user.username, "password": PHRASE, "next": wanted}
    )
    assert answer["Location"] == "/sign-in/code"
    return client


def is_in(client: Client) -> bool:
    return client.get("/people").status_code == 200


def set_up(user: User, clock: time_machine.Traveller, early: int = 0) -> tuple[str, list[str]]:
    """Sets the app up as a person does; its key and the recovery codes."""
    client = Client()
    client.force_login(user)
    asked = client.get("/settings/account/app", follow=True)
    assert asked.redirect_chain == [
        ("/settings/account/again?next=%2Fsettings%2Faccount%2Fapp", 302)
    ]
    page = client.post(
        "/settings/account/again",
        {"password": PHRASE, "next": "/settings/account/app"},
        follow=True,
    ).content.decode()
    secret = re.findall(r"<code>([A-Z2-7]{32})</code>", page)[0]
    typed = code(secret, NOW + early * PERIOD)
    codes = client.post("/settings/account/app", {"code": typed}, follow=True)
    clock.shift(PERIOD)
    return secret, re.findall(r"<li>([\d ]+)</li>", codes.content.decode())


def test_a_password_alone_signs_nobody_in_who_has_a_second_step(
    reader: User, clock: time_machine.Traveller
) -> None:
    secret, codes = set_up(reader, clock)
    assert len(codes) == 10
    client = half(reader, "/promises")
    assert not is_in(client)
    assert client.get("/settings/account").status_code == 302
    answer = client.post("/sign-in/code", {"code": code(secret, NOW + PERIOD)})
    assert answer["Location"] == "/promises"
    assert is_in(client)


def test_a_code_counts_once_whichever_process_sees_it(
    reader: User, clock: time_machine.Traveller
) -> None:
    secret, _ = set_up(reader, clock)
    now = code(secret, NOW + PERIOD)
    assert half(reader).post("/sign-in/code", {"code": now}).status_code == 302
    cache.clear()  # as another process has it
    second = half(reader)
    assert second.post("/sign-in/code", {"code": now}).status_code == 200
    assert not is_in(second)
    clock.shift(PERIOD)
    second.post("/sign-in/code", {"code": code(secret, NOW + 2 * PERIOD)})
    assert is_in(second)


@pytest.mark.parametrize(("late", "counts"), [(0, True), (1, True), (2, False)])
def test_a_code_counts_that_changed_while_it_was_typed(
    reader: User, clock: time_machine.Traveller, late: int, *, counts: bool
) -> None:
    secret, _ = set_up(reader, clock)
    client, typed = half(reader), code(secret, NOW + PERIOD)
    clock.shift(late * PERIOD)
    client.post("/sign-in/code", {"code": typed})
    assert is_in(client) is counts


def test_a_code_that_was_used_does_not_count_in_the_next_half_minute_either(
    reader: User, clock: time_machine.Traveller
) -> None:
    secret, _ = set_up(reader, clock)
    used, early = code(secret, NOW + PERIOD), code(secret, NOW + 2 * PERIOD)
    half(reader).post("/sign-in/code", {"code": used})
    clock.shift(PERIOD)
    cache.clear()  # as another process has it
    second = half(reader)
    assert "was used before" in second.post("/sign-in/code", {"code": used}).content.decode()
    second.post("/sign-in/code", {"code": early})
    assert is_in(second)


@pytest.mark.parametrize("early", [-1, 0, 1])
def test_the_code_that_sets_the_app_up_signs_nobody_in(
    reader: User, clock: time_machine.Traveller, early: int
) -> None:
    secret, _ = set_up(reader, clock, early)
    clock.shift(-PERIOD)
    cache.clear()  # as another process has it
    client = half(reader)
    client.post("/sign-in/code", {"code": code(secret, NOW + early * PERIOD)})
    assert not is_in(client)


def test_a_code_from_before_one_that_was_used_does_not_count(
    reader: User, clock: time_machine.Traveller
) -> None:
    secret, _ = set_up(reader, clock)
    half(reader).post("/sign-in/code", {"code": code(secret, NOW + 2 * PERIOD)})
    second = half(reader)
    second.post("/sign-in/code", {"code": code(secret, NOW + PERIOD)})
    assert not is_in(second)


def test_a_recovery_code_signs_in_once(reader: User, clock: time_machine.Traveller) -> None:
    _, codes = set_up(reader, clock)
    first, second = half(reader), half(reader)
    first.post("/sign-in/code", {"code": codes[0]})
    second.post("/sign-in/code", {"code": codes[0]})
    assert (is_in(first), is_in(second)) == (True, False)
    assert "9 left" in first.get("/settings/account").content.decode()


def test_guessing_codes_is_slowed_down_over_any_number_of_browsers(
    reader: User, clock: time_machine.Traveller
) -> None:
    secret, _ = set_up(reader, clock)
    client = half(reader)
    for _ in range(MOST_FOR_ONE - 1):
        client.post("/sign-in/code", {"code": "000000"})
    other = half(reader)
    other.post("/sign-in/code", {"code": "000000"})
    page = client.post("/sign-in/code", {"code": code(secret, NOW + PERIOD)})
    assert "Too many attempts have failed" in page.content.decode()
    assert not is_in(client)
    clock.shift(WINDOW + 1)
    late = half(reader)
    late.post("/sign-in/code", {"code": code(secret, NOW + PERIOD + WINDOW + 1)})
    assert is_in(late)


def test_the_second_step_leads_to_this_site_only(
    reader: User, clock: time_machine.Traveller
) -> None:
    secret, _ = set_up(reader, clock)
    client = half(reader, "https://evil.example/")
    answer = client.post(
        "/sign-in/code",
        {"code": code(secret, NOW + PERIOD), "next": "https://evil.example/"},
    )
    assert answer["Location"] == "/start"


def test_who_is_switched_off_between_the_steps_does_not_come_in(
    reader: User, clock: time_machine.Traveller
) -> None:
    secret, _ = set_up(reader, clock)
    client = half(reader)
    User.objects.update(is_active=False)
    client.post("/sign-in/code", {"code": code(secret, NOW + PERIOD)})
    assert not is_in(client)


def test_taking_it_off_takes_the_owner(reader: User, clock: time_machine.Traveller) -> None:
    secret, _ = set_up(reader, clock)
    client = half(reader)
    client.post("/sign-in/code", {"code": code(secret, NOW + PERIOD)})
    answer = client.post("/settings/account/app/remove")
    assert "/settings/account/again" in answer["Location"]
    assert Authenticator.objects.filter(type="totp").exists()
    client.post(
        "/settings/account/again", {"password": PHRASE, "next": "/settings/account/app/remove"}
    )
    client.post("/settings/account/app/remove")
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("page", ["app", "passkeys/new", "codes/new", "codes"])
def test_a_borrowed_session_changes_no_second_step(
    reader: User, clock: time_machine.Traveller, page: str
) -> None:
    set_up(reader, clock)
    client = Client()
    client.force_login(reader)
    answer = client.get(f"/settings/account/{page}", follow=True)
    kept = [*Authenticator.objects.values("type", "data")]
    assert "Is it you?" in answer.content.decode() or page == "app"
    client.post(f"/settings/account/{page}", {"code": "123456", "credential": "{}"})
    assert [*Authenticator.objects.values("type", "data")] == kept


def test_an_admin_takes_it_off_for_somebody_who_lost_the_phone(
    reader: User, clock: time_machine.Traveller
) -> None:
    set_up(reader, clock)
    assert drop_second_step(reader.pk, by=COMMAND_LINE)
    assert not drop_second_step(reader.pk, by=COMMAND_LINE)
    client = Client()
    client.post("/sign-in", {"username": reader.username, "password": PHRASE})
    assert is_in(client)


def test_the_keys_of_the_second_step_are_sealed(
    reader: User, clock: time_machine.Traveller
) -> None:
    secret, codes = set_up(reader, clock)
    kept = str([*Authenticator.objects.values()])
    assert secret not in kept
    assert codes[0] not in kept


def test_what_is_sealed_opens_with_the_same_key_alone(settings: object) -> None:
    sealed = seal("a secret")
    assert "a secret" not in sealed
    assert unseal(sealed) == "a secret"
    settings.SECRET_KEY = "another key, as long as it should be"  # type: ignore[attr-defined]  # noqa: S105 - of this test
    assert unseal(sealed) is None
    assert unseal("no such thing") is None


def test_a_wrong_code_after_the_key_changed_is_only_wrong(
    reader: User, clock: time_machine.Traveller, settings: object
) -> None:
    secret, _ = set_up(reader, clock)
    settings.SECRET_KEY = "another key, as long as it should be"  # type: ignore[attr-defined]  # noqa: S105 - of this test
    client = half(reader)
    answer = client.post("/sign-in/code", {"code": code(secret, NOW + PERIOD)})
    assert answer.status_code == 200
    assert not is_in(client)


def test_after_the_key_changed_no_code_fits_that_could_be_worked_out(
    reader: User, clock: time_machine.Traveller, settings: object
) -> None:
    set_up(reader, clock)
    settings.SECRET_KEY = "another key, as long as it should be"  # type: ignore[attr-defined]  # noqa: S105 - of this test
    adapter = SecondStepAdapter()
    found = [adapter.decrypt(each.data["secret"]) for each in totp(reader) for _ in range(2)]
    assert len(set(found)) == 2
    answer = half(reader).post("/sign-in/code", {"code": code("A" * 32, NOW + PERIOD)})
    assert answer.status_code == 200


def totp(user: User) -> list[Authenticator]:
    return [*Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP)]
