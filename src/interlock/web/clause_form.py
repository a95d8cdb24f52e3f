"""The form of one clause: what is typed into it, and what stands in it.

Conditions are rows of a fact, a test and a value, joined by and; rows of another group are joined
to them by or. One empty row in each group and one empty group wait to be filled in; no script is
needed for that. Beside them stands the text of the condition: where it was changed, it counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from interlock.agreement.conditions import (
    NUMERIC,
    TESTS,
    WITHOUT_VALUE,
    Groups,
    Row,
    several,
    tests_of,
    text_of,
)
from interlock.agreement.expression import Name, ValueType
from interlock.agreement.fields import Field, Kind
from interlock.agreement.problems import Problem
from interlock.agreement.wording import called, words
from interlock.operations.read_draft_clause import DraftClause, condition_in

_EMPTY = Row("", "")
_SCOPES = {
    "": "Scores",
    "person": "Person",
    "account": "Account",
    "touches": "Touches so far",
    "activities": "Activities so far",
    "decisions": "Decisions so far",
    "opportunities": "Opportunities so far",
    "assignments": "Assignments so far",
    "touch": "The touch at hand",
    "activity": "The activity at hand",
    "decision": "The decision at hand",
    "opportunity": "The opportunity at hand",
    "assignment": "The assignment at hand",
}
"""Scopes of what a condition may read, as people choose among them."""


@dataclass(frozen=True)
class RowField:
    """One row of a condition: `name` begins the names of its three inputs."""

    name: str
    row: Row
    tests: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Filled:
    """A field of the form. `groups` are a condition's rows; None: only its text can say it."""

    field: Field
    label: str
    name: str
    value: str
    groups: tuple[tuple[RowField, ...], ...] | None = None
    sentence: str = ""


Choices = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


def facts(vocabulary: Mapping[str, ValueType]) -> Choices:
    """What a condition may ask for, by scope: paths and what people call them."""
    found: dict[str, list[tuple[str, str]]] = {}
    for path in vocabulary:
        scope = path.rpartition(".")[0]
        said = _said(path, vocabulary).removeprefix("the ")
        found.setdefault(scope, []).append((path, said))
    return tuple((_SCOPES.get(scope, scope), tuple(paths)) for scope, paths in found.items())


def filled(
    clause: DraftClause, typed: Mapping[str, str], sent: Mapping[str, str]
) -> tuple[Filled, ...]:
    """The fields with what stands in them; `typed` by key counts where it was typed.

    `sent` is the form as it was sent, whose rows are shown as they were filled in.
    """
    return tuple(_filled(clause, each, typed.get(each.key), sent) for each in clause.fields)


def _filled(
    clause: DraftClause, field: Field, typed: str | None, sent: Mapping[str, str]
) -> Filled:
    label = words(field.key.replace(".", ", ")) or clause.name
    value, name = field.value if typed is None else typed, f"f-{field.key}"
    condition = clause.conditions.get(field.key)
    if condition is None:
        return Filled(field, label, name, value)
    groups = condition.groups
    if typed is not None:
        condition, rows = condition_in(typed, clause.vocabulary), rows_in(field.key, sent)
        groups = condition.groups
        if rows and text_of(rows, clause.vocabulary) == typed:
            groups, value = rows, field.value  # a text that was changed would count before them
    if groups is None:
        return Filled(field, label, name, value, None, condition.sentence)
    shown = tuple(_rows(field.key, groups, clause.vocabulary))
    return Filled(field, label, name, value, shown, condition.sentence)


def _rows(
    key: str, groups: Groups, vocabulary: Mapping[str, ValueType]
) -> Iterator[tuple[RowField, ...]]:
    for number, group in enumerate((*groups, ())):
        yield tuple(
            RowField(f"c-{key}-{number}-{place}", row, _tests(row, vocabulary))
            for place, row in enumerate((*group, _EMPTY))
        )


def _tests(row: Row, vocabulary: Mapping[str, ValueType]) -> tuple[tuple[str, str], ...]:
    type_ = vocabulary.get(row.path)
    signs: Sequence[str] = tests_of(type_) if type_ else tuple(TESTS)
    return tuple((sign, TESTS[sign]) for sign in signs)


def typed_in(clause: DraftClause, sent: Mapping[str, str]) -> dict[str, str]:
    """What was typed, by the keys of the fields; a field that was not sent keeps what it says."""
    return {each.key: _typed(clause, each, sent) for each in clause.fields}


def _typed(clause: DraftClause, field: Field, sent: Mapping[str, str]) -> str:
    if field.kind is Kind.FLAG:
        was = field.value.lower() in ("true", "yes")
        now = f"f-{field.key}" in sent
        return field.value if now == was else "yes" if now else ""
    text = sent.get(f"f-{field.key}", field.value).replace("\r\n", "\n")
    if " ".join(text.split()) != " ".join(field.value.split()):
        return text
    return condition_of(clause, field, sent) if field.kind is Kind.CONDITION else field.value


def condition_of(clause: DraftClause, field: Field, sent: Mapping[str, str]) -> str:
    """The text of a condition as its rows say it; as it is written, where they say the same."""
    rows = rows_in(field.key, sent)
    known = clause.conditions[field.key].groups
    if known is None or rows == known or not _had_rows(field.key, sent):
        return field.value
    return text_of(rows, clause.vocabulary)


def _had_rows(key: str, sent: Mapping[str, str]) -> bool:
    """Whether the form had rows for the condition; an empty one waits at the end of each."""
    return f"c-{key}-0-0-path" in sent


def changed_in(clause: DraftClause, typed: Mapping[str, str]) -> dict[str, str]:
    """What was typed otherwise than the clause had it: what others change beside it stands."""
    had = {each.key: each.value for each in clause.fields}
    return {key: value for key, value in typed.items() if value != had[key]}


_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def no_numbers(clause: DraftClause, sent: Mapping[str, str]) -> tuple[Problem, ...]:
    """A problem for each row that holds something else against a number."""
    rows = (row for key in clause.conditions for group in rows_in(key, sent) for row in group)
    return tuple(
        Problem(
            f"{_said(row.path, clause.vocabulary)} {TESTS[row.test]} “{row.value}”",
            "a number is needed there, such as 40 or 2.5",
        )
        for row in rows
        if clause.vocabulary.get(row.path) in NUMERIC
        and row.test in TESTS
        and row.test not in WITHOUT_VALUE
        and not all(_NUMBER.fullmatch(each) for each in several(row.value) or [""])
    )


def _said(path: str, vocabulary: Mapping[str, ValueType]) -> str:
    scope, _, field = path.rpartition(".")
    return called(Name(scope, field, vocabulary[path]))


_PLACE = re.compile(r"([0-9]{1,4})-([0-9]{1,4})-path")


def rows_in(key: str, sent: Mapping[str, str]) -> Groups:
    """The rows of a condition that were filled in."""
    groups: dict[int, list[tuple[int, Row]]] = {}
    for name, path in sent.items():
        found = _PLACE.fullmatch(name.removeprefix(f"c-{key}-")) if path else None
        if found is None or not name.startswith("c-"):
            continue
        group, place = map(int, found.groups())
        head = name.removesuffix("-path")
        row = Row(path, sent.get(f"{head}-test", ""), sent.get(f"{head}-value", "").strip())
        groups.setdefault(group, []).append((place, row))
    return tuple(
        tuple(row for _, row in sorted(rows, key=lambda each: each[0]))
        for _, rows in sorted(groups.items())
    )
