from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.conf import LazySettings
from django.contrib.auth import authenticate

from interlock.cli import main
from interlock.cli.running import answers, serve, user
from interlock.store.models import Event, User
from tests.operations.company import put

PHRASE = "a long enough secret"


def make(*arguments: str, phrase: str = PHRASE) -> Result:
    return CliRunner().invoke(user, arguments, env={"INTERLOCK_PASSWORD": phrase})


@pytest.mark.django_db
def test_a_sign_in_is_made_and_works() -> None:
    assert make("Ann@Example.com", "--name", "Ann", "--role", "operations").exit_code == 0
    made = User.objects.get()
    assert (made.username, made.first_name, made.role) == ("ann@example.com", "Ann", "operations")
    assert authenticate(username="ann@example.com", password=PHRASE) == made
    assert Event.objects.get().about == "ann@example.com"


@pytest.mark.django_db
def test_a_sign_in_that_is_there_gets_what_is_said_now() -> None:
    make("ann@example.com", "--role", "operations")
    assert make("ann@example.com", phrase="another long secret").exit_code == 0
    made = User.objects.get()
    assert made.role == "operations"
    assert authenticate(username="ann@example.com", password="another long secret") == made  # noqa: S106 - of this test


@pytest.mark.django_db
def test_a_member_of_the_facts_brings_name_and_side() -> None:
    put("member", "bo", name="Bo Berg", side="marketing", email="Bo@example.com")
    make("bo@example.com")
    made = User.objects.get()
    assert (made.member, made.first_name, made.side) == ("bo", "Bo Berg", "marketing")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("email", "phrase", "why"),
    [
        ("ann", PHRASE, "'ann' is not an e-mail address"),
        ("ann@example.com", "short", "too short"),
        ("ann@example.com", "password1", "too common"),
    ],
)
def test_what_cannot_be_a_sign_in_is_refused(email: str, phrase: str, why: str) -> None:
    refused = make(email, phrase=phrase)
    assert refused.exit_code == 1
    assert why in refused.output
    assert not User.objects.exists()


@pytest.mark.django_db
def test_a_port_that_is_taken_is_said_to_be() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        refused = CliRunner().invoke(serve, ["--port", port])
    assert refused.exit_code == 1
    assert f"Port {port} on 127.0.0.1 is in use" in refused.output


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("host", "why"),
    [
        ("nonsense.invalid", "`nonsense.invalid` is neither an address nor the name of a machine"),
        ("", "`` is neither an address nor the name of a machine"),
        ("x" * 300, "is neither an address nor the name of a machine"),
        ("192.0.2.1", "192.0.2.1 is no address of this machine"),
    ],
)
def test_where_nobody_can_listen_is_said(host: str, why: str) -> None:
    refused = CliRunner().invoke(serve, ["--host", host, "--port", "8123"])
    assert refused.exit_code == 1
    assert why in " ".join(refused.stderr.split())
    assert "in use" not in refused.stderr


@pytest.mark.django_db
@pytest.mark.parametrize(
    "words",
    [
        ("serve", "--port", "0"),
        ("serve", "--port", "65536"),
        ("serve", "--processes", "0"),
        ("demo", "--port", "-1"),
        ("demo", "--people", "0"),
    ],
)
def test_numbers_that_cannot_be_are_refused(words: tuple[str, ...]) -> None:
    done = CliRunner().invoke(main, words)
    assert (done.exit_code, "is not in the range" in done.output) == (2, True)


@pytest.mark.django_db
def test_https_that_nothing_speaks_is_said_before_serving(settings: LazySettings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    refused = CliRunner().invoke(serve, ["--port", "8000"])
    assert refused.exit_code == 1
    assert "it would redirect for ever" in refused.stderr
    assert "behind_proxy" in refused.stderr


@pytest.mark.sqlite
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_the_server_listens_when_it_says_so_and_not_before(tmp_path: Path, host: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    interlock = str(Path(sys.executable).with_name("interlock"))
    with subprocess.Popen(
        [interlock, "serve", "--host", host, "--port", str(port), "--store", str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "INTERLOCK_DATABASE": ""},
    ) as server:
        assert server.stdout is not None
        try:
            address = f"http://{host}:{port}\n"
            told = (line for line in server.stdout if line.endswith(f" on {address}"))
            assert next(told) == f"Starting on {address}"
            assert next(told) == f"Interlock listens on {address}"
            assert answers(host, port)
        finally:
            server.terminate()
