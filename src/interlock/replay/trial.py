"""What a deed would do, before it is done: the replay of one lead with facts that are not there.

So that a page offers what applies and a refusal can say why, without a second statement of any
rule: every deed gets a copy of the lead's history with its own facts at the end, and all of the
copies are replayed at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from interlock.agreement.schema import Agreement
from interlock.agreement.timeline import Timeline
from interlock.facts.columns import Array, Column, Facts, FactTable
from interlock.facts.kinds import KINDS, ColumnType
from interlock.replay.engine import decide
from interlock.replay.eras import Eras
from interlock.replay.index import build
from interlock.replay.outcome import Instant, Outcome, State

Cell = str | int | float | bool | None
_COPIED = ("person", "opportunity")
"""What a copy of a lead has of its own; everything else is shared."""

_UNSETTLED = (State.OPEN, State.WARNED, State.BROKEN)


@dataclass(frozen=True)
class NewFact:
    """A fact that somebody may add: its kind, and its cells by column. It happens at the instant.

    Its `person` is filled in. An `opportunity` of its own names one that another new fact opens.
    """

    kind: str
    cells: Mapping[str, Cell]


@dataclass(frozen=True)
class Effect:
    """What new facts do to a lead. All are ids of the agreement.

    `stage` is where the lead stands then, and `moves`, whether it came there by them. `settles` are
    the promises that are no longer owed, `owes` those that begin.
    """

    stage: str
    moves: bool
    settles: tuple[str, ...]
    owes: tuple[str, ...]

    @property
    def is_none(self) -> bool:
        """Whether nothing would be otherwise."""
        return not (self.moves or self.settles or self.owes)


@dataclass(frozen=True)
class Trial:
    """The lead as it is, and what each deed would do to it.

    `eras` and `outcome` are of all copies; `person` is the place of the lead itself among them.
    """

    eras: Eras
    outcome: Outcome
    person: int
    effects: tuple[Effect, ...]


def try_out(
    facts: Facts,
    agreement: Agreement | Timeline,
    now: Instant,
    person: str,
    deeds: Sequence[Sequence[NewFact]],
) -> Trial | None:
    """Replays the facts of one lead as of `now`, once as they are and once with each deed.

    None where nothing is known of that person by then.
    """
    copies = _copies(facts, len(deeds))
    for number, deed in enumerate(deeds, 1):
        for place, fact in enumerate(deed):
            copies = _with(copies, fact, number, place, person, now)
    eras = Eras.of(build(copies, now), agreement)
    people = {str(key): place for place, key in enumerate(eras.index.people)}
    if person not in people:
        return None
    outcome = decide(eras, now)
    places = [people[_name(person, number)] for number in range(len(deeds) + 1)]
    before = _standing(outcome, places[0])
    effects = tuple(_effect(before, _standing(outcome, place), outcome) for place in places[1:])
    return Trial(eras, outcome, places[0], effects)


# --- the copies --------------------------------------------------------------------------------


def _name(word: str, number: int) -> str:
    return f"{word}\N{INFORMATION SEPARATOR ONE}{number}" if number else word


def _copies(facts: Facts, more: int) -> Facts:
    return {kind: _copied(table, more) for kind, table in facts.items()}


def _copied(table: FactTable, more: int) -> FactTable:
    own = [name for name in table.columns if _whose(table.kind, name)]
    if not own or not more:
        return table
    columns = {
        name: _renamed(column, more) if name in own else _repeated(column, more)
        for name, column in table.columns.items()
    }
    learned = None if table.learned is None else np.tile(table.learned, more + 1)
    ids, at = np.tile(table.ids, more + 1), np.tile(table.at, more + 1)
    return FactTable(table.kind, ids, at, columns, learned)


def _whose(kind: str, column: str) -> bool:
    """Whether the column names what each copy has of its own."""
    if column == "id":
        return kind in _COPIED
    contract = KINDS[kind].column(column)
    return contract is not None and contract.refers_to in _COPIED


def _repeated(column: Column, more: int) -> Column:
    known = None if column.known is None else np.tile(column.known, more + 1)
    return Column(np.tile(column.values, more + 1), known, column.words)


def _renamed(column: Column, more: int) -> Column:
    if column.words is None:
        raise ValueError("an id is a text")
    again = _repeated(column, more)
    words = [_name(str(word), number) for number in range(more + 1) for word in column.words]
    shift = np.repeat(np.arange(more + 1), len(column)) * len(column.words)
    return Column((again.values + shift).astype(np.int32), again.known, np.array(words, object))


def _with(  # noqa: PLR0913, PLR0917 - a fact, and whose copy gets it when
    facts: Facts, fact: NewFact, number: int, place: int, person: str, now: Instant
) -> Facts:
    cells: dict[str, Cell] = {"id": f"new {number} {place}", "person": person, **fact.cells}
    mine = {
        name: _name(str(cell), number) if cell is not None and _whose(fact.kind, name) else cell
        for name, cell in cells.items()
    }
    table = facts[fact.kind] if fact.kind in facts else _empty(fact.kind)
    columns = {
        name: _longer(column, mine.get(name, _default(fact.kind, name)))
        for name, column in table.columns.items()
    }
    learned = None if table.learned is None else np.append(table.learned, now)
    added = FactTable(
        table.kind, np.append(table.ids, -1), np.append(table.at, now), columns, learned
    )
    return {**facts, fact.kind: added}


def _empty(kind: str) -> FactTable:
    """A table without rows, for a kind of which there are no facts."""
    none = np.empty(0, np.int64)
    columns = {each.name: _no_cells(each.type) for each in KINDS[kind].columns}
    return FactTable(kind, none, none, columns)


def _no_cells(type_: ColumnType) -> Column:
    if type_ in (ColumnType.TEXT, ColumnType.CHOICE):
        return Column(np.empty(0, np.int32), None, np.empty(0, object))
    dtypes = {ColumnType.FLAG: np.bool_, ColumnType.NUMBER: np.float64}
    return Column(np.empty(0, dtypes.get(type_, np.int64)))


def _default(kind: str, name: str) -> Cell:
    contract = KINDS[kind].column(name)
    return contract.default if contract else None


def _longer(column: Column, cell: Cell) -> Column:
    known = np.append(column.mask, cell is not None)
    if column.words is None:
        value = np.array([0 if cell is None else cell]).astype(column.values.dtype)
        return Column(np.append(column.values, value), known)
    words: Array = np.array([*column.words, "" if cell is None else str(cell)], object)
    return Column(np.append(column.values, len(words) - 1).astype(np.int32), known, words)


# --- what came of it ---------------------------------------------------------------------------


@dataclass(frozen=True)
class _Standing:
    stage: int
    visits: int
    owed: Mapping[tuple[int, int], State]


def _standing(outcome: Outcome, person: int) -> _Standing:
    owed = outcome.obligations
    mine = np.flatnonzero(owed.person == person)
    keys = zip(owed.promise[mine].tolist(), owed.started[mine].tolist(), strict=True)
    return _Standing(
        stage=int(outcome.leads.stage[person]),
        visits=int((outcome.visits.person == person).sum()),
        owed=dict(zip(keys, map(State, owed.state[mine].tolist()), strict=True)),
    )


def _effect(before: _Standing, after: _Standing, outcome: Outcome) -> Effect:
    settled = [
        key
        for key, state in before.owed.items()
        if state in _UNSETTLED and after.owed.get(key, State.VOID) not in _UNSETTLED
    ]
    begun = [key for key in after.owed if key not in before.owed]
    return Effect(
        stage=str(outcome.stages[after.stage]) if after.stage >= 0 else "",
        moves=after.visits > before.visits,
        settles=_promises(outcome, settled),
        owes=_promises(outcome, begun),
    )


def _promises(outcome: Outcome, keys: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(outcome.promises[promise]) for promise, _ in keys))
