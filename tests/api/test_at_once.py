"""Many at the same moment: one key has one effect, and messages in any order end in one state."""

from __future__ import annotations

import json
import os
import random
from functools import partial
from pathlib import Path

import pytest
from django.db import transaction

from interlock.operations.permissions import Scope
from interlock.operations.receive_webhook import Came
from interlock.store.models import FACTS, Event, Import, KeptAnswer
from tests.api.arriving import messages, opened, send, state
from tests.api.conftest import bearing, secret_for
from tests.support.at_once import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("data_folder")]

MANY = int(os.environ.get("INTERLOCK_TEST_MESSAGES", "60"))
"""Messages of the shuffled run: `INTERLOCK_TEST_MESSAGES=10000 ./dev test FILE` sends more."""

ADA = {"fact": "person", "id": "ada", "created_at": "2026-03-23T08:00:00Z", "name": "Ada"}
TOUCH = {"fact": "touch", "person": "ada", "at": "2026-03-23T08:00:00Z", "kind": "demo"}


def test_fifty_posts_with_one_key_have_one_effect(tmp_path: Path) -> None:
    opened()
    secret = secret_for(Scope.FACTS_WRITE)
    body = json.dumps({"facts": [ADA, *({**TOUCH, "id": f"x{n}"} for n in range(3))]})

    def post() -> tuple[int, bytes, bool]:
        answer = bearing(secret).post(
            "/api/v1/facts",
            body,
            content_type="application/json",
            headers={"idempotency-key": "one"},
        )
        return answer.status_code, answer.content, "Idempotent-Replayed" in answer

    def found() -> tuple[int, ...]:
        received = Event.objects.filter(verb="receive").count()
        deliveries = Import.objects.filter(live=True).count()
        touches = FACTS["touch"].objects.filter(person="ada").count()
        return received, deliveries, touches, KeptAnswer.objects.count()

    answers, effect = at_once(tmp_path, [post] * 50, found)
    assert {(status, content) for status, content, _ in answers} == {(200, answers[0][1])}
    assert [again for _, _, again in answers].count(False) == 1
    assert effect == (1, 1, 3, 1)


def test_messages_in_any_order_and_twice_end_as_each_once_in_turn(tmp_path: Path) -> None:
    """Three in ten come twice; all are shuffled, and four senders send them at once."""
    opened()
    once = messages(MANY)
    draw = random.Random(7)  # noqa: S311 - test data
    twice = [*once, *draw.sample(once, len(once) * 3 // 10)]
    draw.shuffle(twice)

    def send_all(bodies: list[str]) -> list[Came]:
        return [send(body) for body in bodies]

    with transaction.atomic():
        clean = send_all(once)
        expected = state()
        transaction.set_rollback(True)
    came, found = at_once(tmp_path, [partial(send_all, twice[n::4]) for n in range(4)], state)

    assert clean.count(Came.KEPT) == sum("soon" in each for each in once)
    assert sum(share.count(Came.AGAIN) for share in came) == len(twice) - len(once)
    assert {name: len(rows) for name, rows in found.items()} == {
        name: len(rows) for name, rows in expected.items()
    }
    assert found == expected
