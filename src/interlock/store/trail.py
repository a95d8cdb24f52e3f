"""Writing the trail: one function, through which every change says who, when, what, why, where."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.db import connection, transaction

from interlock.store.chain import Line, digest_of, statement, storable
from interlock.store.heads import Head, write_head
from interlock.store.models import Event
from interlock.store.signatures import sign

_NUMBER = 0x7A21C0DE
"""Names the trail's lock among the advisory locks of a PostgreSQL server."""


class Who(Protocol):
    """Somebody who acts, as the trail writes them down; `interlock.operations.actor.Actor` is one.

    `door` is the way in (web, api, cli, worker), `place` the network address where one is known,
    `through` the name of the session or the token; each may be empty.
    """

    @property
    def name(self) -> str: ...  # noqa: D102 - see above
    @property
    def door(self) -> str: ...  # noqa: D102 - see above
    @property
    def place(self) -> str: ...  # noqa: D102 - see above
    @property
    def through(self) -> str: ...  # noqa: D102 - see above


def record(by: Who, verb: str, about: str, *, at: int, why: str = "") -> int:
    """Adds an entry to the trail, in the transaction that it is called in; the entry's number.

    Call it as the last thing that a transaction writes (after `taking_turns`, where that is):
    whoever has called it keeps every other entry waiting until the transaction ends, and must not
    itself wait for anybody by then. `at` is UTC seconds.
    """
    folder = Path(settings.DATA_FOLDER)
    with transaction.atomic():
        _take_turn()
        last = Event.objects.order_by("-number").values_list("number", "digest").first()
        number, previous = last or (0, "")
        line = Line(
            number=number + 1,
            at=int(at),
            by=storable(by.name),
            verb=storable(verb),
            about=storable(about),
            why=storable(why),
            door=storable(by.door),
            place=storable(by.place),
            through=storable(by.through),
            previous=previous,
        )
        digest = digest_of(line)
        signature = sign(folder, statement(line.number, digest))
        Event.objects.create(**line._asdict(), digest=digest, signature=signature)
        _vouch(folder, Head(line.number, digest, signature))
    return line.number


def _vouch(folder: Path, head: Head) -> None:
    """Writes the head once the transaction is over and the entry stands."""

    def write() -> None:
        write_head(folder, head)

    # one that cannot be written is told to whoever runs the server; the change stands
    transaction.on_commit(write, robust=True)


def _take_turn() -> None:
    """Waits until no other transaction that has not ended has added an entry.

    On SQLite the transaction has been the only one that writes since it began.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_NUMBER])
