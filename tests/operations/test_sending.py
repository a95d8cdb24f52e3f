"""What is told goes out by e-mail and by channels, is tried again, and is not sent twice."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Iterator
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message as Mail
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import time_machine
from aiosmtpd.controller import Controller

from interlock.operations.actor import COMMAND_LINE, Actor, NotAllowedError
from interlock.operations.adopt import adopt
from interlock.operations.choose_notices import (
    add_channel,
    read_choices,
    read_company_channels,
    remove_channel,
    try_channel,
)
from interlock.operations.look import sweep
from interlock.operations.news import News
from interlock.operations.outside import trouble_with
from interlock.operations.rebuild import rebuild
from interlock.operations.release import release
from interlock.operations.send import AGAIN, LEASE, claimed, send
from interlock.operations.tell import tell
from interlock.store.models import FACTS, Channel, Delivery, Event, Notice
from tests.operations import company as few
from tests.operations.company import at, put

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_folder")]

NOW = at(23, "10:00")
ADA = Actor("ada@example.com", "operations", "admin")
CY = Actor("cy@example.com", "sales", "member", "cy")


class Sink:
    """Keeps the e-mails that it is given."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's
        self.mails.append(message_from_bytes(envelope.content))
        return "250 kept"


@pytest.fixture
def mails(settings: Any) -> Iterator[list[Mail]]:
    """A real server for e-mail, as an operator would name it."""
    sink = Sink()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    settings.EMAIL_USE_TLS = False
    settings.ADDRESS = "https://interlock.example.com/"
    yield sink.mails
    controller.stop()


class Receiver(BaseHTTPRequestHandler):
    """Keeps what it is sent, and answers what it is told to."""

    server: Any

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.server.kept.append(json.loads(self.rfile.read(length)))
        self.send_response(self.server.answer)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def do_GET(self) -> None:
        self.server.kept.append("redirected")
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def receiver() -> Iterator[Any]:
    """A real server that takes what channels send."""
    server: Any = HTTPServer(("127.0.0.1", 0), Receiver)
    server.kept, server.answer = [], 200
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def opened(**person: Any) -> None:
    """The company on Monday at ten, with an escalation that reaches Cy about a person like that."""
    few.fill()
    if person:
        FACTS["person"].objects.filter(key="p8").update(**person)
    FACTS["member"].objects.filter(key="cy").update(email="cy@example.com", role="SDR")
    agreement = few.agreement_of_the_company()
    agreement["promises"]["first-touch"]["escalation"] = [{"at": 0.5, "tell": "SDR"}]
    adopt(few.text_of(agreement), by=COMMAND_LINE)
    with time_machine.travel(at(23), tick=False):
        rebuild(by=COMMAND_LINE)


def told() -> None:
    """What came to pass by ten is told."""
    sweep(NOW)
    tell(NOW)
    release(NOW)


def test_an_e_mail_says_which_lead_what_by_when_why_and_where(mails: list[Mail]) -> None:
    opened()
    told()
    assert send(NOW) == 1
    assert send(NOW) == 0
    (mail,) = mails
    assert mail["To"] == "cy@example.com"
    line = "Person 8: First touch by Cy Dahl is not kept after 50 % of the time"
    line += " (due Mon 23 Mar, 12:00)."
    assert " ".join(mail["Subject"].split()) == line
    notice = Notice.objects.get(whom="cy", news="escalation")
    assert mail["Message-ID"] == f"<{notice.key}@interlock>"
    body = mail.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert body.decode().splitlines() == [
        line,
        "",
        "The clock began Fri 20 Mar, 16:00: 4 working hours allowed (First touch)",
        "",
        f"https://interlock.example.com/notices/{notice.key}",
    ]


@pytest.mark.parametrize("name", ["Eve\nBcc: all@example.com", "Eve\r\n\r\nBuy", "\u202eEve " * 99])
def test_whatever_a_lead_is_called_the_subject_is_one_line(mails: list[Mail], name: str) -> None:
    opened(name=name)
    told()
    assert send(NOW) == 1
    (mail,) = mails
    folded = re.sub(r"\r?\n(?=[ \t])", "", mail["Subject"])
    subject = str(make_header(decode_header(folded)))
    assert subject.startswith("Eve")
    assert subject.isprintable()
    assert len(subject) < 210
    assert (mail["To"], mail["Bcc"]) == ("cy@example.com", None)
    assert send(NOW + LEASE) == 0


@pytest.mark.parametrize("address", ["cy@example.com\nBcc: all@example.com", "cy@@", "ü @"])
def test_what_is_no_address_is_said_and_does_not_hold_up_the_others(
    mails: list[Mail], address: str
) -> None:
    opened()
    FACTS["member"].objects.filter(key="cy").update(email=address)
    told()
    assert send(NOW) == 1
    assert mails == []
    assert Delivery.objects.get().trouble


def test_a_mail_server_that_is_away_is_tried_again_and_the_reason_shown(
    settings: Any, mails: list[Mail]
) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    opened()
    told()
    send(NOW)
    assert "ConnectionRefusedError" in read_choices(by=CY).mail_trouble
    assert send(NOW + AGAIN[0] - 1) == 0
    settings.EMAIL_PORT = port
    assert send(NOW + AGAIN[0]) == 1
    assert len(mails) == 1
    assert read_choices(by=CY).mail_trouble == ""


def test_what_nobody_takes_for_a_day_is_given_up(settings: Any, mails: list[Mail]) -> None:
    settings.EMAIL_PORT = 1
    opened()
    told()
    now = NOW
    for wait in (*AGAIN, 0):
        assert send(now) == 1
        now += wait
    assert send(now + 10 * LEASE) == 0
    row = Delivery.objects.get()
    assert (row.state, row.tries) == (Delivery.GIVEN_UP, len(AGAIN) + 1)
    assert mails == []


def test_what_a_dead_worker_had_claimed_is_sent_by_another(mails: list[Mail]) -> None:
    opened()
    told()
    assert claimed(NOW) is not None
    assert claimed(NOW) is None
    assert send(NOW + LEASE) == 1
    assert len(mails) == 1


def test_a_channel_of_the_company_is_told_of_what_it_is_for(receiver: Any) -> None:
    opened()
    url = f"json://127.0.0.1:{receiver.server_port}/hook"
    assert add_channel("Room", url, by=ADA, company=True, news=[News.STEP], side="sales") == ""
    assert add_channel("Other", url, by=ADA, company=True, news=[News.STEP], side="marketing") == ""
    told()
    send(NOW)
    (sent,) = receiver.kept
    assert sent["title"].startswith("Person 8: First touch by Cy Dahl")
    assert "(First touch)" in sent["message"]
    assert read_company_channels(by=ADA)[0].trouble == ""


def test_a_channel_that_refuses_or_sends_elsewhere_is_tried_again(receiver: Any) -> None:
    receiver.answer = 302
    opened()
    url = f"json://127.0.0.1:{receiver.server_port}/hook"
    add_channel("Room", url, by=ADA, company=True, news=[News.STEP])
    told()
    send(NOW)
    assert "redirected" not in receiver.kept
    assert read_company_channels(by=ADA)[0].trouble != ""
    receiver.answer = 200
    assert send(NOW + AGAIN[0]) == 1
    assert read_company_channels(by=ADA)[0].trouble == ""


def test_addresses_are_kept_sealed_and_the_trail_tells_none() -> None:
    put("member", "cy", name="Cy Dahl", side="sales")
    assert add_channel("", "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#x", by=CY) == ""
    row = Channel.objects.get()
    assert (row.whom, row.name) == ("cy", "Slack")
    assert "TIiajk" not in row.sealed
    assert "TIiajk" not in " ".join(Event.objects.values_list("about", flat=True))
    assert not remove_channel(row.pk, by=ADA)
    assert remove_channel(row.pk, by=CY)


def test_a_trial_is_sent_and_stands_in_no_list(receiver: Any) -> None:
    add_channel("R", f"json://127.0.0.1:{receiver.server_port}/", by=ADA, company=True)
    row = Channel.objects.get()
    with pytest.raises(NotAllowedError):
        try_channel(row.pk, by=CY)
    assert try_channel(row.pk, by=ADA)
    send(Delivery.objects.get().next_at)
    assert receiver.kept[0]["title"] == "Notices of Interlock arrive here"


@pytest.mark.parametrize(
    ("url", "company", "is_fine"),
    [
        ("json://10.0.0.1/", False, False),
        ("json://10.0.0.1/", True, True),
        ("workflows://10.0.0.1/abc/def", False, False),
        ("workflows://prod-1.westeurope.logic.azure.com:443/abc/def", False, True),
        ("ntfy://10.0.0.1/topic", False, False),
        ("ntfy://topic", False, True),
        ("syslog://", True, False),
        ("slack://", False, False),
        ("nonsense", True, False),
    ],
)
def test_what_may_be_set_up_by_whom(url: str, *, company: bool, is_fine: bool) -> None:
    assert (trouble_with(url, company=company) == "") == is_fine
