"""Who may propose, approve and sign an agreement, by the words of the one in force.

Who is asked follows the row of the RACI that governs the agreement. Where no row does, members of
both sides may propose, and signatures alone are needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from interlock.agreement.raci import RaciRow
from interlock.agreement.schema import Agreement, Party, Side
from interlock.agreement.wording import joined
from interlock.operations.actor import Actor
from interlock.operations.permissions import ALLOWED, Action, Role
from interlock.operations.staff import Somebody, Staff, plain, whom_of

SIDES = tuple(str(side) for side in Side)
_KEEPERS = ALLOWED[Action.ADOPT]


class Part(StrEnum):
    """The part that somebody has in an activity, as the RACI calls it."""

    RESPONSIBLE = "responsible"
    ACCOUNTABLE = "accountable"
    CONSULTED = "consulted"
    INFORMED = "informed"


SPEAKING = (Part.ACCOUNTABLE, Part.CONSULTED)
"""Whose word is asked before anybody signs: of the first it is needed."""


@dataclass(frozen=True)
class Asked:
    """Somebody whom the agreement names: what it calls them, and who that is here.

    `stand_in`: nobody who is called that can sign in, and whoever keeps the data stands in.
    """

    called: str
    part: Part
    people: tuple[Somebody, ...]
    stand_in: bool = False

    def is_one(self, by: Actor) -> bool:
        """Whether the actor is meant."""
        return whom_of(by.member, by.name) in {each.whom for each in self.people}

    @property
    def names(self) -> tuple[str, ...]:
        """Who that is, by name."""
        return tuple(each.name for each in self.people)

    @property
    def person(self) -> str:
        """Who that is, by name, with what the agreement calls them."""
        if not self.is_by_role or not self.names:
            return self.called
        return f"{' or '.join(self.names)} ({self.called})"

    @property
    def is_by_role(self) -> bool:
        """Whether the agreement calls them otherwise than by their name."""
        return self.names != (self.called,)


@dataclass(frozen=True)
class Signers:
    """Who may sign for a side.

    `people` are those named who can sign in for that side, or, where none can, its leads
    (`by_role`). `gone` are the names of those who no longer can.
    """

    side: str
    team: str
    people: tuple[Somebody, ...]
    gone: tuple[str, ...] = ()
    by_role: bool = False

    def is_one(self, by: Actor) -> bool:
        """Whether the actor may sign for this side: by name or role, and with a sign-in of it."""
        whom = whom_of(by.member, by.name)
        return by.side == self.side and whom in {each.whom for each in self.people}

    @property
    def names(self) -> tuple[str, ...]:
        """Who that is, by name."""
        return tuple(each.name for each in self.people)


@dataclass(frozen=True)
class Governing:
    """Who has which part in changing the agreement. `activity` is empty where no row governs."""

    activity: str
    clause: str
    asked: tuple[Asked, ...]
    signers: tuple[Signers, ...]

    def of(self, part: Part) -> tuple[Asked, ...]:
        """Whom the row names for that part."""
        return tuple(each for each in self.asked if each.part is part)

    def parts_of(self, by: Actor) -> tuple[Part, ...]:
        """The parts that the actor has, the weightiest first."""
        order = (Part.ACCOUNTABLE, Part.CONSULTED, Part.RESPONSIBLE, Part.INFORMED)
        return tuple(part for part in order if any(each.is_one(by) for each in self.of(part)))

    def asks_word_of(self, by: Actor) -> tuple[Part, ...]:
        """The parts for which the actor's word is asked."""
        return tuple(part for part in self.parts_of(by) if part in SPEAKING)

    def may_not_propose(self, by: Actor) -> str:
        """Why the actor may not propose; "" where they may."""
        if self.activity:
            if {Part.RESPONSIBLE, Part.ACCOUNTABLE} & set(self.parts_of(by)):
                return ""
            named = called(self.of(Part.RESPONSIBLE))
            return f"By the agreement it is for {named} to propose ({self.activity})."
        if by.side in SIDES or by.role in _KEEPERS:
            return ""
        return "A member of marketing or sales proposes; you can draft and discuss."

    @property
    def proposers(self) -> str:
        """Who proposes, in one sentence: by name, with what the agreement calls them."""
        named = self.of(Part.RESPONSIBLE)
        if not named:
            return "A member of marketing or sales proposes it."
        who = joined([each.person for each in named], "and")
        return f"{who[:1].upper()}{who[1:]} propose{'s' if len(named) == 1 else ''} it."

    def signers_of(self, side: str) -> Signers:
        """Who may sign for the side."""
        return next(each for each in self.signers if each.side == side)


def called(asked: tuple[Asked, ...]) -> str:
    """Those who are asked, as the agreement calls them, with who that is."""
    return " and ".join(
        f"{each.called} ({', '.join(each.names)})" if each.is_by_role else each.called
        for each in asked
    )


def governing(agreement: Agreement, everybody: Staff) -> Governing:
    """Who has which part, by the words of this agreement."""
    row = next((each for each in agreement.raci if each.governs == "agreement"), None)
    return Governing(
        activity=row.activity if row else "",
        clause=f"raci.{row.id}" if row else "",
        asked=asked_by(row, agreement, everybody) if row else (),
        signers=tuple(_signers(side, agreement, everybody) for side in SIDES),
    )


def can_take_part(somebody: Somebody) -> bool:
    """Whether they can sign in, and that sign-in may do more than read."""
    return bool(somebody.right) and Role(somebody.right) in ALLOWED[Action.AGREE]


def asked_by(row: RaciRow, agreement: Agreement, everybody: Staff) -> tuple[Asked, ...]:
    """Whom a row of the RACI names, for each part."""
    return tuple(
        _meant(name, part, agreement, everybody) for part in Part for name in getattr(row, part)
    )


def _meant(name: str, part: Part, agreement: Agreement, everybody: Staff) -> Asked:
    """Whom a name of the row means; a side is its leads where one answers, else all of it.

    Who is only told need not be able to sign in.
    """
    side = plain(name)
    if side in SIDES:
        people = _of_side(side, everybody, leads=part in SPEAKING) or _of_side(side, everybody)
    else:
        meant = everybody.meant_by(name, "", "", agreement)
        told = tuple(everybody.people[each] for each in meant)
        people = told if part is Part.INFORMED else _people(meant, everybody)
    if people:
        return Asked(name, part, people)
    return Asked(name, part, _people(everybody.keepers, everybody), stand_in=True)


def _signers(side: str, agreement: Agreement, everybody: Staff) -> Signers:
    party: Party | None = next((each for each in agreement.parties if each.side == side), None)
    named: dict[str, Somebody] = {}
    gone: list[str] = []
    for name in party.signs if party else ():
        meant = _people(everybody.meant_by(name, "", side, agreement), everybody)
        able = [each for each in meant if each.side == side]
        named |= {each.whom: each for each in able}
        if not able:
            gone.append(name)
    leads = () if named else _of_side(side, everybody, leads=True)
    team = party.name if party else side.capitalize()
    return Signers(side, team, tuple(named.values()) or leads, tuple(gone), by_role=not named)


def _of_side(side: str, everybody: Staff, *, leads: bool = False) -> tuple[Somebody, ...]:
    people = (each for each in everybody.people.values() if each.side == side)
    return tuple(
        each for each in people if can_take_part(each) and (not leads or each.right == Role.LEAD)
    )


def _people(whom: tuple[str, ...], everybody: Staff) -> tuple[Somebody, ...]:
    return tuple(everybody.people[each] for each in whom if can_take_part(everybody.people[each]))
