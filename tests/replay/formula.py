"""Works a written formula out again: what stands before its = and what stands after it."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable

_DOES: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


def sides(formula: str) -> tuple[float, float]:
    """The value of the formula's left side, worked out, and the one that it states."""
    left, right = formula.split(" = ")
    return worked_out(left), worked_out(right)


def worked_out(text: str) -> float:
    """The value of a sum, difference, product, quotient or power."""
    plain = text.replace(",", "").replace("×", "*").replace("^", "**")
    return _value(ast.parse(plain, mode="eval").body)


def _value(node: ast.expr) -> float:
    if isinstance(node, ast.BinOp):
        return _DOES[type(node.op)](_value(node.left), _value(node.right))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand)
    assert isinstance(node, ast.Constant), ast.dump(node)
    assert isinstance(node.value, int | float)
    return float(node.value)
