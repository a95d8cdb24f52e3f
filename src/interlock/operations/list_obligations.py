"""Everything that was owed, in order of person, promise and start, for programs."""

from __future__ import annotations

from interlock.operations.actor import Actor
from interlock.operations.listing import Listed, Mark, filled, rows_beyond
from interlock.operations.permissions import Action, require
from interlock.operations.read_promises import obligations_of
from interlock.operations.reading import ALL, PAGE, Filters, current
from interlock.operations.rows import ObligationRow, names_in, obligation_rows


def list_obligations(  # noqa: PLR0913 - what the list can be cut down to
    filters: Filters = ALL,
    after: Mark = (),
    size: int = PAGE,
    *,
    by: Actor,
    side: str | None = None,
    promise: str | None = None,
    person: str | None = None,
) -> Listed[ObligationRow]:
    """The obligations that all of these leave; the mark is (person, promise, start).

    A side, promise or person that there is not leaves none.
    """
    require(by, Action.READ)
    reading = current()
    if reading.replay is None or reading.agreement is None:
        return Listed(reading.basis)
    promises = (
        each.id
        for each in reading.agreement.event_promises
        if side in (None, each.owed_by) and promise in (None, each.id)
    )
    owed = obligations_of(reading.replay, promises, filters, reading.basis.tz)
    owed = owed.filter(filled(person=person))
    page, mark = rows_beyond(owed, ("person", "promise", "started_at"), after, size)
    return Listed(reading.basis, obligation_rows(page, names_in(reading.agreement)), mark)
