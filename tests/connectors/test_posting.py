"""Posting to an address that somebody gave us leads nowhere but there."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from interlock.connectors.posting import READ, Posted, is_public, post, trouble_with
from tests.support.receiver import DRIPS, HANGS, Receiver, receiving

PATIENCE = 0.3


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


def posted(url: str, *, inside: bool = True) -> Posted:
    return post(url, {"x-a": "b"}, b'{"a":1}', inside=inside, patience=PATIENCE)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - looked at
        "224.0.0.1",
        "255.255.255.255",
        "240.0.0.1",
        "::1",
        "::",
        "fe80::1%eth0",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::808:808",
        "2001:0:7f00:1::",
        "2001:db8::1",
    ],
)
def test_an_address_of_a_private_network_is_none_of_the_public_one(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "64:ff9b::808:808"])
def test_an_address_of_the_public_network_is_one(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "ftp://example.com/",
        "https:///nowhere",
        "https://",
        "example.com",
        "https://user:secret@example.com/",
        "https://example.com/#part",
        "https://example.com:0/",
        "https://example.com:99999/",
        "https://exa mple.com/",
        "https://example.com/\r\nHost: other",
        "https://[::1",
        f"https://example.com/{'x' * 2_000}",
    ],
)
def test_what_is_no_address_to_post_to_is_told_before(url: str) -> None:
    assert trouble_with(url, inside=False)


def test_a_good_address_has_no_trouble() -> None:
    assert trouble_with("https://example.com:8443/in?x=1", inside=False) == ""
    assert trouble_with("http://localhost:8000", inside=True) == ""


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]"]
)
def test_nothing_is_posted_into_a_private_network_however_it_is_written(
    receiver: Receiver, host: str
) -> None:
    port = receiver.url.rpartition(":")[2].partition("/")[0]

    answer = posted(f"https://{host}:{port}/", inside=False)

    assert answer.status is None
    assert "private network" in answer.said
    assert receiver.came == []


def test_one_private_address_among_several_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    def both(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 443)),
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", 443)),
        ]

    monkeypatch.setattr(socket, "getaddrinfo", both)

    assert "10.0.0.1" in posted("https://two.example/", inside=False).said


def test_the_name_is_resolved_once_and_the_connection_goes_where_was_looked(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server that answers otherwise the second time leads nowhere else."""
    port, asked = int(receiver.url.rpartition(":")[2].partition("/")[0]), []

    def once(*arguments: object, **_: object) -> list[tuple[object, ...]]:
        asked.append(arguments)
        where = "127.0.0.1" if len(asked) == 1 else "127.0.0.9"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (where, port))]

    monkeypatch.setattr(socket, "getaddrinfo", once)

    assert posted(f"http://rebound.example:{port}/").taken
    assert len(asked) == 1
    assert receiver.came[0][0]["host"] == f"rebound.example:{port}"


def test_a_message_is_posted_as_it_is(receiver: Receiver) -> None:
    answer = posted(receiver.url)

    assert answer.taken
    headers, body = receiver.came[0]
    assert body == b'{"a":1}'
    assert headers["x-a"] == "b"


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    with receiving() as other:
        receiver.status, receiver.headers = 307, {"Location": other.url}

        answer = posted(receiver.url)

        assert (answer.status, answer.taken) == (307, False)
        assert other.came == []


def test_one_that_hangs_is_given_up(receiver: Receiver) -> None:
    receiver.status = HANGS

    answer = posted(receiver.url)

    assert answer.status is None
    assert "did not answer" in answer.said


def test_one_that_never_comes_to_an_end_is_given_up(receiver: Receiver) -> None:
    receiver.status = DRIPS

    answer = posted(receiver.url)

    assert answer.status is None


def test_of_a_long_answer_only_the_beginning_is_read(receiver: Receiver) -> None:
    receiver.status, receiver.body = 200, b"x" * 1_000_000

    assert len(posted(receiver.url).said) == READ


def test_nobody_there_is_told() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]

    assert "Refused" in posted(f"http://127.0.0.1:{port}/").said


def test_a_certificate_that_nobody_vouches_for_is_refused(receiver: Receiver) -> None:
    """The receiver speaks no TLS at all: nothing of the message reaches it."""
    answer = posted(receiver.url.replace("http:", "https:"))

    assert answer.status is None
    assert receiver.came == []


def test_how_long_to_wait_is_heard(receiver: Receiver) -> None:
    receiver.status, receiver.headers = 429, {"Retry-After": "120"}
    assert posted(receiver.url).again_after == 120
    receiver.headers = {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}
    assert posted(receiver.url).again_after is None
