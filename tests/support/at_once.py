"""Several things at the same moment, each in a thread with a connection of its own.

A test that uses this needs committed data: `django_db(transaction=True)`. SQLite's test database
lies in memory, where locks are others than in a file, so that the threads get a copy in a file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier
from typing import TypeVar

from django.db import connection, connections

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
