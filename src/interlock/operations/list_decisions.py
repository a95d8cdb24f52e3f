"""Every decision in order of arrival, for programs: what is new stands at the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from interlock.operations.actor import Actor
from interlock.operations.listing import Listed, Mark, filled, rows_beyond
from interlock.operations.permissions import Action, require
from interlock.operations.reading import PAGE, Named, current, named
from interlock.operations.rows import NO_NAMES, Names, names_in, people_named
from interlock.replay.outcome import Instant
from interlock.store.models import FACTS


@dataclass(frozen=True)
class DecisionRow:
    """One decision. `source` says where it came from: `desk` where it was made here."""

    key: str
    person: Named
    at: Instant
    kind: str
    reason: Named
    by: Named
    opportunity: str
    source: str


def list_decisions(  # noqa: PLR0913 - what the list can be cut down to
    after: Mark = (),
    size: int = PAGE,
    *,
    by: Actor,
    person: str | None = None,
    kind: str | None = None,
    member: str | None = None,
) -> Listed[DecisionRow]:
    """The decisions that count and that all of these leave; the mark is a place in the order."""
    require(by, Action.READ)
    reading = current()
    found = FACTS["decision"].objects.filter(
        filled(person=person, kind=kind, member=member), live=True, at__isnull=False
    )
    page, mark = rows_beyond(found.select_related("batch"), ("id",), after, size)
    names = names_in(reading.agreement) if reading.agreement else NO_NAMES
    people = people_named(reading.replay, (each.person for each in page))
    return Listed(reading.basis, tuple(_row(each, names, people) for each in page), mark)


def _row(decision: Any, names: Names, people: dict[str, str]) -> DecisionRow:
    return DecisionRow(
        key=decision.key,
        person=named(decision.person, people),
        at=decision.at,
        kind=decision.kind,
        reason=named(decision.reason or "", names.reasons),
        by=named(decision.member or "", names.members),
        opportunity=decision.opportunity or "",
        source=decision.batch.source,
    )
