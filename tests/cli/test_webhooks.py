"""`interlock webhooks`: who is told, and what became of each message."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from interlock.cli import main
from interlock.operations.actor import COMMAND_LINE
from interlock.operations.keep_webhook_out import keep_webhook_out
from interlock.operations.outbox import Telling, Topic, publish
from interlock.store.models import Outgoing

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def told(tmp_path: Path, settings: Any) -> int:
    settings.DATA_FOLDER = tmp_path
    keep_webhook_out("crm", "https://crm.example/in", list(Topic), by=COMMAND_LINE)
    publish([Telling(Topic.KEPT, "ada", 1_774_000_000, {})], 1_774_000_000)
    return Outgoing.objects.get().pk


def interlock(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["webhooks", *arguments], catch_exceptions=False)
    return done.exit_code, done.stdout


def test_webhooks_are_listed() -> None:
    code, said = interlock()

    assert code == 0
    assert "https://crm.example/in" in said
    assert json.loads(interlock("--json")[1])[0]["waiting"] == 1


def test_the_log_of_one_is_listed() -> None:
    code, said = interlock("--log", "crm")

    assert code == 0
    assert "obligation.kept" in said
    assert "sealed" not in interlock("--log", "crm", "--json")[1]


def test_a_message_is_sent_again(told: int) -> None:
    Outgoing.objects.update(state=Outgoing.GIVEN_UP)

    assert interlock("--again", str(told)) == (0, f"Message {told} is on its way to crm again.\n")
    assert Outgoing.objects.get().state == Outgoing.WAITS


def test_what_is_not_there_is_told() -> None:
    assert interlock("--log", "none")[0] == 1
    assert interlock("--again", "0")[0] == 1
