"""Which version of a record counts, from when, and whether a new row is a new version.

Of what lasts (person, account) every version counts in its time; of what happened once, the one
that arrived last. Pure rules over the few versions of one record; `interlock.store.receiving` reads
and writes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Version:
    """One version of a record: in the store (`id`) or about to be (`row`, its place there).

    `batch` is the import that it came with, `started_at` when that started, `source` where from.
    """

    digest: int
    batch: int
    source: str
    started_at: int
    at: int | None
    created_at: int | None = None
    updated_at: int | None = None
    live: bool = False
    part: int | None = None
    id: int | None = None
    row: int | None = None


@dataclass(frozen=True)
class Judged:
    """What new rows make of a record: the versions that are left, and what became of each row.

    `withdrawn` are stored versions of the same import that turned out to change nothing.
    """

    versions: tuple[Version, ...]
    unchanged: int
    withdrawn: tuple[Version, ...]


def arranged(versions: Sequence[Version], *, lasting: bool) -> list[Version]:
    """The versions in the order of their times, each with the instant from which it holds.

    Given in order of arrival; the last one of the result is live. The first version of what lasts
    holds since the record was created; a later one since its own `updated_at`, else since the
    import that brought it.
    """
    order = list(versions)
    if lasting:
        since = [_since(each, is_first=place == 0) for place, each in enumerate(order)]
        places = sorted(range(len(order)), key=lambda place: (since[place] or _BEGINNING, place))
        order = [
            replace(order[place], at=since[place] if rank else order[place].created_at)
            for rank, place in enumerate(places)
        ]
    return [replace(each, live=place == len(order) - 1) for place, each in enumerate(order)]


def judged(stored: Sequence[Version], rows: Sequence[Version], *, lasting: bool) -> Judged:
    """What the rows of one import, in order, make of the stored versions of their record.

    A row that carries its own `updated_at` is new unless some version says the same. Any other row
    is new unless it says what the last one like it said. One that says what that was before this
    import undoes what earlier rows of the import changed, so that importing twice changes nothing.
    """
    versions, unchanged = list(stored), 0
    withdrawn: list[Version] = []
    for row in rows:
        timed = _is_timed(row, lasting=lasting)
        alike = [each for each in versions if _is_timed(each, lasting=lasting) == timed]
        before = [each for each in alike if each.batch != row.batch]
        if any(each.digest == row.digest for each in (alike if timed else alike[-1:])):
            unchanged += 1
        elif not timed and before and before[-1].digest == row.digest:
            undone = [each for each in alike if each.batch == row.batch]
            withdrawn += [each for each in undone if each.id is not None]
            unchanged += 1 + sum(each.id is None for each in undone)
            versions = [each for each in versions if each not in undone]
        else:
            versions.append(row)
    return Judged(tuple(arranged(versions, lasting=lasting)), unchanged, tuple(withdrawn))


_BEGINNING = -(2**63)


def _since(version: Version, *, is_first: bool) -> int | None:
    if version.updated_at is not None:
        return version.updated_at
    return version.created_at if is_first else version.started_at


def _is_timed(version: Version, *, lasting: bool) -> bool:
    return lasting and version.updated_at is not None
