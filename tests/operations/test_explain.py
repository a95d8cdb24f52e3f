from __future__ import annotations

from pathlib import Path

import pytest

from interlock.operations.actor import COMMAND_LINE
from interlock.operations.adopt import adopt
from interlock.operations.explain import PersonExplained, explain_person
from interlock.operations.rebuild import rebuild
from interlock.operations.receive import receive
from interlock.simulate.company import write_company
from interlock.store.models import Lead, Obligation, Visit
from tests.operations import company

pytestmark = pytest.mark.django_db


def stored(person: str) -> tuple[list[object], list[object]]:
    """The person's verdicts as the replay of everybody left them in the store."""
    visits = Visit.objects.filter(person=person).order_by("id")
    owed = Obligation.objects.filter(person=person).order_by("id")
    return (
        list(
            visits.values_list(
                "stage", "came_from", "entered_at", "left_at", "skipped", "reason", "by"
            )
        ),
        list(
            owed.values_list(
                "promise",
                "state",
                "owner",
                "variant",
                "started_at",
                "due_at",
                "kept_at",
                "ended_at",
            )
        ),
    )


def told(explained: PersonExplained) -> tuple[list[object], list[object]]:
    return (
        [
            (v.stage, v.came_from, v.entered, v.left, v.skipped, v.reason, v.member)
            for v in explained.visits
        ],
        [
            (o.promise, o.state.word, o.owner, o.variant, o.started, o.due, o.kept, o.ended)
            for o in explained.obligations
        ],
    )


def assert_everybody_is_explained_as_stored() -> int:
    people = Lead.objects.values_list("person", flat=True)
    for person in people:
        explained = explain_person(person)
        assert explained is not None
        assert told(explained) == stored(person)
    return len(people)


def test_everybody_of_a_small_company_is_explained_as_stored() -> None:
    company.replayed()
    assert assert_everybody_is_explained_as_stored() == 10


def test_everybody_of_the_made_up_company_is_explained_as_stored(tmp_path: Path) -> None:
    made = write_company(tmp_path / "company", people=40)
    receive(made.manifest.read_bytes(), made.folder, by=COMMAND_LINE)
    adopt(made.agreement.read_text(), by=COMMAND_LINE)
    rebuild(by=COMMAND_LINE, as_of=made.as_of)
    assert assert_everybody_is_explained_as_stored() == 40
    assert Obligation.objects.count() > 30


def test_before_a_replay_and_for_nobody_there_is_nothing_to_explain() -> None:
    assert explain_person("p1") is None
    company.replayed()
    assert explain_person("nobody") is None
    assert explain_person("late") is None
