"""What a load balancer hears, of a server whose store was really broken."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from sqlite3 import connect

import pytest
from django.conf import LazySettings
from django.test import Client

from tests.support.stores import with_tables
from tests.web.test_in_a_browser import INTERLOCK, running

FINE = (200, b"ok")
COOKIE = {"Cookie": "sessionid=aaaaaaaaaaaaaaaa"}
SHORT_OF_ONE = "DELETE FROM django_migrations WHERE app = 'store' AND name LIKE '0030%'"


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def asked(port: int, method: str = "GET", **headers: str) -> tuple[int, bytes]:
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as server:
        server.request(method, "/healthz", headers=headers)
        answer = server.getresponse()
        assert answer.headers["Cache-Control"] == "no-store" or answer.status == 400
        return answer.status, answer.read()


def test_a_wrong_name_of_the_server_is_told_in_a_line(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    assert client.get("/healthz", headers={"host": "elsewhere.example"}).status_code == 400
    [told] = (each for each in caplog.records if each.name == "django.security.DisallowedHost")
    assert "elsewhere.example" in told.getMessage()
    assert told.exc_info is None


@pytest.fixture
def store(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    transactional_db: None,  # noqa: ARG001 - a copy waits for whoever may write
) -> Path:
    monkeypatch.setenv("INTERLOCK_DATABASE", "")
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    with_tables(tmp_path)
    return tmp_path


@pytest.fixture
def port(store: Path) -> Iterator[int]:
    port = free_port()
    listens = f"listens on http://127.0.0.1:{port}"
    with running(INTERLOCK, "serve", "--port", str(port), store=store, until=listens):
        yield port


def replaced(store: Path, content: bytes) -> None:
    for file in store.glob("interlock.sqlite3*"):
        file.unlink()
    (store / "interlock.sqlite3").write_bytes(content)


@pytest.mark.sqlite
def test_a_server_says_whether_its_store_can_be_asked(store: Path, port: int) -> None:
    database = store / "interlock.sqlite3"
    assert asked(port) == asked(port, **COOKIE) == FINE
    assert asked(port, "HEAD") == (200, b"")
    assert asked(port, Host="elsewhere.example.com")[0] == 400
    with closing(connect(database)) as whole, closing(connect(store / "kept")) as kept:
        whole.backup(kept)
    with closing(connect(database)) as short, short:
        short.execute(SHORT_OF_ONE)
    assert asked(port) == (503, b"migrations")
    replaced(store, b"")
    assert asked(port) == asked(port, **COOKIE) == (503, b"migrations")
    replaced(store, b"no database at all" * 100)
    assert asked(port) == asked(port, **COOKIE) == (503, b"store")
    assert asked(port, "HEAD") == (503, b"")
    replaced(store, (store / "kept").read_bytes())
    assert asked(port) == FINE


ASKS = """
import django
django.setup()
from django.test import Client
answer = Client(SERVER_NAME="localhost").get("/healthz")
print(answer.status_code, answer.content.decode())
"""


def test_a_postgresql_that_is_not_there_is_said_without_its_name(tmp_path: Path) -> None:
    surroundings = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "interlock.config.settings",
        "INTERLOCK_DATA": str(tmp_path),
        "INTERLOCK_DATABASE": f"postgresql://kim:secret@127.0.0.1:{free_port()}/interlock",
    }
    done = subprocess.run(
        [sys.executable, "-c", ASKS],
        env=surroundings,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert done.stdout == "503 store\n"


@pytest.mark.django_db
def test_it_says_one_word_in_plain_text_to_whoever_asks() -> None:
    answer = Client().get("/healthz?verbose=1")
    assert (answer.status_code, answer.content) == FINE
    assert answer["Content-Type"].startswith("text/plain")
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies
    assert Client().post("/healthz").status_code == 405


@pytest.mark.django_db
def test_it_is_not_led_to_https_which_only_the_proxy_speaks(settings: LazySettings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert Client().get("/healthz").content == b"ok"
    assert Client().get("/sign-in").status_code == Client().get("/healthz/").status_code == 301
