"""Contact with a buyer told to marketing: a promise of sales, kept at the desk by a note."""

from __future__ import annotations

import pytest
import time_machine
from django.db import connection
from django.test import Client
from lxml import html

from interlock.agreement.hours import DAY
from interlock.operations.actor import COMMAND_LINE
from interlock.operations.add_user import add_user
from interlock.operations.adopt import adopt
from interlock.operations.log_attempt import log_attempt
from interlock.operations.read_told import AT_SIGHT, DAYS, MOST, NOTHING_TOLD, notes_told, read_told
from interlock.operations.reading import current
from interlock.operations.rebuild import rebuild
from interlock.operations.rows import names_in
from interlock.operations.tell_marketing import tell_marketing
from interlock.store.models import FACTS, Import, Obligation
from tests.operations.company import text_of
from tests.operations.desk import CY, NOW, agreement, opened

pytestmark = pytest.mark.django_db
TOLD = {
    "name": "Contact told",
    "says": "Sales tells marketing what a buyer said within two working days of a talk.",
    "owed_by": "sales",
    "owed_to": "marketing",
    "starts": {"when": 'activity.human && activity.result in ["connected", "held"]'},
    "kept_by": 'activity.kind == "note" && activity.topic == "told marketing"',
    "within": "2 working days",
    "calendar": "office",
}


def sit_down() -> None:
    """The desk, under an agreement by which contact is told."""
    opened()
    text = agreement() | {"version": "2", "attributes": {"activity": {"topic": "text"}}}
    text["promises"] = {**text["promises"], "contact-told": TOLD}
    adopted = adopt(text_of(text), by=COMMAND_LINE)
    assert adopted.version is not None, adopted.problems
    with time_machine.travel(NOW, tick=False):
        rebuild(by=COMMAND_LINE)


def state() -> list[str]:
    found = Obligation.objects.filter(replay__current=True, person="p8", promise="contact-told")
    return list(found.values_list("state", flat=True))


def test_a_talk_owes_a_note_and_the_note_keeps_it() -> None:
    sit_down()
    assert log_attempt("p8", "call", result="no answer", by=CY, now=NOW).done
    assert state() == []
    assert log_attempt("p8", "call", result="connected", by=CY, now=NOW + 60).done
    assert state() == ["open"]
    assert tell_marketing("p8", " ", by=CY, now=NOW + 120).refused.startswith("Say in a few words")
    done = tell_marketing("p8", "A pilot in May.", by=CY, now=NOW + 120)
    assert (done.said, state()) == ("Marketing is told", ["kept"])
    note = FACTS["activity"].objects.get(kind="note", live=True, person="p8")
    assert (note.subject, note.member) == ("A pilot in May.", "cy")


def test_where_no_promise_asks_for_it_there_is_no_such_deed() -> None:
    opened()
    refused = tell_marketing("p8", "A pilot.", by=CY, now=NOW).refused
    assert refused == "No promise of the agreement is kept by telling marketing."
    assert "Tell marketing" not in desk()


def test_the_desk_offers_it_and_says_which_promise_it_keeps() -> None:
    sit_down()
    page = desk()
    assert "Tell marketing" in page
    assert "Read by: marketing, at its desk; Contact told" in page


def test_marketing_reads_what_it_was_told_at_its_desk_and_on_the_person() -> None:
    sit_down()
    assert tell_marketing("p8", "A <pilot> in May.", by=CY, now=NOW).done
    mo = signed_in("mo@example.com", "marketing")
    with time_machine.travel(NOW + 60, tick=False):
        told = section(mo, "/desk/marketing", "told")
    assert "1 note of talks with buyers in 30 days." in told
    assert "A <pilot> in May." in told
    assert "Cy" in told
    assert "Note, told marketing: A <pilot> in May." in section(mo, "/people/p8", "timeline")
    with time_machine.travel(NOW + DAYS * DAY, tick=False):
        assert "Nothing in 30 days." in section(mo, "/desk/marketing", "told")


def test_the_latest_are_listed_and_all_counted() -> None:
    sit_down()
    said = [f"Talk {n}" for n in range(MOST + 2)]
    for n, words in enumerate(said):
        assert tell_marketing("p8", words, by=CY, now=NOW + n).done
    reading = current()
    assert reading.agreement is not None
    found = read_told(reading, names_in(reading.agreement), NOW + len(said))
    assert found.count == len(said)
    assert [note.words for note in found.notes] == said[:1:-1]
    assert read_told(reading, names_in(reading.agreement), NOW - 1) == NOTHING_TOLD


def test_the_desk_shows_the_latest_notes_and_opens_to_the_earlier_ones() -> None:
    sit_down()
    for n in range(AT_SIGHT + 1):
        assert tell_marketing("p8", f"Talk {n}.", by=CY, now=NOW + n).done
    mo = signed_in("mo@example.com", "marketing")
    with time_machine.travel(NOW + 60, tick=False):
        page = html.fromstring(mo.get("/desk/marketing").content)
    (more,) = page.xpath("//section[@aria-labelledby='told']//details")
    assert "1 earlier one" in more.text_content()
    assert "Talk 0." in more.text_content()
    assert "Talk 1." not in more.text_content()


def test_a_note_on_a_record_that_was_merged_is_about_the_one_that_stays() -> None:
    sit_down()
    assert tell_marketing("p8", "A pilot.", by=CY, now=NOW).done
    FACTS["merge"].objects.create(
        key="m1", person="p8", into="p7", at=NOW + 1, digest=1, batch=Import.objects.all()[:1].get()
    )
    reading = current()
    assert reading.agreement is not None
    (note,) = read_told(reading, names_in(reading.agreement), NOW + 2).notes
    assert note.person.key == "p7"


def test_of_a_replay_as_it_was_known_then_no_later_note_is_shown() -> None:
    sit_down()
    assert tell_marketing("p8", "A pilot.", by=CY, now=NOW).done
    assert notes_told(NOW + 1, known_by=NOW + 2 * DAY).count() == 1
    assert notes_told(NOW + 1, known_by=NOW - DAY).count() == 0


def test_notes_are_found_without_a_look_at_every_activity() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL plans by how many rows there are, and here are few")
    assert "activity_notes_at" in notes_told(NOW).explain()


def section(client: Client, address: str, of: str) -> str:
    page = html.fromstring(client.get(address).content)
    (found,) = page.xpath(f"//section[@aria-labelledby='{of}']")
    return " ".join(str(found.text_content()).split())


def desk() -> str:
    with time_machine.travel(NOW, tick=False):
        return signed_in(CY.name, "sales").get("/desk?lead=p8").content.decode()


def signed_in(name: str, side: str) -> Client:
    add_user(name, "a long enough secret", by=COMMAND_LINE, side=side)
    client = Client()
    assert client.login(username=name, password="a long enough secret")  # noqa: S106 - of this test
    return client
