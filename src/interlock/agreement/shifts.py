"""How one criterion differs from another, in phrases: "engagement from 50 to 60"."""

from __future__ import annotations

from collections.abc import Iterator

from interlock.agreement.expression import Call, Constant, Expression, ListOf, Name, names
from interlock.agreement.phrases import phrase
from interlock.agreement.wording import called, joined, value_words

_COMPARED = {"==", "!=", "<", "<=", ">", ">="}
_CHAINED = {
    "&&": ("also asks that {}", "no longer asks that {}"),
    "||": ("also when {}", "no longer when {}"),
}


def shifts(before: Expression, after: Expression) -> tuple[str, ...]:
    """What the second criterion asks otherwise; nothing where both are the same."""
    return tuple(_shifts(before, after))


def _shifts(before: Expression, after: Expression) -> Iterator[str]:
    if before == after:
        return
    if isinstance(before, Call) and isinstance(after, Call) and before.op == after.op:
        if before.op in _CHAINED:
            yield from _chain(before, after)
            return
        if said := _test(before, after):
            yield said
            return
    for op in _CHAINED:  # one condition became several, or several one
        one, other = _terms(op, before), _terms(op, after)
        if len(one) != len(other) and set(one) & set(other):
            yield from _terms_changed(op, one, other)
            return
    yield f"when {phrase(after)}, instead of when {phrase(before)}"


def _chain(before: Call, after: Call) -> Iterator[str]:
    yield from _terms_changed(before.op, _terms(before.op, before), _terms(before.op, after))


def _terms_changed(op: str, before: list[Expression], after: list[Expression]) -> Iterator[str]:
    """Conditions of a chain that stayed go unsaid; those about the same names are held together."""
    come = [term for term in after if term not in before]
    for term in (each for each in before if each not in after):
        alike = next((each for each in come if names(each) == names(term)), None)
        if alike is None:
            yield _CHAINED[op][1].format(phrase(term))
        else:
            come.remove(alike)
            yield from _shifts(term, alike)
    for term in come:
        yield _CHAINED[op][0].format(phrase(term))
    if sorted(map(repr, before)) == sorted(map(repr, after)):
        yield "the conditions stand in another order"


def _terms(op: str, expression: Expression) -> list[Expression]:
    """The conditions that a chain of one operator joins."""
    if isinstance(expression, Call) and expression.op == op:
        return [term for each in expression.arguments for term in _terms(op, each)]
    return [expression]


def _test(before: Call, after: Call) -> str:
    """Two tests of the same name against other values; "" where they are not that."""
    name, was, will = before.arguments[0], before.arguments[-1], after.arguments[-1]
    if not isinstance(name, Name) or name != after.arguments[0]:
        return ""
    what = called(name).removeprefix("the ").removesuffix(" score")
    if isinstance(was, Constant) and isinstance(will, Constant) and before.op in _COMPARED:
        return f"{what} from {value_words(was)} to {value_words(will)}"
    if before.op == "in" and isinstance(was, ListOf) and isinstance(will, ListOf):
        come = [value_words(each) for each in will.items if each not in was.items]
        gone = [value_words(each) for each in was.items if each not in will.items]
        said = [f"with {joined(come, 'and')}"] if come else []
        said += [f"without {joined(gone, 'and')}"] if gone else []
        return f"{what} {', '.join(said) or 'in another order'}"
    return ""
