"""The desk by plain requests: it needs no script, says what became of a deed, and is cheap."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from interlock.operations import read_desk
from interlock.operations.actor import COMMAND_LINE
from interlock.operations.answer_challenge import answer_challenge
from interlock.operations.ask import ask
from interlock.operations.decide import decide
from interlock.operations.rebuild import rebuild
from interlock.store.models import FACTS, Challenge, Question, User
from tests.operations.company import at, put
from tests.operations.desk import BO, CY, MO, NOW, PERSONAS, opened, stage
from tests.web.conftest import PHRASE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def frozen(tmp_path: object, settings: object) -> Iterator[time_machine.Traveller]:  # noqa: ARG001 - order
    """The clock stands at the desk's own instant."""
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def signed_in(member: str, role: str = "member", side: str = "sales") -> Client:
    user = User.objects.create_user(
        f"{member}@example.com", password=PHRASE, side=side, role=role, member=member
    )
    client = Client()
    client.force_login(user)
    return client


def page(client: Client, address: str = "/desk") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def send(client: Client, deed: str, lead: str = "p8", **more: str) -> str:
    """Presses a button; the page that comes of it."""
    answer = client.post("/desk/deed", {"deed": deed, "lead": lead, **more}, follow=True)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_page_of_ones_own_lead_leads_to_ones_desk() -> None:
    opened()
    theirs = 'href="/desk?lead=p8"'
    assert theirs in page(signed_in("cy"), "/people/p8")
    assert theirs not in page(signed_in("bo"), "/people/p8")


def test_what_one_owes_in_order_with_clock_and_due_time() -> None:
    opened()
    text = page(signed_in("cy"))
    assert "2 due, 1 with nobody, 2 late. First: First touch for Person 8, by" in text
    assert text.index("Person 8") < text.index("Free Lund") < text.index("Person 7")
    assert 'data-left="7200" data-runs' in text


def test_a_closed_office_stops_the_clock(frozen: time_machine.Traveller) -> None:
    opened()
    frozen.move_to(at(23, "17:30"))
    text = page(signed_in("cy"), "/desk?lead=p8")
    assert "data-runs" not in text
    assert "the clock stands until" in text


def test_a_lead_opens_beside_it_with_all_that_one_needs() -> None:
    opened()
    put("asset", "paper", name="False alarms, cut by half")
    put("touch", "t-paper", at(23, "08:00"), person="vp", kind="visit", asset="paper")
    text = page(signed_in("bo"), "/desk?lead=vp")
    for words in (
        "Large ASA",
        "What an hour of standstill costs.",
        "Why it qualified",
        "the engagement score is 50 or more",
        "False alarms, cut by half",
        "A decision",
        "Read by: Never reached (as a reason)",
    ):
        assert words in text, words


def test_each_deed_is_a_button_that_needs_no_script() -> None:
    opened()
    client = signed_in("cy")
    assert "Call: no answer" in send(client, "call:no answer")
    assert "Accepted" in send(client, "accept")
    assert "Qualified" in send(client, "qualify")
    assert "Opportunity made" in send(client, "convert", amount="12,500")
    assert FACTS["opportunity"].objects.get(person="p8").amount == 1_250_000
    assert "Won" in send(client, "win")
    assert stage("p8") == "customer"


def test_a_refused_deed_comes_back_with_the_reason_and_what_applies() -> None:
    opened()
    client = signed_in("cy")
    text = send(client, "reject:unreachable")
    assert "Not done." in text
    assert "Missing: three more attempts." in text
    assert "What applies: accept" in text
    assert "Not done." not in page(client, "/desk?lead=p8")


def test_a_contested_rejection_says_so_and_stays_on_the_lead() -> None:
    opened()
    client = signed_in("bo")
    assert "Marketing is asked to answer" in send(client, "reject:no-fit", "vp")
    assert "Marketing answers it" in page(client, "/desk?lead=vp")


def test_undo_within_ten_seconds(frozen: time_machine.Traveller) -> None:
    opened()
    client = signed_in("cy")
    text = send(client, "accept")
    delivery = text.split('name="delivery" value="')[1].split('"')[0]
    frozen.shift(8)
    answer = client.post("/desk/undo", {"delivery": delivery, "lead": "p8"}, follow=True)
    assert "Undone" in answer.content.decode()
    assert stage("p8") == "mql"
    frozen.shift(60)
    answer = client.post("/desk/undo", {"delivery": "nonsense", "lead": "p8"}, follow=True)
    assert "no such deed of yours" in answer.content.decode()


@pytest.mark.usefixtures("frozen")
def test_a_question_is_undone_like_a_deed() -> None:
    opened()
    client = signed_in("cy")
    text = send(client, "ask:told")
    question = text.split('name="question" value="')[1].split('"')[0]
    answer = client.post("/desk/undo", {"question": question, "lead": "p8"}, follow=True)
    assert "Undone" in answer.content.decode()
    answer = client.post("/desk/undo", {"question": question, "lead": "p8"}, follow=True)
    assert "It was undone before" in answer.content.decode()


def test_what_to_say_to_somebody_is_said_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PERSONAS["director"], "name", "Automation lead")
    opened()
    text = page(signed_in("bo"), "/desk?lead=vp")
    assert "What to say" in text
    assert "to an <a " in text
    assert ">automation lead</a>" in text


def test_an_old_page_is_told() -> None:
    opened()
    client = signed_in("cy")
    mark = page(client, "/desk?lead=free").split('name="mark" value="')[1].split('"')[0]
    send(signed_in("bo"), "accept", "free")
    assert "was quicker" in send(client, "reject:not-ready", "free", mark=mark)


def test_somebody_elses_lead_is_read_and_not_worked_on() -> None:
    opened()
    text = page(signed_in("bo"), "/desk?lead=p8")
    assert "With Cy Dahl" in text or "is with Cy Dahl" in text
    assert 'name="deed"' not in text


def test_marketing_asks_about_a_lead_that_sales_has() -> None:
    opened()
    mo = signed_in("mo", side="marketing")
    text = page(mo, "/desk?lead=p8")
    assert 'value="ask:wants"' in text
    assert 'value="accept"' not in text
    assert "Asked sales: What did they ask for?" in send(mo, "ask:wants")


def test_pausing_handing_over_and_asking() -> None:
    opened()
    client = signed_in("cy")
    assert "Paused: on hold" in send(client, "pause:on hold")
    assert "paused" in page(client, "/desk?lead=p8")
    assert "The clocks go on" in send(client, "go on")
    assert "Asked marketing: What did they ask for?" in send(client, "ask:wants")
    assert "No answer yet." in page(client, "/desk?lead=p8")
    assert "Handed over to Bo Berg" in send(client, "hand over:bo")


def test_what_marketing_asks_stands_on_the_desk_of_who_has_the_lead() -> None:
    opened()
    decide("vp", "reject", by=BO, reason="no-fit", now=NOW)
    answer_challenge(Challenge.objects.get().pk, upheld=True, by=MO, now=NOW)
    ask("free", "wants", by=MO, words="Or was it a trial?", now=NOW)
    asked = "Asked of you", "Please look at this lead again."
    bo, cy = signed_in("bo"), signed_in("cy")
    assert "2 questions to answer" in page(bo)
    assert all(words in page(bo) for words in asked)
    assert asked[1] not in page(cy)  # the lead is Bo's; nobody has the other one
    assert "What did they ask for? Or was it a trial?" in page(cy)
    assert "Asked of you" not in page(signed_in("mo", side="marketing"))
    assert f"/desk/question/{Question.objects.get(person='vp').pk}" in page(cy, "/desk?lead=vp")


def test_a_question_is_answered_on_the_lead_and_to_look_again_needs_no_words() -> None:
    opened()
    decide("vp", "reject", by=BO, reason="no-fit", now=NOW)
    answer_challenge(Challenge.objects.get().pk, upheld=True, by=MO, now=NOW)
    ask("vp", "wants", by=MO, now=NOW)
    again, wants = (each.pk for each in Question.objects.order_by("pk"))
    bo = signed_in("bo")

    def send(number: int, words: str) -> str:
        sent = {"words": words, "lead": "vp"}
        answer = bo.post(f"/desk/question/{number}", sent, follow=True)
        assert answer.redirect_chain == [("/desk?lead=vp", 302)]
        return " ".join(answer.content.decode().split())

    assert "Say something, however short" in send(wants, " ")
    assert "Answered." in send(again, "")
    assert "Looked at it again." in page(bo, "/desk?lead=vp")
    text = send(wants, "A price")
    assert "A price" in text
    assert "Asked of you" not in text
    assert "has answered already" in send(wants, "A demo")
    assert "has answered already" in send(again, "")


def test_what_a_colleague_missed_comes_with_the_lead() -> None:
    opened()
    cy, bo = signed_in("cy"), signed_in("bo")
    assert "Person 7" in page(cy)
    assert "Person 7" not in page(bo)
    assert "Handed over to Bo Berg" in send(cy, "hand over:bo", "p7")
    assert "Person 7" not in page(cy)
    text = page(bo)
    assert "Person 7" in text.partition('id="desk-late"')[2]
    assert 'value="accept"' in page(bo, "/desk?lead=p7")


def test_empty_states() -> None:
    stranger = signed_in("zoe")
    assert "There is no agreement yet" in page(stranger)
    opened()
    assert "Nothing is owed" in page(signed_in("pia", side="product"))


def test_a_pinned_replay_says_that_nothing_moves() -> None:
    opened()
    rebuild(by=COMMAND_LINE, as_of=NOW)
    text = page(signed_in("cy"), "/desk?lead=p8")
    assert "an instant that was chosen" in text
    assert 'value="accept"' not in text


def test_what_is_not_there_is_not_found() -> None:
    opened()
    client = signed_in("cy")
    assert client.get("/desk?lead=nobody").status_code == 404
    assert client.post("/desk/deed", {"deed": "dance", "lead": "p8"}).status_code == 404


def test_the_desk_is_first_for_who_works_at_it_and_not_there_for_who_reads() -> None:
    opened()
    rooms = page(signed_in("cy")).split('aria-label="Rooms"')[1]
    assert rooms.index("/desk") < rooms.index("/promises")
    reader = signed_in("vi", role="viewer")
    assert "/desk" not in page(reader, "/people")
    assert reader.get("/desk").status_code == 403


def test_the_pulse_changes_with_whatever_happens() -> None:
    opened()
    client = signed_in("cy")
    before = client.get("/pulse").json()
    assert before == client.get("/pulse").json()
    assert before["at"] == "10:00"
    send(client, "call:no answer")
    assert client.get("/pulse").json()["mark"] != before["mark"]


def test_the_number_of_queries_does_not_grow_with_the_desk() -> None:
    opened()
    client = signed_in("cy")
    ask("p8", "data", by=MO, now=NOW)

    def asked(address: str) -> int:
        page(client, address)
        with CaptureQueriesContext(connection) as queries:
            page(client, address)
        return len(queries)

    few = asked("/desk"), asked("/desk?lead=p8"), asked("/pulse")
    for number in range(30):
        key = f"more{number}"
        put("person", key, at(20), created_at=at(20), name=f"More {number}", source="web")
        put("touch", f"t-{key}", at(23), person=key, kind="demo")
        put("assignment", f"a-{key}", at(23), person=key, member="cy")
        put("touch", f"p8-{number}", at(23), person="p8", kind="visit")
        ask("p8", "wants", by=MO, now=NOW)
        ask(key, "wants", by=MO, now=NOW)
    rebuild(by=COMMAND_LINE)
    assert (asked("/desk"), asked("/desk?lead=p8"), asked("/pulse")) == few
    assert few[0] <= 25
    assert few[1] <= 75
    assert few[2] <= 12


def test_what_nobody_did_in_time_does_not_take_the_place_of_ones_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put("person", "lone", at(20), created_at=at(20), name="Lone Ek", source="web")
    put("touch", "t-lone", at(20, "10:00"), person="lone", kind="demo")
    opened()
    client = signed_in("cy")
    monkeypatch.setattr(read_desk, "MOST", 1)
    text = page(client)
    assert "Person 7" in text
    assert "Lone Ek" not in text


NARROW = ("owner=?", "person=?", "started_at>?")
"""How a step of a plan may look for obligations: not by the replay alone."""


@pytest.mark.parametrize("address", ["/desk", "/desk?lead=p8", "/desk/team"])
def test_no_desk_walks_through_all_that_ever_was_owed(address: str) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL plans by how many rows there are, and here are few")
    opened()
    client = signed_in("lea", role="lead")
    with CaptureQueriesContext(connection) as queries:
        page(client, address)
    asked = [each["sql"] for each in queries if 'FROM "store_obligation"' in each["sql"]]
    assert asked
    for sql in asked:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            plan = [row[3] for row in cursor.fetchall() if "store_obligation" in row[3]]
        assert all(any(by in step for by in NARROW) for step in plan), plan


def test_whatever_is_asked_says_who_reads_it() -> None:
    opened()
    asked = page(signed_in("cy"), "/desk?lead=p8").split('<details class="deed"')[1:]
    asked += page(signed_in("lea", "lead"), "/desk/team").split('<details class="deed"')[1:]
    assert len(asked) >= 7
    for menu in asked:
        assert "Read by: " in menu.partition("</details>")[0], menu[:200]
    ask("p8", "told", by=CY, now=NOW)
    decide("vp", "reject", by=BO, reason="no-fit", now=NOW)
    forms = page(signed_in("mo", side="marketing"), "/desk/marketing").split('name="words"')[1:]
    readers = [form.partition("</form>")[0].partition("Read by: ")[2][:7] for form in forms]
    assert readers == ["Bo Berg", "Cy Dahl"]
