"""The addresses that webhooks are sent to, and the pages about them."""

from __future__ import annotations

import json

import pytest
from django.core.cache import cache
from django.test import Client

from interlock.store.models import FACTS, Message, User, WebhookIn
from tests.operations.test_webhooks_in import ADA, MAPPING, kept

pytestmark = pytest.mark.django_db


def signed_in(role: str) -> Client:
    client = Client()
    client.force_login(User.objects.create_user(f"{role}@example.com", role=role))
    return client


def test_a_message_is_answered_with_what_came_of_it() -> None:
    token = kept("token").secret
    body = json.dumps(ADA)
    for came in ("taken", "again"):
        answer = Client(enforce_csrf_checks=True).post(
            f"/in/site?token={token}", body, content_type="application/json"
        )
        assert answer.status_code == 200
        assert answer.json()["came"] == came
    refused = Client().post(f"/in/site?token={token}", "{", content_type="application/json")
    assert (refused.status_code, refused.json()["came"]) == (200, "kept")


def test_what_is_wrong_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    token = kept("token").secret
    problem = "application/problem+json"

    def status(address: str, body: str = "{}", method: str = "post") -> int:
        answer = getattr(Client(), method)(address, body, content_type="application/json")
        assert answer["Content-Type"] == problem
        return int(answer.status_code)

    assert status("/in/site") == 401
    assert status("/in/site?token=x") == 401
    assert status(f"/in/other?token={token}") == 404
    assert status(f"/in/site?token={token}", "x" * 1_000_001) == 413
    assert status(f"/in/site?token={token}", "x" * 2_000_001) == 413
    assert status("/in/site", "", "put") == 405
    monkeypatch.setattr(cache, "incr", lambda _key: 1_000_000)
    assert status(f"/in/site?token={token}") == 429


def test_an_admin_checks_a_mapping_and_makes_a_webhook() -> None:
    admin = signed_in("admin")
    asked = {"name": "site", "signing": "token", "mapping": MAPPING, "example": json.dumps(ADA)}
    page = admin.post("/settings/webhooks-in", {**asked, "do": "check"}).content.decode()
    assert "The example becomes 2 facts" in page
    assert not WebhookIn.objects.exists()

    page = admin.post("/settings/webhooks-in", {**asked, "do": "keep"}).content.decode()
    assert "http://testserver/in/site" in page
    secret = page.split('value="ilw_')[1].split('"')[0]
    assert Client().post(f"/in/site?token=ilw_{secret}", ADA, "application/json").json()["taken"]
    assert secret not in admin.get("/settings/webhooks-in/site").content.decode()

    wrong = {**asked, "mapping": MAPPING.replace("as: person", "as: persn"), "do": "keep"}
    page = admin.post("/settings/webhooks-in/site", wrong).content.decode()
    assert "Line 5, column 13: <code>persn</code> is not a kind of fact; " in page
    assert "did you mean <code>person</code>?" in page

    admin.post("/settings/webhooks-in/site/close")
    assert Client().post("/in/site", "{}", "application/json").status_code == 404


def test_a_refused_message_stands_on_the_data_page_and_is_mended_there() -> None:
    token = kept("token").secret
    Client().post(
        f"/in/site?token={token}", ADA | {"name": "<b>", "since": "soon"}, "application/json"
    )
    keeper, reader = signed_in("operations"), signed_in("viewer")
    assert "/data/webhooks/site" in reader.get("/data").content.decode()
    row = Message.objects.get()
    assert f"/data/messages/{row.pk}" in reader.get("/data/webhooks/site").content.decode()
    assert "textarea" not in reader.get(f"/data/messages/{row.pk}").content.decode()
    page = keeper.get(f"/data/messages/{row.pk}").content.decode()
    assert "`soon` is not a date" in page
    assert "<b>" not in page

    keeper.post(f"/data/messages/{row.pk}", {"body": row.body, "do": "mend"})
    assert Message.objects.get().state == Message.REFUSED
    mended = row.body.replace("soon", "2026-03-02")
    keeper.post(f"/data/messages/{row.pk}", {"body": mended, "do": "mend"})
    assert Message.objects.get().state == Message.MENDED
    assert FACTS["person"].objects.get().name == "<b>"
