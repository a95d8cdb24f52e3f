"""Which columns of the company's own the imported facts have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from interlock.facts.attributes import widest
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


def widen(kind: str, types: Mapping[str, ColumnType], since: int) -> None:
    """Attributes' types, so that they fit what came before and what came now, `since` when."""
    rows = Attribute.objects.filter(kind=kind).order_by("pk")
    known = dict(rows.values_list("name", "type"))
    for name, type_ in types.items():
        before = [ColumnType(known[name])] if name in known else []
        wide = widest([*before, type_])
        if wide is not None and before != [wide]:
            Attribute.objects.create(kind=kind, name=name, type=wide, since=since)
