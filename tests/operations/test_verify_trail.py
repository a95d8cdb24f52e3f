"""A trail in the store is held against its hashes, its signatures, and its heads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from interlock.operations.actor import COMMAND_LINE
from interlock.operations.export_head import export_head
from interlock.operations.trail_places import Place, Wrong
from interlock.operations.verify_trail import TrailVerified, verify_trail
from interlock.store.heads import HEADS, KeptHead
from interlock.store.models import Event
from interlock.store.signatures import public_key
from interlock.store.trail import record

LENGTH = 9

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.DATA_FOLDER = tmp_path
    write(LENGTH)
    return tmp_path


def write(entries: int) -> None:
    for number in range(entries):
        record(COMMAND_LINE, "adopt", f"agreement {number}", at=1_700_000_000 + number)


def head() -> KeptHead:
    made = export_head()
    assert isinstance(made, KeptHead)
    return KeptHead.from_json(made.to_json())


def tamper(sql: str) -> None:
    """As whoever has the database would; the guard is not up in tests."""
    with connection.cursor() as cursor:
        cursor.execute(sql)


def without_heads(folder: Path, number: int) -> None:
    """Cuts the file of heads off after so many."""
    lines = (folder / HEADS).read_text().splitlines(keepends=True)
    (folder / HEADS).write_text("".join(lines[:number]))


def told(found: TrailVerified) -> list[Place]:
    assert found.sound == (not found.broken and not found.troubles)
    return list(found.broken)


def test_a_trail_that_nobody_touched_is_sound() -> None:
    kept = head()
    write(2)

    found = verify_trail(kept)

    last = Event.objects.get(number=LENGTH + 2)
    assert (found.sound, found.entries, found.heads) == (True, LENGTH + 2, LENGTH + 3)
    assert (found.number, found.digest, found.signed_to) == (11, last.digest, 11)


def test_a_trail_without_an_entry_is_sound(folder: Path) -> None:
    tamper("DELETE FROM store_event")
    (folder / HEADS).unlink()

    assert verify_trail().sound
    assert export_head() == "the trail has no entry yet"


INSERTING = """
INSERT INTO store_event
(number, at, by, verb, about, why, door, place, through, previous, digest, signature)
SELECT 10, at, by, verb, about, why, door, place, through, digest, digest, signature
FROM store_event WHERE number = 9"""
MOVING = """
UPDATE store_event SET number = CASE number WHEN 2 THEN 105 ELSE 102 END WHERE number in (2, 5);
UPDATE store_event SET number = number - 100 WHERE number > 100"""


@pytest.mark.parametrize(
    ("sql", "places"),
    [
        ("UPDATE store_event SET why = 'x' WHERE number = 4", [Place(4, 4, Wrong.CHANGED, 4)]),
        ("UPDATE store_event SET at = at + 1 WHERE number = 9", [Place(9, 9, Wrong.CHANGED, 9)]),
        ("UPDATE store_event SET by = 'ann'", [Place(1, 9, Wrong.CHANGED, 1)]),
        ("DELETE FROM store_event WHERE number in (3, 4)", [Place(3, 4, Wrong.CUT, 3)]),
        ("DELETE FROM store_event WHERE number > 7", [Place(8, 9, Wrong.TAIL, 8)]),
        ("DELETE FROM store_event", [Place(1, 9, Wrong.TAIL, 1)]),
        (
            INSERTING,
            [Place(10, 10, Wrong.INSERTED, 10)],
        ),
        (
            MOVING,
            [Place(2, 2, Wrong.REORDERED, 5), Place(5, 5, Wrong.REORDERED, 2)],
        ),
    ],
)
def test_what_was_done_to_the_table_is_named(sql: str, places: list[Place]) -> None:
    for each in sql.split(";"):
        tamper(each)

    assert told(verify_trail()) == places


def test_a_tail_cut_with_the_heads_beside_it_shows_by_one_kept_elsewhere(folder: Path) -> None:
    kept = head()
    tamper("DELETE FROM store_event WHERE number > 6")
    without_heads(folder, 6)

    assert verify_trail().sound
    assert told(verify_trail(kept)) == [Place(7, 9, Wrong.TAIL, 7)]


def test_a_tail_that_was_cut_and_written_anew_is_named(folder: Path) -> None:
    """As after a backup was put in its place: all hashes and signatures are good."""
    kept = head()
    tamper("DELETE FROM store_event WHERE number > 6")
    write(4)

    assert told(verify_trail()) == [Place(n, n, Wrong.REWRITTEN, n) for n in (7, 8, 9)]
    (folder / HEADS).write_text((folder / HEADS).read_text().splitlines()[-1] + "\n")
    assert told(verify_trail()) == []
    assert told(verify_trail(kept)) == [Place(9, 9, Wrong.REWRITTEN, 9)]


def test_an_entry_whose_head_was_not_written_is_no_trouble(folder: Path) -> None:
    """The process that made it died before."""
    without_heads(folder, LENGTH - 1)

    found = verify_trail()

    assert (found.sound, found.signed_to, found.number) == (True, LENGTH - 1, LENGTH)


def test_a_file_of_heads_that_is_gone_is_a_trouble(folder: Path) -> None:
    (folder / HEADS).unlink()

    found = verify_trail()

    assert (found.sound, found.broken, len(found.troubles)) == (False, (), 1)


def test_lines_that_are_no_heads_are_told_and_prove_nothing(folder: Path) -> None:
    made = (folder / HEADS).read_text()
    (folder / HEADS).write_text(f"what\n{made}4 {'0' * 64} AAAA\n12 {'0' * 64} AAAA\n")

    found = verify_trail()

    assert told(found) == []
    assert found.signed_to == LENGTH
    assert [trouble.partition(" is n")[0] for trouble in found.troubles] == [
        "line 1 of the file of heads",
        "a head of entry 12",
        "a head of entry 4",
    ]


def test_a_head_that_was_changed_is_a_trouble() -> None:
    kept = head()
    other = KeptHead(kept.number - 1, kept.digest, kept.signature, kept.public_key)

    assert "not as it was signed" in verify_trail(other).troubles[0]


def test_a_head_of_another_store_is_a_trouble(tmp_path: Path, settings: Any) -> None:
    settings.DATA_FOLDER = tmp_path / "other"
    record(COMMAND_LINE, "adopt", "agreement 9", at=1)
    kept = KeptHead(1, "", "", public_key(tmp_path / "other"))
    settings.DATA_FOLDER = tmp_path

    found = verify_trail(kept)

    assert "another key" in found.troubles[0]
    assert told(found) == [Place(10, 10, Wrong.INSERTED, 10)]
    assert isinstance(export_head(), str)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"number": "1"}', "null", "7"])
def test_a_file_that_holds_no_head_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        KeptHead.from_json(text)
