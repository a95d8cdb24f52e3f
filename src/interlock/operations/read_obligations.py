"""What was owed, whatever the promise: the records behind any number of obligations."""

from __future__ import annotations

from dataclasses import dataclass

from interlock.insight.attainment import NONE, Counts, Rate, attainment, how_many
from interlock.insight.tally import Subject
from interlock.operations.counting import counted
from interlock.operations.read_promises import obligations_of, promise_rows
from interlock.operations.reading import (
    ALL,
    NO_CHOICES,
    PAGE,
    Basis,
    Choices,
    Filters,
    Named,
    choices,
    current,
    named,
    page_after,
)
from interlock.operations.rows import ObligationRow, names_in, obligation_rows
from interlock.store.models import FACTS


@dataclass(frozen=True)
class Obligations:
    """A page of what was owed, latest start first.

    `counts` are of all that the filters leave, whatever their state; None before a replay. `listed`
    counts those in the state asked for. `promise` and `owner` are the ones asked for, with their
    names. `after` marks the next page ("": this is the last).
    """

    basis: Basis
    filters: Filters
    side: str | None = None
    promise: Named | None = None
    owner: Named | None = None
    counts: Counts | None = None
    attainment: Rate | None = None
    listed: int = 0
    rows: tuple[ObligationRow, ...] = ()
    after: str = ""
    promises: tuple[Named, ...] = ()
    choices: Choices = NO_CHOICES


def read_obligations(
    side: str | None = None,
    filters: Filters = ALL,
    after: str = "",
    size: int = PAGE,
    promise: str | None = None,
) -> Obligations:
    """The obligations that all of these leave. A side or promise that there is not leaves none."""
    reading = current()
    if reading.replay is None or reading.agreement is None:
        return Obligations(reading.basis, filters, side)
    known = reading.agreement.event_promises
    promises = [
        each for each in known if side in (None, each.owed_by) and promise in (None, each.id)
    ]
    names = names_in(reading.agreement)
    sums = counted(reading, Subject.PROMISE, filters)
    counts = sum((row.counts for row in promise_rows(promises, sums)), NONE)
    ids = (each.id for each in promises)
    owed = obligations_of(reading.replay, ids, filters, reading.basis.tz)
    page, mark = page_after(owed, "started_at", after, size)
    return Obligations(
        basis=reading.basis,
        filters=filters,
        side=side,
        promise=None if promise is None else named(promise, names.promises),
        owner=None if filters.owner is None else named(filters.owner, names.members),
        counts=counts,
        attainment=attainment(counts),
        listed=how_many(counts, filters.state) if filters.state is not None else 0,
        rows=obligation_rows(page, names),
        after=mark,
        promises=tuple(Named(each.id, each.name) for each in known),
        choices=choices(reading, names.members),
    )


def member_with(email: str) -> str:
    """The key of the member who has that e-mail address; "" where nobody has. One query."""
    members = FACTS["member"].objects.filter(live=True, email__iexact=email)
    return members.values_list("key", flat=True).order_by("pk").first() or ""
