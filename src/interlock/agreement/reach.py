"""What can never be: criteria that no fact can meet, stages that no lead can reach."""

from __future__ import annotations

from collections.abc import Iterable

from interlock.agreement.expression import Call, Constant, Expression, ListOf, Name, ValueType
from interlock.agreement.schema import Agreement, Stage
from interlock.agreement.vocabulary import FACT_SCOPES

START = "start"
"""In `comes_from`: a lead that is in no stage yet."""

TRUE, FALSE, UNKNOWN = "true", "false", "unknown"
Outcomes = frozenset[str]
_ANY: Outcomes = frozenset((TRUE, FALSE, UNKNOWN))


def can_hold(expression: Expression) -> bool:
    """Whether some fact can meet the criterion, as far as its form shows.

    A fact is a touch or a decision, never both: `touch.kind == "form" && decision.kind ==
    "accept"` holds at no fact. Numbers are not reasoned about.
    """
    return any(TRUE in _outcomes(expression, scope) for scope in FACT_SCOPES)


def needs_its_fact(expression: Expression) -> bool:
    """Whether only a fact of the kinds that it speaks of can meet it, as far as its form shows."""
    return TRUE not in _outcomes(expression, "")


def reachable(agreement: Agreement) -> frozenset[str]:
    """The stages that some lead can be in."""
    sent = {reason.goes_to for reason in agreement.reasons}
    found: set[str] = set()
    while more := [
        stage.id
        for stage in agreement.stages
        if stage.id not in found and (stage.id in sent or _enters_from(stage, found))
    ]:
        found.update(more)
    return frozenset(found)


def _enters_from(stage: Stage, found: Iterable[str]) -> bool:
    open_ = stage.enter is not None and can_hold(stage.enter.expression)
    return open_ and not {START, *found}.isdisjoint(stage.comes_from)


def _outcomes(expression: Expression, scope: str) -> Outcomes:
    """What the expression can come to at a fact of that scope."""
    if isinstance(expression, Constant):
        return frozenset((TRUE if expression.value else FALSE,))
    if isinstance(expression, ListOf):
        return _ANY
    if isinstance(expression, Name):
        elsewhere = expression.scope in FACT_SCOPES and expression.scope != scope
        return frozenset((UNKNOWN,)) if elsewhere else _ANY
    return _of_call(expression, scope)


def _of_call(call: Call, scope: str) -> Outcomes:
    parts = [_outcomes(argument, scope) for argument in call.arguments]
    if call.op in ("&&", "||"):
        absorbing = FALSE if call.op == "&&" else TRUE
        return frozenset(_joined(left, right, absorbing) for left in parts[0] for right in parts[1])
    if call.op == "!":
        flipped = {TRUE: FALSE, FALSE: TRUE, UNKNOWN: UNKNOWN}
        return frozenset(flipped[part] for part in parts[0])
    if call.op == "known":
        return frozenset((FALSE,)) if parts[0] == {UNKNOWN} else frozenset((TRUE, FALSE))
    if call.op == "?:":
        return parts[1] | parts[2] if parts[0] != {UNKNOWN} else frozenset((UNKNOWN,))
    return frozenset((UNKNOWN,)) if {UNKNOWN} in parts else _ANY


def _joined(left: str, right: str, absorbing: str) -> str:
    if absorbing in (left, right):
        return absorbing
    if UNKNOWN in (left, right):
        return UNKNOWN
    return left


def literals_beside(expression: Expression) -> list[tuple[Name, str]]:
    """Every text that a name is compared with, by `==`, `!=` or `in`."""
    if not isinstance(expression, Call):
        return []
    found = [pair for argument in expression.arguments for pair in literals_beside(argument)]
    if expression.op not in ("==", "!=", "in"):
        return found
    names = [part for part in expression.arguments if isinstance(part, Name)]
    texts = [
        item.value
        for part in expression.arguments
        for item in (part.items if isinstance(part, ListOf) else (part,))
        if isinstance(item, Constant) and item.type is ValueType.TEXT
    ]
    return found + [(name, str(text)) for name in names for text in texts]
