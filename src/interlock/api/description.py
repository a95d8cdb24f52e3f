"""The API's description as tables: for the page of it, and for the reference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any

from interlock.api.door import api

Schema = Mapping[str, Any]
_LINK = "#/components/schemas/"


@dataclass(frozen=True)
class Field:
    """A parameter, or a field of a shape. `shape` is the name of the shape that it holds, or ""."""

    name: str
    type: str
    shape: str
    required: bool
    meaning: str


@dataclass(frozen=True)
class Answer:
    """What may come back: the status, its words, and the shape of the body ("": none)."""

    status: int
    words: str
    shape: str


@dataclass(frozen=True)
class Operation:
    """One thing that the API does."""

    id: str
    method: str
    path: str
    says: str
    parameters: tuple[Field, ...]
    takes: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Shape:
    """An object that is sent or told, with its fields."""

    name: str
    says: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Description:
    """The whole: an introduction in paragraphs, the operations, the shapes that they mention."""

    says: tuple[str, ...]
    operations: tuple[Operation, ...]
    shapes: tuple[Shape, ...]


@cache
def description() -> Description:
    """What the API does, from the very schema that programs read."""
    schema: Schema = api.get_openapi_schema(path_prefix="/api/v1/")
    operations = tuple(
        _operation(method, path, operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    )
    shapes = schema["components"]["schemas"]
    return Description(
        says=tuple(schema["info"]["description"].split("\n\n")),
        operations=operations,
        shapes=tuple(_shape(name, shapes[name]) for name in _mentioned(operations, shapes)),
    )


def _operation(method: str, path: str, operation: Schema) -> Operation:
    content = operation.get("requestBody", {}).get("content", {})
    return Operation(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        says=operation.get("description", ""),
        parameters=tuple(map(_parameter, operation.get("parameters", ()))),
        takes=next((_held(each["schema"])[1] for each in content.values()), ""),
        answers=tuple(
            Answer(int(status), HTTPStatus(int(status)).phrase, _told(answer))
            for status, answer in operation["responses"].items()
        ),
    )


def _told(answer: Schema) -> str:
    return next((_held(each["schema"])[1] for each in answer.get("content", {}).values()), "")


def _parameter(each: Schema) -> Field:
    type_, shape = _held(each["schema"])
    where = "" if each["in"] == "query" else f" ({each['in']})"
    meaning = each.get("description") or each["schema"].get("description", "")
    required = bool(each.get("required"))
    return Field(each["name"] + where, type_, shape, required, meaning)


def _shape(name: str, schema: Schema) -> Shape:
    required = schema.get("required", ())
    fields = tuple(
        Field(field, *_held(each), field in required, each.get("description", ""))
        for field, each in schema.get("properties", {}).items()
    )
    return Shape(name, " ".join(schema.get("description", "").split()), fields)


def _held(schema: Schema) -> tuple[str, str]:
    """A schema in words, and the name of the shape in it, if there is one."""
    if "$ref" in schema:
        return "", schema["$ref"].removeprefix(_LINK)
    if "allOf" in schema and len(schema["allOf"]) == 1:
        return _held(schema["allOf"][0])
    if "anyOf" in schema:
        return _either(schema["anyOf"])
    if schema.get("type") == "array":
        word, shape = _held(schema["items"])
        return f"list of {word}".strip(), shape
    word = schema.get("format") or schema.get("type", "anything")
    return str(word), ""


def _either(choices: list[Schema]) -> tuple[str, str]:
    held = [_held(each) for each in choices]
    words = [word for word, _ in held if word]
    shape = next((shape for _, shape in held if shape), "")
    return " or ".join(words) + (" or" if shape and words else ""), shape


def _mentioned(operations: tuple[Operation, ...], shapes: Schema) -> Iterator[str]:
    """The names of all shapes that an operation leads to, each once, in that order."""
    seen: dict[str, None] = {}
    for operation in operations:
        for name in (operation.takes, *(answer.shape for answer in operation.answers)):
            _walk(name, shapes, seen)
    yield from seen


def _walk(name: str, shapes: Schema, seen: dict[str, None]) -> None:
    if not name or name in seen:
        return
    seen[name] = None
    for field in shapes[name].get("properties", {}).values():
        _walk(_held(field)[1], shapes, seen)
