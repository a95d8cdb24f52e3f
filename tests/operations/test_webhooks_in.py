"""Webhooks that come in: signed, read by a mapping, taken once; what is refused is mended."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from standardwebhooks import Webhook

from interlock.operations.actor import COMMAND_LINE, Actor, NotAllowedError
from interlock.operations.close_webhook import close_webhook
from interlock.operations.keep_webhook import WebhookAsked, WebhookKept, keep_webhook
from interlock.operations.read_webhooks import read_message, read_messages, read_webhooks
from interlock.operations.receive_webhook import (
    KEPT,
    Came,
    MessageReceived,
    let_go,
    mend_message,
    receive_webhook,
)
from interlock.store.models import FACTS, Event, Message, WebhookIn
from tests.operations.company import at

pytestmark = pytest.mark.django_db

MAPPING = """\
source: site
files:
  - file: body
    gives:
      - as: person
        columns: {id: id, created_at: since, name: name}
        other_columns: ignore
      - as: touch
        columns: {id: [webhook.id, id], person: id, at: webhook.at, kind: {value: form}}
        other_columns: ignore
"""
ADA = {"id": "7", "since": "2026-03-02T09:00:00Z", "name": "Ada"}
NOW = at(23)


def kept(signing: str = "standard", **changes: str) -> WebhookKept:
    asked = {"name": "site", "signing": signing, "mapping": MAPPING, "example": json.dumps(ADA)}
    return keep_webhook(WebhookAsked(**(asked | changes)), by=COMMAND_LINE)


def signed(secret: str, name: str, body: bytes, when: int = NOW) -> dict[str, str]:
    moment = datetime.fromtimestamp(when, UTC)
    return {
        "webhook-id": name,
        "webhook-timestamp": str(when),
        "webhook-signature": Webhook(secret).sign(name, moment, body.decode()),
    }


def send(secret: str, name: str, *records: Any, when: int = NOW) -> MessageReceived:
    body = json.dumps(records[0] if len(records) == 1 else records).encode()
    with time_machine.travel(NOW, tick=False):
        return receive_webhook("site", signed(secret, name, body, when), body)


def test_a_message_becomes_facts_of_its_source() -> None:
    secret = kept().secret
    received = send(secret, "m1", ADA)
    assert (received.came, received.taken) == (Came.TAKEN, 2)
    touch = FACTS["touch"].objects.get()
    assert (touch.key, touch.person, touch.at, touch.batch.source) == ("m1 7", "7", NOW, "site")
    assert Message.objects.get().body == ""
    assert Event.objects.get(verb="receive").by == "webhook site"


def test_the_same_message_again_has_no_second_effect() -> None:
    secret = kept().secret
    send(secret, "m1", ADA)
    assert send(secret, "m1", ADA | {"name": "Eve"}).came is Came.AGAIN
    assert FACTS["person"].objects.get().name == "Ada"


def test_a_message_without_an_id_is_known_by_its_body() -> None:
    token = kept("token").secret
    body = json.dumps(ADA).encode()
    first = receive_webhook("site", {"authorization": f"Bearer {token}"}, body, now=NOW)
    again = receive_webhook("site", {}, body, token, now=NOW)
    assert [first.came, again.came] == [Came.TAKEN, Came.AGAIN]


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": "v1,~"},
        {"webhook-signature": "nonsense"},
        {"webhook-signature": ""},
        {"webhook-timestamp": "soon"},
        {"webhook-timestamp": "nan"},
        {"webhook-timestamp": str(NOW - 301)},
        {"webhook-timestamp": str(NOW + 301)},
        {"webhook-id": "another"},
        {"webhook-id": ""},
    ],
)
def test_a_message_that_is_not_signed_is_refused(change: dict[str, str]) -> None:
    secret, body = kept().secret, json.dumps(ADA).encode()
    with time_machine.travel(NOW, tick=False):
        received = receive_webhook("site", signed(secret, "m1", body) | change, body)
    assert received.came is Came.UNSIGNED
    assert not Message.objects.exists()


def test_an_old_signature_is_refused_though_it_fits() -> None:
    secret = kept().secret
    assert send(secret, "m1", ADA, when=NOW - 301).came is Came.UNSIGNED
    assert send(secret, "m2", ADA, when=NOW - 299).came is Came.TAKEN


@pytest.mark.parametrize("token", ["", "x", "ilw_", "Bearer"])
def test_another_token_is_refused(token: str) -> None:
    kept("token")
    headers = {"authorization": f"Bearer {token}"}
    assert receive_webhook("site", headers, b"{}").came is Came.UNSIGNED
    assert receive_webhook("site", {}, b"{}", token).came is Came.UNSIGNED


def test_what_is_refused_is_kept_and_mended() -> None:
    secret = kept().secret
    received = send(secret, "m1", ADA, {"id": "8", "since": "soon", "name": "Bo\0"})
    assert (received.came, received.taken, received.refused) == (Came.KEPT, 2, 1)
    (row,) = (page.rows[0] for page in [read_messages("site")] if page)
    assert "no text" in row.reasons[0]
    assert read_webhooks()[0].waiting == 1

    mended = row.body.replace("soon", "2026-03-03").replace("\\u0000", "")
    result = mend_message(row.id, mended, by=COMMAND_LINE, now=NOW + 60)
    assert result is not None
    assert (result.came, result.taken, result.unchanged) == (Came.TAKEN, 2, 2)
    assert {each.name for each in FACTS["person"].objects.all()} == {"Ada", "Bo"}
    assert FACTS["touch"].objects.get(person="8").at == NOW  # when it came
    assert mend_message(row.id, mended, by=COMMAND_LINE) is None
    assert send(secret, "m1", ADA).came is Came.AGAIN


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[1]", b"[" * 9_000, b'{"since": 1}'])
def test_a_body_that_cannot_be_read_is_kept(body: bytes) -> None:
    token = kept("token").secret
    assert receive_webhook("site", {}, body, token).came is Came.KEPT
    assert Message.objects.get().state == Message.REFUSED


def test_a_message_can_be_let_go() -> None:
    token = kept("token").secret
    receive_webhook("site", {}, b"{", token)
    number = Message.objects.get().pk
    assert let_go(number, by=COMMAND_LINE, why="a test")
    assert not let_go(number, by=COMMAND_LINE, why="a test")
    row = read_message(number)
    assert row is not None
    assert (row.state, row.waits) == ("let go", False)
    assert Event.objects.get(verb="let message go").why == "a test"


def test_what_was_taken_is_forgotten_when_nobody_sends_it_again() -> None:
    token = kept("token").secret
    receive_webhook("site", {}, json.dumps(ADA).encode(), token, now=NOW)
    receive_webhook("site", {}, b"{", token, now=NOW)
    receive_webhook("site", {}, json.dumps(ADA | {"id": "9"}).encode(), token, now=NOW + KEPT + 1)
    assert Message.objects.count() == 2


def test_nothing_comes_from_a_webhook_that_was_closed_or_never_was() -> None:
    token = kept("token").secret
    assert receive_webhook("other", {}, b"{}", token).came is Came.UNKNOWN
    assert close_webhook("site", by=COMMAND_LINE)
    assert not close_webhook("site", by=COMMAND_LINE)
    assert receive_webhook("site", {}, b"{}", token).came is Came.UNKNOWN
    assert kept("token").secret == ""  # opened again with the secret that it had
    assert receive_webhook("site", {}, b"{}", token).came is Came.KEPT


def test_a_secret_is_shown_once_and_lies_sealed() -> None:
    secret = kept().secret
    assert secret.startswith("whsec_")
    assert secret not in WebhookIn.objects.get().sealed
    assert kept().secret == ""
    assert send(secret, "m1", ADA).came is Came.TAKEN
    kept(secret="whsec_" + "A" * 40)
    assert send(secret, "m2", ADA).came is Came.UNSIGNED


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "A b"}, "cannot be the name"),
        ({"signing": "none"}, "how it signs"),
        ({"secret": "short"}, "at least 16 characters"),
        ({"secret": "whsec_" + "~" * 20 + "abc"}, "base64"),
        ({"mapping": "source: x"}, "files"),
        ({"mapping": MAPPING.replace("source: site", "source: desk")}, "members who work here"),
        ({"mapping": MAPPING.replace("since,", "sinse,"), "example": "{}"}, "no value"),
        ({"example": "{"}, "the example: the body is no JSON"),
        ({"example": "[]"}, "holds no record"),
        ({"rows_at": "rows"}, "has no `rows`"),
    ],
)
def test_what_cannot_be_kept_is_told(changes: dict[str, str], message: str) -> None:
    told = kept(**changes)
    assert any(message in each.message for each in told.problems), told.problems
    assert not WebhookIn.objects.exists()


def test_only_who_may_keeps_and_mends() -> None:
    bo = Actor("bo@example.com", "sales", "member")
    with pytest.raises(NotAllowedError):
        keep_webhook(WebhookAsked("x", "token", MAPPING, "{}"), by=bo)
    with pytest.raises(NotAllowedError):
        mend_message(1, "", by=bo)
    with pytest.raises(NotAllowedError):
        let_go(1, by=bo, why="")
