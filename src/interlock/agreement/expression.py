"""The typed syntax tree of a criterion.

`interlock.agreement.criteria` makes it with the CEL library; the replay evaluates it over columns
and `interlock.agreement.sentences` reads it aloud. Neither of them knows CEL.

A value may be *unknown*: the lead has no such attribute, or the fact at hand is of another kind
than the one that the criterion speaks of. Unknown follows CEL: `unknown && false` is false,
`unknown || true` is true, everything else that needs an unknown value is unknown, and a criterion
that is unknown does not hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class ValueType(StrEnum):
    """The type of an expression. INSTANT is int64 seconds UTC."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    FLAG = "flag"
    INSTANT = "instant"
    LIST = "list"


@dataclass(frozen=True)
class Constant:
    """A literal. `value` is None for null."""

    value: str | int | float | bool | None
    type: ValueType


@dataclass(frozen=True)
class Name:
    """A variable such as `account.employees`: `scope` is "account", `field` is "employees".

    The scores stand alone: scope "" with field "fit" or "engagement".
    """

    scope: str
    field: str
    type: ValueType

    @property
    def path(self) -> str:
        """As written in the criterion."""
        return f"{self.scope}.{self.field}" if self.scope else self.field


@dataclass(frozen=True)
class ListOf:
    """A literal list; only on the right of `in`."""

    items: tuple[Constant, ...]
    type: ValueType = ValueType.LIST


@dataclass(frozen=True)
class Call:
    """An operation on arguments.

    `op` is one of: `&&` `||` `!` `==` `!=` `<` `<=` `>` `>=` `+` `-` `*` `/` `%` `neg` `in` `?:`
    `known` `contains` `startsWith` `endsWith` `matches` `size`. `known(x)` is true where x has a
    value, and never unknown itself.
    """

    op: str
    arguments: tuple[Expression, ...]
    type: ValueType

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.op, self.arguments))

    @cached_property
    def names(self) -> frozenset[Name]:
        """Every variable that it reads."""
        return frozenset().union(*(names(argument) for argument in self.arguments))


Expression = Constant | Name | ListOf | Call


def names(expression: Expression) -> frozenset[Name]:
    """Every variable that the expression reads."""
    if isinstance(expression, Name):
        return frozenset({expression})
    return expression.names if isinstance(expression, Call) else frozenset()
