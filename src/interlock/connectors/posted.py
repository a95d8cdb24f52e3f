"""Facts that a program writes as JSON objects: their form, before each is read by its contract.

`{"fact": "touch", "person": "p1", "at": "2026-03-02T09:00:00Z", "attributes": {"score": 3}}`:
beside its kind, as `fact`, and `attributes`, an object has the columns of its kind's contract.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from interlock.agreement.problems import did_you_mean
from interlock.connectors.files import MAX_CELL
from interlock.connectors.manifest_checks import MADE_IDS
from interlock.connectors.naming import slug
from interlock.connectors.typed_files import plain_cell
from interlock.facts.kinds import KINDS, Kind

FACT, ATTRIBUTES = "fact", "attributes"
MOST_ATTRIBUTES = 200
LONGEST_NAME = 100


@dataclass(frozen=True)
class Posted:
    """A fact as it was written: its kind, and its values by column, attributes among them."""

    kind: str
    values: Mapping[str, Any]


def read_posted(row: Mapping[str, Any]) -> Posted | str:
    """The fact that the object writes, or why it is none.

    Where a kind may do without an id and there is none, it is made from all that the object says.
    """
    name, own = row.get(FACT), row.get(ATTRIBUTES, {})
    kind = KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        hint = did_you_mean(str(name), KINDS) or f"there are {', '.join(KINDS)}"
        return f"`{FACT}` names no kind of fact; {hint}"
    if not isinstance(own, Mapping) or len(own) > MOST_ATTRIBUTES:
        return f"`{ATTRIBUTES}` is an object with at most {MOST_ATTRIBUTES} texts, numbers or flags"
    columns = {key: value for key, value in row.items() if key not in (FACT, ATTRIBUTES)}
    wrong = _wrong_column(kind, columns) or _wrong_attribute(kind, own)
    if wrong:
        return wrong
    values = columns | {key: plain_cell(value) for key, value in own.items()}
    values = {key: value for key, value in values.items() if value not in (None, "")}
    if any(isinstance(value, str) and len(value) > MAX_CELL for value in values.values()):
        return f"a text is longer than {MAX_CELL:,} characters"
    if "id" not in values and kind.name in MADE_IDS:
        values["id"] = _made_id(kind, values)
    return Posted(kind.name, values)


def _wrong_column(kind: Kind, columns: Mapping[str, Any]) -> str:
    known = [column.name for column in kind.columns]
    for key, value in columns.items():
        if key not in known:
            hint = did_you_mean(key, known) or f"put columns of your own under `{ATTRIBUTES}`"
            return f"a {kind.name} has no column `{key}`; {hint}"
        if isinstance(value, dict | list):
            return f"`{key}` holds more than one value"
    return ""


def _wrong_attribute(kind: Kind, own: Mapping[str, Any]) -> str:
    for key in own:
        if kind.column(key):
            return f"`{key}` is a column of every {kind.name}; put it beside `{FACT}`"
        if not key or len(key) > LONGEST_NAME or slug(key) != key:
            return f"an attribute cannot be called `{key}`; use small letters, digits and _"
    return ""


def _made_id(kind: Kind, values: Mapping[str, Any]) -> str:
    said = json.dumps([kind.name, sorted(values.items())])
    return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()
