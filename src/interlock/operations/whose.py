"""Whose leads somebody may work on: their own, nobody's, and for a lead those of the team."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from interlock.operations.actor import Actor
from interlock.operations.permissions import Action, Role, may
from interlock.operations.reading import Named, named
from interlock.store.models import FACTS

_DECIDING = ("sales", "leadership", "operations")
"""The sides that decide about leads: marketing hands them over, and answers."""


@dataclass(frozen=True)
class Colleague:
    """A member of either side. `team` and `manager` are as the facts say, or empty."""

    key: str
    name: str
    email: str
    side: str
    team: str
    manager: str


@dataclass(frozen=True)
class Reach:
    """Who acts, as a member ("" : none of the facts), and whose leads they may work on.

    `team` are the members of whose leads they may dispose beside their own; `everybody`: of all.
    """

    member: str
    side: str
    team: frozenset[str]
    everybody: bool
    colleagues: Mapping[str, Colleague]

    def may_work_on(self, owner: str) -> bool:
        """Whether they may work on a lead that `owner` has ("": nobody)."""
        return self.everybody or not owner or owner == self.member or owner in self.team

    def may_enter_for(self, member: str) -> bool:
        """Whether they may enter when the member is away."""
        known = member in self.colleagues
        return known and (self.everybody or member == self.member or member in self.team)

    def may_say_capacity_of(self, member: str) -> bool:
        """Whether they may say how many leads the member takes, where their role may at all."""
        return member in self.colleagues and (self.everybody or member in self.team)

    @property
    def may_decide(self) -> bool:
        """Whether their side decides about leads."""
        return self.side in _DECIDING

    def called(self, member: str) -> Named:
        """The member with their name."""
        known = self.colleagues.get(member)
        return named(member, {member: known.name} if known else {})


def reach_of(by: Actor) -> Reach:
    """How far somebody reaches. One query."""
    columns = ("key", "name", "email", "side", "team", "manager")
    rows = FACTS["member"].objects.filter(live=True).order_by("pk").values_list(*columns)
    known = {row[0]: Colleague(*(cell or "" for cell in row)) for row in rows}
    mine = by.member or next(
        (each.key for each in known.values() if each.email.lower() == by.name.lower()), ""
    )
    return Reach(
        member=mine,
        side=by.side,
        team=_team(known, mine) if by.role == Role.LEAD else frozenset(),
        everybody=may(by, Action.IMPORT),
        colleagues=known,
    )


def _team(known: Mapping[str, Colleague], mine: str) -> frozenset[str]:
    """Those of the same team and side, and those who report to this member."""
    own = known.get(mine)
    if own is None:
        return frozenset()
    same = (each for each in known.values() if each.side == own.side)
    return frozenset(
        each.key for each in same if each.manager == mine or (own.team and each.team == own.team)
    )
