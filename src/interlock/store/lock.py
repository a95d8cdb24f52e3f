"""One at a time: who changes facts or tables keeps others from it, as long as the process lives."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model, QuerySet

_NUMBER = 0x1A7E210C
_TABLES = _NUMBER + 1
_TURNS = _NUMBER + 2
"""Name the locks among the advisory locks of a PostgreSQL server."""

Row = TypeVar("Row", bound=Model)


@contextmanager
def tables_to_oneself(folder: Path) -> Iterator[None]:
    """Waits until nobody else changes the tables themselves, and keeps others waiting till the end.

    Whoever waited may find that there is nothing left to do.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_TABLES])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_TABLES])
        return
    with (folder / "tables.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def only_writer(folder: Path) -> Iterator[bool]:
    """Whether nobody else has the lock; then it is held until the end, or the process's end.

    SQLite: a lock on a file in `folder`; PostgreSQL: an advisory lock of the session.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_NUMBER])
            got = bool(cursor.fetchone()[0])
            try:
                yield got
            finally:
                if got:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [_NUMBER])
        return
    with (folder / "import.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


@contextmanager
def taking_turns() -> Iterator[None]:
    """A transaction that waits until no other one adds facts; others then wait for it to end.

    Rows of facts so become visible in the order of their ids, which is how a replay tells what it
    has seen.

    On SQLite whoever waits looks again and again whether it may begin, and with many at it some
    never come to. So they queue for a lock on a file first, where the system wakes
    them. Within a transaction there is nothing to wait for.
    """
    if connection.vendor == "postgresql" or connection.in_atomic_block:
        with transaction.atomic():
            _take_turn()
            yield
        return
    with (settings.DATA_FOLDER / "turns.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with transaction.atomic():
            yield


def held(rows: QuerySet[Row, Row]) -> QuerySet[Row, Row]:
    """These rows, which nobody else changes until the transaction ends.

    Their keys are not held, so that others may write rows that refer to them: whoever has written
    to the trail already must not wait for whoever holds a row and waits for the trail.
    """
    return rows.select_for_update(of=("self",), no_key=True)


def _take_turn() -> None:
    """Waits until no other transaction adds facts. To be called first in a transaction.

    On SQLite a transaction that may write is alone from its beginning.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURNS])
