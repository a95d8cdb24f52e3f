"""From a manifest's YAML to its types, or everything that is wrong with it.

What can be known without the files is checked here; whether a file has the columns that are named
is checked when it is opened (`interlock.connectors.plan`).
"""

from __future__ import annotations

from collections.abc import Callable

from interlock.agreement.document import Entry, Listing, Mapping, Node, Scalar, read_document
from interlock.agreement.problems import Problem
from interlock.agreement.reading import Reader, read_clause
from interlock.agreement.shape import written
from interlock.connectors.manifest import Manifest, Recipe, Written
from interlock.connectors.manifest_checks import check_manifest

Change = Callable[[Node], Node]

_RECIPE_KEYS = frozenset(written(Recipe))


def load_manifest(raw: str | bytes) -> Written | list[Problem]:
    """The manifest of a YAML text; where anything is wrong, all of its problems instead."""
    node, problems = read_document(raw)
    if node is None:
        return problems
    reader = Reader(problems=problems)
    if isinstance(node, Mapping):
        manifest = read_clause(reader, _spread(node), Manifest, "")
        text = raw if isinstance(raw, str) else raw.decode("utf-8-sig")
        found = Written(manifest, text, reader.places)
        problems += check_manifest(found)
    else:
        reader.wrong(node.place, "", "a manifest is keys with values", "begin with `source:`")
    if problems:
        return sorted(problems, key=lambda each: (each.line, each.column))
    return found


# --- short forms ------------------------------------------------------------------------------


def _spread(root: Mapping) -> Node:
    """The tree with every short form written out, so that one type says how each part reads."""
    return _changed(root, {"files": _each(_spread_source)})


def _spread_source(node: Node) -> Node:
    """One recipe may stand beside `file` instead of under `gives`."""
    if not isinstance(node, Mapping):
        return node
    beside = tuple(entry for entry in node.entries if entry.key in _RECIPE_KEYS)
    if beside and not any(entry.key == "gives" for entry in node.entries):
        rest = tuple(entry for entry in node.entries if entry.key not in _RECIPE_KEYS)
        recipe = Listing((Mapping(beside, node.place),), node.place)
        node = Mapping((*rest, Entry("gives", node.place, recipe)), node.place)
    return _changed(node, {"join": _each(_spread_join), "gives": _each(_spread_recipe)})


def _spread_recipe(node: Node) -> Node:
    return _changed(node, {"columns": _spread_columns, "attributes": _spread_columns})


def _spread_columns(node: Node) -> Node:
    """`name: Header` stands for `name: {from: Header}`."""
    if not isinstance(node, Mapping):
        return node
    entries = (
        entry
        if isinstance(entry.node, Mapping) or _is_null(entry.node)
        else Entry(
            entry.key,
            entry.place,
            Mapping((Entry("from", entry.node.place, entry.node),), entry.node.place),
        )
        for entry in node.entries
    )
    return Mapping(tuple(entries), node.place)


def _spread_join(node: Node) -> Node:
    return _changed(node, {"on": _same_names, "take": _same_names})


def _same_names(node: Node) -> Node:
    """`[A, B]` stands for `{A: A, B: B}`."""
    items = node.items if isinstance(node, Listing) else (node,)
    entries = tuple(Entry(i.text, i.place, i) for i in items if isinstance(i, Scalar))
    return Mapping(entries, node.place) if len(entries) == len(items) else node


def _changed(node: Node, changes: dict[str, Change]) -> Node:
    if not isinstance(node, Mapping):
        return node
    entries = (
        Entry(entry.key, entry.place, changes[entry.key](entry.node))
        if entry.key in changes
        else entry
        for entry in node.entries
    )
    return Mapping(tuple(entries), node.place)


def _each(change: Change) -> Change:
    def changed(node: Node) -> Node:
        if isinstance(node, Listing):
            return Listing(tuple(change(item) for item in node.items), node.place)
        return change(node)

    return changed


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and node.is_null
