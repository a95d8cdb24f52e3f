"""Criteria: CEL text checked against a vocabulary and turned into our typed tree.

The only module that knows the CEL library. CEL parses and checks types; its checked tree is
translated to `interlock.agreement.expression`, its complaints to words by
`interlock.agreement.complaints`. A name's path (`account.employees`) is one CEL variable, so that
a wrong path is found when the agreement is read, not when it is first needed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from math import prod
from pathlib import Path
from typing import Any

from cel_expr_python import cel

from interlock.agreement.complaints import FUNCTIONS, OPERATORS, complaints
from interlock.agreement.document import NOT_ALLOWED
from interlock.agreement.expression import Call, Constant, Expression, ListOf, Name, ValueType
from interlock.agreement.problems import Problem

MAX_LENGTH = 4_000
"""Characters of a criterion. A person has to read it."""

MAX_TERMS = 200
"""Names and literals of a criterion."""

MAX_PATTERNS = 500
"""How much the patterns of a criterion may weigh: their characters, and the product of what each
counts in `{…}`. One of 50 times `a{0,1000}` takes a minute before it is held against any text."""

MAX_SECONDS = 315_576_000_000
"""The longest duration: CEL's own bound."""

Value = str | int | float | bool
"""A value in the units of `ValueType`: an INSTANT is int seconds UTC."""

_TERM = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|[A-Za-z_][\w.]*|\d[\w.]*')
_COUNTED = re.compile(r"\{(\d+)(?:,(\d*))?\}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)")
_DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")

_T = cel.Type
_CEL_TYPES = {
    ValueType.TEXT: _T.STRING,
    ValueType.INTEGER: _T.INT,
    ValueType.NUMBER: _T.DOUBLE,
    ValueType.FLAG: _T.BOOL,
    ValueType.INSTANT: _T.TIMESTAMP,
}
_PRIMITIVES = {1: ValueType.FLAG, 2: ValueType.INTEGER, 4: ValueType.NUMBER, 5: ValueType.TEXT}
_WELL_KNOWN = {2: ValueType.INSTANT, 3: ValueType.INTEGER}  # a duration is its seconds
_LITERALS = {
    "bool_value": ValueType.FLAG,
    "int64_value": ValueType.INTEGER,
    "double_value": ValueType.NUMBER,
    "string_value": ValueType.TEXT,
}

# Taken out of CEL's standard library: what mixes whole numbers and decimals is declared anew
# below, so that `fit >= 60` is right; ordering of text goes, since it is nearly always a mistake.
_REDECLARED = ("_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_", "_+_", "_-_", "_*_", "_/_", "@in")
_STDLIB = f"""
stdlib:
  exclude_macros: [has, all, exists, exists_one, map, filter]
  exclude_functions: [{", ".join(f'{{name: "{name}"}}' for name in _REDECLARED)}]
"""


@dataclass(frozen=True)
class Compiled:
    """A criterion that is right: its tree, and CEL's own form of it for `evaluate_with_cel`."""

    text: str
    expression: Expression
    checked: bytes
    vocabulary: tuple[tuple[str, ValueType], ...]


class _NotOursError(Exception):
    """CEL allows it, a criterion does not. Never leaves this module."""

    def __init__(self, node: Any, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.node, self.message, self.hint = node, message, hint


def compile_criterion(
    text: str, vocabulary: Mapping[str, ValueType], expects: ValueType = ValueType.FLAG
) -> Compiled | list[Problem]:
    """Check `text` against the vocabulary and translate it, or say everything that is wrong.

    Lines and columns of the problems count from 1 within `text`. `expects` is the type that the
    whole must have; where a NUMBER is expected a whole number is right too.
    """
    if refused := _out_of_bounds(text):
        return [refused]
    words = tuple(vocabulary.items())
    try:
        checked = bytes(_environment(words).compile(text).serialize())
    except RuntimeError as error:  # CEL's only way to say that the text is wrong
        return complaints(text, str(error), vocabulary)
    tree = _checked_expr(checked)
    try:
        _check_patterns(tree.expr)
        expression = _translate(tree.expr, tree)
        _expect(tree.expr, expression.type, expects)
    except _NotOursError as error:
        offset = tree.source_info.positions.get(error.node.id, 0)
        return [Problem(error.message, error.hint, *_at(text, offset))]
    return Compiled(text, expression, checked, words)


def evaluate_with_cel(compiled: Compiled, values: Mapping[str, Value]) -> Value | None:
    """What CEL's own evaluator makes of it; None where it is unknown or fails.

    The oracle for the replay's evaluation: a variable without a value in `values` is unknown.
    """
    tree = _checked_expr(compiled.checked)
    _settle_known(tree.expr, values)
    wrapped = _messages().any()
    wrapped.Pack(tree)
    types = dict(compiled.vocabulary)
    data = {path: _to_cel(value, types[path]) for path, value in values.items()}
    expression = _environment(compiled.vocabulary).deserialize(wrapped.SerializeToString())
    result = expression.eval(data=data)
    if result.type().name() in ("UNKNOWN", "ERROR"):
        return None
    return _from_cel(result.plain_value())


def _out_of_bounds(text: str) -> Problem | None:
    if len(text) > MAX_LENGTH:
        return Problem(
            f"this criterion is {len(text):,} characters long, and at most {MAX_LENGTH:,} are read",
            "split it into several clauses, or give points to parts of it under `fit`",
        )
    terms = len(_TERM.findall(text))
    if terms > MAX_TERMS:
        return Problem(
            f"this criterion has {terms:,} terms, and at most {MAX_TERMS:,} are read",
            "use `x in [...]` for alternatives, or split it into several clauses",
        )
    if not text.strip():
        return Problem("this criterion is empty", "write a condition, or leave the key out")
    if found := NOT_ALLOWED.search(text):  # half a character is no text to CEL, NUL ends one
        return Problem("a character here is not allowed", "", *_at(text, found.start()))
    return None


def _at(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _translate(node: Any, tree: Any) -> Expression:
    form = node.WhichOneof("expr_kind")
    if form == "const_expr":
        return _constant(node)
    if form == "ident_expr":
        path = node.ident_expr.name
        scope, _, field = path.rpartition(".")
        return Name(scope, field, _type_of(node, tree))
    if form == "list_expr":
        items = [_translate(element, tree) for element in node.list_expr.elements]
        constants = tuple(item for item in items if isinstance(item, Constant))
        if len(constants) != len(items):
            raise _NotOursError(node, "a list may only hold values, not names", "list the values")
        return ListOf(constants)
    if form == "call_expr":
        return _call(node, tree)
    raise _NotOursError(node, "a criterion cannot hold a map or a record", "compare single values")


def _constant(node: Any) -> Constant:
    form = node.const_expr.WhichOneof("constant_kind")
    if form not in _LITERALS:
        raise _NotOursError(
            node,
            f"`{form.removesuffix('_value')}` values are not part of a criterion",
            "ask `known(x)` or `!known(x)` for a value that may be missing",
        )
    value = getattr(node.const_expr, form)
    if isinstance(value, str) and "\0" in value:
        raise _NotOursError(node, "no text holds the character NUL", "leave the escape out")
    return Constant(value, _LITERALS[form])


def _call(node: Any, tree: Any) -> Expression:
    call = node.call_expr
    op = OPERATORS.get(call.function, call.function)
    parts = ([call.target] if call.HasField("target") else []) + list(call.args)
    if op not in FUNCTIONS and call.function not in OPERATORS:
        raise _NotOursError(
            node, f"`{op}` is not part of a criterion", f"there are {', '.join(sorted(FUNCTIONS))}"
        )
    arguments = tuple(_translate(part, tree) for part in parts)
    if op in ("timestamp", "duration"):
        return _moment(node, op, arguments[0])
    _check_arguments(node, op, arguments)
    return Call(op, arguments, _type_of(node, tree))


def _check_arguments(node: Any, op: str, arguments: tuple[Expression, ...]) -> None:
    if op == "known" and not isinstance(arguments[0], Name):
        raise _NotOursError(node, "`known` asks about one name", "write `known(person.email)`")
    if op == "in" and not isinstance(arguments[1], ListOf):
        raise _NotOursError(node, "`in` needs a list", 'write `person.country in ["DE", "AT"]`')
    if op == "in" and isinstance(arguments[1], ListOf):
        _check_items(node, arguments[1])
    if op == "matches" and not isinstance(arguments[1], Constant):
        raise _NotOursError(node, "`matches` needs a pattern in quotes")
    if op == "matches" and (reason := _wrong_in(_text(arguments[1]))):
        raise _NotOursError(node, f"the pattern of `matches` is not right: {reason}")


def _check_patterns(node: Any) -> None:
    weight = 0
    for call, pattern in _patterns(node):
        counts = (max(int(one), int(other or 0), 1) for one, other in _COUNTED.findall(pattern))
        weight += len(pattern) + prod(counts)
        if weight > MAX_PATTERNS:
            raise _NotOursError(
                call,
                "the patterns of `matches` are too much to hold against every lead",
                "count less in `{…}`, or ask with `contains`, `startsWith` or `endsWith`",
            )


def _patterns(node: Any) -> Iterator[tuple[Any, str]]:
    """Each call of `matches` with its pattern, wherever it stands."""
    call = node.call_expr
    for part in (call.target, *call.args) if call.function else node.list_expr.elements:
        yield from _patterns(part)
    if call.function == "matches" and call.args:
        yield node, call.args[-1].const_expr.string_value


@lru_cache(maxsize=1024)
def _wrong_in(pattern: str) -> str:
    """What is wrong with a pattern; "" where it is right."""
    found = _environment(()).compile('"".matches(' + _quoted(pattern) + ")").eval(data={})
    return str(found.plain_value()).split(": ", 2)[-1] if found.type().name() == "ERROR" else ""


def _check_items(node: Any, items: ListOf) -> None:
    numbers = {ValueType.INTEGER, ValueType.NUMBER}
    types = {item.type for item in items.items}
    if len(types) > 1 and types != numbers:
        hint = "split it in two: `x in [...] || x in [...]`"
        raise _NotOursError(node, "the values of a list are of one type", hint)


def _moment(node: Any, function: str, argument: Expression) -> Constant:
    text = _text(argument)
    if function == "timestamp":
        if not _INSTANT.fullmatch(text):
            raise _NotOursError(
                node, "`timestamp` needs date, time and zone", 'write "2026-01-31T09:00:00Z"'
            )
        try:
            return Constant(int(datetime.fromisoformat(text).timestamp()), ValueType.INSTANT)
        except ValueError:
            raise _NotOursError(node, f'there is no such moment as "{text}"') from None
    parts = _DURATION.fullmatch(text)
    if not text or not parts:
        raise _NotOursError(
            node, "`duration` counts hours, minutes, seconds", 'write "36h" or "30m"'
        )
    hours, minutes, seconds = (int(part or 0) for part in parts.groups())
    length = hours * 3600 + minutes * 60 + seconds
    if length > MAX_SECONDS:
        reason = "`duration` reaches no further than 10,000 years"
        raise _NotOursError(node, reason, "ask for a shorter one")
    return Constant(length, ValueType.INTEGER)


def _text(argument: Expression) -> str:
    return (
        argument.value if isinstance(argument, Constant) and isinstance(argument.value, str) else ""
    )


def _quoted(text: str) -> str:
    return '"' + "".join(f"\\U{ord(character):08x}" for character in text) + '"'


def _expect(node: Any, found: ValueType, expects: ValueType) -> None:
    fits = found == expects or (expects is ValueType.NUMBER and found is ValueType.INTEGER)
    if not fits and expects is ValueType.FLAG:
        raise _NotOursError(
            node, f"this is {_AS_NOUN[found]}, where a condition is needed", "compare it: `… >= 1`"
        )
    if not fits:
        raise _NotOursError(node, f"this is {_AS_NOUN[found]}, where {_AS_NOUN[expects]} is needed")


_AS_NOUN = {
    ValueType.TEXT: "a text",
    ValueType.INTEGER: "a whole number",
    ValueType.NUMBER: "a number",
    ValueType.FLAG: "a condition",
    ValueType.INSTANT: "a moment",
    ValueType.LIST: "a list",
}


def _type_of(node: Any, tree: Any) -> ValueType:
    type_ = tree.type_map[node.id]
    form = type_.WhichOneof("type_kind")
    if form == "primitive" and type_.primitive in _PRIMITIVES:
        return _PRIMITIVES[type_.primitive]
    if form == "well_known" and type_.well_known in _WELL_KNOWN:
        return _WELL_KNOWN[type_.well_known]
    raise _NotOursError(node, "this kind of value is not part of a criterion")


# --- the CEL environment ----------------------------------------------------------------------


@lru_cache(maxsize=16)
def _environment(words: tuple[tuple[str, ValueType], ...]) -> Any:
    return cel.NewEnv(
        config=cel.NewEnvConfigFromYaml(_STDLIB),
        variables={path: _CEL_TYPES[type_] for path, type_ in words},
        functions=[*_comparisons(), *_arithmetic(), _membership(), _known()],
    )


def _declare(name: str, rows: list[tuple[Any, Any, Any, Callable[..., Any] | None]]) -> Any:
    """A binary operator. Where CEL computes a pair of types itself, `impl` is None."""
    overloads = [
        cel.Overload(
            id=f"{name}{left.name()}_{right.name()}",
            return_type=result,
            parameters=[left, right],
            **({"impl": impl} if impl else {}),
        )
        for left, right, result, impl in rows
    ]
    return cel.FunctionDecl(name, overloads)


def _comparisons() -> Iterator[Any]:
    numbers = [(a, b) for a in (_T.INT, _T.DOUBLE) for b in (_T.INT, _T.DOUBLE)]
    ordered = [*numbers, (_T.TIMESTAMP, _T.TIMESTAMP), (_T.DURATION, _T.DURATION)]
    equal = [*ordered, (_T.STRING, _T.STRING), (_T.BOOL, _T.BOOL)]
    for name in ("_<_", "_<=_", "_>_", "_>=_", "_==_", "_!=_"):
        pairs = equal if name in ("_==_", "_!=_") else ordered
        yield _declare(name, [(a, b, _T.BOOL, None) for a, b in pairs])


def _arithmetic() -> Iterator[Any]:
    mixed: dict[str, Callable[[float, float], float]] = {
        "_+_": lambda a, b: float(a + b),
        "_-_": lambda a, b: float(a - b),
        "_*_": lambda a, b: float(a * b),
        "_/_": lambda a, b: float(a / b),
    }
    moments = {
        "_+_": [(_T.TIMESTAMP, _T.DURATION, _T.TIMESTAMP), (_T.STRING, _T.STRING, _T.STRING)],
        "_-_": [
            (_T.TIMESTAMP, _T.DURATION, _T.TIMESTAMP),
            (_T.TIMESTAMP, _T.TIMESTAMP, _T.DURATION),
        ],
    }
    for name, impl in mixed.items():
        yield _declare(
            name,
            [
                (_T.INT, _T.INT, _T.INT, None),
                (_T.DOUBLE, _T.DOUBLE, _T.DOUBLE, None),
                (_T.INT, _T.DOUBLE, _T.DOUBLE, impl),
                (_T.DOUBLE, _T.INT, _T.DOUBLE, impl),
                *((a, b, result, None) for a, b, result in moments.get(name, [])),
            ],
        )


def _membership() -> Any:
    numbers = [(a, b) for a in (_T.INT, _T.DOUBLE) for b in (_T.INT, _T.DOUBLE)]
    pairs = [*numbers, (_T.STRING, _T.STRING), (_T.BOOL, _T.BOOL)]
    return _declare("@in", [(a, _T.List(b), _T.BOOL, None) for a, b in pairs])


def _known() -> Any:
    # CEL never computes it: `_settle_known` does, since CEL's own functions cannot see the unknown
    overload = cel.Overload(
        id="known", return_type=_T.BOOL, parameters=[_T.DYN], impl=lambda _: True
    )
    return cel.FunctionDecl("known", [overload])


def _settle_known(node: Any, values: Mapping[str, Value]) -> None:
    form = node.WhichOneof("expr_kind")
    if form == "call_expr" and node.call_expr.function == "known":
        answer = node.call_expr.args[0].ident_expr.name in values
        node.const_expr.bool_value = answer
    elif form == "call_expr":
        for part in (node.call_expr.target, *node.call_expr.args):
            _settle_known(part, values)


def _to_cel(value: Value, type_: ValueType) -> Any:
    if type_ is ValueType.INSTANT:
        return datetime.fromtimestamp(value, UTC)  # type: ignore[arg-type]  # an INSTANT is int
    return float(value) if type_ is ValueType.NUMBER else value


def _from_cel(value: Any) -> Value:
    if isinstance(value, datetime):
        return int(value.replace(tzinfo=value.tzinfo or UTC).timestamp())
    if isinstance(value, timedelta):
        return int(value.total_seconds())
    plain: Value = value
    return plain


@dataclass(frozen=True)
class _Messages:
    checked_expr: Any
    any: Any


@lru_cache(maxsize=1)
def _messages() -> _Messages:
    """CheckedExpr of the CEL specification, in a pool of its own (decisions/criteria-cel.md)."""
    # loaded late: a fifth of a second that the refusal of a file should not wait for
    from google.protobuf import any_pb2, descriptor_pb2, descriptor_pool  # noqa: PLC0415
    from google.protobuf.message_factory import GetMessageClass  # noqa: PLC0415

    descriptors = Path(__file__).with_name("checked_expr.binpb").read_bytes()
    pool = descriptor_pool.DescriptorPool()
    for file in descriptor_pb2.FileDescriptorSet.FromString(descriptors).file:
        pool.Add(file)
    checked_expr = GetMessageClass(pool.FindMessageTypeByName("cel.expr.CheckedExpr"))
    return _Messages(checked_expr, any_pb2.Any)


def _checked_expr(serialized: bytes) -> Any:
    wrapped = _messages().any.FromString(serialized)
    return _messages().checked_expr.FromString(wrapped.value)
