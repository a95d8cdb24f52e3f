"""Which version counts: rules over the few versions of one record."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.store.versions import Version, arranged, judged

pytestmark = pytest.mark.sqlite

CREATED = 100


def version(  # noqa: PLR0913 - what a test varies
    digest: int,
    *,
    batch: int = 1,
    updated_at: int | None = None,
    id: int | None = None,
    row: int | None = None,
    created_at: int | None = CREATED,
) -> Version:
    return Version(
        digest,
        batch,
        "crm",
        1_000 * batch,
        created_at,
        created_at,
        updated_at,
        id=id,
        row=row,
    )


def shape(versions: list[Version] | tuple[Version, ...]) -> list[tuple[int, int | None, bool]]:
    return [(each.digest, each.at, each.live) for each in versions]


def test_the_first_version_holds_from_creation_a_later_one_from_its_change() -> None:
    found = arranged(
        [version(1), version(2, batch=2), version(3, batch=3, updated_at=2_500)], lasting=True
    )
    # an import that names no time of change says only when we learned of it
    assert shape(found) == [(1, 100, False), (2, 2_000, False), (3, 2_500, True)]


def test_versions_with_their_own_time_are_put_in_its_order() -> None:
    found = arranged(
        [version(3, updated_at=300), version(1, updated_at=110), version(2, updated_at=200)],
        lasting=True,
    )
    assert shape(found) == [(1, 100, False), (2, 200, False), (3, 300, True)]


def test_what_has_always_held_has_no_instant() -> None:
    found = arranged(
        [version(1, created_at=None), version(2, batch=2, created_at=None)], lasting=True
    )
    assert shape(found) == [(1, None, False), (2, 2_000, True)]


def test_what_happened_once_counts_as_it_last_arrived() -> None:
    found = arranged([version(1), version(2)], lasting=False)
    assert shape(found) == [(1, 100, False), (2, 100, True)]


def test_a_row_that_says_what_counts_is_unchanged() -> None:
    found = judged([version(1, id=1)], [version(1, batch=2, row=0)], lasting=True)
    assert (shape(found.versions), found.unchanged) == ([(1, 100, True)], 1)


def test_a_row_that_says_what_counted_once_is_a_change_back() -> None:
    stored = [version(1, id=1), version(2, batch=2, id=2)]
    found = judged(stored, [version(1, batch=3, row=0)], lasting=True)
    assert shape(found.versions) == [(1, 100, False), (2, 2_000, False), (1, 3_000, True)]


def test_a_row_without_a_time_is_not_put_after_later_ones_again() -> None:
    stored = [version(1, id=1), version(2, updated_at=300, id=2)]
    found = judged(stored, [version(1, batch=2, row=0)], lasting=True)
    assert (shape(found.versions), found.unchanged) == ([(1, 100, False), (2, 300, True)], 1)


def test_a_row_with_its_own_time_is_unchanged_wherever_it_belongs() -> None:
    stored = [version(1, updated_at=110, id=1), version(2, updated_at=120, id=2)]
    found = judged(stored, [version(1, batch=2, updated_at=110, row=0)], lasting=True)
    assert (len(found.versions), found.unchanged) == (2, 1)


def test_an_import_that_changes_and_changes_back_has_changed_nothing() -> None:
    stored = [version(1, id=1), version(2, batch=2, id=2)]  # the second came with this import
    found = judged(stored, [version(3, batch=2, row=0), version(1, batch=2, row=1)], lasting=True)
    assert shape(found.versions) == [(1, 100, True)]
    assert ([each.id for each in found.withdrawn], found.unchanged) == ([2], 2)


ROWS = st.lists(st.tuples(st.integers(1, 3), st.none() | st.integers(101, 105)), max_size=6)


def received(
    stored: list[Version], rows: list[tuple[int, int | None]], batch: int, *, lasting: bool
) -> tuple[list[Version], int]:
    """The store after an import of these rows, and how many of them said nothing new."""
    # a row's content tells its time apart too, as a digest does
    new = [
        version(digest + 10 * (updated or 0), batch=batch, updated_at=updated, row=place)
        for place, (digest, updated) in enumerate(rows)
    ]
    found = judged(stored, new, lasting=lasting)
    by_arrival = sorted(
        found.versions, key=lambda each: (each.id is None, each.id or 0, each.row or 0)
    )
    ids = max((each.id or 0 for each in stored), default=0)
    after = [
        Version(**{**each.__dict__, "id": each.id or ids + number, "row": None})
        for number, each in enumerate(by_arrival, 1)
    ]
    return after, found.unchanged


@given(ROWS, ROWS, st.booleans())
def test_importing_twice_changes_nothing(
    before: list[tuple[int, int | None]],
    rows: list[tuple[int, int | None]],
    lasting: bool,  # noqa: FBT001 - drawn
) -> None:
    store, _ = received([], before, 1, lasting=lasting)
    once, _ = received(store, rows, 2, lasting=lasting)
    twice, unchanged = received(once, rows, 3, lasting=lasting)
    assert shape(twice) == shape(once)
    assert unchanged == len(rows)


@given(ROWS, st.integers(0, 6), st.booleans())
def test_where_an_import_is_cut_into_chunks_does_not_matter(
    rows: list[tuple[int, int | None]],
    cut: int,
    lasting: bool,  # noqa: FBT001 - drawn
) -> None:
    store, _ = received([], [(1, None), (2, None)], 1, lasting=lasting)
    whole, _ = received(store, rows, 2, lasting=lasting)
    half, _ = received(store, rows[:cut], 2, lasting=lasting)
    rest, _ = received(half, rows[cut:], 2, lasting=lasting)
    assert shape(rest) == shape(whole)


@given(st.lists(st.integers(101, 110), unique=True, max_size=5), st.randoms())
def test_versions_with_their_own_time_may_arrive_in_any_order(
    times: list[int], random: object
) -> None:
    rows: list[tuple[int, int | None]] = [(1, at) for at in times]
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis gives a random.Random
    kept = [received([], each, 1, lasting=True)[0] for each in (rows, shuffled)]
    both = [shape(arranged(each, lasting=True)) for each in kept]
    assert both[0] == both[1]
