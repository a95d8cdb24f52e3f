"""A store of its own for processes that a test starts, on the database that the suite runs on."""

from __future__ import annotations

import os
import sqlite3
import uuid
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.db import connection


def fresh_store(folder: Path) -> dict[str, str]:
    """The environment in which commands use a new store: in `folder`, or a new database."""
    surroundings = {**os.environ, "INTERLOCK_DATA": str(folder), "INTERLOCK_DATABASE": ""}
    surroundings.pop("DJANGO_SETTINGS_MODULE", None)
    if connection.vendor != "postgresql":
        return surroundings
    import psycopg  # noqa: PLC0415 - only there with the extra

    address = os.environ["INTERLOCK_DATABASE"]
    name = f"store_{uuid.uuid4().hex}"
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
    return surroundings | {
        "INTERLOCK_DATABASE": urlunsplit(urlsplit(address)._replace(path=f"/{name}"))
    }


def with_tables(folder: Path) -> None:
    """Puts the suite's tables into a new store in `folder`, so that nobody waits for migrations.

    On PostgreSQL whoever uses the store makes them.
    """
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(folder / "interlock.sqlite3")) as copy:
            connection.connection.backup(copy)
