"""Plain English from a criterion's tree and from whole clauses."""

from __future__ import annotations

from interlock.agreement.expression import Constant, Expression, ListOf, Name


def phrase(expression: Expression) -> str:
    """The expression as a person would say it."""
    if isinstance(expression, Constant):
        return str(expression.value)
    if isinstance(expression, Name):
        return expression.path
    if isinstance(expression, ListOf):
        return ", ".join(str(item.value) for item in expression.items)
    return f" {expression.op} ".join(phrase(argument) for argument in expression.arguments)
