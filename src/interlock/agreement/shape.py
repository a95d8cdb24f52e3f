"""The shape of the file, derived from the types of `interlock.agreement.schema`.

A section is a field of `Agreement`; a clause is a dataclass; a tuple of clauses is a mapping of
them by their id. The loader, the JSON Schema and the test of the reference page all ask here, so
that no key is listed a second time.
"""

from __future__ import annotations

import types
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from interlock.agreement.criterion import Criterion
from interlock.agreement.key import Key
from interlock.agreement.schema import Duration, Points

ID_FIELDS = ("id", "side")
"""A clause's first field, where it is one of these, is its key in the file."""

NOT_IN_FILE = ("place", "source")
"""Fields that the loader fills."""

SINGLE_VALUES = (Criterion, Duration)
"""Dataclasses that are written as one text."""

ID_PATTERN = r"\w[\w-]*( [\w-]+)*"
"""What a clause may be called: words, so that `glossary.buying group` is one; no dots."""

MAY_BE_LISTED = (Points,)
"""Clauses with an id that may also stand in a list; their ids are then their numbers."""


@dataclass(frozen=True)
class Written:
    """One key of a clause as it may be written in the file.

    `holds`: what it says is so unless the file says that it is not.
    """

    key: str
    name: str
    type: Any
    says: Key
    required: bool
    holds: bool = False


@cache
def written(owner: type) -> dict[str, Written]:
    """The keys below a clause, in order; the clause's own id is not among them."""
    annotated = get_type_hints(owner, include_extras=True)
    found = {}
    for each in fields(owner):
        if each.name in NOT_IN_FILE or each.name == id_field(owner):
            continue
        says = _key(annotated[each.name])
        type_ = _bare(annotated[each.name])
        has_default = each.default is not MISSING or each.default_factory is not MISSING
        required = not (has_default or says.optional or type(None) in get_args(type_))
        key = each.name.rstrip("_")  # `for_` is written `for`
        found[key] = Written(key, each.name, type_, says, required, each.default is True)
    return found


@cache
def id_field(owner: type) -> str | None:
    """The field that is the clause's key in the file, or None where it has none."""
    first = fields(owner)[0].name
    return first if first in ID_FIELDS else None


@cache
def id_type(owner: type) -> Any:
    """What a clause's key is: a name, or a side."""
    return _bare(get_type_hints(owner)[fields(owner)[0].name])


def short_form(owner: type) -> Written | None:
    """The one required key of a clause that may then be written as that key's value alone."""
    required = [each for each in written(owner).values() if each.required]
    return required[0] if len(required) == 1 and required[0].type is str else None


def members(type_: Any) -> tuple[Any, ...]:
    """What a value may be, without None: one type, or several of a union."""
    if get_origin(type_) in (Union, types.UnionType):
        return tuple(each for each in get_args(type_) if each is not type(None))
    return (type_,)


def is_clause(type_: Any) -> bool:
    """Whether it is written as a mapping of keys."""
    return all(is_dataclass(each) and each not in SINGLE_VALUES for each in members(type_))


def item_of(type_: Any) -> Any | None:
    """What a tuple holds; None for any other type."""
    return get_args(type_)[0] if get_origin(type_) is tuple else None


def value_of(type_: Any) -> Any | None:
    """What a dict holds under its keys; None for any other type."""
    return get_args(type_)[1] if get_origin(type_) is dict else None


def _bare(annotated: Any) -> Any:
    return get_args(annotated)[0] if get_origin(annotated) is Annotated else annotated


def _key(annotated: Any) -> Key:
    return get_args(annotated)[1] if get_origin(annotated) is Annotated else Key("")
