"""From the tree of a file to the frozen types of `interlock.agreement.schema`.

Every value that is wrong becomes a problem, and a harmless stand-in takes its place so that the
rest is still checked; an agreement with an error is never handed out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingOf
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, get_type_hints

from interlock.agreement.calendars import read_definition
from interlock.agreement.criteria import Compiled, compile_criterion
from interlock.agreement.criterion import Criterion, Place
from interlock.agreement.document import Entry, Listing, Mapping, Node, Scalar, place_within
from interlock.agreement.expression import ValueType
from interlock.agreement.key import Key
from interlock.agreement.phrases import phrase
from interlock.agreement.problems import Problem, nearest
from interlock.agreement.scalars import ALWAYS, NEEDED, parse_scalar, stand_in
from interlock.agreement.schema import Calendar
from interlock.agreement.shape import (
    ID_PATTERN,
    MAY_BE_LISTED,
    id_field,
    id_type,
    is_clause,
    item_of,
    members,
    short_form,
    value_of,
    written,
)

_ANY = Key("")


@dataclass
class Reader:
    """What reading needs, and what it finds: problems, and the place of every path."""

    vocabulary: MappingOf[str, ValueType] = field(default_factory=dict)
    years: range = range(0)
    problems: list[Problem] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)

    def wrong(self, place: Place, path: str, message: str, hint: str = "") -> None:
        """Note an error at that place."""
        problem = Problem(message, hint, place.line, place.column, clause_of(path))
        self.problems.append(problem)


def clause_of(path: str) -> str:
    """The clause that a path lies in: `promises.first-touch.within` → `promises.first-touch`."""
    parts = path.split(".")
    depth = 3 if parts[:2] in (["fit", "points"], ["routing", "rules"]) else 2
    return ".".join(parts[:depth])


def read_clause(reader: Reader, node: Node, owner: Any, path: str, **given: Any) -> Any:
    """One clause from its mapping; `given` are fields known already, such as its id."""
    keys = written(owner)
    values = dict(given)
    place = reader.places.get(path, node.place)
    node = _as_mapping(reader, node, owner, path)
    for entry in node.entries:
        if entry.key not in keys:
            continue
        key = keys[entry.key]
        if key.required or not _is_null(entry.node):
            inner = _note(reader, path, entry)
            values[key.name] = read_value(reader, entry.node, key.type, inner, key.says)
    _check_keys(reader, node, owner, place, path)
    return _build(owner, values)


def read_value(reader: Reader, node: Node, type_: Any, path: str, says: Key = _ANY) -> Any:
    """The value of `type_` that the node means, or a stand-in and a problem."""
    only = members(type_)[0]
    if item := item_of(only):
        read = _read_clauses if is_clause(item) else _read_list
        return read(reader, node, item, path, says)
    if value_of(only):
        return _read_dict(reader, node, value_of(only), path)
    if is_clause(only):
        return read_clause(reader, node, only, path)
    if isinstance(node, Scalar) and not node.is_null:
        return _read_text(reader, node, only, path, says)
    reader.wrong(node.place, path, f"{NEEDED.get(only, 'a word')} is needed here")
    return stand_in(only)


def _read_text(reader: Reader, node: Scalar, type_: Any, path: str, says: Key) -> Any:
    if type_ is Criterion:
        return _read_criterion(reader, node, path)
    as_it_is = type_ is str and node.source[:1] in ("'", '"')  # `joined_with: ", "`
    text = node.text if as_it_is else node.text.strip()
    value, message, hint = parse_scalar(text, type_, says)
    if value is None:
        reader.wrong(node.place, path, message, hint)
        return stand_in(type_)
    return value


def _check_keys(reader: Reader, node: Mapping, owner: Any, place: Place, path: str) -> None:
    """Say which keys are not known and which are missing; a slip in a key is said once."""
    keys = written(owner)
    present = {entry.key for entry in node.entries}
    for entry in node.entries:
        if entry.key not in keys:
            meant = nearest(entry.key, [key for key in keys if key not in present])
            hint = f"did you mean `{meant}`?" if meant else f"there are {', '.join(keys)}"
            if " " in entry.key and _is_null(entry.node):
                hint = "between { } a text with a comma in it needs quotes"
            reader.wrong(entry.place, path, f"`{entry.key}` is not a key here", hint)
            present |= {meant} if meant else set()
    for key in keys.values():
        if key.required and key.key not in present and node.entries:
            reader.wrong(place, path, f"`{key.key}` is missing", key.says.meaning)


def _as_mapping(reader: Reader, node: Node, owner: Any, path: str) -> Mapping:
    """The node, written out where it stands in the short form; an empty one where it is wrong."""
    if isinstance(node, Mapping):
        return node
    short = short_form(owner)
    if isinstance(node, Scalar) and short and not node.is_null:
        return Mapping((Entry(short.key, node.place, node),), node.place)
    required = [f"`{key.key}`" for key in written(owner).values() if key.required]
    hint = f"it needs {', '.join(required)}" if required else ""
    reader.wrong(node.place, path, "keys with values are needed here", hint)
    return Mapping((), node.place)


def _build(owner: Any, values: dict[str, Any]) -> Any:
    """The dataclass, with stand-ins for what is missing (a problem says so already)."""
    types = get_type_hints(owner)
    for each in fields(owner):
        has_default = each.default is not MISSING or each.default_factory is not MISSING
        if each.name not in values and not has_default:
            wanted = types[each.name]
            values[each.name] = _build(wanted, {}) if is_clause(wanted) else stand_in(wanted)
    return owner(**values)


def _read_clauses(
    reader: Reader, node: Node, owner: Any, path: str, _: Key = _ANY
) -> tuple[Any, ...]:
    """Clauses by their ids, or in a list where they have none."""
    keyed = id_field(members(owner)[0]) is not None
    if not keyed:
        return _read_list(reader, node, owner, path)
    if isinstance(node, Listing) and owner in MAY_BE_LISTED:
        items = enumerate(node.items, 1)
        node = Mapping(tuple(Entry(str(n), item.place, item) for n, item in items), node.place)
    if not isinstance(node, Mapping):
        reader.wrong(node.place, path, "clauses are needed here, each under its name")
        return ()
    return tuple(_read_keyed(reader, entry, owner, path) for entry in node.entries)


def _read_keyed(reader: Reader, entry: Entry, owner: Any, path: str) -> Any:
    inner = f"{path}.{entry.key}"
    reader.places[inner] = entry.place
    if owner is Calendar:
        return _read_calendar(reader, entry, inner)
    chosen = _chosen_member(reader, entry, owner, inner)
    given: dict[str, Any] = {"place": entry.place} if "place" in get_type_hints(chosen) else {}
    name = id_field(chosen) or ""
    given[name] = _read_id(reader, entry, id_type(chosen), inner)
    return read_clause(reader, entry.node, chosen, inner, **given)


def _read_id(reader: Reader, entry: Entry, type_: Any, path: str) -> Any:
    if not re.fullmatch(ID_PATTERN, entry.key):
        message = f"`{entry.key}` cannot be the name of a clause"
        reader.wrong(entry.place, path, message, "use letters, digits, spaces, - and _")
    text = Scalar(entry.key, entry.place, entry.key, quoted=True)
    return read_value(reader, text, type_, path)


def _chosen_member(reader: Reader, entry: Entry, owner: Any, path: str) -> Any:
    """Which kind of clause it is, by the keys that only one kind has."""
    kinds = members(owner)
    if len(kinds) == 1:
        return owner
    present = [part.key for part in entry.node.entries] if isinstance(entry.node, Mapping) else []
    common = set.intersection(*(set(written(kind)) for kind in kinds))
    own = {kind: [key for key in present if key in written(kind)] for kind in kinds}
    own = {kind: [key for key in keys if key not in common] for kind, keys in own.items()}
    if all(own.values()):
        mixed = " and ".join(f"`{keys[0]}`" for keys in own.values())
        reader.wrong(entry.place, path, f"{mixed} do not go together", "keep to one kind")
    return max(kinds, key=lambda kind: len(own[kind]))


def _read_list(
    reader: Reader, node: Node, item: Any, path: str, says: Key = _ANY
) -> tuple[Any, ...]:
    """Values in a list; a single one may stand without it."""
    items = node.items if isinstance(node, Listing) else (node,)
    read = []
    for number, each in enumerate(items, 1):
        inner = f"{path}.{number}"
        reader.places[inner] = each.place
        read.append(read_value(reader, each, item, inner, says))
    return tuple(read)


def _read_dict(reader: Reader, node: Node, item: Any, path: str) -> dict[str, Any]:
    if not isinstance(node, Mapping):
        reader.wrong(node.place, path, "keys with values are needed here")
        return {}
    return {
        entry.key: read_value(reader, entry.node, item, _note(reader, path, entry))
        for entry in node.entries
    }


def _read_calendar(reader: Reader, entry: Entry, path: str) -> Calendar:
    read = read_definition(entry.node, reader.years)
    for each in read.problems:
        reader.wrong(Place(each.line, each.column), path, each.message, each.hint)
    return Calendar(entry.key, read.meaning, read.hours, entry.place, read.years, read.closed_on)


def _read_criterion(reader: Reader, node: Scalar, path: str) -> Criterion:
    found = compile_criterion(node.text, reader.vocabulary)
    if isinstance(found, Compiled):
        tree = found.expression
        return Criterion(node.text, tree, phrase(tree), place_within(node, 0))
    rows = node.text.split("\n")
    for problem in found:
        offset = sum(len(row) + 1 for row in rows[: problem.line - 1]) + problem.column - 1
        reader.wrong(place_within(node, offset), path, problem.message, problem.hint)
    return ALWAYS


def _note(reader: Reader, path: str, entry: Entry) -> str:
    """Remember where the entry stands: a text at its value, anything longer at its key."""
    inner = f"{path}.{entry.key}" if path else entry.key
    reader.places[inner] = entry.node.place if isinstance(entry.node, Scalar) else entry.place
    return inner


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and node.is_null
