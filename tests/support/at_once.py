"""Several things at the same moment, each in a thread with a connection of its own.

A test that uses this needs committed data: `django_db(transaction=True)`. SQLite's test database
lies in memory, where locks are others than in a file, so that the threads get a copy in a file.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import Barrier
from typing import Any, TypeVar

from django.db import connection, connections, transaction
from django.db.models import QuerySet

from interlock.operations.actor import COMMAND_LINE
from interlock.store.lock import held, taking_turns
from interlock.store.trail import record

Result = TypeVar("Result")
Found = TypeVar("Found")


def at_once(
    folder: Path, things: Sequence[Callable[[], Result]], then: Callable[[], Found]
) -> tuple[list[Result], Found]:
    """What the things return, let go together, and what `then` finds in the store after them."""
    start = Barrier(len(things), timeout=60)

    def run(thing: Callable[[], Result]) -> Result:
        try:
            connection.ensure_connection()
            start.wait()
            return thing()
        finally:
            connection.close()

    def look(_: int) -> Found:
        try:
            return then()
        finally:
            connection.close()

    with _in_a_file(folder), ThreadPoolExecutor(len(things)) as threads:
        return list(threads.map(run, things)), next(iter(threads.map(look, [0])))


@contextmanager
def _in_a_file(folder: Path) -> Iterator[None]:
    """Connections that are made meanwhile are to a copy of the database in a file."""
    if connection.vendor != "sqlite":
        yield
        return
    file, settings = folder / "shared.sqlite3", connections.settings["default"]
    connection.ensure_connection()
    with sqlite3.connect(file) as copy:
        connection.connection.backup(copy)
        # every connection asks for this mode; of several that change it at once some are refused
        copy.execute("PRAGMA journal_mode=WAL")
    copy.close()
    before, settings["NAME"] = settings["NAME"], str(file)
    try:
        yield
    finally:
        settings["NAME"] = before


def meanwhile(deed: Callable[[], object], then: Callable[[], object]) -> None:
    """Writes to the trail, has `deed` come as far as to wait for that, and then does the rest.

    PostgreSQL alone: on SQLite one transaction at a time writes.
    """
    _with_another(transaction.atomic(), _writes, deed, then)


def meanwhile_in_turn(deed: Callable[[], object]) -> None:
    """Takes its turn, has `deed` come as far as to wait for that, and then writes to the trail."""
    _with_another(taking_turns(), lambda: None, deed, _writes)


def meanwhile_held(rows: QuerySet[Any, Any], deed: Callable[[], object]) -> None:
    """Holds the rows, has `deed` come as far as to wait for them, and then writes to the trail."""
    _with_another(transaction.atomic(), lambda: [*held(rows)], deed, _writes)


def _writes() -> None:
    record(COMMAND_LINE, "receive", "delivery 1", at=0)


def _with_another(
    together: AbstractContextManager[None],
    first: Callable[[], object],
    deed: Callable[[], object],
    then: Callable[[], object],
) -> None:
    went: list[BaseException] = []

    def run() -> None:
        try:
            deed()
        except BaseException as error:  # noqa: BLE001 - told below
            went.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    with together:
        first()
        thread.start()
        while thread.is_alive() and not _somebody_waits():
            thread.join(0.01)
        then()
    thread.join()
    assert went == []


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])
