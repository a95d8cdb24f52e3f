"""How near moments are to the edge of a criterion: how much would have to be otherwise.

The distance is counted in conditions. A single condition counts one, whichever way it has to turn;
a number that is compared with another counts by how far it is away from it, and never more than
one. Of what is joined by "and" all that fail have to turn, or any one that holds; of "or" likewise.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from interlock.agreement.expression import Call, Constant, Expression
from interlock.facts.columns import Mask
from interlock.replay.evaluate import ColumnOf, evaluate, holds
from interlock.replay.outcome import Numbers

ORDERINGS = frozenset({"<", "<=", ">", ">="})


def nearness(expression: Expression, column_of: ColumnOf, rows: int) -> tuple[Mask, Numbers]:
    """Where the expression holds, and how far each row is from the other verdict (more than 0)."""
    if not isinstance(expression, Call) or expression.op not in ("&&", "||"):
        return holds(expression, column_of, rows), _alone(expression, column_of, rows)
    parts = [nearness(each, column_of, rows) for each in expression.arguments]
    held = np.array([each for each, _ in parts])
    far = np.array([each for _, each in parts])
    all_of = expression.op == "&&"
    whole: Mask = (np.logical_and if all_of else np.logical_or).reduce(held)
    turning = ~held if all_of else held  # which parts all have to turn, where the whole is so
    one = far.min(0)
    every = np.where(turning, far, 0.0).sum(0)
    return whole, np.where(whole == all_of, one, every)


def _alone(expression: Expression, column_of: ColumnOf, rows: int) -> NDArray[np.float64]:
    far = np.ones(rows)
    if not isinstance(expression, Call) or expression.op not in ORDERINGS:
        return far
    value, limit = expression.arguments
    if not isinstance(limit, Constant) or not isinstance(limit.value, int | float):
        return far
    column = evaluate(value, column_of, rows)
    if column.words is not None:
        return far
    away = np.abs(column.values.astype(np.float64) - limit.value) / max(abs(limit.value), 1)
    return np.where(column.mask, np.clip(away, _LEAST, 1.0), far)


_LEAST = 1e-3
"""What stands on the edge itself is on one of its sides."""
