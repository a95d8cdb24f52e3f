"""Criteria over columns: one pass of numpy for any number of facts.

The meaning is CEL's, with its treatment of unknown values (see
`interlock.agreement.expression`); the CEL package's own evaluator is the oracle in the tests.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from interlock.agreement.expression import Call, Constant, Expression, ListOf, Name, ValueType
from interlock.facts.columns import Array, Column, Mask

ColumnOf = Callable[[Name], Column]

_DTYPES: dict[ValueType, Any] = {
    ValueType.INTEGER: np.int64,
    ValueType.INSTANT: np.int64,
    ValueType.NUMBER: np.float64,
    ValueType.FLAG: np.bool_,
}
_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
# RE2 and its kin, as in CEL itself: no pattern takes more than linear time
_WORD_TESTS: dict[str, Callable[..., Any]] = {
    "contains": pc.match_substring,
    "startsWith": pc.starts_with,
    "endsWith": pc.ends_with,
    "matches": pc.match_substring_regex,
}


def evaluate(expression: Expression, column_of: ColumnOf, rows: int) -> Column:
    """The expression's value for each of `rows` rows; `column_of` gives a variable's column."""
    if isinstance(expression, Name):
        return column_of(expression)
    if isinstance(expression, Constant):
        return _constant(expression, rows)
    if isinstance(expression, ListOf):
        raise TypeError("a list stands only on the right of `in`")
    if expression.op in ("&&", "||"):
        return _connect(expression, column_of, rows)
    if expression.op == "in":
        return _member(expression, column_of, rows)
    values = [evaluate(argument, column_of, rows) for argument in expression.arguments]
    return _apply(expression.op, values)


def holds(expression: Expression, column_of: ColumnOf, rows: int) -> Mask:
    """Where the criterion holds: known, and true."""
    column = evaluate(expression, column_of, rows)
    values: Mask = column.values.astype(bool, copy=False)
    return values if column.known is None else values & column.known


def _constant(constant: Constant, rows: int) -> Column:
    if constant.value is None:
        return Column(np.zeros(rows, bool), np.zeros(rows, bool))
    if isinstance(constant.value, str):
        words = np.array([constant.value], dtype=object)
        return Column(np.zeros(rows, np.int32), None, words)
    return Column(np.full(rows, constant.value, _DTYPES[constant.type]))


def _both(left: Mask | None, right: Mask | None) -> Mask | None:
    if left is None or right is None:
        return right if left is None else left
    return left & right


def _connect(call: Call, column_of: ColumnOf, rows: int) -> Column:
    """`&&` and `||`: one side may decide alone, whatever is unknown on the other."""
    deciding = call.op == "||"
    value, known = np.full(rows, not deciding), np.ones(rows, bool)
    for argument in call.arguments:
        column = evaluate(argument, column_of, rows)
        now, now_known = column.values.astype(bool, copy=False), column.mask
        decided = (known & (value == deciding)) | (now_known & (now == deciding))
        known = (known & now_known) | decided
        value = np.where(decided, deciding, not deciding)
    return Column(value, None if known.all() else known)


def _member(call: Call, column_of: ColumnOf, rows: int) -> Column:
    item, choices = call.arguments
    if not isinstance(choices, ListOf):
        raise TypeError("`in` wants a written list")
    column = evaluate(item, column_of, rows)
    wanted = np.array([constant.value for constant in choices.items])
    if column.words is None:
        return Column(np.isin(column.values, wanted), column.known)
    accepted = np.isin(column.words.astype(str), wanted)
    return Column(accepted[column.values], column.known)


def _apply(op: str, values: list[Column]) -> Column:
    if op in _ON_ONE:
        return _ON_ONE[op](values[0])
    if op == "?:":
        return _choose(*values)
    left, right = values
    known = _both(left.known, right.known)
    if op in _WORD_TESTS:
        return Column(_test_words(op, left, right), known)
    if op in _COMPARISONS:
        return Column(_compare(op, left, right), known)
    return _calculate(op, left, right, known)


def _choose(condition: Column, yes: Column, no: Column) -> Column:
    if yes.words is not None or no.words is not None:
        yes, no = _same_words(yes, no)
    picked = condition.values.astype(bool, copy=False)
    known = np.where(picked, yes.mask, no.mask) & condition.mask
    return Column(np.where(picked, yes.values, no.values), known, yes.words)


def _same_words(left: Column, right: Column) -> tuple[Column, Column]:
    """Both columns over one dictionary."""
    if left.words is None or right.words is None:
        raise TypeError("a text is compared only with a text")
    words, places = np.unique(
        np.concatenate([left.words, right.words]).astype(str), return_inverse=True
    )
    split = len(left.words)
    return (
        Column(places[:split][left.values], left.known, words.astype(object)),
        Column(places[split:][right.values], right.known, words.astype(object)),
    )


def _compare(op: str, left: Column, right: Column) -> Mask:
    if left.words is not None and right.words is not None:
        # the shared dictionary is sorted, so the order of the codes is the order of the words
        left, right = _same_words(left, right)
    result: Mask = _COMPARISONS[op](left.values, right.values)
    return result


def _size(column: Column) -> Column:
    if column.words is None:
        raise TypeError("only a text has a size")
    by_word = np.array([len(str(word)) for word in column.words], np.int64)
    return Column(by_word[column.values], column.known)


_ON_ONE: dict[str, Callable[[Column], Column]] = {
    "known": lambda column: Column(column.mask),
    "!": lambda column: Column(~column.values.astype(bool, copy=False), column.known),
    "neg": lambda column: Column(-column.values, column.known),
    "size": _size,
}


def _test_words(op: str, text: Column, pattern: Column) -> Mask:
    """Tests each distinct pair of words once."""
    if text.words is None or pattern.words is None:
        raise TypeError(f"`{op}` is for texts")
    words = pa.array(text.words.astype(str))
    table = np.array([_WORD_TESTS[op](words, pattern=str(p)) for p in pattern.words], bool)
    result: Mask = table[pattern.values, text.values]
    return result


def _calculate(op: str, left: Column, right: Column, known: Mask | None) -> Column:
    if op == "+" and left.words is not None and right.words is not None:
        return _joined(left, right, known)
    a, b = left.values, right.values
    if op in ("/", "%"):
        return _divide(op, a, b, known)
    result = {"+": operator.add, "-": operator.sub, "*": operator.mul}[op](a, b)
    return Column(result, known)


def _divide(op: str, a: Array, b: Array, known: Mask | None) -> Column:
    """Division as CEL has it: whole numbers towards zero, by zero unknown."""
    if a.dtype.kind == "f" or b.dtype.kind == "f":
        with np.errstate(divide="ignore", invalid="ignore"):
            return Column(a / b, known)
    sound = b != 0
    safe = np.where(sound, b, 1)
    quotient = np.sign(a) * np.sign(safe) * (np.abs(a) // np.abs(safe))
    result = quotient if op == "/" else a - quotient * safe
    return Column(result, _both(known, None if sound.all() else sound))


def _joined(left: Column, right: Column, known: Mask | None) -> Column:
    if left.words is None or right.words is None:
        raise TypeError("a text is joined only to a text")
    pairs = left.values.astype(np.int64) * len(right.words) + right.values
    distinct, codes = np.unique(pairs, return_inverse=True)
    words = [
        str(left.words[pair // len(right.words)]) + str(right.words[pair % len(right.words)])
        for pair in distinct
    ]
    return Column(codes.astype(np.int32), known, np.array(words or [""], dtype=object))
