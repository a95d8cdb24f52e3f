"""Lists that a program walks to their end: in an order that stays, whatever comes in meanwhile.

Pages for people show the latest first, and move when something happens. A program that copies a
list must meet every row once: these are in order of what names a row, which no replay changes, and
the place to go on from is the name of the last row, which need not be there any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

from interlock.operations.reading import Basis

T = TypeVar("T")
Row = TypeVar("Row", bound=Model)

Mark = tuple[str | int, ...]
"""What names the last row of a page; () before the first page."""

MOST_LISTED = 500
"""Rows that one page may have."""


@dataclass(frozen=True)
class Listed(Generic[T]):
    """Some rows in order; `after` is the mark of the next page, () at the end."""

    basis: Basis
    rows: tuple[T, ...] = ()
    after: Mark = ()


def rows_beyond(
    rows: QuerySet[Row, Row], names: Sequence[str], after: Mark, size: int
) -> tuple[list[Row], Mark]:
    """The next `size` rows in order of the columns `names`, and the mark of the page after them."""
    if after:
        rows = rows.filter(_beyond(names, after))
    page = list(rows.order_by(*names)[: size + 1])
    if len(page) <= size:
        return page, ()
    return page[:size], tuple(getattr(page[size - 1], name) for name in names)


def _beyond(names: Sequence[str], after: Mark) -> Q:
    """Behind the row so named: its first column bounds the walk, the others divide what ties."""
    found, same = Q(), Q()
    for name, value in zip(names, after, strict=True):
        found |= same & Q(**{f"{name}__gt": value})
        same &= Q(**{name: value})
    return Q(**{f"{names[0]}__gte": after[0]}) & found


def filled(**columns: Any) -> Q:
    """The conditions of those columns that are asked for; None asks for nothing."""
    return Q(**{name: value for name, value in columns.items() if value is not None})
