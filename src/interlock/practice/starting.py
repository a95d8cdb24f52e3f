"""A proposal to start from: one number of a stage's condition, moved to where most answers are.

Nothing is decided by it. Each other number that the leads of the round show is tried in its place,
by the evaluator that decides everybody's verdicts, and the one that places most leads as the
answers do is proposed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, isfinite

import numpy as np
from numpy.typing import NDArray

from interlock.agreement.criteria import Compiled, compile_criterion
from interlock.agreement.expression import Call, Constant, Expression, Name, ValueType, names
from interlock.agreement.phrases import phrase
from interlock.agreement.schema import Stage
from interlock.facts.columns import Column, text_column
from interlock.replay.evaluate import ColumnOf, holds
from interlock.replay.nearness import ORDERINGS

Value = str | int | float | bool | None
Values = Sequence[Mapping[str, Value]]
"""What each lead's variables were, by path, when it was shown."""

_ROUND = ((20, 1), (200, 5), (2_000, 50))
"""Numbers below the first are moved by the second: nobody agrees on a score of 47."""
_LARGEST_STEP = 500


@dataclass(frozen=True)
class Start:
    """A change of one key of the agreement: what it says, and what it would say.

    `before` and `after` are single conditions in words. `agrees` is the share of answers that the
    condition places leads alike with, and `would` what it would be; both of `leads` leads.
    """

    path: str
    was: str
    value: str
    before: str
    after: str
    leads: int
    agrees: float
    would: float


def start_from(stage: Stage, values: Values, answers: NDArray[np.float64]) -> Start | None:
    """The proposal for one stage; None where no number is better than the one agreed on.

    `answers`: of each lead the share of answers that place it at the stage or beyond (not a number:
    none).
    """
    known = np.flatnonzero(~np.isnan(answers))
    if stage.enter is None or not len(known):
        return None
    expression, text = stage.enter.expression, stage.enter.text
    share, mine = answers[known], [values[place] for place in known.tolist()]
    read = _reader(mine)
    agreed = _agreeing(expression, read, share)
    best: tuple[float, float, Start] | None = None
    for place, leaf in enumerate(_numbers(expression)):
        for limit in _others(leaf, mine):
            would = _agreeing(_with(expression, place, limit), read, share)
            if (would - agreed) * len(known) < _ONE_LEAD:
                continue
            key = would, -_moved(_number(_limit(leaf)), _number(limit))
            better = best is None or key > best[:2]
            value = _written(stage, place, limit) if better else None
            if value is not None:
                moved = phrase(replace(leaf, arguments=(leaf.arguments[0], limit)))
                path, many = f"stages.{stage.id}.enter", len(known)
                start = Start(path, text, value, phrase(leaf), moved, many, agreed, would)
                best = (*key, start)
    return None if best is None else best[2]


_ONE_LEAD = 1.0
"""What a change has to gain: as much as one lead that all place as it does."""


def _agreeing(expression: Expression, read: ColumnOf, share: NDArray[np.float64]) -> float:
    held = holds(expression, read, len(share))
    return float(np.where(held, share, 1 - share).mean())


def _reader(values: Values) -> ColumnOf:
    def column_of(name: Name) -> Column:
        cells = [each.get(name.path) for each in values]
        if name.type is ValueType.TEXT:
            return text_column([None if cell is None else str(cell) for cell in cells])
        known = np.array([cell is not None for cell in cells])
        plain = [0 if cell is None else cell for cell in cells]
        return Column(np.array(plain).astype(_TYPES.get(name.type, np.float64)), known)

    return column_of


_TYPES: dict[ValueType, type] = {
    ValueType.INTEGER: np.int64,
    ValueType.INSTANT: np.int64,
    ValueType.FLAG: np.bool_,
}


def _numbers(expression: Expression) -> Iterator[Call]:
    """The single conditions that compare a variable with a number, in their order."""
    if not isinstance(expression, Call):
        return
    if expression.op in ORDERINGS:
        value, limit = expression.arguments
        if isinstance(value, Name) and isinstance(limit, Constant) and _is_number(limit):
            yield expression
    elif expression.op in ("&&", "||"):
        for each in expression.arguments:
            yield from _numbers(each)


def _is_number(constant: Constant) -> bool:
    return constant.type in (ValueType.INTEGER, ValueType.NUMBER)


def _limit(leaf: Call) -> Constant:
    limit = leaf.arguments[1]
    assert isinstance(limit, Constant)  # noqa: S101 - see `_numbers`
    return limit


def _number(constant: Constant) -> float:
    assert isinstance(constant.value, int | float)  # noqa: S101 - see `_numbers`
    return constant.value


def _moved(agreed: float, other: float) -> float:
    """By how much a number moves, as a share of what was agreed."""
    return abs(other - agreed) / max(abs(agreed), 1)


def _others(leaf: Call, values: Values) -> list[Constant]:
    """The numbers that can make a difference among these leads, rounded."""
    name, limit = leaf.arguments[0], _limit(leaf)
    assert isinstance(name, Name)  # noqa: S101 - see `_numbers`
    agreed = _number(limit)
    step = next((by for below, by in _ROUND if abs(agreed) < below), _LARGEST_STEP)
    told = [each.get(name.path) for each in values]
    numbers = {each for each in told if isinstance(each, int | float) and isfinite(each)}
    turns = {turn(each / step) for each in numbers for turn in (floor, ceil)}
    turns |= {floor(each / step) + 1 for each in numbers}  # the first that leaves it out
    found = {each * step for each in turns}
    kind = float if isinstance(limit.value, float) else int
    return [replace(limit, value=kind(each)) for each in sorted(found) if each not in (agreed, 0)]


def _with(expression: Expression, place: int, limit: Constant) -> Expression:
    """The expression with another number in its `place`-th comparison."""
    return _replaced(expression, list(_numbers(expression))[place], limit)


def _replaced(expression: Expression, leaf: Call, limit: Constant) -> Expression:
    if expression is leaf:
        return replace(leaf, arguments=(leaf.arguments[0], limit))
    if not isinstance(expression, Call):
        return expression
    parts = tuple(_replaced(each, leaf, limit) for each in expression.arguments)
    return replace(expression, arguments=parts)


_NUMBER = r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"


def _written(stage: Stage, place: int, limit: Constant) -> str | None:
    """The criterion's text with another number; None where that says something else, too."""
    assert stage.enter is not None  # noqa: S101 - see `start_from`
    expression, text = stage.enter.expression, stage.enter.text
    leaf = list(_numbers(expression))[place]
    name, agreed = leaf.arguments[0], _number(_limit(leaf))
    assert isinstance(name, Name)  # noqa: S101 - see `_numbers`
    pattern = rf"(?<![\w.])({re.escape(name.path)}\s*{leaf.op}\s*)({_NUMBER})(?![\w.])"
    found = [each for each in re.finditer(pattern, text) if float(each[2]) == agreed]
    if len(found) != 1:
        return None
    said = f"{text[: found[0].start(2)]}{limit.value!r}{text[found[0].end(2) :]}"
    read = compile_criterion(said, {each.path: each.type for each in names(expression)})
    wanted = _with(expression, place, limit)
    return said if isinstance(read, Compiled) and read.expression == wanted else None
