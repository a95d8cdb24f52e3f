"""What the API says of itself, to programs and to people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from django.test import Client
from pydantic import BaseModel

from interlock.api import schemas
from interlock.api.description import description
from interlock.store.models import User


@pytest.mark.django_db
def test_the_description_is_for_everybody_and_tells_problems_as_problems() -> None:
    answer = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    for path, methods in answer.json()["paths"].items():
        for operation in methods.values():
            told = operation["responses"]
            assert {"200", "401", "403", "422"} <= told.keys(), path
            assert list(told["401"]["content"]) == ["application/problem+json"]


@pytest.mark.django_db
def test_the_page_shows_every_operation_and_every_shape_by_its_own_means() -> None:
    reader = User.objects.create_user("sam@example.com", role="viewer")
    client = Client()
    client.force_login(reader)
    answer = client.get("/api")
    text = answer.content.decode()
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    told = description()
    assert len(told.operations) > 6
    for operation in told.operations:
        assert f'id="{operation.id}"' in text
    shapes = {shape.name for shape in told.shapes}
    for operation in told.operations:
        assert {answer.shape for answer in operation.answers} <= shapes | {""}
    for shape in shapes:
        assert f'id="shape-{shape}"' in text


def test_no_two_shapes_share_a_name_since_the_later_would_replace_the_other() -> None:
    names = Counter(kind.__name__ for kind in _kinds_of(BaseModel))
    assert schemas.Step.__name__ in names
    assert [name for name, count in names.items() if count > 1] == []


def _kinds_of(base: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """Every shape that the API declares."""
    for kind in base.__subclasses__():
        if kind.__module__.startswith("interlock.api."):
            yield kind
        yield from _kinds_of(kind)
