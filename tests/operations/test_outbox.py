"""What comes to pass, and what somebody decides, is put into the outbox in the same transaction."""

from __future__ import annotations

import json
from typing import Any

import pytest

from interlock.operations.actor import COMMAND_LINE
from interlock.operations.delivery import LiveFact
from interlock.operations.keep_webhook_out import keep_webhook_out
from interlock.operations.live import receive_live
from interlock.operations.look import look_at_due
from interlock.operations.outbox import Topic
from interlock.operations.switch_webhook_out import switch_webhook_out
from interlock.operations.withdraw import withdraw
from interlock.store.models import Clock, Happening, Outgoing, WebhookOut
from tests.operations import desk
from tests.operations.company import at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_folder")]

OF = {
    Topic.ENTERED: ["entered"],
    Topic.ASSIGNED: ["assigned"],
    Topic.WARNED: ["warned"],
    Topic.BROKEN: ["broken"],
    Topic.KEPT: ["kept", "kept late"],
}


@pytest.fixture(autouse=True)
def opened(data_folder: object) -> None:  # noqa: ARG001 - where the key of the trail is kept
    desk.opened()
    keep_webhook_out("crm", "https://crm.example/in", list(Topic), by=COMMAND_LINE)


def decide(person: str, kind: str, name: str = "first") -> int | None:
    """The number of the delivery."""
    cells = {"person": person, "at": desk.NOW, "kind": kind, "member": "bo"}
    fact = LiveFact("decision", {"id": f"{person}-{name}", **cells})
    taken = receive_live([fact], by=desk.BO, source="desk", now=desk.NOW)
    assert taken.refused == ()
    return taken.delivery


def told() -> list[dict[str, Any]]:
    return [
        json.loads(body) for body in Outgoing.objects.order_by("pk").values_list("body", flat=True)
    ]


def test_a_decision_is_told_with_what_came_of_it() -> None:
    decide("vp", "accept")

    decisions = [each for each in told() if each["type"] == "decision.made"]
    assert len(decisions) == 1
    assert decisions[0]["data"]["person"] == "vp"
    assert decisions[0]["data"]["kind"] == "accept"
    assert decisions[0]["data"]["at"] == "2026-03-23T09:00:00+00:00"
    entered = [each["data"] for each in told() if each["type"] == "lead.entered"]
    assert ("vp", "sal") in {(each["person"], each["stage"]) for each in entered}


def test_all_that_comes_to_pass_is_told_once() -> None:
    for day in (24, 25, 26, 27):
        while look_at_due(at(day, "18:00")) is not None:
            Clock.objects.filter(at__lte=at(day, "18:00")).delete()

    for topic, whats in OF.items():
        happened = sorted(Happening.objects.filter(what__in=whats).values_list("person", flat=True))
        messages = Outgoing.objects.filter(topic=topic)
        assert sorted(messages.values_list("about", flat=True)) == happened, topic
    assert Outgoing.objects.filter(topic=Topic.BROKEN).exists()
    assert Outgoing.objects.values("name").distinct().count() == Outgoing.objects.count()


def test_what_comes_to_pass_again_after_it_was_withdrawn_is_not_told_again() -> None:
    delivery = decide("vp", "accept")
    assert delivery is not None
    withdraw(delivery, by=desk.BO, now=desk.NOW)
    decide("vp", "accept", "second")

    entered = [each["data"] for each in told() if each["type"] == "lead.entered"]
    assert [each["person"] for each in entered if each["stage"] == "sal"] == ["vp"]
    assert len([each for each in told() if each["type"] == "decision.made"]) == 2


def test_nothing_is_kept_for_whoever_does_not_listen() -> None:
    switch_webhook_out("crm", on=False, by=COMMAND_LINE)
    decide("vp", "accept")
    assert not Outgoing.objects.exists()

    WebhookOut.objects.update(off_at=None, topics=[Topic.KEPT])
    decide("p8", "accept")
    assert not Outgoing.objects.exclude(topic=Topic.KEPT).exists()
