"""Whoever changes facts or tells of them queues for the turn, so that nobody starves on SQLite."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection

from interlock.operations.actor import COMMAND_LINE
from interlock.operations.digest import digest
from interlock.operations.keep_up import keep_up
from interlock.operations.refresh import refresh
from interlock.operations.release import release
from interlock.operations.take_back import take_back
from interlock.operations.tell import tell
from interlock.store.models import Event, Happening, Import, Notice
from tests.operations.desk import NOW, opened
from tests.operations.importing import people, take

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL wakes whoever waits"),
]


def _imported(folder: Path) -> None:
    take(folder, people=people("9,2026-03-02,Åsa"))


def _taken_back(_folder: Path) -> None:
    batch = Import.objects.create(
        source="crm", state=Import.DONE, started_at=NOW, finished_at=NOW, by="kim"
    )
    take_back(batch.pk, by=COMMAND_LINE)


def _refreshed(_folder: Path) -> None:
    with time_machine.travel(NOW + 60, tick=False):
        refresh(by=COMMAND_LINE)


def _kept_up(_folder: Path) -> None:
    _happens()
    assert keep_up(NOW + 3_600)


def _told(_folder: Path) -> None:
    _happens()
    assert tell(NOW)


def _released(_folder: Path) -> None:
    _notice()
    assert release(NOW)


def _digested(_folder: Path) -> None:
    _notice(digest=True, told_at=NOW)
    digest(NOW + 7 * 86_400)


def _happens() -> None:
    Happening.objects.create(
        person="p8", what="entered", clause="mql", began_at=NOW, at=NOW, noted_at=NOW
    )


def _notice(**cells: Any) -> None:
    Notice.objects.create(key="n", whom="bo", news="finding", happened_at=NOW, from_at=NOW, **cells)


@pytest.mark.parametrize(
    "what", [_imported, _taken_back, _refreshed, _kept_up, _told, _released, _digested]
)
def test_it_queues_for_the_turn(data_folder: Path, what: Callable[[Path], None]) -> None:
    opened()
    queue = data_folder / "turns.lock"
    queue.unlink()
    what(data_folder)
    assert queue.exists()


def test_the_trail_tells_instants_in_words(data_folder: Path) -> None:
    opened()
    _refreshed(data_folder)
    abouts = Event.objects.filter(verb="replay").order_by("pk").values_list("about", flat=True)
    assert abouts[0] == "as of 2026-03-23T09:00:00+00:00"
    assert str(abouts.last()).endswith(" people, as of 2026-03-23T09:01:00+00:00")
