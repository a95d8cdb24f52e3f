"""The variables that a criterion may speak of, and their types.

State, as known just after the fact at hand: `person.*`, `account.*`, the scores `fit` and
`engagement`, and counts of what has happened so far (`touches.webinar`, `activities.attempts`,
`decisions.reject`, `opportunities.open`, `assignments.any`). The fact at hand itself: `touch.*`,
`activity.*`, `decision.*`, `opportunity.*`, `assignment.*`; these are unknown at a fact of another
kind. Attributes (columns that no contract names) join the scope of their kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from interlock.agreement.expression import ValueType
from interlock.facts.kinds import ACTIVITY_KINDS, DECISION_KINDS, KINDS, ColumnType

STATE_SCOPES = ("person", "account")
FACT_SCOPES = ("touch", "activity", "decision", "opportunity", "assignment")
COUNTS: dict[str, tuple[str, ...]] = {
    "touches": ("any",),
    "activities": ("any", "attempts", *ACTIVITY_KINDS),
    "decisions": ("any", *DECISION_KINDS),
    "opportunities": ("created", "open", "won", "lost"),
    "assignments": ("any",),
}
"""Counts of facts so far; `touches` also has one for each touch kind that gives points.

`activities.attempts` counts outbound activities of a human that reach for the buyer: every kind
but task and note.
"""

ATTEMPT_KINDS = tuple(kind for kind in ACTIVITY_KINDS if kind not in ("task", "note"))

VALUE_TYPES: dict[ColumnType, ValueType] = {
    ColumnType.TEXT: ValueType.TEXT,
    ColumnType.CHOICE: ValueType.TEXT,
    ColumnType.INTEGER: ValueType.INTEGER,
    ColumnType.NUMBER: ValueType.NUMBER,
    ColumnType.FLAG: ValueType.FLAG,
    ColumnType.INSTANT: ValueType.INSTANT,
    ColumnType.MONEY: ValueType.NUMBER,
}
"""What a column is in a criterion. Money is read in whole units of its currency."""


def vocabulary(
    attributes: Mapping[str, Mapping[str, ColumnType]], touch_kinds: Iterable[str]
) -> dict[str, ValueType]:
    """Every variable by its path (`account.employees`), with its type."""
    paths = {"fit": ValueType.NUMBER, "engagement": ValueType.NUMBER}
    for scope in (*STATE_SCOPES, *FACT_SCOPES):
        columns = {column.name: column.type for column in KINDS[scope].columns}
        for name, type_ in {**attributes.get(scope, {}), **columns}.items():
            paths[f"{scope}.{name}"] = VALUE_TYPES[type_]
    for scope, fields in COUNTS.items():
        paths |= {f"{scope}.{field}": ValueType.INTEGER for field in fields}
    return paths | {f"touches.{kind}": ValueType.INTEGER for kind in touch_kinds}
