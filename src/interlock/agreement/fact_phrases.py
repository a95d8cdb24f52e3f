"""What happens at the fact at hand, in one breath: "a human calls, outbound"."""

from __future__ import annotations

from collections.abc import Callable

from interlock.agreement.expression import Call, Constant, Expression, ListOf, Name
from interlock.agreement.wording import DECIDED, DONE, joined, words


def fact_phrase(scope: str, parts: list[Expression]) -> tuple[str, list[Expression]]:
    """The head that says what happens, and the conditions that it does not say.

    All parts are single conditions about the fact of that scope. Where nothing of them makes a
    head, the head is empty.
    """
    said: Said = {}
    by_field: dict[str, Expression] = {}
    for part in parts:
        field = _field(part)
        values = _values(part)
        if values and field not in said:
            said[field], by_field[field] = values, part
    head, used = _HEADS[scope](said)
    covered = [by_field[field] for field in used if field in by_field]
    rest = [part for part in parts if not any(part is each for each in covered)]
    return (head, rest) if covered else ("", parts)


Said = dict[str, list[str]]
"""What the conditions say: the values that a field may have; a flag is yes or no."""

Head = tuple[str, tuple[str, ...]]
"""What happens, and the fields that this says."""


def _field(part: Expression) -> str:
    first = part.arguments[0] if isinstance(part, Call) else part
    return first.field if isinstance(first, Name) else ""


def _values(part: Expression) -> list[str]:
    if isinstance(part, Name):
        return ["yes"]
    if not isinstance(part, Call) or not _field(part):
        return []
    if part.op in ("!", "known"):
        return ["no" if part.op == "!" else "known"]
    other = part.arguments[-1]
    if part.op == "==" and isinstance(other, Constant):
        return [str(other.value)]
    if part.op == "in" and isinstance(other, ListOf):
        return [str(item.value) for item in other.items]
    return []


def _activity(said: Said) -> Head:
    kinds = said.get("kind", [])
    if not set(kinds) <= set(DONE):
        kinds = []
    who = {"yes": "a human", "no": "a machine"}.get("".join(said.get("human", [])), "somebody")
    does = joined([DONE[kind] for kind in kinds], "or") or "acts"
    direction = "".join(said.get("direction", []))
    way = f", {direction}" if direction in ("outbound", "inbound") else ""
    used = ["human"] + ["kind"] * bool(kinds) + ["direction"] * bool(way)
    return f"{who} {does}{way}", tuple(used)


def _decision(said: Said) -> Head:
    kinds = said.get("kind", [])
    known = bool(kinds) and set(kinds) <= set(DECIDED)
    what = "deal" if set(kinds) <= {"win", "lose"} else "lead"
    head = f"the {what} is {joined([DECIDED[kind] for kind in kinds], 'or')}" if known else ""
    reasons = [f'"{words(reason)}"' for reason in said.get("reason", []) if reason != "known"]
    if not reasons:
        return head, ("kind",) if known else ()
    head = head or "a decision is made"
    because = f"{head} for the reason {joined(reasons, 'or')}"
    return because, ("kind", "reason") if known else ("reason",)


def _touch(said: Said) -> Head:
    kinds = [words(kind) for kind in said.get("kind", []) if kind != "known"]
    return (f"there is a {joined(kinds, 'or')} touch", ("kind",)) if kinds else ("", ())


def _opportunity(said: Said) -> Head:
    statuses = [status for status in said.get("status", []) if status != "known"]
    return (f"an opportunity is {joined(statuses, 'or')}", ("status",)) if statuses else ("", ())


def _assignment(said: Said) -> Head:
    if said.get("member") == ["known"]:
        return "the lead is given to a named owner", ("member",)
    if said.get("queue") == ["known"]:
        return "the lead is put in a queue", ("queue",)
    return "", ()


_HEADS: dict[str, Callable[[Said], Head]] = {
    "activity": _activity,
    "decision": _decision,
    "touch": _touch,
    "opportunity": _opportunity,
    "assignment": _assignment,
}
