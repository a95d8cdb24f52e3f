"""Every stay at a stage, in order of person and entry, for programs."""

from __future__ import annotations

from interlock.operations.actor import Actor
from interlock.operations.listing import Listed, Mark, filled, rows_beyond
from interlock.operations.permissions import Action, require
from interlock.operations.reading import PAGE, current
from interlock.operations.rows import VisitRow, names_in, visit_rows
from interlock.store.models import Visit


def list_verdicts(  # noqa: PLR0913 - what the list can be cut down to
    after: Mark = (),
    size: int = PAGE,
    *,
    by: Actor,
    person: str | None = None,
    stage: str | None = None,
    present: bool | None = None,
) -> Listed[VisitRow]:
    """The stays that all of these leave; the mark is (person, entry, stage).

    `present`: only those that last, or only those that ended.
    """
    require(by, Action.READ)
    reading = current()
    if reading.replay is None or reading.agreement is None:
        return Listed(reading.basis)
    stays = Visit.objects.filter(
        filled(person=person, stage=stage, left_at__isnull=present), replay=reading.replay
    )
    page, mark = rows_beyond(stays, ("person", "entered_at", "stage"), after, size)
    return Listed(reading.basis, visit_rows(page, names_in(reading.agreement)), mark)
