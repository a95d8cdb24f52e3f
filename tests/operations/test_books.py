"""What pages count is read of the facts once a replay, by whoever has it made."""

from __future__ import annotations

import numpy as np
import pytest

from interlock.operations import books as shelf
from interlock.operations.actor import COMMAND_LINE, Actor
from interlock.operations.books import Books, Columns, books_of, keep_books
from interlock.operations.read_credits import read_credits
from interlock.operations.read_handed_over import read_cohorts
from interlock.operations.read_metrics import read_metrics
from interlock.operations.reading import current
from interlock.operations.rebuild import rebuild
from interlock.operations.replay_job import queue_replay, run_replay_job
from interlock.store.models import FACTS, Book, Job, Replay
from tests.operations.company import AS_OF, at, put, replayed

pytestmark = pytest.mark.django_db

KEEPER = Actor("kim@example.com", "operations", "operations")
READ = ("opportunity", "contact_role", "touch", "activity", "decision")


def books() -> Books:
    found = books_of(current())
    assert found is not None
    return found


def everything() -> dict[str, Columns]:
    return dict(books().each())


def without_facts() -> None:
    """Whatever is shown from here on was kept."""
    for kind in READ:
        FACTS[kind].objects.all().delete()
    shelf.put_away()


def test_what_is_kept_is_what_was_read() -> None:
    replayed()
    read = everything()
    assert sorted(read) == [
        "deals in EUR",
        "deeds",
        "earned by asset",
        "earned by campaign",
        "earned by channel",
    ]
    keep_books()
    without_facts()
    kept = everything()
    assert sorted(kept) == sorted(read)
    for name, columns in read.items():
        assert sorted(kept[name]) == sorted(columns)
        for each, column in columns.items():
            assert kept[name][each].dtype == column.dtype, (name, each)
            np.testing.assert_array_equal(kept[name][each], column, f"{name}: {each}")


def test_pages_of_a_replay_that_the_worker_made_read_no_facts() -> None:
    replayed()
    queue_replay(by=KEEPER)
    run_replay_job(Job.objects.get().pk)
    before = read_metrics("week"), read_credits("channel")
    assert before[0].rows
    assert before[1].rows
    without_facts()
    assert (read_metrics("week"), read_credits("channel")) == before


def test_what_was_kept_for_one_replay_is_not_shown_for_another() -> None:
    replayed()
    keep_books()
    assert read_credits("channel").sales == 1
    won = {"status": "won", "closed_at": at(18), "amount": 700, "currency": "EUR"}
    put("opportunity", "o7", at(10), created_at=at(10), person="p2", **won)
    Replay.objects.update(started_at=1)  # a refresh goes on in the same row
    assert read_credits("channel").sales == 2
    assert Book.objects.count() == 5
    rebuild(by=COMMAND_LINE, as_of=AS_OF)
    assert not Book.objects.exists()
    assert read_credits("channel").sales == 2


def test_what_was_counted_by_older_rules_is_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    replayed()
    with monkeypatch.context() as before:
        before.setattr(shelf, "_EDITION", 1)
        keep_books()
    Book.objects.update(columns=b"of another kind")
    shelf.put_away()
    assert read_credits("channel").sales == 1


def test_a_replay_that_is_shown_no_more_keeps_nothing() -> None:
    keep_books()
    replayed()
    Replay.objects.update(current=False)
    keep_books()
    assert not Book.objects.exists()


def test_a_store_without_what_is_counted_keeps_that_there_is_nothing() -> None:
    replayed()
    without_facts()
    rebuild(by=COMMAND_LINE, as_of=AS_OF)
    read = everything()
    keep_books()
    shelf.put_away()
    assert Book.objects.count() == len(read) == 5
    assert read_credits("channel").rows == ()
    cohorts = read_cohorts(books(), books().agreement, 0)
    assert cohorts is not None
    assert read_metrics("week").rows[0].cells[0].value == 0


def test_memory_holds_the_books_that_were_read_last() -> None:
    replayed()
    for second in range(3):
        Replay.objects.update(started_at=second)
        everything()
    kept = [seen.started_at for _, seen in shelf._memory]  # noqa: SLF001 - what takes memory
    assert kept == [1] * 3 + [2] * 5
