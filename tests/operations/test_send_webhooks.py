"""What is in the outbox is sent at least once, signed, with one id, whatever comes of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from standardwebhooks import Webhook

from interlock.operations.actor import COMMAND_LINE
from interlock.operations.duties import POST, one_turn
from interlock.operations.keep_webhook_out import keep_webhook_out
from interlock.operations.outbox import Telling, Topic, publish
from interlock.operations.release import release
from interlock.operations.send_again import send_again
from interlock.operations.send_webhooks import (
    AGAIN,
    AT_ONCE,
    DAY,
    FAILS_FOR,
    KEPT_FOR,
    LEASE,
    forget_sent,
    send_webhooks,
)
from interlock.operations.switch_webhook_out import switch_webhook_out
from interlock.store.models import Attempt, Event, Notice, Outgoing, User, WebhookOut
from tests.support.receiver import HANGS, Receiver, receiving

NOW = 1_774_000_000
ENTERED = Telling(Topic.ENTERED, "ada", NOW - 5, {"stage": "mql"})

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def inside(settings: Any, tmp_path: Path) -> None:
    settings.DATA_FOLDER = tmp_path
    settings.WEBHOOKS_INSIDE = True
    settings.WEBHOOK_PATIENCE = 0.3


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


def made(receiver: Receiver, name: str = "crm", *topics: Topic) -> str:
    """A webhook to the receiver; its secret."""
    kept = keep_webhook_out(name, receiver.url, topics or tuple(Topic), by=COMMAND_LINE)
    assert kept.problems == ()
    return kept.secret


def told(*tellings: Telling, now: int = NOW) -> None:
    with transaction.atomic():
        publish(tellings or (ENTERED,), now)


def state() -> tuple[str, int]:
    return Outgoing.objects.values_list("state", "tries").get()


def test_a_message_is_signed_by_the_standard_and_says_what_happened(receiver: Receiver) -> None:
    secret = made(receiver)
    told()

    assert send_webhooks(NOW) == 1

    headers, body = receiver.came[0]
    Webhook(secret).verify(body, headers)
    assert json.loads(body) == {
        "type": "lead.entered",
        "timestamp": "2026-03-20T09:46:35+00:00",
        "data": {"person": "ada", "stage": "mql"},
    }
    assert state() == ("sent", 1)
    assert send_webhooks(NOW + DAY) == 0


def test_the_worker_sends_it_in_its_turn(receiver: Receiver) -> None:
    made(receiver)
    told()

    one_turn(POST, NOW)

    assert len(receiver.came) == 1


def test_only_what_is_wanted_is_told(receiver: Receiver) -> None:
    made(receiver, "crm", Topic.BROKEN)
    told()
    told(Telling(Topic.BROKEN, "ada", NOW, {}))

    assert send_webhooks(NOW) == 1
    assert json.loads(receiver.came[0][1])["type"] == "obligation.broken"


def test_what_came_to_nothing_is_not_told(receiver: Receiver) -> None:
    made(receiver)
    with transaction.atomic():
        publish([ENTERED], NOW)
        transaction.set_rollback(True)

    assert send_webhooks(NOW) == 0


def test_one_that_refuses_is_asked_again_with_back_off_until_it_takes_it(
    receiver: Receiver,
) -> None:
    made(receiver)
    told()
    receiver.status = 503
    now = NOW
    for wait in AGAIN[:3]:
        assert send_webhooks(now) == 1
        assert send_webhooks(now + wait - 1) == 0
        now += wait
    receiver.status = 200

    assert send_webhooks(now) == 1
    assert state() == ("sent", 4)
    assert len(set(receiver.ids)) == 1
    assert list(Attempt.objects.values_list("status", flat=True)) == [503, 503, 503, 200]
    assert WebhookOut.objects.get().failing_since is None


def test_after_a_day_it_is_given_up(receiver: Receiver) -> None:
    made(receiver)
    told()
    receiver.status = 500
    now = NOW
    for wait in (*AGAIN, 0):
        assert send_webhooks(now) == 1
        now += wait

    assert state() == ("given up", len(AGAIN) + 1)
    assert 0.9 * DAY <= sum(AGAIN) <= DAY
    assert send_webhooks(now + DAY) == 0


@pytest.mark.parametrize("status", [HANGS, 302])
def test_one_that_hangs_or_leads_elsewhere_has_not_taken_it(
    receiver: Receiver, status: int
) -> None:
    made(receiver)
    told()
    receiver.status, receiver.headers = status, {"Location": receiver.url}

    assert send_webhooks(NOW) == 1

    assert state() == ("waits", 1)
    assert len(receiver.came) == 1


def test_one_that_asks_to_be_left_alone_is(receiver: Receiver) -> None:
    made(receiver)
    told()
    receiver.status, receiver.headers = 429, {"Retry-After": "900"}
    send_webhooks(NOW)

    assert Outgoing.objects.get().next_at == NOW + 900


def test_after_days_of_failure_it_is_switched_off_and_what_waits_is_kept(
    receiver: Receiver,
) -> None:
    made(receiver)
    receiver.status = 500
    told()
    send_webhooks(NOW)
    told(now=NOW + FAILS_FOR)
    send_webhooks(NOW + FAILS_FOR)

    row = WebhookOut.objects.get()
    assert (row.off_at, row.off_why) == (NOW + FAILS_FOR, "it took nothing for 3 days")
    assert Event.objects.latest("pk").verb == "switch off outgoing webhook"
    told(now=NOW + FAILS_FOR + 1)
    assert Outgoing.objects.count() == 2
    assert send_webhooks(NOW + 2 * FAILS_FOR) == 0

    receiver.status = 200
    assert switch_webhook_out("crm", on=True, by=COMMAND_LINE)
    assert send_webhooks(NOW + 2 * FAILS_FOR) == 2
    assert not switch_webhook_out("crm", on=True, by=COMMAND_LINE)


def test_whoever_says_gone_is_told_no_more(receiver: Receiver) -> None:
    made(receiver)
    User.objects.create_user("kim@example.com", role="admin")
    User.objects.create_user("sam@example.com", role="lead")
    told()
    receiver.status = 410
    send_webhooks(NOW)
    release(NOW)

    assert WebhookOut.objects.get().off_at == NOW
    notice = Notice.objects.get()
    assert (notice.whom, notice.told_at) == ("kim@example.com", NOW)
    assert notice.text == "The webhook crm was switched off: nothing goes there any more"
    assert notice.because.startswith("it answered 410")
    assert notice.link == "/settings/webhooks-out/crm"


def test_a_private_address_is_not_posted_to(receiver: Receiver, settings: Any) -> None:
    made(receiver)
    settings.WEBHOOKS_INSIDE = False
    Outgoing.objects.all().delete()
    WebhookOut.objects.update(url=receiver.url.replace("http:", "https:"))
    told()

    assert send_webhooks(NOW) == 1

    assert receiver.came == []
    assert "private network" in Attempt.objects.get().said


def test_one_that_fails_does_not_keep_others_waiting(receiver: Receiver) -> None:
    with receiving() as slow:
        slow.status = HANGS
        made(slow, "a-slow-one")
        for _ in range(40):
            told()
        made(receiver)
        told()

        assert send_webhooks(NOW, iter([False, True]).__next__) > 0

    assert len(receiver.came) == 1
    assert len(slow.came) == 4


def test_however_much_one_has_not_taken_others_are_told_at_once(receiver: Receiver) -> None:
    made(receiver, "crm")
    with receiving() as other:
        other.status = 500
        made(other, "broken", Topic.WARNED)
        told(*[Telling(Topic.WARNED, "ada", NOW, {})] * 2 * AT_ONCE * AT_ONCE, now=NOW - DAY)
        Outgoing.objects.filter(webhook__name="crm").delete()
        told()

        tries = iter(range(3))
        send_webhooks(NOW, lambda: next(tries, None) is None)

    assert len(receiver.came) == 1


def test_the_trail_names_the_machine_and_not_the_rest_of_an_address(receiver: Receiver) -> None:
    keep_webhook_out("crm", f"{receiver.url}/hidden", (Topic.WARNED,), by=COMMAND_LINE)
    assert "hidden" not in Event.objects.get(verb="make outgoing webhook").why


def test_two_workers_send_each_message_once(receiver: Receiver) -> None:
    """The second comes while the first sends: what is claimed is not due."""
    made(receiver)
    told()
    came_meanwhile = []

    def second() -> bool:
        came_meanwhile.append(send_webhooks(NOW))
        return False

    assert send_webhooks(NOW, second) == 0
    assert came_meanwhile == [1]
    assert len(receiver.came) == 1


def test_a_message_is_sent_again_when_somebody_asks_with_the_same_id(receiver: Receiver) -> None:
    made(receiver)
    told()
    send_webhooks(NOW)
    number = Outgoing.objects.get().pk

    assert send_again(number, by=COMMAND_LINE) == "crm"
    assert send_again(number + 1, by=COMMAND_LINE) is None
    again = Outgoing.objects.get().next_at

    assert send_webhooks(again) == 1
    assert len(receiver.came) == 2
    assert len(set(receiver.ids)) == 1


def test_the_log_is_kept_for_a_month(receiver: Receiver) -> None:
    made(receiver)
    told()
    send_webhooks(NOW)
    told(now=NOW + 1)

    assert forget_sent(NOW + KEPT_FOR) == 0
    forget_sent(NOW + KEPT_FOR + 1)

    assert state() == ("waits", 0)


def test_much_that_is_old_is_forgotten_a_few_at_a_time_and_by_an_index(receiver: Receiver) -> None:
    made(receiver)
    for number in range(7):
        told(now=NOW + number)
    Outgoing.objects.update(state=Outgoing.SENT, ended_at=NOW)
    turns = iter([False, False, True])

    assert forget_sent(NOW + KEPT_FOR + 1, lambda: next(turns), most=2) == 4
    assert Outgoing.objects.count() == 3
    with CaptureQueriesContext(connection) as made_of:
        assert forget_sent(NOW + KEPT_FOR + 1, most=2) == 3
    with connection.cursor() as cursor:
        how = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
        if connection.vendor != "sqlite":
            cursor.execute("SET enable_seqscan = off")  # of so few rows it would read all
        cursor.execute(f"{how} {made_of[0]['sql']}")
        assert "outgoing_ended" in str(cursor.fetchall())


def test_a_secret_is_kept_sealed_and_stays_when_the_address_changes(receiver: Receiver) -> None:
    secret = made(receiver)
    changed = keep_webhook_out("crm", f"{receiver.url}&new=1", [Topic.KEPT], by=COMMAND_LINE)

    assert changed.secret == ""
    assert secret not in WebhookOut.objects.get().sealed
    told(Telling(Topic.KEPT, "ada", NOW, {}))
    send_webhooks(NOW)
    Webhook(secret).verify(receiver.came[0][1], receiver.came[0][0])


def test_what_cannot_be_is_refused_with_all_reasons(settings: Any) -> None:
    settings.WEBHOOKS_INSIDE = False

    kept = keep_webhook_out("No Name", "http://example.com", ["lead.flew"], by=COMMAND_LINE)

    assert len(kept.problems) == 3
    assert not WebhookOut.objects.exists()


@pytest.mark.sqlite
def test_a_worker_killed_between_sending_and_noting_it_has_it_sent_again(
    receiver: Receiver, tmp_path: Path
) -> None:
    """At least once, and with the same id, so that the other side can tell."""
    store = {
        **os.environ,
        "INTERLOCK_DATA": str(tmp_path),
        "INTERLOCK_DATABASE": "",
        "INTERLOCK_WEBHOOKS_INSIDE": "true",
    }
    script = [sys.executable, str(Path(__file__).with_name("sending.py")), receiver.url]

    killed = subprocess.run([*script, str(NOW), "dies"], env=store, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert len(receiver.came) == 1
    at_once = subprocess.run([*script, str(NOW + 1), ""], env=store, check=True)
    assert at_once.returncode == 0
    assert len(receiver.came) == 1
    subprocess.run([*script, str(NOW + LEASE), ""], env=store, check=True)

    assert len(receiver.came) == 2
    assert len(set(receiver.ids)) == 1
