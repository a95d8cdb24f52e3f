"""A criterion in plain English, from its tree.

`fit >= 60 && touches.demo_request >= 1` reads "the fit score is 60 or more and there has been at
least one demo request touch". Negations are first moved to the single conditions, so that what is
read is short; that keeps the meaning, the unknown included.
"""

from __future__ import annotations

from dataclasses import replace

from interlock.agreement.expression import (
    Call,
    Constant,
    Expression,
    ListOf,
    Name,
    ValueType,
    names,
)
from interlock.agreement.fact_phrases import fact_phrase
from interlock.agreement.vocabulary import FACT_SCOPES
from interlock.agreement.wording import (
    called,
    counted,
    is_count,
    joined,
    length,
    several,
    value_words,
)

_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", "<=": ">", ">": "<="}
_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "==": "==", "!=": "!="}
_NUMBER_TESTS = {
    "==": "is {}",
    "!=": "is not {}",
    ">=": "is {} or more",
    ">": "is more than {}",
    "<=": "is {} or less",
    "<": "is less than {}",
}
_MOMENT_TESTS = {
    "==": "is at {}",
    "!=": "is not at {}",
    ">=": "is at or after {}",
    ">": "is after {}",
    "<=": "is at or before {}",
    "<": "is before {}",
}
_TEXT_TESTS = {
    "contains": ("contains {}", "does not contain {}"),
    "startsWith": ("begins with {}", "does not begin with {}"),
    "endsWith": ("ends with {}", "does not end with {}"),
    "matches": ("matches the pattern {}", "does not match the pattern {}"),
}
_ARITHMETIC = {"+": "plus", "-": "minus", "*": "times", "/": "divided by", "%": "modulo"}


def phrase(expression: Expression) -> str:
    """The criterion as a clause of a sentence, without a capital and a full stop.

    Expressions of other types than FLAG (an import may derive a number) read as their value.
    """
    if expression.type is not ValueType.FLAG:
        return _value(expression)
    return _said(simplified(expression), 0)


def simplified(expression: Expression) -> Expression:
    """The same condition with `!` only before single conditions, and literals on the right."""
    if not isinstance(expression, Call):
        return expression
    call = replace(expression, arguments=tuple(map(simplified, expression.arguments)))
    if call.op == "!":
        return _negated(call.arguments[0])
    if call.op in _MIRRORED:
        return _literal_right(call)
    return call


def _literal_right(call: Call) -> Expression:
    left, right = call.arguments
    if isinstance(left, Constant) and not isinstance(right, Constant):
        call = Call(_MIRRORED[call.op], (right, left), call.type)
        left, right = call.arguments
    if call.op in ("==", "!=") and isinstance(right, Constant) and right.type is ValueType.FLAG:
        return left if right.value == (call.op == "==") else _negated(left)
    return call


def _negated(expression: Expression) -> Expression:
    if isinstance(expression, Constant) and isinstance(expression.value, bool):
        return Constant(not expression.value, ValueType.FLAG)
    if isinstance(expression, Call):
        if expression.op == "!":
            return expression.arguments[0]
        if expression.op in _OPPOSITE:
            return replace(expression, op=_OPPOSITE[expression.op])
        if expression.op in ("&&", "||"):
            parts = tuple(_negated(argument) for argument in expression.arguments)
            return Call("||" if expression.op == "&&" else "&&", parts, ValueType.FLAG)
    return Call("!", (expression,), ValueType.FLAG)


# --- conditions -------------------------------------------------------------------------------


def _said(condition: Expression, depth: int) -> str:
    if isinstance(condition, Constant):
        return "always" if condition.value else "never"
    if isinstance(condition, Call) and condition.op in ("&&", "||"):
        return _combined(condition, depth)
    if isinstance(condition, Call) and condition.op == "?:":
        test, yes, no = (_said(part, depth + 1) for part in condition.arguments)
        return f"if {test} then {yes}, otherwise {no}"
    return _fact_or_single([condition])


def _combined(condition: Call, depth: int) -> str:
    parts = _flat(condition, condition.op)
    if condition.op == "&&":
        said = [*_facts_together(parts, depth)]
        whole = joined(said, "and")
        wrap = f"both {whole}" if depth == 1 and len(said) > 1 else whole
    else:
        said = [_said(part, depth + 1) for part in parts]
        long = depth == 0 and any(", " in each or each.startswith("both ") for each in said)
        whole = ", or ".join(said) if long else joined(said, "or")
        wrap = f"either {whole}" if depth == 1 else whole
    return f"({whole})" if depth > 1 and len(said) > 1 else wrap


def _flat(condition: Expression, op: str) -> list[Expression]:
    if isinstance(condition, Call) and condition.op == op:
        return [part for argument in condition.arguments for part in _flat(argument, op)]
    return [condition]


def _facts_together(parts: list[Expression], depth: int) -> list[str]:
    """Each condition said, those about the fact at hand in one breath: "a human acts, outbound"."""
    said: list[str] = []
    together: dict[str, list[Expression]] = {}
    for part in parts:
        scope = _fact_scope(part)
        if not scope:
            said.append(_said(part, depth + 1))
        elif scope in together:
            together[scope].append(part)
        else:
            together[scope] = [part]
            said.append(scope)
    return [_fact_or_single(together[each]) if each in together else each for each in said]


def _fact_scope(part: Expression) -> str:
    """The scope of the fact at hand, for a single condition about it."""
    scopes = {name.scope for name in names(part)}
    combined = isinstance(part, Call) and part.op in ("&&", "||", "?:")
    return scopes.pop() if len(scopes) == 1 and scopes <= set(FACT_SCOPES) and not combined else ""


def _fact_or_single(parts: list[Expression]) -> str:
    head, rest = fact_phrase(_fact_scope(parts[0]), parts) if _fact_scope(parts[0]) else ("", parts)
    said = [_single(part) for part in rest]
    return joined([head, *said] if head else said, "and")


def _single(condition: Expression) -> str:
    """One condition: a subject and what is said of it."""
    denied = isinstance(condition, Call) and condition.op == "!"
    if isinstance(condition, Call) and denied:
        condition = condition.arguments[0]
    if isinstance(condition, Name):
        return f"{called(condition)} is {'no' if denied else 'yes'}"
    if not isinstance(condition, Call):
        return f"{'not ' if denied else ''}{_value(condition)}"
    if condition.op in _NUMBER_TESTS:
        return _compared(condition)
    if condition.op == "in":
        return _within(condition, denied=denied)
    if condition.op in _TEXT_TESTS:
        subject, argument = map(_value, condition.arguments)
        return f"{subject} {_TEXT_TESTS[condition.op][denied].format(argument)}"
    subject = "it" if condition.op == "?:" else _value(condition.arguments[0])
    rest = f"so that {_said(condition, 1)}" if condition.op == "?:" else "known"
    return f"{subject} is {'not ' if denied else ''}{rest}"


def _within(condition: Call, *, denied: bool) -> str:
    subject, listing = condition.arguments
    items = [value_words(item) for item in listing.items] if isinstance(listing, ListOf) else []
    if denied and len(items) > 1:
        return f"{_value(subject)} is none of {joined(items, 'and')}"
    return f"{_value(subject)} is {'not ' if denied else ''}{joined(items, 'or') or 'in no list'}"


def _compared(condition: Call) -> str:
    left, right = condition.arguments
    if left.type is ValueType.FLAG:
        a, b = _said(left, 2), _said(right, 2)
        return f"{a} just when {b}" if condition.op == "==" else f"either {a} or {b}, not both"
    if isinstance(left, Name) and is_count(left) and isinstance(right, Constant):
        return _count(left, condition.op, right)
    tests = _MOMENT_TESTS if left.type is ValueType.INSTANT else _NUMBER_TESTS
    of_time = _is_time_between(left) and isinstance(right, Constant)
    value = (
        length(int(right.value or 0)) if of_time and isinstance(right, Constant) else _value(right)
    )
    return f"{_value(left)} {tests[condition.op].format(value)}"


def _count(name: Name, op: str, limit: Constant) -> str:
    """`touches.demo_request >= 1`: "there has been at least one demo request touch"."""
    one, many = counted(name)
    number = limit.value
    if not isinstance(number, int) or (op == "!=" and number != 0) or number < 0:
        return f"{called(name)} {_NUMBER_TESTS[op].format(value_words(limit))}"
    if (op, number) == ("!=", 0):
        op, number = ">=", 1
    if op in (">", "<"):
        op, number = (">=", number + 1) if op == ">" else ("<=", number - 1)
    if number < 0:
        return "never"
    amount = {">=": "at least ", "<=": "at most ", "==": "exactly "}[op] if number else ""
    if (op, number) == (">=", 0):
        amount = "any number, also "
    now = name.scope == "opportunities" and name.field == "open"
    plural = number > 1
    verb = ("are" if plural else "is") if now else ("have been" if plural else "has been")
    return f"there {verb} {amount}{several(number, one, many)}"


# --- values -----------------------------------------------------------------------------------


def _is_time_between(value: Expression) -> bool:
    is_difference = isinstance(value, Call) and value.op == "-" and value.type is ValueType.INTEGER
    return is_difference and value.arguments[0].type is ValueType.INSTANT  # type: ignore[union-attr]  # a Call, as just asked


def _value(value: Expression) -> str:
    if isinstance(value, Constant):
        return value_words(value)
    if isinstance(value, Name):
        return called(value)
    if isinstance(value, ListOf):
        return joined([value_words(item) for item in value.items], "and")
    if value.type is ValueType.FLAG:
        return f"whether {_said(simplified(value), 1)}"
    return _computed(value)


def _computed(call: Call) -> str:
    if call.op == "?:":
        test, yes, no = call.arguments
        return f"({_value(yes)} if {_said(simplified(test), 2)}, otherwise {_value(no)})"
    if call.op == "neg":
        return f"minus {_value(call.arguments[0])}"
    if call.op == "size":
        return f"the length of {_value(call.arguments[0])}"
    left, right = call.arguments
    if _is_time_between(call):
        return f"the time from {_value(right)} to {_value(left)}"
    if call.type is ValueType.INSTANT and isinstance(right, Constant):
        word = "after" if call.op == "+" else "before"
        return f"{length(int(right.value or 0))} {word} {_value(left)}"
    nested = [f"({_value(p)})" if isinstance(p, Call) else _value(p) for p in (left, right)]
    return f" {_ARITHMETIC.get(call.op, call.op)} ".join(nested)
