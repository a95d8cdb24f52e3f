"""How near a moment is to the edge of a criterion."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.agreement.expression import Call, Constant, Expression, Name, ValueType
from interlock.facts.columns import Column
from interlock.replay.evaluate import ColumnOf, holds
from interlock.replay.nearness import nearness

FLAG, NUMBER, TEXT = ValueType.FLAG, ValueType.NUMBER, ValueType.TEXT
FIT, ENGAGEMENT = Name("", "fit", NUMBER), Name("", "engagement", NUMBER)


def at_least(name: Name, limit: float) -> Call:
    return Call(">=", (name, Constant(limit, NUMBER)), FLAG)


def both(*parts: Expression) -> Call:
    return Call("&&", parts, FLAG)


def either(*parts: Expression) -> Call:
    return Call("||", parts, FLAG)


def reading(cells: Mapping[str, float | None]) -> ColumnOf:
    def column_of(name: Name) -> Column:
        cell = cells.get(name.path)
        return Column(np.array([cell or 0.0]), np.array([cell is not None]))

    return column_of


def near(expression: Expression, **cells: float | None) -> tuple[bool, float]:
    held, far = nearness(expression, reading(cells), 1)
    return bool(held[0]), float(far[0])


A, B = at_least(FIT, 50), at_least(ENGAGEMENT, 40)


@pytest.mark.parametrize(
    ("expression", "cells", "verdict", "far"),
    [
        (A, {"fit": 45.0}, False, 0.1),
        (A, {"fit": 60.0}, True, 0.2),
        (A, {"fit": 500.0}, True, 1.0),
        (A, {"fit": None}, False, 1.0),
        (both(A, B), {"fit": 45.0, "engagement": 36.0}, False, 0.2),  # both have to turn
        (both(A, B), {"fit": 45.0, "engagement": 80.0}, False, 0.1),  # one has to
        (both(A, B), {"fit": 55.0, "engagement": 80.0}, True, 0.1),  # any one may
        (either(A, B), {"fit": 45.0, "engagement": 20.0}, False, 0.1),
        (either(A, B), {"fit": 55.0, "engagement": 44.0}, True, 0.2),
        (either(both(A, B), B), {"fit": 0.0, "engagement": 36.0}, False, 0.1),
    ],
)
def test_distance_is_counted_in_conditions(
    expression: Expression, cells: dict[str, float | None], verdict: object, far: float
) -> None:
    held, found = near(expression, **cells)
    assert held is verdict
    assert found == pytest.approx(far)


leaves = st.builds(at_least, st.sampled_from((FIT, ENGAGEMENT)), st.sampled_from((10.0, 50.0)))
trees = st.recursive(
    leaves,
    lambda inner: st.builds(
        lambda op, parts: Call(op, tuple(parts), FLAG),
        st.sampled_from(("&&", "||")),
        st.lists(inner, min_size=2, max_size=3),
    ),
    max_leaves=6,
)
cells = st.one_of(st.none(), st.floats(0, 100))


@given(trees, cells, cells)
def test_it_holds_where_the_evaluator_says_so_and_no_lead_is_on_both_sides(
    tree: Expression, fit: float | None, engagement: float | None
) -> None:
    read = reading({"fit": fit, "engagement": engagement})
    held, far = nearness(tree, read, 1)
    assert held[0] == holds(tree, read, 1)[0]
    assert far[0] > 0
