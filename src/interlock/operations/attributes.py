"""Which columns of the company's own the imported facts have."""

from __future__ import annotations

from collections import defaultdict

from interlock.facts.kinds import ColumnType
from interlock.store.models import Attribute

Attributes = dict[str, dict[str, ColumnType]]
"""By kind and name, the type that the column's values have shown."""


def known_attributes(known_by: int | None = None) -> Attributes:
    """The columns of the company's own, and the types that they had shown by the instant; or now.

    A type only ever widens, so that the last one found is the one that holds all values.
    """
    known: Attributes = defaultdict(dict)
    rows = Attribute.objects.order_by("pk")
    rows = rows if known_by is None else rows.filter(since__lte=known_by)
    for kind, name, type_ in rows.values_list("kind", "name", "type"):
        known[kind][name] = ColumnType(type_)
    return dict(known)
