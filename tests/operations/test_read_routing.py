"""Why did I get this lead? The answer is what was so when it was given."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from interlock.operations.read_person import read_person
from interlock.operations.read_routing import read_routing
from tests.operations.company import at
from tests.operations.test_route import EVENING, NOW, away, comes, news, opened

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_folder")]


def says(person: str = "new") -> str:
    return " ".join(read_routing(person)[0].says)


def test_a_turn_is_told_with_everybodys_standing() -> None:
    opened()
    comes("n1", "n2")
    comes("new", now=NOW + 60)
    (found,) = read_routing("new")
    assert (found.member.name, found.rule, found.how, found.at) == ("S 3", "oslo", "turn", NOW + 60)
    assert says() == (
        "It was S 3's turn: 3 take turns by the rule oslo, S 3 with a weight of 1 out of 3."
        " Before it, S 3 had had 0 leads by this rule."
    )
    assert [(t.member.key, t.taken, t.owed, t.chosen) for t in found.takers] == [
        ("s1", 1, -0.33, False),
        ("s2", 1, -0.33, False),
        ("s3", 0, 0.67, True),
    ]


def test_the_rules_are_told_with_the_values_that_they_read() -> None:
    opened()
    comes("new")
    partners, oslo = read_routing("new")[0].asked
    assert (partners.id, partners.holds) == ("partners", False)
    assert oslo.says == (
        'A lead goes by turn to whoever is SDR in Oslo when the person\'s source is "web".'
    )
    assert oslo.condition is not None
    assert (oslo.condition.holds, oslo.condition.values) == (True, (("person.source", "web"),))


def test_it_stays_what_it_was() -> None:
    opened()
    comes("new")
    before = read_routing("new")
    comes("n2", "n3", now=NOW + 60)
    away("s1")
    assert read_routing("new") == before


def test_an_account_is_a_reason() -> None:
    opened()
    comes("new", account="acme")
    assert says() == (
        "Bo Berg already has Acme ASA; who has a lead's account gets it, without a turn."
    )


def test_an_account_owner_who_is_away_is_named() -> None:
    opened()
    away("bo")
    comes("new", account="acme")
    assert says().startswith("Bo Berg has Acme ASA, and was passed over. It was S 1's turn")


def test_who_was_at_work_is_said() -> None:
    opened()
    away("s1", at(24))
    comes("new")
    assert "Only 2 of them were at work." in says()
    comes("eve", now=EVENING)
    assert "None of them was at work, so that it went to one who was not away." in says("eve")


def test_waiting_is_told_with_its_end() -> None:
    opened()
    for number in (1, 2, 3):
        away(f"s{number}", at(24, "11:00"))
    comes("new")
    (found,) = read_routing("new")
    assert says() == 'All who take turns by the rule oslo were away; it waits in "Nobody\'s".'
    assert (found.queue_owner.name, found.again, found.waits) == ("Bo Berg", at(24, "11:00"), True)
    news("absence", id="away-s2", member="s2", starts_at=NOW - 60, ends_at=NOW + 60, now=NOW + 60)
    assert [each.member.key for each in read_routing("new")] == ["s2", ""]
    assert read_routing("new")[1].says == (
        'All who take turns by the rule oslo were away; it waited in "Nobody\'s".',
    )


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("partner", 'The rule partners puts its leads in a queue; it waits in "Partner desk".'),
        ("fair", 'No rule takes it; it waits in "Nobody\'s".'),
    ],
)
def test_a_queue_is_told(source: str, sentence: str) -> None:
    opened()
    comes("new", source=source)
    assert says() == sentence


def test_nobody_takes_turns() -> None:
    opened(rules={"far": {"team": "Mars"}})
    comes("new")
    assert says() == 'Nobody takes turns by the rule far; it waits in "Nobody\'s".'


def test_a_role_answers_for_the_queue() -> None:
    opened(fallback={"queue": "Nobody's", "owner": "sdr"})
    comes("new", source="fair")
    assert read_routing("new")[0].queue_owner.key == "s1"


def test_what_was_decided_later_is_not_told_of_a_time_before() -> None:
    opened()
    comes("new")
    assert read_routing("new", NOW - 1) == ()


def test_the_person_page_answers(admin_client: Client) -> None:
    opened()
    comes("new")
    page = admin_client.get(reverse("person", args=["new"])).content.decode()
    assert "Why S 1 got this lead" in page
    assert "routing.rules.oslo" in page
    assert read_person("new").routing == read_routing("new")


def test_a_lead_that_nobody_has_says_why(admin_client: Client) -> None:
    opened()
    comes("new", source="fair")
    page = admin_client.get(reverse("person", args=["new"])).content.decode()
    assert "Why nobody has this lead yet" in page
    assert "Bo Berg answers for the queue." in page
