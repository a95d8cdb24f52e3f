"""Who does what, as a matrix, and who may do what in Interlock because of which row."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from interlock.agreement.schema import Agreement
from interlock.operations.actor import Actor
from interlock.operations.agreements import text_in_force
from interlock.operations.governing import SIDES, Asked, Governing, Part, governing
from interlock.operations.permissions import Action, require
from interlock.operations.reading import Basis, current
from interlock.operations.rulers import rulers
from interlock.operations.staff import Somebody, Staff, plain, staff
from interlock.practice.raci import Letter, Matrix, matrix
from interlock.replay.outcome import Instant

_NO_MATRIX = Matrix((), (), ())


@dataclass(frozen=True)
class Power:
    """What may be done, who may by the agreement's words, and who that is by name.

    `clause` is the path of what says so, "" where the agreement says nothing; `note` is what there
    is to know besides.
    """

    deed: str
    called: str
    names: tuple[str, ...]
    clause: str = ""
    note: str = ""


@dataclass(frozen=True)
class RaciPage:
    """The page. `holders` are those who hold each role of the matrix, by name, in its order."""

    basis: Basis
    name: str = ""
    version: str = ""
    matrix: Matrix = _NO_MATRIX
    holders: tuple[tuple[str, ...], ...] = ()
    powers: tuple[Power, ...] = ()


def read_raci(*, by: Actor, now: Instant | None = None) -> RaciPage:
    """By the words of the version in force, and whoever is a member now."""
    require(by, Action.READ)
    agreement = text_in_force(int(time.time()) if now is None else now)
    if agreement is None:
        return RaciPage(current().basis)
    everybody = staff()
    rows = agreement.raci
    named = {role for row in rows for each in Letter for role in getattr(row, each.word)}
    holders = {role: _names(_holders(role, agreement, everybody)) for role in named}
    shown = matrix(rows, agreement.roles, holders)
    return RaciPage(
        basis=current().basis,
        name=agreement.name,
        version=agreement.version,
        matrix=shown,
        holders=tuple(holders[role] for role in shown.roles),
        powers=tuple(_powers(agreement, everybody)),
    )


def _holders(role: str, agreement: Agreement, everybody: Staff) -> list[Somebody]:
    """Who holds a role, with or without a sign-in; a side is all of it."""
    if plain(role) in SIDES:
        return [each for each in everybody.people.values() if each.side == plain(role)]
    meant = everybody.meant_by(role, "", "", agreement)
    return [everybody.people[each] for each in meant]


def _names(people: Iterable[Somebody]) -> tuple[str, ...]:
    return tuple(sorted(each.name for each in people))


def _powers(agreement: Agreement, everybody: Staff) -> Iterator[Power]:
    found = governing(agreement, everybody)
    yield from _changing(found)
    for signers in found.signers:
        note = "Nobody who is named can sign in: its leads may sign." if signers.by_role else ""
        deed = f"Sign for {signers.side}"
        yield Power(deed, signers.team, signers.names, f"parties.{signers.side}", note)
    yield _ruling(agreement, everybody)


def _changing(found: Governing) -> Iterator[Power]:
    """Who proposes, approves, is asked and told, by the row that governs the agreement."""
    if not found.activity:
        yield Power("Propose a change of the agreement", "any member of marketing or sales", ())
        yield Power("Approve it", "nobody: the signatures are enough", ())
        return
    deeds = {
        Part.RESPONSIBLE: "Propose a change of the agreement",
        Part.ACCOUNTABLE: "Approve it, and propose one, too",
        Part.CONSULTED: "Be asked for a word on it",
        Part.INFORMED: "Hear when it is in force",
    }
    for part, deed in deeds.items():
        for each in found.of(part):
            yield _power(deed, each, found.clause)


def _ruling(agreement: Agreement, everybody: Staff) -> Power:
    found = rulers(agreement, everybody)
    names = () if found.clause else _names(found.people)  # else they are called by name already
    return Power("Rule on a dispute", found.called, names, found.clause)


def _power(deed: str, asked: Asked, clause: str) -> Power:
    stand_in = "Nobody of that name or role can sign in: whoever keeps the data stands in."
    note = stand_in if asked.stand_in else ""
    return Power(deed, asked.called, asked.names, clause, note)
