"""Records of one person that were merged: from then on they are one person, and always were.

A merge says something about identity, not about an event: once it is known, all that is recorded of
either is about one buyer, who entered a stage once and is owed an answer once. A replay as of an
instant before the merge still has two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from interlock.facts.columns import Array, Column, Facts, FactTable
from interlock.replay.kinds import table_in
from interlock.replay.outcome import Finding, Instants

_NAMES_A_PERSON = ("touch", "assignment", "activity", "decision", "opportunity", "contact_role")


def merged(facts: Facts, as_of: int) -> tuple[Facts, tuple[Finding, ...]]:
    """The facts with each merged record under the one that stays, and what was not merged."""
    merges, persons = table_in(facts, "merge"), table_in(facts, "person")
    if not len(merges):
        return facts, ()
    known = frozenset(_texts(persons.columns["id"]) if len(persons) else ())
    stays, findings = _stays(merges, known, as_of)
    if not stays:
        return facts, findings
    renamed = {kind: _renamed(facts[kind], stays) for kind in _NAMES_A_PERSON if kind in facts}
    return {**facts, **renamed, "person": _one_person(persons, stays)}, findings


def stays_of(merges: Iterable[tuple[str, str]]) -> dict[str, str]:
    """For each record that goes, the one that stays in the end; pairs in order of time.

    A pair that is one record already says nothing new.
    """
    stays: dict[str, str] = {}
    for goes, into in merges:
        _join(stays, goes, into)
    return {goes: _end(stays, goes) for goes in stays}


def _join(stays: dict[str, str], goes: str, into: str) -> bool:
    """Puts what `goes` is by now under what `into` is; whether these were two."""
    one, other = _end(stays, goes), _end(stays, into)
    if one != other:
        stays[one] = other
    return one != other


def _end(stays: Mapping[str, str], record: str) -> str:
    while record in stays:
        record = stays[record]
    return record


def _stays(
    merges: FactTable, known: frozenset[str], as_of: int
) -> tuple[dict[str, str], tuple[Finding, ...]]:
    """As `stays_of`, of merges of known people that count by then; and those that do not."""
    going, into = _texts(merges.columns["person"]), _texts(merges.columns["into"])
    stays: dict[str, str] = {}
    left_out: dict[str, list[str]] = {code: [] for code in _MESSAGES}
    for row in np.argsort(merges.at, kind="stable").tolist():
        goes, to = going[row], into[row]
        if merges.at[row] > as_of:
            left_out["after-as-of"].append(goes)
        elif goes not in known or to not in known:
            left_out["unknown-person"].append(to if goes in known else goes)
        elif not _join(stays, goes, to):
            left_out["merged-already"].append(goes)
    findings = (
        Finding(code, f"merge facts {_MESSAGES[code]}", len(found), found[0])
        for code, found in left_out.items()
        if found
    )
    return {goes: _end(stays, goes) for goes in stays}, tuple(findings)


_MESSAGES = {
    "unknown-person": "name a person that is not known",
    "after-as-of": "happened after the replay's instant",
    "merged-already": "merge two records that are one already",
}


def _texts(column: Column) -> list[str]:
    """The text in each row; "" where there is none."""
    assert column.words is not None  # noqa: S101 - ids are texts
    return [str(column.value(row) or "") for row in range(len(column))]


def _renamed(table: FactTable, stays: Mapping[str, str]) -> FactTable:
    """The same facts, each about the person who stays."""
    column = table.columns.get("person")
    if column is None or column.words is None:
        return table
    words = np.array([stays.get(word, word) for word in column.words], dtype=object)
    return replace(table, columns={**table.columns, "person": replace(column, words=words)})


def _one_person(persons: FactTable, stays: Mapping[str, str]) -> FactTable:
    """The versions of everybody; those of a record that went only until the other one's first."""
    ids = persons.columns["id"]
    assert ids.words is not None  # noqa: S101 - ids are texts
    places = {word: place for place, word in enumerate(ids.words)}
    to: Array = np.array([places[stays.get(word, word)] for word in ids.words], np.int32)
    first: Instants = np.full(len(ids.words), np.iinfo(np.int64).max)
    np.minimum.at(first, ids.values, persons.at)
    went = to[ids.values] != ids.values
    kept = persons.take(np.flatnonzero(~went | (persons.at < first[to[ids.values]])))
    mine = kept.columns["id"]
    own = replace(mine, values=to[mine.values])
    return replace(kept, columns={**kept.columns, "id": own})
