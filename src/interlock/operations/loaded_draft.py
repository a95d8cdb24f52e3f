"""A draft's text as an agreement, read with the columns that the facts have now."""

from __future__ import annotations

from functools import lru_cache

from interlock.agreement.loading import Loaded, load
from interlock.facts.kinds import ColumnType
from interlock.operations.attributes import known_attributes

_Columns = tuple[tuple[str, tuple[tuple[str, ColumnType], ...]], ...]


def loaded_draft(text: str) -> Loaded:
    """The agreement, or what is wrong with it. One query; the same text is read once a process."""
    attributes = known_attributes()
    columns = ((kind, tuple(sorted(names.items()))) for kind, names in attributes.items())
    return _loaded(text, tuple(sorted(columns)))


@lru_cache(maxsize=16)
def _loaded(text: str, columns: _Columns) -> Loaded:
    return load(text, attributes={kind: dict(names) for kind, names in columns})
