"""A criterion as an agreement holds it, and where in the file a clause stands."""

from __future__ import annotations

from dataclasses import dataclass

from interlock.agreement.expression import Expression


@dataclass(frozen=True)
class Place:
    """Where in the file a clause stands (both from 1)."""

    line: int
    column: int


TOP = Place(1, 1)
"""The first place of a file."""


@dataclass(frozen=True)
class Criterion:
    """A CEL expression over facts, checked, with its sentence in plain English."""

    text: str
    expression: Expression
    sentence: str
    place: Place
