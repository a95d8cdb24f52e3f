"""A clause as fields that somebody can fill in who does not write YAML, and back.

The fields follow from the types of `interlock.agreement.schema`, as everything about the file does.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from io import StringIO
from typing import Any

from ruamel.yaml import YAML

from interlock.agreement.canonical import Keyed, Plain
from interlock.agreement.criterion import Criterion
from interlock.agreement.editing import Change, as_text, as_value, yaml_of
from interlock.agreement.schema import Agreement, Calendar, Duration, EventPromise, PeriodPromise
from interlock.agreement.shape import (
    Written,
    id_field,
    is_clause,
    item_of,
    members,
    value_of,
    written,
)


class Kind(StrEnum):
    """How a field is filled in."""

    LINE = "line"
    PROSE = "prose"
    CHOICE = "choice"
    FLAG = "flag"
    NUMBER = "number"
    DATE = "date"
    DURATION = "duration"
    LINES = "lines"
    CONDITION = "condition"
    YAML = "yaml"


@dataclass(frozen=True)
class Field:
    """One field: its key below the clause ("within", "buyer.does"), what it means, what it says.

    `value` is as typed: lines of LINES are its parts; "" where nothing is written.
    """

    key: str
    meaning: str
    kind: Kind
    value: str
    required: bool
    choices: tuple[str, ...] = ()


_PROSE = ("meaning", "says", "does", "worth", "benchmark", "buying_behaviour", "value_proposition")
"""Keys whose texts are sentences."""


def fields_of(path: str, clause: Any) -> tuple[Field, ...]:
    """The fields of the clause of that path, as `interlock.agreement.parts` has it; None: empty.

    A part that is no clause (`review_by`) is one field whose key is "".
    """
    type_ = _type_at(path.split("."), clause)
    if type_ is None:
        return ()
    if not is_clause(type_) or Calendar in members(type_):
        key = Written("", "", type_, _says(path), required=False)
        return (_field("", key, clause),)
    return tuple(_fields("", type_, clause if isinstance(clause, dict) else {}))


def changes_of(
    path: str, before: tuple[Field, ...], typed: Mapping[str, str]
) -> tuple[Change, ...]:
    """The keys that what was typed sets to other values; a key of nothing is taken out.

    `typed` is by the fields' keys; a field that is not among them keeps what it says.
    """
    now = {each.key: typed.get(each.key, each.value) for each in before}
    changed = {each.key.partition(".")[0] for each in before if now[each.key] != each.value}
    found: list[Change] = []
    for top in dict.fromkeys(each.key.partition(".")[0] for each in before):
        if top in changed:
            mine = [each for each in before if each.key.partition(".")[0] == top]
            where = f"{path}.{top}" if top else path
            found.append((where, _together(top, mine, now)))
    return tuple(found)


def clause_text(name: str, fields: tuple[Field, ...], typed: Mapping[str, str]) -> str:
    """A new clause as YAML: its name and the keys that were filled in."""
    changes = changes_of("new", tuple(_emptied(fields)), typed)
    values = {path.partition(".")[2]: as_value(said) for path, said in changes if said is not None}
    return yaml_of({name: values})


def _emptied(fields: tuple[Field, ...]) -> Iterator[Field]:
    for each in fields:
        yield Field(each.key, each.meaning, each.kind, "", each.required, each.choices)


def _type_at(steps: list[str], clause: Any) -> Any:
    """The type of what stands at the path; None where the file has no such place."""
    type_: Any = Agreement
    for step in steps:
        item = item_of(members(type_)[0])
        if item is not None and is_clause(item) and id_field(members(item)[0]) is not None:
            type_ = item
        elif is_clause(type_):
            keys = {key: each for kind in members(type_) for key, each in written(kind).items()}
            if step not in keys:
                return None
            type_ = keys[step].type
        else:
            return None
    kinds = members(type_)
    if set(kinds) == {EventPromise, PeriodPromise}:
        return PeriodPromise if isinstance(clause, dict) and "each" in clause else EventPromise
    return type_


def _says(path: str) -> Any:
    return written(Agreement)[path.partition(".")[0]].says


def _fields(prefix: str, type_: Any, clause: Plain) -> Iterator[Field]:
    for key, each in written(members(type_)[0]).items():
        value = clause.get(key)
        inner = members(each.type)[0]
        if is_clause(each.type):
            held = value if isinstance(value, dict) else {}
            yield from _fields(f"{prefix}{key}.", inner, held)
        else:
            yield _field(f"{prefix}{key}", each, value)


def _field(key: str, each: Written, value: Any) -> Field:
    kind, choices = _kind(key, each)
    return Field(key, each.says.meaning, kind, _typed(kind, value), each.required, choices)


def _kind(key: str, each: Written) -> tuple[Kind, tuple[str, ...]]:
    only = members(each.type)[0]
    if each.says.choices and not item_of(only):
        return Kind.CHOICE, each.says.choices
    if each.holds:  # a box that is not ticked says nothing, and not no
        return Kind.CHOICE, ("true", "false")
    if item := item_of(only):
        plain = item is str
        return (Kind.LINES if plain else Kind.YAML), each.says.choices
    if value_of(only) or is_clause(only):
        return Kind.YAML, ()
    if isinstance(only, type) and issubclass(only, StrEnum):
        return Kind.CHOICE, tuple(str(choice) for choice in only)
    kinds = {
        Criterion: Kind.CONDITION,
        Duration: Kind.DURATION,
        bool: Kind.FLAG,
        int: Kind.NUMBER,
        float: Kind.NUMBER,
        date: Kind.DATE,
    }
    prose = Kind.PROSE if key.rpartition(".")[2] in _PROSE else Kind.LINE
    return kinds.get(only, prose), ()


def _typed(kind: Kind, value: Any) -> str:
    if value is None:
        return ""
    if kind is Kind.LINES:
        return "\n".join(map(str, value if isinstance(value, tuple) else (value,)))
    if kind is Kind.YAML:
        out = StringIO()
        YAML().dump(_data(value), out)
        return out.getvalue().removesuffix("...\n").rstrip("\n")
    return str(value)


def _data(value: Any) -> Any:
    if isinstance(value, Keyed):
        return {name: _data(each) for name, each in value.named}
    if isinstance(value, dict):
        return {key: _data(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return [_data(each) for each in value]
    return value


def _together(top: str, fields: list[Field], now: Mapping[str, str]) -> str | None:
    """The value of a key of the clause, of one field or of those below it; None: nothing."""
    if len(fields) == 1 and fields[0].key == top:
        return _said(fields[0].kind, now[top])
    held = {
        each.key.partition(".")[2]: said
        for each in fields
        if (said := _said(each.kind, now[each.key])) is not None
    }
    return f"{{{', '.join(f'{key}: {said}' for key, said in held.items())}}}" if held else None


def _said(kind: Kind, typed: str) -> str | None:
    """What was typed, as YAML in one line reads it; None where nothing was."""
    text = typed.strip()
    if not text or (kind is Kind.FLAG and text == "no"):
        return None
    if kind is Kind.YAML:
        return typed
    if kind is Kind.LINES:
        lines = [line.strip() for line in typed.splitlines() if line.strip()]
        return json.dumps(lines, ensure_ascii=False)
    if kind is Kind.FLAG:
        return "true"
    if kind in (Kind.NUMBER, Kind.DATE, Kind.CHOICE):
        return text
    return as_text(" ".join(text.split()) if kind is Kind.PROSE else text)
