"""The rows of the RACI as a matrix, and what in it is missing or said twice, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from interlock.agreement.raci import RaciRow
from interlock.agreement.schema import Side
from interlock.agreement.wording import joined


class Letter(StrEnum):
    """The letter of each part. Its name is what the row calls the part."""

    RESPONSIBLE = "R"
    ACCOUNTABLE = "A"
    CONSULTED = "C"
    INFORMED = "I"

    @property
    def word(self) -> str:
        """The part as a word: "responsible"."""
        return self.name.lower()


@dataclass(frozen=True)
class Line:
    """One activity, and the letters that each role of the matrix has in it, in their order."""

    row: RaciRow
    letters: tuple[tuple[Letter, ...], ...]

    @property
    def path(self) -> str:
        """The clause."""
        return f"raci.{self.row.id}"


@dataclass(frozen=True)
class Fault:
    """What is missing in a row, or said twice. `clause` is the row's path."""

    clause: str
    says: str


@dataclass(frozen=True)
class Matrix:
    """Activities by roles. `roles` are those that a row names, in the order of the agreement."""

    roles: tuple[str, ...]
    lines: tuple[Line, ...]
    faults: tuple[Fault, ...]

    @property
    def sentence(self) -> str:
        """What it comes to."""
        if not self.lines:
            return "The agreement does not say who does what."
        activities, roles = len(self.lines), len(self.roles)
        said = (
            f"{activities} {'activity' if activities == 1 else 'activities'} for {roles} "
            f"{'role' if roles == 1 else 'roles'}"
        )
        if not self.faults:
            return f"{said}: each has one who answers for it, and somebody for every part."
        count = len(self.faults)
        return f"{said}, with {count} {'thing' if count == 1 else 'things'} to settle."


def matrix(
    rows: Collection[RaciRow], known: Collection[str], holders: Mapping[str, Collection[str]]
) -> Matrix:
    """The matrix of these rows.

    `known` are the roles that the agreement lists; empty: it checks none. `holders` are, by role,
    those who hold it among the members.
    """
    named = {role for row in rows for letter in Letter for role in _named(row, letter)}
    order = (*known, *(role for row in rows for letter in Letter for role in _named(row, letter)))
    roles = tuple(role for role in dict.fromkeys(order) if role in named)
    lines = tuple(Line(row, tuple(_letters(row, role) for role in roles)) for row in rows)
    faults = tuple(fault for line in lines for fault in _faults(line, roles, known, holders))
    return Matrix(roles, lines, faults)


def _named(row: RaciRow, letter: Letter) -> tuple[str, ...]:
    found: tuple[str, ...] = getattr(row, letter.word)
    return found


def _letters(row: RaciRow, role: str) -> tuple[Letter, ...]:
    return tuple(letter for letter in Letter if role in _named(row, letter))


def _faults(
    line: Line,
    roles: Collection[str],
    known: Collection[str],
    holders: Mapping[str, Collection[str]],
) -> Iterator[Fault]:
    accountable = line.row.accountable
    if not line.row.responsible:
        yield Fault(line.path, "Nobody is responsible: who does it?")
    if not accountable:
        yield Fault(line.path, "Nobody is accountable: who answers for it in the end?")
    if len(accountable) > 1:
        names = joined(accountable, "and")
        yield Fault(line.path, f"{names} are accountable: one has to answer for it.")
    for role, letters in zip(roles, line.letters, strict=True):
        if not letters:
            continue
        if more := _said_twice(letters):
            yield Fault(line.path, f"{role} is {more}: the weightier part is enough.")
        if known and role not in known and role not in (*Side,):
            yield Fault(line.path, f"{role} is none of the agreement's roles.")
        if not holders.get(role):
            yield Fault(line.path, f"Nobody among the members is {role}.")


def _said_twice(letters: tuple[Letter, ...]) -> str:
    """The parts of a role that has more than one; who does a thing may well answer for it, too."""
    both = {Letter.RESPONSIBLE, Letter.ACCOUNTABLE}
    if set(letters) <= both or letters == letters[:1]:
        return ""
    return joined([letter.word for letter in letters], "and")
