"""Whose verdicts some facts may change, and which facts decide about these people.

Facts name people, and each other: a version of an account is news to all who ever belonged to it,
an opportunity to all its contacts, a member to everybody whom they had anything to do with. What is
answered here is never too few: who is not named keeps their verdicts, to the last column.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np

from interlock.facts.columns import Array, Facts, FactTable
from interlock.facts.kinds import KINDS, Kind
from interlock.replay.kinds import codes_in

Ids = frozenset[str]
NOBODY: Ids = frozenset()

References = Mapping[str, Mapping[str, Ids]]
"""What facts say, by kind and column: ids of their own, and those of the records they name."""

Said = Callable[[str, str, Ids, str], Ids]
"""`said(kind, column, ids, other)`: what facts of the kind say in `other`, of those that name one
of the ids in `column`. Of every version that there was before a change or after it."""


@dataclass(frozen=True)
class Circle:
    """People, and the records that decide about them and nobody else may change for them.

    The facts of a circle are enough to decide about its people: verdict for verdict as among all.
    """

    persons: Ids
    accounts: Ids
    opportunities: Ids


def columns_of(kind: Kind) -> tuple[str, ...]:
    """The columns by which facts of the kind name people, and records that lead to people."""
    named = ("person", "account", "opportunity", "member")
    refers = {column.name: column.refers_to for column in kind.columns}
    own = ("id",) if kind.name in named else ()
    return (*own, *(name for name, to in refers.items() if to in named and to != kind.name))


def references(changed: Iterable[Facts]) -> References:
    """What these facts name. A corrected fact is two: as it was, and as it is now."""
    found: dict[str, dict[str, Ids]] = {}
    for facts in changed:
        for kind, table in facts.items():
            mine = found.setdefault(kind, {})
            for column in columns_of(KINDS[kind]):
                mine[column] = mine.get(column, NOBODY) | texts(table, column)
    return found


def circle_of(changed: References, said: Said, also: Ids = NOBODY) -> Circle:
    """Everybody whom the facts may concern and the people in `also`, with all their contacts.

    Who shares an opportunity with one of them is in it too: it is counted for one of them only.
    """
    people = concerned(changed, said) | also
    opportunities = _of(changed, "opportunity", "id") | _of(changed, "contact_role", "opportunity")
    opportunities |= opportunities_of(people, said)
    people = _whole(people | contacts_of(opportunities, said), said)
    return Circle(
        persons=people,
        accounts=said("person", "id", people, "account") | _of(changed, "account", "id"),
        opportunities=opportunities | opportunities_of(people, said),
    )


def concerned(changed: References, said: Said) -> Ids:
    """Everybody whose verdicts may be others than before, by name or by what they belong to."""
    named = (_of(changed, kind, "person") for kind in KINDS)
    people = _union(named) | _of(changed, "person", "id") | _of(changed, "merge", "into")
    people |= said("person", "account", _of(changed, "account", "id"), "id")
    people |= contacts_of(_of(changed, "opportunity", "id"), said)
    members = _of(changed, "member", "id")
    for kind in KINDS.values():
        if "member" in columns_of(kind) and "person" not in columns_of(kind):
            members |= _of(changed, kind.name, "member")
    people |= _union(said(kind, "member", members, "person") for kind in of_members())
    return _whole(people, said)


def _whole(people: Ids, said: Said) -> Ids:
    """The people by all their records, whenever these were merged."""
    new = people
    while new:
        new = said("merge", "person", new, "into") | said("merge", "into", new, "person")
        new -= people
        people |= new
    return people


def of_members() -> tuple[str, ...]:
    """The kinds of fact that say which member had to do with a person, and that a replay reads."""
    both = {"person", "member"}
    kinds = (kind for kind in KINDS.values() if kind.name != "opportunity")
    return tuple(kind.name for kind in kinds if both <= {*columns_of(kind)})


def contacts_of(opportunities: Ids, said: Said) -> Ids:
    """Main contacts, and who has a role."""
    main = said("opportunity", "id", opportunities, "person")
    return main | said("contact_role", "opportunity", opportunities, "person")


def opportunities_of(people: Ids, said: Said) -> Ids:
    """Those of which one of them is a contact."""
    main = said("opportunity", "person", people, "id")
    return main | said("contact_role", "person", people, "opportunity")


def said_by(*of: Facts) -> Said:
    """What is said in tables that are in memory."""

    def said(kind: str, column: str, ids: Ids, other: str) -> Ids:
        tables = [facts[kind] for facts in of if kind in facts]
        if not ids:
            return NOBODY
        return _union(texts(table, other, naming(table, column, ids)) for table in tables)

    return said


def facts_of(facts: Facts, circle: Circle) -> Facts:
    """The facts that decide about a circle. Members and what is theirs alone are all there."""
    found = {kind: _rows(kind, table, circle) for kind, table in facts.items()}
    return {
        kind: facts[kind] if rows is None else compact(facts[kind].take(rows))
        for kind, rows in found.items()
    }


def compact(table: FactTable) -> FactTable:
    """The same facts, with no words but those that occur."""
    return replace(table, columns={name: each.compact() for name, each in table.columns.items()})


def _rows(kind: str, table: FactTable, circle: Circle) -> Array | None:
    """The rows of a table that belong to a circle; None: all of them."""
    ids = {"person": circle.persons, "account": circle.accounts}
    if kind in ids:
        return naming(table, "id", ids[kind])
    if kind == "opportunity":
        return naming(table, "id", circle.opportunities)
    if kind == "contact_role":
        mine = naming(table, "opportunity", circle.opportunities)
        return np.union1d(mine, naming(table, "person", circle.persons))
    return naming(table, "person", circle.persons) if "person" in columns_of(KINDS[kind]) else None


def naming(table: FactTable, column: str, ids: Ids) -> Array:
    """The rows that name one of the ids in that column, in their order."""
    words = np.array(sorted(ids), dtype=object)
    return np.flatnonzero(codes_in(table.columns.get(column), words, len(table)) >= 0)


def texts(table: FactTable, column: str, rows: Array | None = None) -> Ids:
    """The distinct texts of a column, at these rows or at all; none where it has not been read."""
    found = table.columns.get(column)
    if found is None or found.words is None or not len(table):
        return NOBODY
    found = found if rows is None else found.take(rows)
    assert found.words is not None  # noqa: S101 - rows of a column of texts
    return frozenset(map(str, found.words[np.unique(found.values[found.mask])]))


def _of(changed: References, kind: str, column: str) -> Ids:
    return changed.get(kind, {}).get(column, NOBODY)


def _union(parts: Iterable[Ids] | Sequence[Ids]) -> Ids:
    return reduce(frozenset.union, parts, NOBODY)
