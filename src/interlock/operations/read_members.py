"""The members of the two teams as the facts say, for whoever may say otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from interlock.facts.kinds import SIDES
from interlock.operations.actor import Actor
from interlock.operations.permissions import Action, may, require
from interlock.operations.reading import Basis, Named, calendar_called, calendar_names, current
from interlock.operations.whose import reach_of
from interlock.store.models import FACTS


@dataclass(frozen=True)
class MemberLine:
    """One member: `mark` names the version of the facts, `source` is where it came from.

    `capacity` are leads a week; None: nobody said. `calendar` "": that of the clause;
    `works_by` is what it is called.
    """

    key: str
    name: str
    side: str
    role: str
    team: str
    calendar: str
    works_by: str
    capacity: int | None
    mark: int
    source: str


@dataclass(frozen=True)
class Members:
    """Those of whom one may say something, by name; `everything`: more than the capacity.

    `calendars` are those of the agreement, `teams` those that there are.
    """

    basis: Basis
    lines: tuple[MemberLine, ...]
    everything: bool
    sides: tuple[str, ...]
    calendars: tuple[Named, ...]
    teams: tuple[str, ...]

    def of(self, key: str) -> MemberLine | None:
        """The member of that key, where one may say something of them."""
        return next((each for each in self.lines if each.key == key), None)

    def called(self, key: str) -> Named:
        """The member with their name."""
        line = self.of(key)
        return Named(key, line.name if line else key)


def read_members(*, by: Actor) -> Members:
    """For a lead those of the team, for whoever keeps the data all."""
    require(by, Action.SAY_CAPACITY)
    reach, now = reach_of(by), current()
    mine = {key for key in reach.colleagues if reach.may_say_capacity_of(key)}
    rows = FACTS["member"].objects.filter(live=True).select_related("batch").order_by("name", "key")
    names = calendar_names(now.agreement)
    lines = tuple(_line(row, names) for row in rows if row.key in mine)
    return Members(
        basis=now.basis,
        lines=lines,
        everything=may(by, Action.KEEP_MEMBERS),
        sides=SIDES,
        calendars=tuple(Named(key, calendar_called(key, names)) for key in names),
        teams=tuple(sorted({each.team for each in lines if each.team})),
    )


def _line(row: Any, calendars: Mapping[str, str]) -> MemberLine:
    texts = ("key", "side", "role", "team", "calendar")
    said = {column: getattr(row, column) or "" for column in texts}
    return MemberLine(
        **said,
        works_by=calendar_called(said["calendar"], calendars),
        name=row.name or row.key,
        capacity=row.capacity,
        mark=row.pk,
        source=row.batch.source,
    )
