"""Disputes over the API: what the pages can do, for the member whose token it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from interlock.operations.actor import Actor
from interlock.operations.make_token import make_token
from interlock.operations.permissions import Role, Scope
from interlock.operations.rule import rule
from interlock.store.models import Case, Event
from tests.api.conftest import bearing
from tests.operations import test_read_credits as shared_out
from tests.operations.table import ADA, EVERYBODY, KIM, MO, SAM, add
from tests.operations.test_cases import GOVERNED, NOW, broken, opened, settled_in
from tests.support.queries import queries_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_folder")]

ALL = "/api/v1/disputes"
CREDIT = {"kind": "credit", "id": "o1", "words": "We found them ourselves."}
OBLIGATION = {
    "kind": "obligation",
    "id": "first-touch",
    "person": "p4",
    "started_at": "2026-03-06T15:00:00+01:00",
    "words": "At the dentist.",
}


@pytest.fixture(autouse=True)
def at_ten() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def program_of(who: Actor, *scopes: Scope) -> Client:
    """A program with a token of somebody's, for disputes and reading."""
    allowed = scopes or (Scope.READ, Scope.DISPUTES_WRITE)
    name = f"sync of {who.side} {len(allowed)}"
    return bearing(make_token(name, allowed, Role(who.role), by=who).secret)


def post(program: Client, address: str, body: dict[str, Any], key: str = "") -> Any:
    headers = {"idempotency-key": key} if key else {}
    return program.post(
        f"{ALL}{address}", json.dumps(body), content_type="application/json", headers=headers
    )


def test_a_dispute_from_opening_to_ruling() -> None:
    settled_in()
    sam, mo, kim = (program_of(who) for who in (SAM, MO, KIM))
    made = post(sam, "", OBLIGATION)
    assert made.status_code == 200, made.content
    number = made.json()["number"]
    one = mo.get(f"{ALL}/{number}").json()
    assert (one["title"], one["side"], one["opened_by"]) == (
        "First touch: Person 4",
        "sales",
        "Sam",
    )
    assert one["due_at"] == "2026-04-06T08:00:00+00:00"
    assert [view["words"] for view in one["views"]] == ["", "At the dentist."]
    assert one["kept_from"].startswith("It is for whoever keeps the data")
    assert one["evidence"]["lines"][0] == {"label": "State", "text": "broken", "at": None}
    assert one["evidence"]["whys"][0]["because"]["clause"] == "promises.first-touch"
    assert one["evidence"]["timeline"][0]["at"].endswith("+00:00")
    early = post(kim, f"/{number}/ruling", {"way": "sales", "reasons": "So."})
    assert (early.status_code, early.json()["detail"]) == (
        409,
        "Marketing can still say how they see it.",
    )
    assert post(mo, f"/{number}/view", {"words": "Somebody stands in."}).status_code == 200
    settled = post(kim, f"/{number}/ruling", {"way": "sales", "reasons": "A deputy was agreed."})
    assert settled.json()["said"].startswith("Settled.")
    again = post(kim, f"/{number}/ruling", {"way": "both", "reasons": "Or not."})
    assert again.status_code == 409
    ruled = mo.get(f"{ALL}/{number}").json()
    assert (ruled["ruled_for"], ruled["ruled_by"], ruled["ruled_at"]) == (
        "sales",
        "Kim",
        "2026-03-23T09:00:00+00:00",
    )
    assert [each["number"] for each in ruled["before"]] == [number]
    trail = Event.objects.filter(about__startswith=f"case {number}").values_list("by", flat=True)
    assert {each.partition(" by token ")[2][:4] for each in trail} == {"sync"}


def test_a_disputed_credit_comes_with_its_touches() -> None:
    settled_in()
    sam = program_of(SAM)
    number = post(sam, "", CREDIT).json()["number"]
    credit = sam.get(f"{ALL}/{number}").json()["evidence"]["credit"]
    assert sum(each["because"]["amount"] for each in credit["touches"]) == credit["amount"]
    assert credit["touches"][0]["person"] == {"key": "p1", "name": "Person 1"}
    assert credit["touches"][0]["because"]["formula"] == "12,345.00 / 2 = 6,172.500000"


def test_a_channels_credit_is_disputed_and_comes_with_its_sales() -> None:
    shared_out.sold()
    for each in EVERYBODY:
        add(each)
    sam = program_of(SAM)
    about = {"kind": "channel", "id": "mail", "by": "channel", "each": "month"}
    asked = {**about, "day": "2026-03-18", "words": "The mail was ours."}
    number = post(sam, "", asked).json()["number"]
    one = sam.get(f"{ALL}/{number}").json()
    assert (one["kind"], one["title"]) == ("channel", "Credit of the channel mail, March 2026")
    assert (one["has_changed"], one["comes_to"], one["is_reworded"]) == (False, None, False)
    earned = one["evidence"]["earned"]
    assert sum(each["amount"] for each in earned["sales"]) == earned["amount"] == 4121_66
    assert earned["sales"][0]["won_at"] == "2026-03-17T08:00:00+00:00"
    assert "last" in {each["model"] for each in earned["others"]}
    listed = sam.get(f"{ALL}?kind=channel").json()["items"]
    assert [each["number"] for each in listed] == [number]
    for wrong, status in (
        ({"id": "radio"}, 409),
        ({"day": "2026-04-01"}, 409),
        ({"day": None}, 409),
        ({"by": "colour"}, 422),
        ({"each": "week"}, 422),
        ({"id": "m" * 1_001}, 422),
        ({"id": "mail\0"}, 409),
    ):
        assert post(sam, "", {**asked, **wrong}).status_code == status, wrong


@pytest.mark.parametrize("by_token", [True, False])
def test_who_opened_it_by_a_token_does_not_rule_on_it_in_any_way(*, by_token: bool) -> None:
    governed = GOVERNED["raci"]["disputes"]
    settled_in(raci={"disputes": {**governed, "accountable": ["marketing"]}})
    add(Actor("al@example.com", "marketing", "lead"))
    ada = program_of(ADA)
    number = post(ada, "", OBLIGATION).json()["number"]
    post(program_of(SAM), f"/{number}/view", {"words": "So it was."})
    if by_token:
        answer = post(ada, f"/{number}/ruling", {"way": "both", "reasons": "So."})
        refused = answer.json()["detail"]
    else:
        refused = rule(number, "both", "So.", by=ADA).refused
    assert refused == "You opened it yourself: somebody else rules."


def test_about_one_thing_there_is_one_case_and_the_way_out_is_its_address() -> None:
    settled_in()
    sam, mo = program_of(SAM), program_of(MO)
    number = post(sam, "", CREDIT).json()["number"]
    again = post(mo, "", CREDIT)
    assert again.status_code == 409
    assert again["Content-Type"] == "application/problem+json"
    assert again.json()["faults"][0]["way_out"] == f"GET {ALL}/{number}"


def test_the_same_again_with_a_key_gets_the_first_answer() -> None:
    settled_in()
    sam = program_of(SAM)
    first, again = post(sam, "", CREDIT, "one"), post(sam, "", CREDIT, "one")
    assert first.status_code == 200
    assert again.content == first.content
    assert again["Idempotent-Replayed"] == "true"
    other = post(sam, "", {**CREDIT, "words": "Otherwise."}, "one")
    assert (other.status_code, other.json()["type"].rpartition(":")[2]) == (422, "key-reused")
    number = first.json()["number"]
    views = [post(sam, f"/{number}/view", {"words": "Ours."}, "two") for _ in range(2)]
    assert views[0].content == views[1].content
    assert Event.objects.filter(verb="state view").count() == 1


@pytest.mark.parametrize(
    ("address", "body", "status"),
    [
        ("", {"kind": "weather", "id": "1", "words": "x"}, 422),
        ("", {"kind": "credit", "id": "nothing", "words": "x"}, 409),
        ("", {"kind": "credit", "id": "o1", "words": " "}, 409),
        ("", {"kind": "credit", "id": "o1", "words": "x" * 1001}, 422),
        ("", {"kind": "period", "id": "greeting", "words": "x"}, 409),
        ("", {"kind": "obligation", "id": "first-touch", "person": "p4", "words": "x"}, 409),
        (
            "",
            {"kind": "obligation", "id": "x", "started_at": "2026-03-06T15:00:00", "words": "x"},
            422,
        ),
        ("/99/view", {"words": "x"}, 404),
        ("/99/ruling", {"way": "both", "reasons": "x"}, 404),
        ("/99/ruling", {"way": "nobody", "reasons": "x"}, 422),
        ("/99999999999999999999/view", {"words": "x"}, 404),
    ],
)
def test_what_cannot_be_done_is_a_problem(address: str, body: dict[str, Any], status: int) -> None:
    settled_in()
    answer = post(program_of(SAM), address, body)
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert not Case.objects.exists()


def test_who_may_only_read_and_who_is_of_no_side() -> None:
    settled_in()
    reader = program_of(SAM, Scope.READ)
    assert post(reader, "", CREDIT).status_code == 403
    refused = post(program_of(KIM), "", CREDIT)
    assert (refused.status_code, refused.json()["detail"]) == (
        409,
        "One of marketing or sales opens a dispute.",
    )
    assert reader.get(f"{ALL}/7").status_code == 404


def walk(query: str = "") -> list[dict[str, Any]]:
    """Every case that the query leaves, two by two."""
    program, items, cursor = program_of(SAM, Scope.READ), list[dict[str, Any]](), ""
    while True:
        page = program.get(f"{ALL}?limit=2{query}{cursor}").json()
        items += page["items"]
        if page["next"] is None:
            return items
        cursor = f"&cursor={page['next']}"


def test_the_list_is_walked_and_cut_down() -> None:
    settled_in()
    numbers = [opened(broken(person)) for person in ("p4", "p6", "p7")]
    numbers.append(opened(broken("p3", "greeting")))
    post(program_of(MO), f"/{numbers[1]}/view", {"words": "So."})
    post(program_of(KIM), f"/{numbers[1]}/ruling", {"way": "both", "reasons": "So."})
    assert [each["number"] for each in walk()] == numbers

    def cut(query: str) -> list[int]:
        return [each["number"] for each in walk(f"&{query}")]

    assert cut("open=true") == [numbers[0], *numbers[2:]]
    assert cut("open=false") == [numbers[1]]
    assert cut("clause=promises.greeting") == [numbers[3]]
    assert cut("person=p7") == [numbers[2]]
    assert cut("kind=credit") == []
    first = walk()[0]
    assert (first["silent"], first["is_late"], first["side"]) == (["marketing"], False, "sales")


def test_the_queries_do_not_grow_with_cases() -> None:
    settled_in()
    program = program_of(SAM)
    opened()
    few = queries_of(lambda: program.get(ALL))
    opened(broken("p6"))
    opened(broken("p7"))
    assert queries_of(lambda: program.get(ALL)) <= few
