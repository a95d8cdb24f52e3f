"""The API: its operations, who may ask, and its description."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser

from interlock.api.auth import Bearer
from interlock.api.deciding import router as deciding
from interlock.api.disputes import router as disputes
from interlock.api.facts import router as facts
from interlock.api.problems import HANDLERS, MEDIA_TYPE
from interlock.api.reading import router as reading
from interlock.connectors.bodies import load_json

_DESCRIPTION = """\
Facts in; people, accounts, obligations, decisions and verdicts out;
disputes both ways. Instants are ISO 8601 in UTC.
Lists are walked by cursor: send `next` of one page as `cursor` of the next, until it is null. What
is wrong is told as problem+json (RFC 9457), with the place, the reason and a way out."""


class Bodies(Parser):
    """Reads bodies as JSON, of a depth that everything behind it can walk."""

    def parse_body(self, request: HttpRequest) -> Any:
        """What the body says; ninja makes a 400 of what it raises."""
        return load_json(request.body)


class Door(NinjaAPI):
    """Ninja's API with problems told as problems in its description, too."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """The description, with the media type of every problem."""
        schema = super().get_openapi_schema(**options)
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, answer in operation["responses"].items():
                    if int(status) >= 400 and "content" in answer:  # noqa: PLR2004 - not done
                        answer["content"] = {MEDIA_TYPE: answer["content"]["application/json"]}
        return schema


def make_door() -> Door:
    """The API with all of its operations."""
    door = Door(
        title="Interlock",
        version="1",
        description=_DESCRIPTION,
        docs_url=None,
        auth=Bearer(),
        parser=Bodies(),
        urls_namespace="api",
    )
    for error, handler in HANDLERS:
        door.add_exception_handler(error, handler)
    door.add_router("", facts)
    door.add_router("", deciding)
    door.add_router("", reading)
    door.add_router("", disputes)
    return door


api = make_door()
