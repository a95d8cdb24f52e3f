"""Decisions of programs: with a key, the same asked again is answered as the first time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from interlock.operations.actor import Actor
from interlock.operations.make_token import make_token
from interlock.operations.permissions import Role, Scope
from interlock.store.models import FACTS, KeptAnswer, Lead, User
from tests.api.conftest import bearing
from tests.operations.desk import opened
from tests.support.at_once import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_folder")]
# as of the present: what is decided is decided now


def program_of_bo() -> Client:
    User.objects.create_user("bo@example.com", side="sales", role=Role.MEMBER, member="bo")
    by = Actor("bo@example.com", "sales", Role.MEMBER, "bo")
    return bearing(make_token("dialler", [Scope.DECIDE], Role.MEMBER, by=by).secret)


def decide(program: Client, person: str = "free", key: str = "one", **said: Any) -> Any:
    headers = {"idempotency-key": key} if key else {}
    return program.post(
        f"/api/v1/people/{person}/decisions",
        json.dumps({"kind": "accept", **said}),
        content_type="application/json",
        headers=headers,
    )


def decisions() -> int:
    return int(FACTS["decision"].objects.filter(person__in=["free", "vp"]).count())


def test_the_same_again_gets_the_first_answer_and_decides_nothing() -> None:
    opened()
    program = program_of_bo()
    first, again = decide(program), decide(program)
    assert (first.status_code, first.json()["stage"]["key"]) == (200, "sal")
    assert again.content == first.content
    assert ("Idempotent-Replayed" in first, "Idempotent-Replayed" in again) == (False, True)
    assert decisions() == 1


def test_without_a_key_the_second_is_told_that_it_does_not_apply() -> None:
    opened()
    program = program_of_bo()
    assert decide(program, key="").status_code == 200
    refused = decide(program, key="")
    assert refused.status_code == 409
    assert refused["Content-Type"] == "application/problem+json"
    assert "would change nothing" in refused.json()["detail"]


def test_a_key_is_for_one_lead_and_one_decision() -> None:
    opened()
    program = program_of_bo()
    decide(program)
    for other in (decide(program, "vp"), decide(program, kind="qualify")):
        assert (other.status_code, other.json()["type"].rpartition(":")[2]) == (422, "key-reused")
    assert decisions() == 1


def test_a_refusal_is_not_kept() -> None:
    opened()
    program = program_of_bo()
    assert decide(program, kind="reject", key="two").status_code == 409
    assert not KeptAnswer.objects.exists()
    assert decide(program, key="two").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_many_at_once_with_one_key_decide_once(tmp_path: Path) -> None:
    opened()
    program = program_of_bo()
    answers, effect = at_once(
        tmp_path, [lambda: decide(program)] * 12, lambda: (decisions(), Lead.objects.count())
    )
    assert {(each.status_code, each.content) for each in answers} == {(200, answers[0].content)}
    assert ["Idempotent-Replayed" in each for each in answers].count(False) == 1
    assert effect[0] == 1
