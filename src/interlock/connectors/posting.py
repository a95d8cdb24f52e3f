"""Posting to an address that somebody else gave us, without being led into our own network.

The name is resolved once, every address that it has is looked at, and the connection is made to one
of those: no later answer of a name server counts. Redirects are not followed, the answer is read a
little way only, and the whole of it has a deadline.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPResponse
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

READ = 1_000
"""So many bytes of an answer are read."""
LONGEST_URL = 2_000
_NAT64 = IPv6Network("64:ff9b::/96")
_PORTS = {"https": 443, "http": 80}

Address = IPv4Address | IPv6Address
Where = tuple[socket.AddressFamily, tuple[str | int | bytes, ...]]


class NowhereError(Exception):
    """Nothing is posted there: why."""


@dataclass(frozen=True)
class Posted:
    """What was answered: the status (None: nothing was), and how the answer began, or the trouble.

    `again_after` is how many seconds the other side asks to be left alone; `took` is milliseconds.
    """

    status: int | None
    said: str
    took: int = 0
    again_after: int | None = None

    @property
    def taken(self) -> bool:
        """Whether the other side has it."""
        return self.status is not None and self.status // 100 == 2  # noqa: PLR2004 - 2xx


def trouble_with(url: str, *, inside: bool) -> str:
    """Why nothing can be posted to this address, by how it is written; "" where it can.

    `inside`: private addresses, and plain HTTP, are meant.
    """
    try:
        _parts(url, inside=inside)
    except NowhereError as error:
        return str(error)
    return ""


def is_public(text: str) -> bool:
    """Whether the IP address is one of the public network, and none that leads to another one."""
    address = ip_address(text.partition("%")[0])
    if address in _NAT64:  # reserved as such; it is what it stands for
        return _is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    return all(_is_public(each) for each in (address, *_within(address)))


def _is_public(address: Address) -> bool:
    own = isinstance(address, IPv6Address) and address.is_site_local
    return address.is_global and not (own or address.is_multicast or address.is_reserved)


def _within(address: Address) -> Iterator[IPv4Address]:
    """The IPv4 addresses that an IPv6 address stands for."""
    if isinstance(address, IPv4Address):
        return
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo


def _parts(url: str, *, inside: bool) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NowhereError("it is no address") from None
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise NowhereError("it is no address")
    if parts.scheme not in _PORTS or (parts.scheme == "http" and not inside):
        raise NowhereError("it does not begin with https://")
    if not parts.hostname or port == 0:
        raise NowhereError("it names no machine")
    if parts.username is not None or parts.fragment:
        raise NowhereError("it holds a user, a password or a #, which nothing is sent for")
    return parts


def _places(host: str, port: int, *, inside: bool) -> list[Where]:
    """Where the name leads; raises NowhereError where any of it is in a private network."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NowhereError(f"nobody knows a machine called {host}") from None
    places: list[Where] = [(family, where) for family, _, _, _, where in found]
    private = [str(where[0]) for _, where in places if not is_public(str(where[0]))]
    if private and not inside:
        raise NowhereError(f"{host} is {private[0]}, an address of a private network")
    return places


class _Pinned(HTTPConnection):
    """A connection to places that were looked at, whatever the name means by now."""

    def __init__(self, parts: SplitResult, places: list[Where], patience: float) -> None:
        super().__init__(parts.hostname or "", parts.port or _PORTS[parts.scheme], patience)
        self.default_port = _PORTS[parts.scheme]  # leaves :443 out of Host
        self._places, self._is_secret = places, parts.scheme == "https"
        self.is_over = False

    def connect(self) -> None:
        """To the first place that answers."""
        self.sock = self._connected()
        if self._is_secret:
            self.sock = _secrecy().wrap_socket(self.sock, server_hostname=self.host)

    def _connected(self) -> socket.socket:
        trouble: OSError | None = None
        for family, where in self._places:
            sock = socket.socket(family, socket.SOCK_STREAM)
            sock.settimeout(self.timeout)
            try:
                sock.connect(where)
            except OSError as error:
                sock.close()
                trouble = error
            else:
                return sock
        raise trouble or OSError("there is nowhere to connect to")

    def give_up(self) -> None:
        """Ends whatever it waits for; what was read by then is no answer."""
        self.is_over = True
        if self.sock is not None:
            try:
                self.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # it was over already


@cache
def _secrecy() -> ssl.SSLContext:
    return ssl.create_default_context()


def post(
    url: str, headers: Mapping[str, str], body: bytes, *, inside: bool, patience: float
) -> Posted:
    """Posts, and waits `patience` seconds for each step, and thrice as long for all together."""
    began = time.monotonic()
    try:
        parts = _parts(url, inside=inside)
        places = _places(parts.hostname or "", parts.port or _PORTS[parts.scheme], inside=inside)
        answer = _exchanged(_Pinned(parts, places, patience), parts, headers, body, 3 * patience)
    except NowhereError as error:
        return Posted(None, f"It was not sent: {error}.", _since(began))
    except TimeoutError:
        return Posted(None, f"It did not answer within {patience:g} seconds.", _since(began))
    except (OSError, HTTPException) as error:
        return Posted(None, f"{type(error).__name__}: {error}", _since(began))
    return replace(answer, took=_since(began))


def _exchanged(
    connection: _Pinned,
    parts: SplitResult,
    headers: Mapping[str, str],
    body: bytes,
    seconds: float,
) -> Posted:
    """Posts and reads the answer; raises TimeoutError where that takes more than `seconds`."""
    with _deadline(connection, seconds):
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body, dict(headers))
        answer = connection.getresponse()
        said = answer.read(READ).decode("utf-8", "replace")
        if connection.is_over:
            raise TimeoutError
        return Posted(answer.status, said, again_after=_again_after(answer))


def _since(began: float) -> int:
    return int(1000 * (time.monotonic() - began))


@contextmanager
def _deadline(connection: _Pinned, seconds: float) -> Iterator[None]:
    timer = threading.Timer(seconds, connection.give_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        connection.close()


def _again_after(answer: HTTPResponse) -> int | None:
    asked = answer.getheader("Retry-After", "").strip()
    return int(asked) if asked.isdecimal() and len(asked) < 8 else None  # noqa: PLR2004 - bounded
