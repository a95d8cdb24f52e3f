"""Changing the text of an agreement, part by part; whatever is not changed stays as it stands.

Comments stay with their clauses. Every function takes a text that is YAML and returns the new text,
or a `Problem` that says why there is none; whether the new text is an agreement, `load` says.

As in `interlock.agreement.document`, every value is a text: a clause `true` or `1.0` is called so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.scalarstring import SingleQuotedScalarString

from interlock.agreement.canonical import plain, plain_of
from interlock.agreement.document import MAX_LINE, Listing, Node, read_document
from interlock.agreement.document import Mapping as Tree
from interlock.agreement.layout import Block, layout, whole_text
from interlock.agreement.parts import is_order, parts
from interlock.agreement.problems import Problem, did_you_mean

Change = tuple[str, str | None]
"""The path of a key in the agreement (`stages.mql.enter`) and what it would say; None: nothing."""


def refused(text: str) -> tuple[Problem, ...]:
    """Why a text cannot be changed part by part; nothing where it can, whatever errors it has."""
    root, problems = read_document(text)
    if root is None or problems or isinstance(root, Tree):
        return tuple(problems)
    hint = "begin with `name:`"
    return (Problem("an agreement is a mapping of sections", hint, root.place.line),)


def changed_text(text: str, changes: Sequence[Change]) -> str | Problem:
    """The text with each key set to its value; a problem where there is no such key.

    The value is read as YAML where it is that, so that `2 working hours`, `50` and
    `{enters: sal}` mean what they would mean in the file.
    """
    found = _set(text, changes)
    if isinstance(found, Problem):
        return found
    return _in_its_lines(text, found, lambda whole: all(_change(whole, each) for each in changes))


def _set(text: str, changes: Sequence[Change]) -> str | Problem:
    document = _read(text)
    for path, value in changes:
        *parents, key = path.split(".")
        place: Any = document
        for step in parents:
            below = _key(place, step) if isinstance(place, Mapping) else None
            if below is None:
                known = [str(each) for each in place] if isinstance(place, Mapping) else []
                hint = did_you_mean(step, known) or "write the path of a key: `stages.mql.enter`"
                return Problem(f"the agreement has no `{path}`: nothing is called `{step}`", hint)
            place = place[below]
        if not isinstance(place, dict):
            return Problem(f"the agreement has no `{path}`", "write the path of a key")
        old = _key(place, key)
        if value is None:
            place.pop(old, None)
        else:
            place[key if old is None else old] = as_value(value)
    return yaml_of(document)


def _change(whole: Block, change: Change) -> bool:
    """Sets a key in the lines of the part that it stands in."""
    path, value = change
    block, rest = whole, path
    while rest and block.inner is not None:
        key, _, rest = rest.partition(".")
        below = block.at(key)
        if below is None:
            if not rest and value is not None:
                block.add(key, yaml_of({key: as_value(value)}))
            return not rest
        section, block = block, below
    if value is None and not rest:
        section.take_out(block.key)
        return True
    found = _set(block.text, [(f"{block.key}.{rest}" if rest else block.key, value)])
    if isinstance(found, str):
        block.say(found)
    return isinstance(found, str)


def with_clause(text: str, path: str, clause: str) -> str | Problem:
    """The text with one clause written anew: `clause` is its key and what stands under it.

    Another key than the path's renames the clause in its place; where there is none of that path,
    it is added at the end of its section.
    """
    root, problems = read_document(clause)
    if root is None or problems:
        return problems[0]
    fresh = _read(clause)
    if not isinstance(fresh, CommentedMap) or len(fresh) != 1:
        return Problem("one clause is written here: its name, and its keys under it")
    [(key, value)] = fresh.items()
    document = _read(text)
    *parents, old = path.split(".")
    place = _place(document, parents)
    if str(key) != old and str(key) in map(str, place):
        return Problem(f"`{key}` stands in this section already", "choose another name")
    _put(place, _key(place, old), key, value)

    def put(whole: Block) -> bool:
        section = _section(whole, parents)
        block = section.at(old) if section else None
        if block is not None:
            block.say(clause)
        elif section is not None:
            section.add(str(key), clause)
        return section is not None

    return _in_its_lines(text, yaml_of(document), put)


def without(text: str, path: str) -> str | Problem:
    """The text without the part of that path; a problem where there is none."""
    document = _read(text)
    *parents, key = path.split(".")
    place = _place(document, parents)
    if _key(place, key) is None:
        return Problem(f"the agreement has no `{path}`")
    del place[_key(place, key)]
    return _in_its_lines(text, yaml_of(document), lambda whole: _take_out(whole, path))


def with_parts(text: str, source: str, paths: Iterable[str]) -> str:
    """The text with the parts of those paths as `source` has them: changed, added, or taken out.

    A part that is added stands where it stands there: behind the clause that it follows. Comments
    come and go with their part; where `source` has none above it, those of the text stay.
    """
    chosen = list(paths)
    if not chosen:
        return text
    there = parts(plain(source))
    document = _read(text)
    _put_parts(document, _read(source), there, chosen)

    def put(whole: Block) -> bool:
        other = layout(source)
        return other is not None and _put_blocks(whole, other, there, chosen)

    return _in_its_lines(text, yaml_of(document), put)


def _put_parts(document: Any, other: Any, there: Mapping[str, Any], chosen: Sequence[str]) -> None:
    """The parts of the one document in the other, whatever lines they stand on."""
    for path in (each for each in chosen if not is_order(each)):
        *parents, key = path.split(".")
        place = _place(document, parents)
        if path not in there:
            place.pop(_key(place, key), None)
            continue
        model = _place(other, parents)
        found, old = _key(model, key), _key(place, key)
        if old is None:
            place.insert(_behind(list(place), list(model), found), found, model[found])
        else:
            place[old] = model[found]
    for path in chosen:
        if is_order(path) and path in there:
            steps = path.partition("#")[0].split(".")
            place = _place(document, steps)
            known = {str(key): key for key in place}
            for name in _ordered(list(known), there[path]):
                place.move_to_end(known[name])
            _prune(document, steps)
    for path in (each for each in chosen if each not in there and not is_order(each)):
        _prune(document, path.split(".")[:-1])


def _put_blocks(
    whole: Block, other: Block, there: Mapping[str, Any], chosen: Sequence[str]
) -> bool:
    """The same by their lines; False where a part does not stand by itself."""
    for path in (each for each in chosen if not is_order(each)):
        if not (_put_block(whole, other, path) if path in there else _take_out(whole, path)):
            return False
    for path in chosen:
        if is_order(path) and path in there:
            section = whole.at(path.partition("#")[0])
            if section is not None and section.inner is None:
                return False
            if section is not None:
                section.sort(_ordered(section.names, there[path]))
    for path in (each for each in chosen if each not in there and not is_order(each)):
        steps = path.split(".")[:-1]
        for end in range(len(steps), 0, -1):
            held = whole.at(".".join(steps[:end]))
            if held is not None and held.inner == []:
                _take_out(whole, ".".join(steps[:end]))
    return True


def _put_block(whole: Block, other: Block, path: str) -> bool:
    """One part as the other text has it: in its place, or behind the one that it follows there."""
    *parents, key = path.split(".")
    theirs, model = other.at(path), other.at(".".join(parents)) if parents else other
    section = _section(whole, parents, other)
    if theirs is None or model is None or section is None:
        return False
    mine = section.at(key)
    if mine is None:
        place = _behind(section.names, model.names, key)
        apart = any("" in each.above for each in model.inner or ())
        mine = section.add(key, theirs.text, place, apart=apart)
    else:
        mine.say(theirs.text)
    if theirs.head:
        mine.head = theirs.head_at(mine.column)
    return True


def _take_out(whole: Block, path: str) -> bool:
    """Takes a part out; True where there is none, too, if it could only be by itself."""
    parent, _, key = path.rpartition(".")
    section = whole.at(parent) if parent else whole
    if section is None or section.inner is None:
        return False
    if section.at(key) is not None:
        section.take_out(key)
    return True


def _section(whole: Block, steps: Sequence[str], like: Block | None = None) -> Block | None:
    """The section under those keys, made where it is missing; None where it is on other lines."""
    section = whole
    for end, key in enumerate(steps, 1):
        found = section.at(key)
        if found is None:
            model = like.at(".".join(steps[:end])) if like else None
            line = model.own[0].strip() if model else f"{key}:"
            found = section.add(key, line, apart=True)
            found.head = model.head_at(found.column) if model else []
            found.inner = []
        if found.inner is None:
            return None
        section = found
    return section


def _in_its_lines(text: str, otherwise: str, change: Callable[[Block], bool]) -> str:
    """The text with a change made to its lines: what stands around them stays, with comments.

    Where that cannot be, or would say something else than `otherwise`, the text is that.
    """
    whole = layout(text)
    if whole is None or not change(whole):
        return otherwise
    found = whole_text(whole)
    return found if _is_same(found, otherwise) else otherwise


def _is_same(one: str, other: str) -> bool:
    (root, problems), (rest, others) = read_document(one), read_document(other)
    if root is None or problems or others:
        return False
    return plain_of(root) == plain_of(rest)


def _behind(there: list[Any], model: list[Any], key: Any) -> int:
    """The position behind the nearest of the keys before it in the model that is there, too."""
    before = model[: model.index(key)]
    return next((there.index(each) + 1 for each in reversed(before) if each in there), 0)


def _ordered(known: Sequence[str], names: Sequence[str]) -> list[str]:
    """The names in that order; others keep their place behind the one before them."""
    order = [name for name in names if name in known]
    before = ""
    for name in known:
        if name not in order:
            order.insert(order.index(before) + 1 if before else 0, name)
        before = name
    return order


def _put(place: CommentedMap, old: Any, key: Any, value: Any) -> None:
    """Sets a key in the place of the old one, or at the end where there is none."""
    if old is None or old == key:
        place[key] = value
        return
    position = list(place).index(old)
    del place[old]
    place.insert(position, key, value)


def _place(document: Any, parents: Sequence[str]) -> CommentedMap:
    """The mapping under those keys, made where it is missing. Clauses in a list become named."""
    place = document
    for step in parents:
        key = _key(place, step)
        below = None if key is None else place[key]
        if isinstance(below, list):
            below = CommentedMap((str(n), each) for n, each in enumerate(below, 1))
            place[key] = below
        elif not isinstance(below, CommentedMap):
            below = CommentedMap()
            place[step if key is None else key] = below
        place = below
    assert isinstance(place, CommentedMap)  # noqa: S101 - an agreement is a mapping
    return place


def _key(place: Mapping[Any, Any], name: str) -> Any:
    """The key as it stands there, with its quotes; None: there is none."""
    return next((key for key in place if key == name), None)


def _prune(document: CommentedMap, steps: Sequence[str]) -> None:
    """Takes the section under those keys out, and what held it, where nothing is left in them."""
    for end in range(len(steps), 0, -1):
        *parents, key = steps[:end]
        place = _place(document, parents)
        if place.get(key) == {}:
            del place[key]


def _read(text: str) -> Any:
    return _yaml().load(text)


def yaml_of(document: Any) -> str:
    """The YAML text of mappings, lists and texts; of a document that was read, as it stood."""
    out = StringIO()
    _yaml().dump(document, out)
    return out.getvalue()


def as_value(text: str) -> Any:
    """What a text means as a value in the file, for `yaml_of`; what is no YAML is a text."""
    root, problems = read_document(text)
    return text if root is None or problems else _plainly(root)


def _plainly(node: Node) -> Any:
    """Texts without the quotes that they do not need."""
    if isinstance(node, Tree):
        return {entry.key: _plainly(entry.node) for entry in node.entries}
    if isinstance(node, Listing):
        return [_plainly(each) for each in node.items]
    if node.is_null:
        return None
    return SingleQuotedScalarString(node.text) if node.text in ("~", "null") else node.text


def as_text(text: str) -> str:
    """The value that means this text, whatever YAML would read in it (` #`, `: `, a bracket)."""
    return json.dumps(text, ensure_ascii=False)


class _Texts(VersionedResolver):
    """Takes no text for a number, a date or a yes; what is not written at all is nothing."""

    @property
    def versioned_resolver(self) -> dict[str, list[tuple[str, re.Pattern[str]]]]:
        """What begins with that character (none: the empty text) and matches is of that tag."""
        return {"": [("tag:yaml.org,2002:null", re.compile("$"))]}


def _yaml() -> YAML:
    """A reader and writer that leaves a text as it is, where nothing was changed in it."""
    yaml = YAML()
    yaml.Resolver = _Texts
    yaml.preserve_quotes = True
    yaml.width = MAX_LINE - 1_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml
