"""Who asks the API."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import LazySettings
from django.test import Client

from interlock.operations.actor import Actor
from interlock.operations.make_token import make_token
from interlock.operations.permissions import Role, Scope
from interlock.store.models import User


def secret_for(*scopes: Scope, role: Role = Role.OPERATIONS, name: str = "a program") -> str:
    """A token of Kim's, who keeps the data."""
    kim, _ = User.objects.get_or_create(
        username="kim@example.com", defaults={"side": "operations", "role": "operations"}
    )
    by = Actor(kim.username, kim.side, kim.role, kim.member)
    made = make_token(name, scopes, role, by=by)
    assert not made.problems
    return made.secret


def bearing(secret: str) -> Client:
    return Client(headers={"authorization": f"Bearer {secret}"})


@pytest.fixture
def data_folder(tmp_path: Path, settings: LazySettings) -> Path:
    """The data folder, fresh."""
    folder = tmp_path / "store"
    folder.mkdir()
    settings.DATA_FOLDER = folder
    return folder


@pytest.fixture
def program(db: None) -> Client:  # noqa: ARG001 - opens the database
    """A program with a token for reading and for facts."""
    return bearing(secret_for(Scope.READ, Scope.FACTS_WRITE))


@pytest.fixture
def walk(program: Client) -> Callable[..., list[dict[str, Any]]]:
    """Everything on a list, page by page."""

    def walked(address: str, limit: int = 3, meanwhile: Callable[[], None] = lambda: None) -> Any:
        items, cursor = [], ""
        while True:
            sign = "&" if "?" in address else "?"
            asked = urlencode({"limit": limit, **({"cursor": cursor} if cursor else {})})
            answer = program.get(f"/api/v1/{address}{sign}{asked}")
            assert answer.status_code == 200, answer.content
            told = answer.json()
            items += told["items"]
            cursor = told["next"]
            if not cursor:
                return items
            meanwhile()

    return walked
