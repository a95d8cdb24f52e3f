"""Facts sent over the API."""

from __future__ import annotations

import json
from typing import Any

import pytest
import time_machine
from django.test import Client

from interlock.operations.actor import COMMAND_LINE
from interlock.operations.answer_once import KEPT
from interlock.operations.permissions import Scope
from interlock.operations.rebuild import rebuild
from interlock.store.models import FACTS, Event, Import, KeptAnswer
from tests.api.conftest import bearing, secret_for
from tests.operations.company import at, replayed

ADA = {
    "fact": "person",
    "id": "ada",
    "created_at": "2026-03-23T08:00:00Z",
    "name": "Ada",
    "source": "web",
}
DEMO = {"fact": "touch", "id": "d1", "person": "ada", "at": "2026-03-23T08:01:00Z", "kind": "demo"}


def send(client: Client, *facts: Any, key: str = "", status: int = 200, **more: Any) -> Any:
    headers = {"idempotency-key": key} if key else {}
    answer = client.post(
        "/api/v1/facts",
        json.dumps({"facts": facts, **more}),
        content_type="application/json",
        headers=headers,
    )
    assert answer.status_code == status, answer.content
    return answer.json()


def became(answer: dict[str, Any]) -> list[str]:
    return [each["became"] for each in answer["facts"]]


def test_what_is_sent_is_on_the_list_with_its_stage_and_its_due_time(program: Client) -> None:
    replayed()
    with time_machine.travel(at(23, "09:00"), tick=False):
        rebuild(by=COMMAND_LINE)  # as of the present, so that it lives
        token = bearing(secret_for(Scope.READ, Scope.FACTS_WRITE))
    with time_machine.travel(at(23, "10:00"), tick=False):
        assert send(token, ADA, DEMO)["taken"] == 2
        ada = token.get("/api/v1/people/ada").json()
    assert ada["stage"]["key"] == "mql"
    assert ada["next_due"] is not None
    assert program.get("/api/v1/people/ada").status_code == 200


def test_each_fact_is_answered_by_itself(program: Client) -> None:
    answer = send(
        program,
        ADA,
        {"fact": "lead"},
        {"fact": "touch", "id": "x", "person": "ada", "at": "soon", "kind": "demo"},
        ADA | {"id": "\ud800"},
        ADA | {"id": "bo", "name": "a\0b"},
        DEMO,
    )
    assert became(answer) == ["taken", "refused", "refused", "refused", "refused", "taken"]
    assert (answer["taken"], answer["unchanged"], answer["refused"]) == (2, 0, 4)
    reasons = [each["reason"] for each in answer["facts"]]
    assert "names no kind of fact" in reasons[1]
    assert "`soon` is not a date" in reasons[2]
    assert became(send(program, ADA, DEMO)) == ["unchanged", "unchanged"]


def test_an_id_of_another_source_is_refused(program: Client) -> None:
    send(program, ADA, source="crm")
    answer = send(program, ADA | {"name": "Eve"}, source="other")
    assert became(answer) == ["refused"]
    assert "source `crm`" in answer["facts"][0]["reason"]


def test_the_same_request_again_gets_the_first_answer(program: Client) -> None:
    first = send(program, ADA, DEMO, key="k1")
    again = send(program, ADA, DEMO, key="k1")
    assert again == first
    assert first["taken"] == 2
    assert Import.objects.count() == 1


def test_the_same_key_for_something_else_is_a_problem(program: Client) -> None:
    send(program, ADA, key="k1")
    told = send(program, DEMO, key="k1", status=422)
    assert told["type"] == "urn:interlock:problem:key-reused"
    assert not FACTS["touch"].objects.exists()


def test_a_key_is_of_one_token(program: Client) -> None:
    other = bearing(secret_for(Scope.FACTS_WRITE, name="another program"))
    send(program, ADA, key="k1")
    assert became(send(other, ADA, key="k1")) == ["unchanged"]


def test_answers_are_kept_for_two_days(program: Client) -> None:
    with time_machine.travel(at(2), tick=False) as clock:
        send(program, ADA, key="k1")
        clock.shift(KEPT + 1)
        assert became(send(program, DEMO, key="k2")) == ["taken"]
    assert [each.key for each in KeptAnswer.objects.all()] == ["k2"]


def test_where_the_deed_breaks_nothing_is_kept(
    program: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    program.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr(KeptAnswer.objects, "create", lambda **_: 1 / 0)
        told = send(program, ADA, key="k1", status=500)
    assert told["type"] == "urn:interlock:problem:broken"
    assert not FACTS["person"].objects.exists()
    assert became(send(program, ADA, key="k1")) == ["taken"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b"\xff", 400),
        (b'{"facts": NaN}', 400),
        (b'{"facts": ' + b"[" * 40 + b"]" * 40 + b"}", 400),
        (b"[" * 100_000, 400),
        (b"[]", 422),
        (b"{}", 422),
        (b'{"facts": []}', 422),
        (b'{"facts": [1]}', 422),
        (b'{"facts": [{}]}', 422),
        (b'{"facts": [{"fact": "touch", "attributes": 1}]}', 422),
        (b'{"facts": [{"fact": "touch"}], "more": 1}', 422),
        (b'{"facts": [{"fact": "touch"}], "source": "a/b"}', 422),
        (b'{"facts": [{"fact": "touch"}], "source": "desk"}', 422),
        (b'{"facts": [' + b'{"fact": "touch"},' * 1000 + b'{"fact": "touch"}]}', 422),
        (b" " * 2_000_001, 413),
    ],
)
def test_what_is_no_batch_is_a_problem(program: Client, body: bytes, status: int) -> None:
    answer = program.post("/api/v1/facts", body, content_type="application/json")
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert not Event.objects.filter(verb="receive").exists()


def test_a_fault_says_where_it_is(program: Client) -> None:
    told = send(program, ADA, {"id": 1}, status=422)
    assert told["faults"] == [
        {"place": "body.batch.facts.1.fact", "reason": "Field required", "way_out": ""}
    ]


@pytest.mark.django_db
def test_a_token_for_reading_sends_nothing() -> None:
    told = send(bearing(secret_for(Scope.READ)), ADA, status=403)
    assert "may not import" in told["detail"]


@pytest.mark.parametrize("key", ["a b", "ü", "k" * 256])
def test_a_key_that_is_none_is_a_problem(program: Client, key: str) -> None:
    told = send(program, ADA, key=key, status=422)
    assert told["faults"][0]["place"] == "header.Idempotency-Key"
    assert not FACTS["person"].objects.exists()
