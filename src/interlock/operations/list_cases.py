"""Every case in the order in which they were opened, for programs."""

from __future__ import annotations

import time

from interlock.operations.actor import Actor
from interlock.operations.listing import Listed, Mark, filled, rows_beyond
from interlock.operations.permissions import Action, require
from interlock.operations.read_cases import CaseLine, case_line
from interlock.operations.reading import PAGE, current
from interlock.store.models import Case


def list_cases(  # noqa: PLR0913 - what the list can be cut down to
    after: Mark = (),
    size: int = PAGE,
    *,
    by: Actor,
    open: bool | None = None,  # noqa: A002 - as it is asked for
    kind: str | None = None,
    clause: str | None = None,
    person: str | None = None,
) -> Listed[CaseLine]:
    """The cases that all of these leave: open or settled ones, of a kind, on a clause, a person."""
    require(by, Action.READ)
    now = int(time.time())
    which = filled(kind=kind, clause=clause, person=person, ruled_at__isnull=open)
    found = Case.objects.filter(which).defer("shown").prefetch_related("views")
    page, mark = rows_beyond(found, ("pk",), after, size)
    return Listed(current().basis, tuple(case_line(row, now) for row in page), mark)
