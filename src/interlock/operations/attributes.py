"""Which columns of the company's own the imported facts have."""

from __future__ import annotations

from collections import defaultdict

from interlock.facts.kinds import ColumnType
from interlock.store.models import Attribute


def known_attributes() -> dict[str, dict[str, ColumnType]]:
    """By kind and name, the type that the column's values have shown."""
    known: dict[str, dict[str, ColumnType]] = defaultdict(dict)
    for kind, name, type_ in Attribute.objects.values_list("kind", "name", "type"):
        known[kind][name] = ColumnType(type_)
    return dict(known)
