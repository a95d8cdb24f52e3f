"""Walking the clauses of an agreement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from interlock.agreement.criterion import Criterion
from interlock.agreement.schema import clause_id


def criteria_of(clause: object, path: str = "") -> Iterator[tuple[str, Criterion]]:
    """Every criterion below a clause (or the whole agreement) with its path in the file."""
    if isinstance(clause, Criterion):
        if clause.text:
            yield path, clause
    elif isinstance(clause, tuple):
        for number, each in enumerate(clause, 1):
            yield from criteria_of(each, f"{path}.{clause_id(each) or number}")
    elif is_dataclass(clause):
        for part in fields(clause):
            inner = f"{path}.{part.name}" if path else part.name
            yield from criteria_of(getattr(clause, part.name), inner)
