"""Every operation of the API, asked as every role, with every scope, and as a stranger."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from interlock.api.access import OPERATIONS
from interlock.api.door import api
from interlock.operations.actor import Actor
from interlock.operations.make_token import make_token
from interlock.operations.permissions import ALLOWED, SCOPES, Role, Scope
from interlock.operations.token_actor import BEGINNING
from interlock.store.models import Token, User
from tests.web.conftest import PHRASE

FORBIDDEN, STRANGER, BROKEN = 403, 401, 500
pytestmark = pytest.mark.django_db


def described() -> Iterator[tuple[str, str]]:
    """Every operation that the description names: its row, and an address of it."""
    for path, methods in api.get_openapi_schema(path_prefix="/api/v1/")["paths"].items():
        for method in methods:
            row = f"{method.upper()} {path.removeprefix('/api/v1/')}"
            for name, converter in (("key", "path"), ("number", "int")):
                row = row.replace(f"{{{name}}}", f"<{converter}:{name}>")
            yield row, re.sub(r"{\w+}", "nobody", path.replace("{number}", "7"))


EVERY = dict(described())
BODIES: dict[str, dict[str, Any]] = {
    "POST facts": {"facts": [{"fact": "touch", "id": "t1"}]},
    "POST people/<path:key>/decisions": {"kind": "accept"},
    "POST disputes": {"kind": "credit", "id": "o1", "words": "Ours."},
    "POST disputes/<int:number>/view": {"words": "Ours."},
    "POST disputes/<int:number>/ruling": {"way": "sales", "reasons": "Theirs."},
}
"""Bodies that can be read, of every operation that takes one."""


def ask(client: Client, row: str) -> Any:
    method, body = row.partition(" ")[0], json.dumps(BODIES.get(row, {}))
    return client.generic(method, EVERY[row], body, "application/json")


def status(client: Client, row: str) -> int:
    return int(ask(client, row).status_code)


def bearing(secret: str) -> Client:
    return Client(headers={"authorization": f"Bearer {secret}"}, raise_request_exception=False)


def token(role: Role, *scopes: Scope) -> str:
    user, _ = User.objects.get_or_create(username="kim@example.com", defaults={"role": role})
    made = make_token("walk", scopes, role, by=Actor(user.username, "sales", role))
    assert made.problems == ()
    return made.secret


def test_every_operation_has_its_row_and_every_row_its_operation() -> None:
    assert len(EVERY) > 8
    assert EVERY.keys() == OPERATIONS.keys()


@pytest.mark.parametrize("role", Role)
def test_every_operation_is_open_to_the_roles_of_its_deed_alone(role: Role) -> None:
    client = bearing(token(role, *Scope))
    for row, deed in OPERATIONS.items():
        answered = status(client, row)
        assert (answered != FORBIDDEN) == (role in ALLOWED[deed]), row
        assert answered != STRANGER, row
        assert answered < BROKEN, row


@pytest.mark.parametrize("scope", Scope)
def test_every_operation_is_open_to_the_scopes_of_its_deed_alone(scope: Scope) -> None:
    client = bearing(token(Role.ADMIN, scope))
    for row, deed in OPERATIONS.items():
        answer = ask(client, row)
        assert (answer.status_code != FORBIDDEN) == (deed in SCOPES[scope]), row
        if answer.status_code == FORBIDDEN:
            needed = next(each for each in Scope if deed in SCOPES[each])
            way_out = f"it takes the scope {needed}, and this token has {scope}"
            assert json.loads(answer.content)["way_out"].lower().startswith(way_out), row


@pytest.mark.parametrize("scope", Scope)
def test_every_operation_asks_itself_too(scope: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    through = next(iter(SCOPES[scope]))
    monkeypatch.setattr("interlock.api.auth.OPERATIONS", dict.fromkeys(OPERATIONS, through))
    client = bearing(token(Role.ADMIN, scope))
    for row, deed in OPERATIONS.items():
        answered = status(client, row)
        assert (answered != FORBIDDEN) == (deed in SCOPES[scope]), (row, answered)
        assert answered < BROKEN, row


def test_a_stranger_is_told_nothing_whatever_they_show() -> None:
    User.objects.create_user("sam@example.com", password=PHRASE, role=Role.ADMIN)
    signed_in = Client()
    signed_in.post("/sign-in", {"username": "sam@example.com", "password": PHRASE})
    made_up = bearing(f"{BEGINNING}{'0' * 8}_{'x' * 43}")
    for client in (Client(), signed_in, made_up, bearing("")):
        assert {status(client, row) for row in OPERATIONS} == {STRANGER}


@pytest.mark.parametrize("over", [{"revoked_at": 1}, {"expires_at": 1}])
def test_a_token_that_was_revoked_or_is_too_old_is_a_strangers(over: dict[str, int]) -> None:
    client = bearing(token(Role.ADMIN, *Scope))
    assert status(client, "GET people") < STRANGER
    Token.objects.update(**over)
    assert {status(client, row) for row in OPERATIONS} == {STRANGER}


def test_an_operation_without_a_row_is_closed_to_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("interlock.api.auth.OPERATIONS", {})
    assert status(bearing(token(Role.ADMIN, *Scope)), "GET people") == FORBIDDEN
