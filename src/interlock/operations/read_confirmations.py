"""Who has confirmed the agreement in force, and who has not."""

from __future__ import annotations

import time
from dataclasses import dataclass

from interlock.operations.actor import Actor
from interlock.operations.agreements import text_in_force
from interlock.operations.governing import SIDES, can_take_part
from interlock.operations.permissions import Action, require
from interlock.operations.reading import Basis, current
from interlock.operations.seals import sealed
from interlock.operations.staff import Somebody, staff
from interlock.replay.outcome import Instant
from interlock.store.models import Confirmation


@dataclass(frozen=True)
class Reader:
    """A member of a side. `at` is when they confirmed; None: not yet."""

    name: str
    at: Instant | None
    can_sign_in: bool


@dataclass(frozen=True)
class ReadersOfSide:
    """The members of one side: those who confirmed, and those who have not."""

    side: str
    confirmed: tuple[Reader, ...]
    missing: tuple[Reader, ...]

    @property
    def count(self) -> int:
        """How many members there are."""
        return len(self.confirmed) + len(self.missing)


@dataclass(frozen=True)
class ReadersPage:
    """Who has read the version in force; `version` is empty where there is none.

    `asks`: whoever looks has not confirmed it yet, and is asked to.
    """

    basis: Basis
    name: str
    version: str
    seal: str
    sides: tuple[ReadersOfSide, ...]
    asks: bool

    @property
    def confirmed(self) -> int:
        """How many have confirmed."""
        return sum(len(each.confirmed) for each in self.sides)

    @property
    def count(self) -> int:
        """How many are asked."""
        return sum(each.count for each in self.sides)


def read_confirmations(*, by: Actor, now: Instant | None = None) -> ReadersPage:
    """Every member of both sides, with or without a sign-in."""
    require(by, Action.READ)
    agreement = text_in_force(int(time.time()) if now is None else now)
    if agreement is None:
        return ReadersPage(current().basis, "", "", "", (), asks=False)
    seal, people = sealed(agreement.source), staff().people.values()
    said = dict(Confirmation.objects.filter(seal=seal).values_list("by", "at"))
    sides = tuple(_of_side(side, [s for s in people if s.side == side], said) for side in SIDES)
    return ReadersPage(
        basis=current().basis,
        name=agreement.name,
        version=agreement.version,
        seal=seal,
        sides=sides,
        asks=by.side in SIDES and by.name not in said,
    )


def _of_side(side: str, people: list[Somebody], said: dict[str, Instant]) -> ReadersOfSide:
    asked = [each for each in people if not each.right or can_take_part(each)]
    readers = [
        Reader(each.name, said.get(each.email), bool(each.right))
        for each in sorted(asked, key=lambda each: each.name)
    ]
    return ReadersOfSide(
        side,
        confirmed=tuple(each for each in readers if each.at is not None),
        missing=tuple(each for each in readers if each.at is None),
    )
