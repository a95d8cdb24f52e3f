"""The page of tokens."""

from __future__ import annotations

import re

from django.test import Client

from interlock.operations.token_actor import token_actor
from interlock.store.models import Token, User

ASKED = {"name": "CRM sync", "scopes": ["read", "decide"], "role": "member", "days": "90"}


def test_a_token_is_made_and_its_secret_shown_once(as_reader: Client) -> None:
    page = as_reader.post("/settings/tokens", ASKED)
    found = re.search(r'value="(ilk_[^"]+)"', page.content.decode())
    assert found is not None
    assert "no-store" in page["Cache-Control"]
    acting = token_actor(found[1])
    assert acting is not None
    assert acting.scopes == frozenset({"read", "decide"})
    assert found[1] not in as_reader.get("/settings/tokens").content.decode()
    assert "CRM sync" in as_reader.get("/settings/tokens").content.decode()


def test_only_roles_that_one_has_are_offered_and_taken(as_reader: Client) -> None:
    page = as_reader.get("/settings/tokens").content.decode()
    assert re.findall(r'<option value="(\w+)"(?: selected)?>\w+</option>', page) == [
        "viewer",
        "member",
    ]
    as_reader.post("/settings/tokens", {**ASKED, "role": "admin"})
    assert not Token.objects.exists()


def test_a_token_is_revoked(as_reader: Client) -> None:
    as_reader.post("/settings/tokens", ASKED)
    token = Token.objects.get()
    answer = as_reader.post(f"/settings/tokens/{token.pk}/revoke", follow=True)
    assert "The token was revoked" in answer.content.decode()
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert as_reader.post(f"/settings/tokens/{token.pk}/revoke").status_code == 404


def test_another_ones_token_is_as_none(as_reader: Client, as_keeper: Client, keeper: User) -> None:
    as_keeper.post("/settings/tokens", ASKED)
    token = Token.objects.get()
    assert token.made_by == keeper
    assert as_reader.post(f"/settings/tokens/{token.pk}/revoke").status_code == 404
    assert "No token yet" in as_reader.get("/settings/tokens").content.decode()
