"""Commands that run Interlock: the server, the worker, and who may sign in."""

from __future__ import annotations

import errno
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException

import click

from interlock.cli.output import console, refuse, with_store
from interlock.cli.parts import PARTS
from interlock.cli.processes import GRACE_WITHIN, run_together
from interlock.facts.kinds import SIDES
from interlock.operations.permissions import Role

GRACE = 10
"""Seconds that a server process has to end what it does."""

_EVERY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - asked for by whoever says `--host`
"""Where a server that listens on every address is asked."""


port_option = click.option(
    "--port",
    type=click.IntRange(1, 65_535),
    default=8000,
    show_default=True,
    help="Port to listen on.",
)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@port_option
@click.option(
    "--processes",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Server processes; more with PostgreSQL.",
)
@with_store
def serve(host: str, port: int, processes: int) -> None:
    """Serve the pages until stopped with Ctrl-C.

    What the pages queue, such as a replay, is done by `interlock worker`, which runs beside it.
    """
    from django.conf import settings  # noqa: PLC0415 - Django is set up by now
    from granian import Granian  # noqa: PLC0415 - only this command needs the server
    from granian.constants import Interfaces  # noqa: PLC0415 - as above

    if settings.SECURE_SSL_REDIRECT and not settings.BEHIND_PROXY:
        refuse(
            "`https` is on, but this server speaks plain HTTP: it would redirect for ever.",
            "Put a proxy that ends TLS before it and set `behind_proxy` too (docs/reference/"
            "settings.md), or set `https` off.",
        )
    address = address_of(host)
    if address is None:
        refuse(
            f"`{host}` is neither an address nor the name of a machine.",
            "Leave --host out to be heard on this machine alone, or say 0.0.0.0: on all addresses.",
        )
    if port_is_taken(address, port):
        refuse(f"Port {port} on {host} is in use.", "Stop what uses it, or choose another: --port.")
    server = Granian(
        "interlock.config.wsgi:application",
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=4,
        # a worker that is told to end while it starts does not hear it, and would be waited for
        workers_kill_timeout=GRACE,
    )
    with _announced(host, port):
        server.serve()


@click.command()
@with_store
def worker() -> None:
    """Do what comes due and what pages have queued, until stopped with Ctrl-C.

    It looks after every clock (warnings, deadlines, escalations), tells whom it concerns, and does
    long jobs such as a replay. Several may run.
    """
    from django.conf import settings  # noqa: PLC0415 - Django is set up by now

    console.print(f"The worker runs on {settings.DATA_FOLDER}")
    ended = run_together(
        {name: [sys.executable, "-m", "interlock.cli.parts", name] for name in PARTS},
        logs=None,
        environment={"INTERLOCK_DATA": str(settings.DATA_FOLDER)},
        grace=GRACE_WITHIN,
    )
    if ended is not None:
        refuse(
            f"The worker's part `{ended}` ended by itself, so the others were stopped too.",
            "What it says of it stands above. Nothing is lost: start the worker again.",
        )


@click.command()
@click.argument("email")
@click.option("--name", default="", help="The name that pages show.")
@click.option("--side", type=click.Choice(SIDES), help="The side that they are on.")
@click.option(
    "--role",
    type=click.Choice([str(role) for role in Role]),
    help="What they may do; without it a new sign-in is a member's, and another keeps its own.",
)
@click.password_option(
    envvar="INTERLOCK_PASSWORD",
    help="Asked for where neither option nor INTERLOCK_PASSWORD is set.",
)
@click.option(
    "--without-second-step",
    is_flag=True,
    help="Take off the authenticator app and the passkeys, which are lost.",
)
@with_store
def user(  # noqa: PLR0913 - options come by name
    *,
    email: str,
    name: str,
    side: str | None,
    role: str | None,
    password: str,
    without_second_step: bool,
) -> None:
    """Make a sign-in for EMAIL, or change an existing one."""
    from interlock.operations.actor import COMMAND_LINE  # noqa: PLC0415 - needs the store's folder
    from interlock.operations.add_user import add_user  # noqa: PLC0415 - as above

    as_role = None if role is None else Role(role)
    added = add_user(
        email,
        password,
        by=COMMAND_LINE,
        name=name,
        side=side or "",
        role=as_role,
        without_second_step=without_second_step,
    )
    if added.problems:
        refuse("\n".join(added.problems), "Nothing was changed.")
    console.print(f"{added.email} can sign in" if added.fresh else f"{added.email} was changed")


@contextmanager
def _announced(host: str, port: int) -> Iterator[None]:
    """Says that the server starts, and that it listens once it answers."""
    over = threading.Event()
    address = f"http://{host}:{port}"

    def watch() -> None:
        while not over.wait(0.1):
            if answers(host, port):
                console.print(f"Interlock listens on {address}")
                return

    console.print(f"Starting on {address}")
    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        over.set()


def answers(host: str, port: int) -> bool:
    """Whether a server there answers, whatever it says."""
    connection = HTTPConnection(_EVERY.get(host, host), port, timeout=5)
    try:
        connection.request("HEAD", "/")
        connection.getresponse()
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
    return True


def address_of(host: str) -> str | None:
    """The IP address that it is, or that the name means; None where it is neither."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, ValueError):  # no such name; none that could be one
        return None
    addresses = {family: str(where[0]) for family, _, _, _, where in reversed(found)}
    return addresses.get(socket.AF_INET, addresses.get(socket.AF_INET6))


def port_is_taken(address: str, port: int) -> bool:
    """Whether something listens there already; refused where nobody can."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                refuse(f"{address} is no address of this machine.", "Choose another: --host.")
            if error.errno == errno.EACCES:
                refuse(f"You may not listen on port {port}.", "Choose one from 1024 on: --port.")
            return True
    return False


commands = [serve, worker, user]
