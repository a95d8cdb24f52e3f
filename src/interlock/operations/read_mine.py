"""The agreement on one page for one reader: what I owe, what I am owed, where I am named."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from interlock.agreement.schema import Agreement, Side
from interlock.agreement.sentences import Clause, clauses
from interlock.operations.actor import Actor
from interlock.operations.agreements import text_in_force
from interlock.operations.governing import SIDES, Asked, asked_by
from interlock.operations.permissions import Action, require
from interlock.operations.reading import Basis, current
from interlock.operations.staff import Staff, plain, staff, whom_of
from interlock.replay.outcome import Instant


@dataclass(frozen=True)
class Mine:
    """A clause that names somebody, and as what."""

    clause: Clause
    parts: tuple[str, ...]


@dataclass(frozen=True)
class MinePage:
    """What the version in force asks of somebody and promises them; `version` "" where none is.

    `side` is empty for whoever is of neither: `owe` is then what marketing owes, `owed` what sales
    does. `named` are the activities, rules and meetings that name them.
    """

    basis: Basis
    name: str = ""
    version: str = ""
    side: str = ""
    owe: tuple[Clause, ...] = ()
    owed: tuple[Clause, ...] = ()
    named: tuple[Mine, ...] = ()


def read_mine(*, by: Actor, now: Instant | None = None) -> MinePage:
    """The page of the actor."""
    require(by, Action.READ)
    basis = current().basis
    agreement = text_in_force(int(time.time()) if now is None else now)
    if agreement is None:
        return MinePage(basis)
    every = clauses(agreement)
    promises = [each for each in every if each.section == "promises"]
    side = by.side if by.side in SIDES else ""
    return MinePage(
        basis=basis,
        name=agreement.name,
        version=agreement.version,
        side=side,
        owe=_owed_by(side or Side.MARKETING, promises),
        owed=_owed_by(next(each for each in SIDES if each != (side or Side.MARKETING)), promises),
        named=tuple(_named(every, agreement, staff(), by)),
    )


def _owed_by(side: str, promises: Sequence[Clause]) -> tuple[Clause, ...]:
    return tuple(each for each in promises if getattr(each.subject, "owed_by", "") == side)


def _named(
    every: Sequence[Clause], agreement: Agreement, everybody: Staff, by: Actor
) -> Iterator[Mine]:
    for each in every:
        if each.section == "raci":
            asked = asked_by(each.subject, agreement, everybody)  # type: ignore[arg-type]  # a row
            parts = [str(one.part) for one in asked if _is_one(one, by)]
        else:
            said = (
                ("sees to it", [getattr(each.subject, "owner", "")]),
                ("calls it", [getattr(each.subject, "called_by", "")]),
                ("takes part", getattr(each.subject, "attends", ())),
            )
            in_section = each.section.startswith("rules_") or each.section == "cadence"
            parts = [
                part
                for part, names in said
                if in_section and any(_means(name, agreement, everybody, by) for name in names)
            ]
        if parts:
            yield Mine(each, tuple(parts))


def _is_one(asked: Asked, by: Actor) -> bool:
    """Whether the actor is named, and does not merely stand in."""
    return not asked.stand_in and asked.is_one(by)


def _means(name: str, agreement: Agreement, everybody: Staff, by: Actor) -> bool:
    if plain(name) in SIDES:
        return by.side == plain(name)
    meant = everybody.meant_by(name, "", "", agreement) if name else ()
    return whom_of(by.member, by.name) in meant
