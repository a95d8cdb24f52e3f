"""Everybody that the filters leave, in order of key, for programs."""

from __future__ import annotations

from interlock.operations.actor import Actor
from interlock.operations.listing import Listed, Mark, rows_beyond
from interlock.operations.permissions import Action, require
from interlock.operations.read_people import EVERYBODY, PeopleFilters, whom
from interlock.operations.reading import PAGE, current
from interlock.operations.rows import PersonRow, names_in, person_row
from interlock.store.models import Lead


def list_people(
    filters: PeopleFilters = EVERYBODY, after: Mark = (), size: int = PAGE, *, by: Actor
) -> Listed[PersonRow]:
    """The people known at the replay's instant; the mark is the key of the last one."""
    require(by, Action.READ)
    reading = current()
    if reading.replay is None or reading.agreement is None:
        return Listed(reading.basis)
    names = names_in(reading.agreement)
    leads = Lead.objects.filter(whom(filters), replay=reading.replay)
    page, mark = rows_beyond(leads, ("person",), after, size)
    return Listed(reading.basis, tuple(person_row(lead, names, reading) for lead in page), mark)
