"""What a because's values are called: people know members, campaigns and reasons by their names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from interlock.operations.rows import Names
from interlock.replay.because import Because, Condition, Value


def in_names(because: Because, names: Names, campaigns: Mapping[str, str]) -> Because:
    """The because with names in place of the keys among its values."""
    called = {"member": names.members, "campaign": campaigns, "reason": names.reasons}
    if because.conditions is None:
        return because
    return replace(because, conditions=_named(because.conditions, called))


def _named(condition: Condition, called: Mapping[str, Mapping[str, str]]) -> Condition:
    parts = tuple(_named(part, called) for part in condition.parts)
    values = tuple((path, _name(path, value, called)) for path, value in condition.values)
    return replace(condition, values=values, parts=parts)


def _name(path: str, value: Value, called: Mapping[str, Mapping[str, str]]) -> Value:
    known = called.get(path.rpartition(".")[2], {})
    return known.get(value, value) if isinstance(value, str) else value
