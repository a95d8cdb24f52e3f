"""From the tree of a file to the frozen types of `interlock.agreement.schema`.

The types say what is read: a section is a field, a clause is a dataclass, a tuple of clauses is a
mapping of them by their id. So there is no second list of keys here, and none in the JSON Schema.
Every value that is wrong becomes a problem, and a harmless stand-in takes its place so that the
rest is still checked; an agreement with an error is never handed out.
"""

from __future__ import annotations

import math
import re
import types
from collections.abc import Callable
from collections.abc import Mapping as MappingOf
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from interlock.agreement.calendars import Span, read_definition
from interlock.agreement.criteria import Compiled, compile_criterion
from interlock.agreement.document import Entry, Listing, Mapping, Node, Scalar, place_within
from interlock.agreement.durations import FORMS, parse_duration
from interlock.agreement.expression import Constant, ValueType
from interlock.agreement.problems import Problem, did_you_mean
from interlock.agreement.schema import (
    Calendar,
    Criterion,
    Duration,
    EventPromise,
    PeriodPromise,
    Place,
    Points,
)
from interlock.agreement.sentences import sentence

ID_FIELDS = ("id", "side")
"""A clause's first field, where it is one of these, is its key in the file."""

NOT_IN_FILE = ("place", "source")
"""Fields that the loader fills."""

_ID = re.compile(r"[A-Za-z0-9][\w-]*")


@dataclass
class Reader:
    """What reading needs and what it finds; one per file."""

    vocabulary: MappingOf[str, ValueType] = field(default_factory=dict)
    span: Span = (date.min, date.max)
    problems: list[Problem] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)

    def wrong(self, place: Place, path: str, message: str, hint: str = "") -> None:
        """Note an error at that place."""
        problem = Problem(message, hint, place.line, place.column, clause_of(path))
        self.problems.append(problem)


def clause_of(path: str) -> str:
    """The clause that a path lies in: `promises.first-touch.within` → `promises.first-touch`."""
    parts = path.split(".")
    depth = 3 if parts[:2] == ["fit", "points"] else 2
    return ".".join(parts[:depth])


def key_of(name: str) -> str:
    """A field's key in the file: `for_` is written `for`."""
    return name.rstrip("_")


@cache
def hints(owner: type) -> dict[str, Any]:
    """The types of a dataclass's fields, resolved."""
    return get_type_hints(owner)


def written_fields(owner: type) -> dict[str, Field[Any]]:
    """The fields of a clause that are written under its key, by their key in the file."""
    return {
        key_of(each.name): each
        for index, each in enumerate(fields(owner))
        if each.name not in NOT_IN_FILE and not (index == 0 and each.name in ID_FIELDS)
    }


def is_optional(owner: type, each: Field[Any]) -> bool:
    """Whether the key may be left out."""
    has_default = each.default is not MISSING or each.default_factory is not MISSING
    return (
        has_default
        or "optional" in each.metadata
        or type(None) in get_args(hints(owner)[each.name])
    )


def read_value(reader: Reader, node: Node, type_: Any, path: str) -> Any:
    """The value of `type_` that the node means, or a stand-in and a problem."""
    reader.places[path] = node.place
    origin, arguments = get_origin(type_), get_args(type_)
    if origin in (Union, types.UnionType):
        return _read_union(reader, node, arguments, path)
    if origin is tuple:
        item = arguments[0]
        return (
            _read_many(reader, node, item, path)
            if _is_clause(item)
            else _texts(reader, node, item, path)
        )
    if origin is dict:
        return _read_dict(reader, node, arguments[1], path)
    if type_ is Calendar:
        return None
    if is_dataclass(type_) and type_ not in _SCALARS:
        return read_clause(reader, node, type_, path)
    return _read_scalar(reader, node, type_, path)


def read_clause(reader: Reader, node: Node, owner: Any, path: str, **given: Any) -> Any:
    """One clause from its mapping; `given` are fields known already, such as its id."""
    keys = written_fields(owner)
    required = [key for key, each in keys.items() if not is_optional(owner, each)]
    if isinstance(node, Scalar) and not node.is_null and len(required) == 1:
        node = Mapping((Entry(required[0], node.place, node),), node.place)
    if not isinstance(node, Mapping):
        if not (isinstance(node, Scalar) and node.is_null and not required):
            reader.wrong(node.place, path, "keys with values are needed here", _listed(required))
        node = Mapping((), node.place)
    values = dict(given)
    for entry in node.entries:
        if entry.key not in keys:
            hint = did_you_mean(entry.key, keys) or f"there are {', '.join(keys)}"
            reader.wrong(entry.place, path, f"`{entry.key}` is not a key here", hint)
            continue
        name = keys[entry.key].name
        type_ = hints(owner)[name]
        if _is_null(entry.node) and is_optional(owner, keys[entry.key]):
            continue
        values[name] = read_value(reader, entry.node, type_, _join(path, entry.key))
    present = {entry.key for entry in node.entries}
    for key in required:
        if key not in present:
            reader.wrong(node.place, path, f"`{key}` is missing")
    return _build(owner, values)


def _build(owner: Any, values: dict[str, Any]) -> Any:
    """The dataclass, with stand-ins for what is missing (a problem says so already)."""
    for each in fields(owner):
        has_default = each.default is not MISSING or each.default_factory is not MISSING
        if each.name not in values and not has_default:
            values[each.name] = _stand_in(hints(owner)[each.name])
    return owner(**values)


def _stand_in(type_: Any) -> Any:
    origin, arguments = get_origin(type_), get_args(type_)
    if origin in (Union, types.UnionType):
        return None if type(None) in arguments else _stand_in(arguments[0])
    if origin in (tuple, dict):
        return origin()
    if isinstance(type_, type) and issubclass(type_, StrEnum):
        return next(iter(type_))
    if type_ in _STAND_INS:
        return _STAND_INS[type_]
    return _build(type_, {})


# --- lists and mappings -----------------------------------------------------------------------


def _read_union(reader: Reader, node: Node, arguments: tuple[Any, ...], path: str) -> Any:
    choices = [argument for argument in arguments if argument is not type(None)]
    if len(choices) == 1:
        return read_value(reader, node, choices[0], path)
    keys = {entry.key for entry in node.entries} if isinstance(node, Mapping) else set()
    scores = {choice: len(keys & set(written_fields(choice))) for choice in choices}
    return read_value(reader, node, max(choices, key=lambda choice: scores[choice]), path)


def _read_many(reader: Reader, node: Node, owner: Any, path: str) -> tuple[Any, ...]:
    owners = get_args(owner) or (owner,)
    id_field = fields(owners[0])[0].name
    if id_field not in ID_FIELDS:
        return _read_unkeyed(reader, node, owner, path)
    if isinstance(node, Listing) and owner is Points:
        entries = tuple(
            Entry(str(number), item.place, item) for number, item in enumerate(node.items, 1)
        )
        node = Mapping(entries, node.place)
    if not isinstance(node, Mapping):
        reader.wrong(node.place, path, "clauses with their names as keys are needed here")
        return ()
    return tuple(_read_keyed(reader, entry, owner, id_field, path) for entry in node.entries)


def _read_keyed(reader: Reader, entry: Entry, owner: Any, id_field: str, path: str) -> Any:
    inner = _join(path, entry.key)
    reader.places[inner] = entry.place
    id_type = hints((get_args(owner) or (owner,))[0])[id_field]
    id_: Any = entry.key
    if id_type is not str:
        id_ = _read_scalar(
            reader, Scalar(entry.key, entry.place, entry.key, quoted=False), id_type, inner
        )
    elif not _ID.fullmatch(entry.key):
        hint = "use letters, digits, - and _"
        reader.wrong(entry.place, inner, f"`{entry.key}` cannot be the name of a clause", hint)
    if owner is Calendar:
        return _read_calendar(reader, entry, inner)
    chosen = _promise_type(reader, entry, inner) if get_args(owner) else owner
    given = {id_field: id_}
    if "place" in hints(chosen):
        given["place"] = entry.place
    return read_clause(reader, entry.node, chosen, inner, **given)


def _promise_type(reader: Reader, entry: Entry, path: str) -> Any:
    keys = {part.key for part in entry.node.entries} if isinstance(entry.node, Mapping) else set()
    event = {"starts", "kept_by", "within", "calendar"} & keys
    period = {"each", "target", "enters", "sum"} & keys
    if event and period:
        mixed = f"`{min(event)}` and `{min(period)}` do not go together"
        hint = "a promise is about each lead (`starts`, `kept_by`, `within`) or a number per period"
        reader.wrong(entry.place, path, mixed, hint)
    return EventPromise if len(event) >= len(period) else PeriodPromise


def _read_unkeyed(reader: Reader, node: Node, owner: Any, path: str) -> tuple[Any, ...]:
    if not isinstance(node, Listing):
        reader.wrong(node.place, path, "a list is needed here", "begin each item with `- `")
        return ()
    return tuple(
        read_value(reader, item, owner, f"{path}.{number}")
        for number, item in enumerate(node.items, 1)
    )


def _texts(reader: Reader, node: Node, item: Any, path: str) -> tuple[Any, ...]:
    """A list of plain values; a single one may stand without the list."""
    items = node.items if isinstance(node, Listing) else (node,)
    return tuple(
        read_value(reader, each, item, f"{path}.{number}") for number, each in enumerate(items, 1)
    )


def _read_dict(reader: Reader, node: Node, item: Any, path: str) -> dict[str, Any]:
    if not isinstance(node, Mapping):
        reader.wrong(node.place, path, "keys with values are needed here")
        return {}
    read = {}
    for entry in node.entries:
        reader.places[_join(path, entry.key)] = entry.place
        read[entry.key] = read_value(reader, entry.node, item, _join(path, entry.key))
    return read


def _read_calendar(reader: Reader, entry: Entry, path: str) -> Calendar:
    meaning, definition, problems = read_definition(entry.node, reader.span)
    reader.problems += [
        Problem(each.message, each.hint, each.line, each.column, clause_of(path))
        for each in problems
    ]
    return Calendar(entry.key, meaning, definition, entry.place)


# --- single values ----------------------------------------------------------------------------


def _read_scalar(reader: Reader, node: Node, type_: Any, path: str) -> Any:
    if not isinstance(node, Scalar) or node.is_null:
        reader.wrong(node.place, path, f"{_NEEDED.get(type_, 'a word')} is needed here")
        return _stand_in(type_)
    if type_ is Criterion:
        return _read_criterion(reader, node, path)
    if issubclass(type_, StrEnum):
        return _read_choice(reader, node, type_, path)
    value = _SCALARS[type_](node.text.strip())
    if value is None:
        message = f"`{node.text.strip()}` is not {_NEEDED[type_]}"
        reader.wrong(node.place, path, message, _FORMS.get(type_, ""))
        return _stand_in(type_)
    return value


def _read_choice(reader: Reader, node: Scalar, type_: type[StrEnum], path: str) -> StrEnum:
    choices = [str(choice) for choice in type_]
    if node.text in choices:
        return type_(node.text)
    hint = did_you_mean(node.text, choices) or f"there are {', '.join(choices)}"
    reader.wrong(node.place, path, f"`{node.text}` cannot stand here", hint)
    return next(iter(type_))


def _read_criterion(reader: Reader, node: Scalar, path: str) -> Criterion:
    found = compile_criterion(node.text, reader.vocabulary)
    if isinstance(found, Compiled):
        tree = found.expression
        return Criterion(node.text, tree, sentence(tree), place_within(node, 0))
    rows = node.text.split("\n")
    for problem in found:
        offset = sum(len(row) + 1 for row in rows[: problem.line - 1]) + problem.column - 1
        reader.wrong(place_within(node, offset), path, problem.message, problem.hint)
    return _ALWAYS


def _number(text: str) -> float | None:
    percent = text.endswith("%")
    try:
        value = float(text.rstrip("%").strip())
    except ValueError:
        return None
    if not math.isfinite(value):
        return None
    return value / 100 if percent else value


def _whole(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[+-]?\d{1,15}", text) else None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


_SCALARS: dict[Any, Callable[[str], Any]] = {
    str: str,
    int: _whole,
    float: _number,
    bool: {"true": True, "false": False, "yes": True, "no": False}.get,
    date: _date,
    Duration: parse_duration,
    Criterion: str,
}
_NEEDED = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "`true` or `false`",
    date: "a date",
    Duration: "a length of time",
    Criterion: "a condition",
}
_FORMS = {date: "write 2026-01-31", Duration: f"write {FORMS}", float: "write 120, 0.4 or 40 %"}
_ALWAYS = Criterion("", Constant(value=True, type=ValueType.FLAG), "", Place(1, 1))
_STAND_INS: dict[Any, Any] = {
    str: "",
    int: 0,
    float: 0.0,
    bool: False,
    date: date.min,
    Duration: parse_duration("1 hour"),
    Criterion: _ALWAYS,
    Place: Place(1, 1),
}


def _is_clause(type_: Any) -> bool:
    return any(is_dataclass(each) and each not in _SCALARS for each in get_args(type_) or (type_,))


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and node.is_null


def _listed(keys: list[str]) -> str:
    return f"it needs {', '.join(f'`{key}`' for key in keys)}" if keys else ""


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
