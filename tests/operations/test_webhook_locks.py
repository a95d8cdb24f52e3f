"""Changing a webhook and taking its messages, at once: neither waits for the other in a circle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from interlock.operations.actor import COMMAND_LINE
from interlock.operations.keep_webhook_out import keep_webhook_out
from interlock.operations.outbox import Telling, Topic, publish
from interlock.operations.send_webhooks import FAILS_FOR, send_webhooks
from interlock.store.models import Event, Message, Outgoing, WebhookIn, WebhookOut
from tests.operations.test_webhooks_in import kept
from tests.support.at_once import meanwhile
from tests.support.receiver import receiving

NOW = 1_774_000_000
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def inside(settings: Any, tmp_path: Path) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite one transaction at a time writes")
    settings.DATA_FOLDER = tmp_path
    settings.WEBHOOKS_INSIDE = True


def test_a_message_is_kept_while_somebody_changes_its_webhook() -> None:
    assert not kept().problems
    row = WebhookIn.objects.get()
    meanwhile(
        kept,
        lambda: Message.objects.create(webhook=row, name="m1", received_at=NOW, state="taken"),
    )
    assert Event.objects.filter(verb="change webhook").exists()


def test_a_message_goes_into_the_outbox_while_its_webhook_is_switched_off() -> None:
    with receiving() as receiver:
        receiver.status = 500
        keep_webhook_out("crm", receiver.url, tuple(Topic), by=COMMAND_LINE)
        WebhookOut.objects.update(failing_since=NOW - FAILS_FOR)
        telling = Telling(Topic.WARNED, "ada", NOW, {})
        with transaction.atomic():
            publish([telling], NOW)
        meanwhile(lambda: send_webhooks(NOW), lambda: publish([telling], NOW))
    assert WebhookOut.objects.get().off_at == NOW
    assert Outgoing.objects.count() == 2
