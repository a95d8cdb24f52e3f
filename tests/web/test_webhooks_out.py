"""Settings → Webhooks out: made by an admin, its secret shown once, its log with a button."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from interlock.operations.outbox import Telling, Topic, publish
from interlock.operations.send_webhooks import send_webhooks
from interlock.store.models import Outgoing, User, WebhookOut

PAGE = "/settings/webhooks-out"
ASKED = {"name": "crm", "url": "https://127.0.0.1:9/in", "topics": ["lead.entered"]}


@pytest.fixture
def as_admin(db: None, tmp_path: Path, settings: Any) -> Client:  # noqa: ARG001 - opens the database
    settings.DATA_FOLDER = tmp_path
    client = Client()
    client.force_login(User.objects.create_user("ada@example.com", role="admin"))
    return client


def page(client: Client, address: str = PAGE) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def told() -> Outgoing:
    publish([Telling(Topic.ENTERED, "<ada>", 1_774_000_000, {"stage": "mql"})], 1_774_000_000)
    return Outgoing.objects.get()


def test_the_page_says_what_will_be_here(as_admin: Client) -> None:
    assert "No webhook yet" in page(as_admin)
    assert f'href="{PAGE}"' in page(as_admin, "/settings")


def test_the_secret_is_shown_once(as_admin: Client) -> None:
    made = as_admin.post(PAGE, ASKED).content.decode()

    assert made.count("whsec_") == 1
    assert "whsec_" not in page(as_admin)
    assert "crm" in page(as_admin)
    assert "whsec_" not in as_admin.post(PAGE, ASKED).content.decode()


def test_what_cannot_be_is_told_where_it_was_written(as_admin: Client) -> None:
    answer = as_admin.post(PAGE, {**ASKED, "url": "http://crm.example", "name": "crm-2"})

    assert "does not begin with https://" in answer.content.decode()
    assert "Choose at least one" in as_admin.post(PAGE, {**ASKED, "topics": []}).content.decode()
    assert not WebhookOut.objects.exists()


def test_the_log_shows_each_try_and_sends_again(as_admin: Client) -> None:
    as_admin.post(PAGE, ASKED)
    row = told()
    send_webhooks(1_774_000_000)

    log = page(as_admin, f"{PAGE}/crm")
    assert "private network" in log
    assert row.name in log
    assert "&lt;ada&gt;" in log

    Outgoing.objects.update(state=Outgoing.GIVEN_UP)
    answer = as_admin.post(f"{PAGE}/messages/{row.pk}", follow=True)
    assert "on its way again" in answer.content.decode()
    assert Outgoing.objects.get().state == Outgoing.WAITS


def test_one_is_switched_off_and_on(as_admin: Client) -> None:
    as_admin.post(PAGE, ASKED)
    for to in ("off", "on"):
        answer = as_admin.post(f"{PAGE}/crm/switch", {"to": to}, follow=True)
        assert f"crm is switched {to}" in answer.content.decode()
        assert (WebhookOut.objects.get().off_at is None) == (to == "on")
    assert as_admin.post(f"{PAGE}/crm/switch", {"to": "on"}).status_code == 404


def test_one_that_was_switched_off_by_itself_says_why(as_admin: Client) -> None:
    as_admin.post(PAGE, ASKED)
    WebhookOut.objects.update(off_at=1_774_000_000, off_why="it took nothing for 3 days")

    assert "it took nothing for 3 days" in page(as_admin)
    assert "it took nothing for 3 days" in page(as_admin, f"{PAGE}/crm")
    assert "crm was switched off" in page(as_admin, "/settings")


def test_what_is_not_there_is_not_found(as_admin: Client) -> None:
    assert as_admin.get(f"{PAGE}/none").status_code == 404
    assert as_admin.post(f"{PAGE}/messages/7").status_code == 404
