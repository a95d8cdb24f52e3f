"""Entries of the trail are chained, one after the other, whoever adds them at once."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from interlock.operations.actor import Actor
from interlock.operations.verify_trail import verify_trail
from interlock.store import trail_guard
from interlock.store.chain import Line, digest_of
from interlock.store.heads import HEADS
from interlock.store.models import Event
from interlock.store.signatures import KEY
from interlock.store.trail import record
from tests.store.appending import add_at_once

ANN = Actor("ann", "sales", "member", door="web", place="10.0.0.7", through="session 1f")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.DATA_FOLDER = tmp_path
    return tmp_path


@pytest.mark.django_db
def test_an_entry_says_who_when_what_why_and_from_where() -> None:
    assert record(ANN, "adopt", "agreement 2", at=1_700_000_000, why="the quarter ends") == 1

    said = ("at", "by", "verb", "about", "why", "door", "place", "through")
    assert Event.objects.values_list(*said).get() == (
        1_700_000_000,
        "ann",
        "adopt",
        "agreement 2",
        "the quarter ends",
        "web",
        "10.0.0.7",
        "session 1f",
    )


@pytest.mark.django_db
def test_what_is_stored_is_what_was_hashed() -> None:
    """Whatever somebody writes: other scripts, quotes, line ends, and what is no text at all."""
    for why in (
        "Zoë “ja”\r\n\t\\",
        "nul \0 and half \ud83d of a sign",
        "\u0065\u0301 é",
        "1.0",
        "",
    ):
        record(ANN, "adopt", why, at=1, why=why)

    rows = [Line(*row) for row in Event.objects.order_by("number").values_list(*Line._fields)]
    assert [row.number for row in rows] == [1, 2, 3, 4, 5]
    assert list(Event.objects.values_list("digest", flat=True)) == [digest_of(row) for row in rows]
    assert [row.previous for row in rows[1:]] == [digest_of(row) for row in rows[:-1]]


@pytest.mark.django_db(transaction=True)
def test_each_change_leaves_a_head_and_what_came_to_nothing_leaves_none(folder: Path) -> None:
    record(ANN, "adopt", "agreement 1", at=1)
    with transaction.atomic():
        record(ANN, "adopt", "agreement 2", at=2)
        transaction.set_rollback(True)
    record(ANN, "adopt", "agreement 3", at=3)

    rows = Event.objects.order_by("number").values_list("number", "digest", "signature")
    heads = [" ".join(map(str, row)) for row in rows]
    assert (folder / HEADS).read_text().splitlines() == heads
    assert len(heads) == 2
    assert (folder / KEY).stat().st_mode & 0o777 == 0o600
    assert (folder / HEADS).stat().st_mode & 0o777 == 0o600


@pytest.mark.django_db(transaction=True)
def test_an_entry_stands_though_its_head_cannot_be_written(folder: Path) -> None:
    (folder / HEADS).mkdir()

    record(ANN, "adopt", "agreement 1", at=1)

    assert Event.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="threads of one process share memory")
def test_entries_added_at_once_make_one_chain() -> None:
    add_at_once(threads=8, each=15)

    found = verify_trail()
    assert (found.sound, found.entries, found.signed_to) == (True, 96, 96), found


@pytest.mark.sqlite
def test_entries_that_processes_add_at_once_make_one_chain(tmp_path: Path) -> None:
    store = {**os.environ, "INTERLOCK_DATA": str(tmp_path), "INTERLOCK_DATABASE": ""}
    adding = [sys.executable, str(Path(__file__).with_name("appending.py"))]
    subprocess.run([*adding, "1", "5"], env=store, check=True)  # makes the tables
    processes = [subprocess.Popen([*adding, "4", "15"], env=store) for _ in range(3)]

    assert [process.wait() for process in processes] == [0, 0, 0]
    verifying = [sys.executable, "-c", "import interlock.cli; interlock.cli.main()"]
    verifying += ["audit", "verify", "--json"]
    told = subprocess.run(verifying, env=store, check=True, capture_output=True)
    found = json.loads(told.stdout)
    assert (found["sound"], found["entries"], found["signed_to"]) == (True, 148, 148), found
    with (
        closing(sqlite3.connect(tmp_path / "interlock.sqlite3")) as database,
        pytest.raises(sqlite3.IntegrityError, match="only added to"),
    ):
        database.execute("UPDATE store_event SET why = 'all migrations have left the guard up'")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("deed", ["UPDATE store_event SET why = 'x'", "DELETE FROM store_event"])
def test_the_database_refuses_to_change_or_take_out_an_entry(deed: str) -> None:
    record(ANN, "adopt", "agreement 1", at=1)
    trail_guard.install(connection)
    try:
        with connection.cursor() as cursor, pytest.raises(DatabaseError, match="only added to"):
            cursor.execute(deed)
        record(ANN, "adopt", "agreement 2", at=1)
        assert list(Event.objects.order_by("number").values_list("why", flat=True)) == ["", ""]
    finally:
        trail_guard.remove(connection)


@pytest.mark.django_db(transaction=True)
def test_what_was_written_before_there_was_a_chain_is_chained() -> None:
    """Numbers had gaps where a transaction had come to nothing."""
    old = {"by": "ann", "previous": "", "digest": "", "signature": ""}
    for number in (2, 3, 7):
        Event.objects.create(
            number=number, at=number, verb="import", about=f"{number}\0"[:1], **old
        )

    with transaction.atomic():
        import_module("interlock.store.migrations.0019_trail").chain(apps, None)

    assert list(Event.objects.order_by("number").values_list("number", "about")) == [
        (1, "2"),
        (2, "3"),
        (3, "7"),
    ]
    record(ANN, "adopt", "agreement 1", at=1)
    found = verify_trail()
    assert (found.sound, found.entries, found.signed_to) == (True, 4, 4), found
