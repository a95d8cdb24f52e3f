"""Whatever is done to a trail is named: what, and to which entries."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from interlock.operations.trail_places import Place, Places, Wrong
from interlock.store.chain import Line, Signed, digest_of, statement
from interlock.store.signatures import Verifier

pytestmark = pytest.mark.sqlite

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
GENUINE = Verifier(b64encode(KEY.public_key().public_bytes_raw()).decode())

Trail = list[Signed]


def signature(number: int, digest: str) -> str:
    return b64encode(KEY.sign(statement(number, digest))).decode()


def entry(number: int, previous: str, **said: Any) -> Signed:
    blank = Line(number, 1_700_000_000, "ann", "adopt", "agreement", "", "web", "", "", previous)
    line = blank._replace(**said)
    digest = digest_of(line)
    return Signed(line, digest, signature(number, digest))


def chained(length: int) -> Trail:
    trail: Trail = []
    for number in range(1, length + 1):
        trail.append(entry(number, trail[-1].digest if trail else "", about=f"import {number % 3}"))
    return trail


CHAIN = chained(12)
number_of_entries = st.integers(1, len(CHAIN))


def found(rows: Sequence[Signed], signed_to: int | None = None) -> list[Place]:
    places = Places(GENUINE)
    for row in sorted(rows, key=lambda row: row.line.number):
        places.see(row)
    assert places.entries == len(rows)
    return list(places.found(signed_to))


def numbered(row: Signed, number: int) -> Signed:
    """The row under another number, all else left as it is."""
    return row._replace(line=row.line._replace(number=number))


def forged(row: Signed) -> Signed:
    """The row with the digest that it should have; nobody else can make the signature."""
    return row._replace(digest=digest_of(row.line))


@given(number_of_entries)
def test_a_whole_trail_is_whole(length: int) -> None:
    assert found(CHAIN[:length]) == []
    assert found(CHAIN[:length], length) == []


CHANGES: dict[str, Any] = {
    "at": 1_700_000_001,
    "by": "bob",
    "verb": "adopt ",
    "about": "import",
    "why": "agreement",
    "door": "cli",
    "place": "::1",
    "through": "web",
    "previous": "0" * 64,
}


@given(number_of_entries, st.sampled_from(sorted(CHANGES)), st.booleans(), st.booleans())
def test_a_changed_entry_is_named(
    number: int,
    column: str,
    hashed: bool,  # noqa: FBT001 - drawn
    signed_to_the_end: bool,  # noqa: FBT001 - drawn
) -> None:
    trail = list(CHAIN)
    row = trail[number - 1]
    row = row._replace(line=row.line._replace(**{column: CHANGES[column]}))
    trail[number - 1] = forged(row) if hashed else row

    signed_to = len(CHAIN) if signed_to_the_end else None
    assert found(trail, signed_to) == [Place(number, number, Wrong.CHANGED, number)]


@given(number_of_entries, st.sampled_from(["digest", "signature"]), st.sampled_from(["", "AAAA"]))
def test_an_entry_with_another_hash_or_signature_is_named(
    number: int, column: str, text: str
) -> None:
    trail = list(CHAIN)
    other: Any = {column: text}
    trail[number - 1] = trail[number - 1]._replace(**other)

    assert found(trail, len(CHAIN)) == [Place(number, number, Wrong.CHANGED, number)]


@given(number_of_entries)
def test_whoever_hashes_all_that_follows_anew_cannot_sign_it(number: int) -> None:
    trail = list(CHAIN)
    trail[number - 1] = forged(
        CHAIN[number - 1]._replace(line=trail[number - 1].line._replace(why="x"))
    )
    for later in range(number, len(trail)):
        line = trail[later].line._replace(previous=trail[later - 1].digest)
        trail[later] = forged(trail[later]._replace(line=line))

    assert found(trail, len(CHAIN)) == [Place(number, len(CHAIN), Wrong.CHANGED, number)]


@given(number_of_entries, number_of_entries, st.booleans())
def test_entries_that_were_cut_are_named(
    one: int,
    other: int,
    closed: bool,  # noqa: FBT001 - drawn
) -> None:
    first, last = sorted((one, other))
    rest = CHAIN[last:]
    if closed:
        rest = [numbered(row, row.line.number - (last - first + 1)) for row in rest]

    told = found(CHAIN[: first - 1] + rest, len(CHAIN))

    if not rest:
        assert told == [Place(first, last, Wrong.TAIL, first)]
        return
    moved = [Place(last + 1, len(CHAIN), Wrong.REORDERED, first)] if closed else []
    assert told == [Place(first, last, Wrong.CUT, first), *moved]


@given(st.integers(1, len(CHAIN) + 1), st.booleans())
def test_an_entry_that_was_inserted_is_named(
    number: int,
    hashed: bool,  # noqa: FBT001 - drawn
) -> None:
    previous = CHAIN[number - 2].digest if number > 1 else ""
    row = entry(number, previous, why="never was")._replace(signature=CHAIN[0].signature)
    if not hashed:
        row = row._replace(digest="f" * 64)
    rest = [numbered(each, each.line.number + 1) for each in CHAIN[number - 1 :]]

    moved = [Place(number, len(CHAIN), Wrong.REORDERED, number + 1)] if rest else []
    assert found([*CHAIN[: number - 1], row, *rest], len(CHAIN)) == sorted(
        [Place(number, number, Wrong.INSERTED, number), *moved]
    )


@given(number_of_entries, number_of_entries)
def test_entries_that_changed_places_are_named(one: int, other: int) -> None:
    trail = list(CHAIN)
    trail[one - 1], trail[other - 1] = (
        numbered(CHAIN[one - 1], other),
        numbered(CHAIN[other - 1], one),
    )

    first, last = sorted((one, other))
    moved = [
        Place(first, first, Wrong.REORDERED, last),
        Place(last, last, Wrong.REORDERED, first),
    ]
    assert found(trail, len(CHAIN)) == (moved if one != other else [])


@given(st.permutations(CHAIN))
def test_entries_in_any_other_order_are_named(rows: list[Signed]) -> None:
    moved = {row.line.number: number for number, row in enumerate(rows, 1)}
    trail = [numbered(row, number) for number, row in enumerate(rows, 1)]

    told = found(trail, len(CHAIN))

    assert {place.wrong for place in told} <= {Wrong.REORDERED}
    named = {
        n: place.at + n - place.first for place in told for n in range(place.first, place.last + 1)
    }
    assert named == {number: at for number, at in moved.items() if number != at}


@given(number_of_entries, number_of_entries)
def test_a_copy_in_the_place_of_an_entry_is_named(copied: int, over: int) -> None:
    trail = list(CHAIN)
    trail[over - 1] = numbered(CHAIN[copied - 1], over)

    told = found(trail, len(CHAIN))

    assert bool(told) == (copied != over)
    assert copied == over or any(over in (place.at, place.first) for place in told)


@given(st.data())
def test_two_troubles_leave_no_trail_whole(data: st.DataObject) -> None:
    one, other = data.draw(number_of_entries), data.draw(number_of_entries)
    trail = list(CHAIN)
    trail[one - 1] = trail[one - 1]._replace(line=trail[one - 1].line._replace(why="x"))
    del trail[other - 1]

    told = found(trail, len(CHAIN))

    named = {n for place in told for n in range(place.first, place.last + 1)}
    assert named == {one, other}


def test_a_row_that_holds_no_text_or_number_is_named() -> None:
    trail = list(CHAIN)
    trail[3] = trail[3]._replace(line=trail[3].line._replace(why=b"\xff", at="now"))  # type: ignore[arg-type]  # on purpose

    assert found(trail, len(CHAIN)) == [Place(4, 4, Wrong.CHANGED, 4)]


def test_a_trail_that_was_set_back_and_went_on_is_named() -> None:
    """Both halves were signed here, but the second does not follow from the first."""
    other = entry(5, "0" * 64)

    assert found([*CHAIN[:4], other, entry(6, other.digest)], 6) == [Place(5, 5, Wrong.FORK, 5)]
