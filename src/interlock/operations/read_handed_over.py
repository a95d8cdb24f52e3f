"""What became of the leads that were handed over: the cohorts, and the records behind a rate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from interlock.agreement.schema import Agreement, EventPromise
from interlock.insight.deals import Span
from interlock.insight.handed_over import RATES, Followed, HandOvers, followed
from interlock.insight.instants import day_of
from interlock.operations.books import Books, books_of
from interlock.operations.read_periods import period_label
from interlock.operations.reading import PAGE, Basis, Named, Reading, current, whole_number
from interlock.operations.rows import people_named
from interlock.operations.working_hours import open_time
from interlock.replay.outcome import ABSENT, Flags, Instant, State
from interlock.store.models import Obligation


@dataclass(frozen=True)
class HandOverRow:
    """One lead that was handed over. `attempted_at` None: never. Times are in seconds."""

    person: Named
    at: Instant
    due_at: Instant | None
    attempted_at: Instant | None
    working: int | None
    became: tuple[str, ...]


@dataclass(frozen=True)
class HandedOverPage:
    """The hand-overs that a rate is made of, in one period: those that it counts first.

    There are `total`, and it counts `counted` of them. `after` marks the next page. `name` is empty
    where there is no such rate or period.
    """

    basis: Basis
    name: str = ""
    label: str = ""
    promise: str = ""
    counted: int = 0
    total: int = 0
    rows: tuple[HandOverRow, ...] = ()
    after: str = ""


@dataclass(frozen=True)
class Cohorts:
    """What became of hand-overs, and whom the codes of people mean."""

    found: Followed
    people: NDArray[np.object_]

    def over(self, span: Span) -> Followed:
        """Of those that were handed over in the period."""
        return self.found.where(span.holds(self.found.handed.at))


def read_cohorts(books: Books, agreement: Agreement, since: Instant) -> Cohorts | None:
    """What became of all that was handed over from an instant on; None where no promise says when.

    One query, once the facts have been read.
    """
    promise = agreement.hand_over
    if promise is None:
        return None
    (deeds, people), as_of = books.done(), books.as_of
    places = {str(key): place for place, key in enumerate(people)}
    handed = _hand_overs(books.reading, promise, since, places)
    begun = int(handed.at.min()) if len(handed.at) else as_of
    opened = open_time(agreement, promise.calendar, begun, max(begun, as_of))
    return Cohorts(followed(handed, deeds, opened, as_of), people)


def _hand_overs(
    reading: Reading, promise: EventPromise, since: Instant, places: dict[str, int]
) -> HandOvers:
    """The promise's obligations, in order of person, then time."""
    rows = Obligation.objects.filter(
        replay=reading.replay, promise=promise.id, started_at__gte=since
    ).values_list("person", "started_at", "earlier", "due_at", "state")
    found = sorted(
        (places[person], at, earlier, ABSENT if due is None else due, state == State.VOID.word)
        for person, at, earlier, due, state in rows.iterator()
        if person in places
    )
    columns = np.array(found, np.int64).reshape(-1, 5)
    person, at, earlier, due, void = columns.T
    return HandOvers(person.astype(np.int32), at, earlier, due, void.astype(bool))


def read_handed_over(
    slug: str, each: str, day: date, after: str = "", size: int = PAGE
) -> HandedOverPage:
    """The records behind one of `RATES` in the period of the day: those that it counts first."""
    reading, name = current(), slug.replace("-", " ")
    books, agreement = books_of(reading), reading.agreement
    span = books.span_on(each, day) if books else None
    if books is None or agreement is None or span is None or name not in RATES:
        return HandedOverPage(reading.basis)
    cohorts = read_cohorts(books, agreement, span.begins)
    if cohorts is None or agreement.hand_over is None:
        return HandedOverPage(reading.basis)
    counts, whole = RATES[name]
    mine = cohorts.over(span)
    mine = mine.where(whole(mine))
    counted = counts(mine)
    order = np.lexsort((-mine.handed.at, ~counted))
    start = max(whole_number(after) or 0, 0)
    return HandedOverPage(
        basis=reading.basis,
        name=name,
        label=period_label(each, day_of(span.begins, span.zone)),
        promise=agreement.hand_over.id,
        counted=int(counted.sum()),
        total=len(counted),
        rows=_rows(reading, mine.where(order[start : start + size]), cohorts.people),
        after=str(start + size) if start + size < len(order) else "",
    )


def _rows(
    reading: Reading, found: Followed, people: NDArray[np.object_]
) -> tuple[HandOverRow, ...]:
    """The hand-overs with the names of their people. One query."""
    keys = [str(key) for key in people[found.handed.person]]
    called = people_named(reading.replay, keys)
    tried, due = found.attempted, found.handed.due
    return tuple(
        HandOverRow(
            person=Named(key, called.get(key) or key),
            at=int(found.handed.at[place]),
            due_at=None if due[place] == ABSENT else int(due[place]),
            attempted_at=int(found.attempt[place]) if tried[place] else None,
            working=int(found.working[place]) if tried[place] else None,
            became=tuple(word for word, flags in _became(found) if flags[place]),
        )
        for place, key in enumerate(keys)
    )


def _became(found: Followed) -> tuple[tuple[str, Flags], ...]:
    return (
        ("accepted", found.accepted),
        ("rejected", found.rejected),
        ("disqualified", found.turned_away & ~found.rejected),
        ("recycled", found.recycled),
        ("leaked", found.leaked),
    )
