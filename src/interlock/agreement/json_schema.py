"""The JSON Schema of the file, for editors; derived from the types and what they say of their keys.

Draft 2020-12. It describes the form; what clauses must be to each other is checked on loading.
"""

from __future__ import annotations

import inspect
from datetime import date
from enum import StrEnum
from typing import Any

from interlock.agreement.calendars import HOLIDAY_KEYS
from interlock.agreement.criterion import Criterion
from interlock.agreement.durations import FORMS
from interlock.agreement.hours import WEEKDAYS
from interlock.agreement.key import Key
from interlock.agreement.schema import Agreement, Calendar, Duration
from interlock.agreement.shape import (
    ID_PATTERN,
    MAY_BE_LISTED,
    id_field,
    id_type,
    is_clause,
    item_of,
    members,
    short_form,
    value_of,
    written,
)

Schema = dict[str, Any]

_TEXT: Schema = {"type": ["string", "number", "boolean"]}
_NAME: Schema = {"pattern": f"^{ID_PATTERN}$"}


def json_schema() -> Schema:
    """The schema of an agreement's file; every key with its meaning."""
    definitions: dict[str, Schema] = {}
    root = _object(Agreement, definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Interlock agreement",
        "description": "What sales and marketing promise each other.",
        **root,
        "$defs": dict(sorted(definitions.items())),
    }


def _object(owner: Any, definitions: dict[str, Schema]) -> Schema:
    keys = written(owner).values()
    return {
        "type": "object",
        "properties": {
            each.key: _described(_of(each.type, each.says, definitions), each.says) for each in keys
        },
        "required": [each.key for each in keys if each.required],
        "additionalProperties": False,
    }


def _described(schema: Schema, says: Key) -> Schema:
    return {"description": says.meaning, **schema} if says.meaning else schema


def _of(type_: Any, says: Key, definitions: dict[str, Schema]) -> Schema:
    kinds = members(type_)
    if len(kinds) > 1:
        return {"anyOf": [_of(kind, says, definitions) for kind in kinds]}
    (only,) = kinds
    if item := item_of(only):
        return _many(item, says, definitions)
    if value := value_of(only):
        return {"type": "object", "additionalProperties": _of(value, says, definitions)}
    if is_clause(only):
        return _reference(only, definitions)
    return _scalar(only, says)


def _many(item: Any, says: Key, definitions: dict[str, Schema]) -> Schema:
    one = _of(item, says, definitions)
    listing: Schema = {"type": "array", "items": one}
    if not is_clause(item):
        return {"anyOf": [one, listing]}
    owner = members(item)[0]
    if id_field(owner) is None:
        return {"anyOf": [one, listing]}
    side = id_type(owner)
    names = {"enum": [str(each) for each in side]} if side is not str else _NAME
    keyed = {"type": "object", "propertyNames": names, "additionalProperties": one}
    return {"anyOf": [keyed, listing]} if item in MAY_BE_LISTED else keyed


def _reference(owner: Any, definitions: dict[str, Schema]) -> Schema:
    name = owner.__name__
    if name not in definitions:
        definitions[name] = {}  # so that a type within itself finds its name
        meaning = (inspect.getdoc(owner) or "").partition("\n\n")[0].replace("\n", " ")
        body = _calendar() if owner is Calendar else _object(owner, definitions)
        short = short_form(owner)
        if short:
            body = {"anyOf": [_TEXT, body]}
        definitions[name] = {"description": meaning, **body}
    return {"$ref": f"#/$defs/{name}"}


def _scalar(type_: Any, says: Key) -> Schema:
    if issubclass(type_, StrEnum):
        return {"enum": [str(each) for each in type_]}
    if says.choices:
        return {"enum": list(says.choices)}
    return _bounded(_SCALARS[type_], says)


def _bounded(schema: Schema, says: Key) -> Schema:
    """Bounds for the plain form of a number; `40 %` is text and has none here."""
    bounds = {"minimum": says.least, "maximum": says.most}
    given = {key: value for key, value in bounds.items() if value is not None}
    return {**schema, **given}


_SCALARS: dict[Any, Schema] = {
    str: _TEXT,
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^\d+(\.\d+)?\s*%$"}]},
    date: {"type": "string", "format": "date"},
    Duration: {"type": "string", "description": FORMS},
    Criterion: {"type": ["string", "boolean"], "description": "a condition in CEL"},
}


def _calendar() -> Schema:
    """A calendar is written in short forms of its own (`interlock.agreement.calendars`)."""
    opening: Schema = {
        "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]
    }
    openings: Schema = {"anyOf": [{"type": "string"}, {"type": "array", "items": opening}]}
    dated: Schema = {"type": "object", "additionalProperties": openings}
    dates: Schema = {"type": "array", "items": {"type": "string", "format": "date"}}
    named = {key: dates if key == "dates" else {"type": "string"} for key in HOLIDAY_KEYS}
    properties: dict[str, Schema] = {
        "meaning": {"type": "string", "description": "what the calendar is called"},
        "timezone": {"type": "string", "description": "a zone of the IANA database: Europe/Oslo"},
        "hours": {
            "description": "opening times by weekday: 09:00-17:00, or several in a list",
            "type": "object",
            "properties": dict.fromkeys(WEEKDAYS, openings),
            "additionalProperties": False,
        },
        "holidays": {
            "description": "closed days: dates in a list, or by country and subdivision",
            "anyOf": [
                dates,
                {"type": "object", "properties": named, "additionalProperties": False},
            ],
        },
        "date_overrides": {"description": "other opening times on a date", **dated},
        "breaks": {"description": "times taken out of a date", **dated},
    }
    return {
        "type": "object",
        "properties": properties,
        "required": ["timezone", "hours"],
        "additionalProperties": False,
    }
