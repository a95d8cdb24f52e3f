"""Contact with a buyer told to marketing: a promise of sales, kept at the desk by a note."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client

from interlock.operations.actor import COMMAND_LINE
from interlock.operations.add_user import add_user
from interlock.operations.adopt import adopt
from interlock.operations.log_attempt import log_attempt
from interlock.operations.rebuild import rebuild
from interlock.operations.tell_marketing import tell_marketing
from interlock.store.models import FACTS, Obligation
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
    assert "Read by: Contact told" in page


def desk() -> str:
    add_user(CY.name, "a long enough secret", by=COMMAND_LINE, side="sales")
    client = Client()
    assert client.login(username=CY.name, password="a long enough secret")  # noqa: S106 - of this test
    with time_machine.travel(NOW, tick=False):
        return client.get("/desk?lead=p8").content.decode()
