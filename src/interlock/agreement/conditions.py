"""Criteria as rows that people can choose: a fact, a test, a value; joined by and, and by or.

Most criteria that teams write are such rows. What is not (arithmetic, brackets within brackets)
stays text, and is said to be.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from interlock.agreement.expression import Call, Constant, Expression, ListOf, Name, ValueType

NUMERIC = (ValueType.INTEGER, ValueType.NUMBER)

TESTS: Mapping[str, str] = {
    ">=": "is at least",
    ">": "is more than",
    "<=": "is at most",
    "<": "is less than",
    "==": "is",
    "!=": "is not",
    "in": "is one of",
    "not in": "is none of",
    "contains": "contains",
    "startsWith": "begins with",
    "endsWith": "ends with",
    "yes": "is so",
    "no": "is not so",
    "known": "is known",
    "unknown": "is not known",
}
"""Every test by its sign, with its words."""

WITHOUT_VALUE = ("yes", "no", "known", "unknown")
"""Tests that hold nothing against what they ask for."""

_OF_TYPE: Mapping[ValueType, tuple[str, ...]] = {
    ValueType.TEXT: ("==", "!=", "in", "not in", "contains", "startsWith", "endsWith"),
    ValueType.INTEGER: (">=", ">", "<=", "<", "==", "!="),
    ValueType.NUMBER: (">=", ">", "<=", "<", "==", "!="),
    ValueType.FLAG: ("yes", "no"),
}


@dataclass(frozen=True)
class Row:
    """One condition: the path of what it asks for, the sign of the test, and the value as typed.

    Several values (`in`) are separated by commas, or stand in quotes where they hold one.
    """

    path: str
    test: str
    value: str = ""


Groups = tuple[tuple[Row, ...], ...]
"""Rows joined by and; the groups joined by or."""


def tests_of(type_: ValueType) -> tuple[str, ...]:
    """The tests that a value of the type can be put to."""
    return (*_OF_TYPE.get(type_, ()), "known", "unknown")


def groups_of(expression: Expression) -> Groups | None:
    """The criterion as rows; None where it is none that rows can say."""
    groups = []
    for part in terms("||", expression):
        rows = [_row(term) for term in terms("&&", part)]
        if None in rows:
            return None
        groups.append(tuple(row for row in rows if row is not None))
    return tuple(groups)


def text_of(groups: Groups, types: Mapping[str, ValueType]) -> str:
    """The rows as the text of a criterion. What is no value of its type stands in it as typed."""
    return " || ".join(
        " && ".join(_test(row, types.get(row.path, ValueType.TEXT)) for row in group)
        for group in groups
        if group
    )


def terms(op: str, expression: Expression) -> list[Expression]:
    """What the operator joins, whatever was in brackets; the expression itself where it is none."""
    if isinstance(expression, Call) and expression.op == op:
        return [term for each in expression.arguments for term in terms(op, each)]
    return [expression]


def _row(term: Expression) -> Row | None:
    if isinstance(term, Name):
        return Row(term.path, "yes")
    if isinstance(term, Call) and term.op == "!":
        return _negated(term.arguments[0])
    if isinstance(term, Call) and isinstance(name := term.arguments[0], Name):
        return Row(name.path, "known") if term.op == "known" else _compared(name, term)
    return None


def _compared(name: Name, term: Call) -> Row | None:
    value = term.arguments[-1]
    if isinstance(value, ListOf) and term.op == "in":
        return Row(name.path, "in", ", ".join(_listed(each) for each in value.items))
    if isinstance(value, Constant) and term.op in _OF_TYPE.get(name.type, ()):
        return Row(name.path, term.op, _typed(value)) if _is_plain(value) else None
    return None


def _negated(term: Expression) -> Row | None:
    if isinstance(term, Name):
        return Row(term.path, "no")
    opposite = {"known": "unknown", "in": "not in"}
    row = _row(term)
    return Row(row.path, opposite[row.test], row.value) if row and row.test in opposite else None


def _is_plain(value: Constant) -> bool:
    return value.type in (ValueType.TEXT, *NUMERIC)


def _typed(value: Constant) -> str:
    return str(value.value)


_NEEDS_QUOTES = re.compile(r'[,"]|^\s|\s$|^$')


def _listed(value: Constant) -> str:
    text = _typed(value)
    return json.dumps(text, ensure_ascii=False) if _NEEDS_QUOTES.search(text) else text


_FORMS: Mapping[str, str] = {
    "yes": "{path}",
    "no": "!{path}",
    "known": "known({path})",
    "unknown": "!known({path})",
    "in": "{path} in [{values}]",
    "not in": "!({path} in [{values}])",
    **{call: f"{{path}}.{call}({{value}})" for call in ("contains", "startsWith", "endsWith")},
}
"""How CEL writes the tests whose sign is no operator between two values."""


def _test(row: Row, type_: ValueType) -> str:
    form = _FORMS.get(row.test, "{path} {test} {value}")
    values = ", ".join(_literal(each, type_) for each in several(row.value))
    return form.format(
        path=row.path, test=row.test, value=_literal(row.value, type_), values=values
    )


def _literal(value: str, type_: ValueType) -> str:
    """A value as CEL writes it."""
    if type_ in NUMERIC and value.strip():
        return value.strip()
    return json.dumps(value, ensure_ascii=False)


_ITEM = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^,]*))\s*(?:,|$)')


def several(values: str) -> Sequence[str]:
    """The values of a list as typed: `a, "b, c"` are two."""
    found, at = [], 0
    while at < len(values):
        item = _ITEM.match(values, at)
        if item is None:  # a quote that nobody closed
            found.append(values[at:].strip())
            break
        quoted, bare = item.groups()
        found.append(_unquoted(quoted) if quoted is not None else bare.strip())
        at = item.end()
    return [each for each in found if each]


def _unquoted(text: str) -> str:
    """What stands between quotes; as typed where its escapes are none, or make no character."""
    try:
        said = json.loads(f'"{text}"', strict=False)
        said.encode()
    except ValueError:
        return text
    return str(said)
