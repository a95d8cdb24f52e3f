"""Forms that buyers fill in: a page of ours, or a form in a page of theirs."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from interlock.operations.actor import COMMAND_LINE, Actor, NotAllowedError
from interlock.operations.close_form import close_form
from interlock.operations.keep_form import keep_form
from interlock.operations.read_forms import FormKept
from interlock.store.models import FACTS, Event, Lead, LeadForm, User
from tests.operations import desk

pytestmark = pytest.mark.django_db

DEMO = FormKept(
    name="demo",
    title="See it <live>",
    says="Half an hour.",
    fields=("email", "name", "company", "message"),
    needed=("email", "name"),
    consent="You may write to me.",
    thanks="Thank you.",
    source="web",
    campaign="spring",
    returns=("https://www.example.com/thanks",),
    frames=(),
)
ADA = {
    "email": "Ada@Example.com",
    "name": "Ada",
    "company": "Acme",
    "message": "Hi",
    "consent": "y",
}


@pytest.fixture(autouse=True)
def fresh_bounds() -> None:
    cache.clear()


@pytest.fixture
def demo() -> FormKept:
    assert keep_form(DEMO, by=COMMAND_LINE) == ()
    return DEMO


def send(client: Client, status: int = 200, **told: str) -> str:
    answer = client.post("/form/demo", {**ADA, **told})
    assert answer.status_code == status
    return answer.content.decode()


@pytest.mark.usefixtures("demo")
def test_the_page_needs_neither_script_nor_cookie() -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.get("/form/demo")
    text = page.content.decode()
    assert page.status_code == 200
    assert "<script" not in text
    assert "See it &lt;live&gt;" in text
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"
    assert "Thank you." in send(client)
    assert not client.cookies


@pytest.mark.usefixtures("demo")
def test_what_is_sent_becomes_a_person_and_a_touch() -> None:
    send(Client())
    person, touch = FACTS["person"].objects.get(), FACTS["touch"].objects.get()
    assert (person.name, person.email, person.source) == ("Ada", "ada@example.com", "web")
    assert person.attributes == {"company": "Acme"}
    assert (touch.person, touch.kind, touch.campaign) == (person.key, "form", "spring")
    assert touch.attributes == {
        "consent": "You may write to me.",
        "form": "demo",
        "message": "Hi",
    }
    assert Event.objects.get(verb="receive").by == "form demo"


@pytest.mark.usefixtures("demo")
def test_the_lead_is_there_at_once() -> None:
    desk.opened()
    send(Client())
    assert Lead.objects.get(name="Ada").stage


def test_who_gives_no_name_is_called_by_the_address() -> None:
    keep_form(replace(DEMO, needed=("email",)), by=COMMAND_LINE)
    desk.opened()
    send(Client(), name="", email="bea@example.com")
    assert Lead.objects.get(name="bea@example.com").stage


@pytest.mark.usefixtures("demo")
def test_sent_twice_it_has_one_effect() -> None:
    send(Client(), submission="drawn once")
    send(Client(), submission="drawn once")
    assert FACTS["touch"].objects.count() == 1
    send(Client(), submission="another")
    assert FACTS["touch"].objects.count() == 2
    assert FACTS["person"].objects.count() == 1


@pytest.mark.usefixtures("demo")
def test_somebody_who_is_known_gets_a_touch_and_stays_as_they_were() -> None:
    desk.opened()
    before = FACTS["person"].objects.count()
    send(Client(), email="PERSON1@example.com", name="Somebody else")
    assert FACTS["person"].objects.count() == before
    assert FACTS["touch"].objects.get(kind="form").person == "p1"


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ({"email": ""}, "Please fill this in."),
        ({"email": "ada"}, "no e-mail address"),
        ({"name": "\0"}, "Please fill this in."),
        ({"name": "x" * 201}, "At most 200 characters"),
        ({"consent": ""}, "need your consent"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(told: dict[str, str], problem: str) -> None:
    page = send(Client(), 422, **told)
    assert problem in page
    assert "Acme" in page  # what was filled in stays
    assert not FACTS["touch"].objects.exists()


@pytest.mark.usefixtures("demo")
def test_what_fills_the_trap_is_thanked_and_forgotten() -> None:
    assert "Thank you." in send(Client(), website="http://spam.example")
    assert not FACTS["touch"].objects.exists()


@pytest.mark.usefixtures("demo")
def test_who_sends_too_often_waits() -> None:
    with time_machine.travel(1_800_000_000, tick=False):  # all within one minute
        for number in range(10):
            send(Client(), submission=str(number))
        assert "wait a minute" in send(Client(), 429, submission="11")
    assert FACTS["touch"].objects.count() == 10


@pytest.mark.usefixtures("demo")
def test_one_is_sent_back_to_an_address_that_an_admin_has_named_alone() -> None:
    answer = Client().post("/form/demo", {**ADA, "return_to": "https://www.example.com/thanks"})
    assert (answer.status_code, answer["Location"]) == (303, "https://www.example.com/thanks")
    for address in ("https://evil.example", "//evil.example", "https://www.example.com/thanks2"):
        assert "Thank you." in send(Client(), return_to=address)


def test_a_site_that_is_named_may_show_it_in_a_frame() -> None:
    keep_form(replace(DEMO, frames=("https://www.example.com",)), by=COMMAND_LINE)
    for page in (Client().get("/form/demo"), Client().post("/form/demo", ADA)):
        assert "frame-ancestors https://www.example.com" in page["Content-Security-Policy"]
        assert "script-src 'self'" in page["Content-Security-Policy"]
        assert "X-Frame-Options" not in page


@pytest.mark.usefixtures("demo")
def test_a_form_that_was_closed_or_never_was_is_not_there() -> None:
    assert Client().get("/form/other").status_code == 404
    assert close_form("demo", by=COMMAND_LINE)
    assert Client().get("/form/demo").status_code == 404
    assert Client().post("/form/demo", ADA).status_code == 404
    assert not FACTS["touch"].objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "A b"},
        {"fields": ("name",)},
        {"fields": ("email", "shoe size")},
        {"title": ""},
        {"returns": ("javascript:alert(1)",)},
        {"returns": ("//www.example.com",)},
        {"returns": ("http://www.example.com",)},
        {"frames": ("*",)},
        {"frames": ("https://www.example.com/a",)},
        {"frames": ("https://*.example.com",)},
        {"frames": ("https://a.example; script-src *",)},
    ],
)
def test_what_no_form_can_be_is_told(changes: dict[str, object]) -> None:
    assert keep_form(replace(DEMO, **changes), by=COMMAND_LINE)  # type: ignore[arg-type]  # on purpose
    assert not LeadForm.objects.exists()


def test_an_admin_makes_a_form_and_copies_what_a_page_needs() -> None:
    admin = Client()
    admin.force_login(User.objects.create_user("ann@example.com", role="admin"))
    told = {
        "name": "demo",
        "title": "See it",
        "asks_for": ["email", "name", "message"],
        "needed": ["email"],
        "thanks": "Thank you.",
        "consent": "You may.",
        "returns": "https://www.example.com/thanks\n",
    }
    page = admin.post("/settings/forms", told, follow=True).content.decode()
    shown = re.search(r'<textarea id="snippet"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert shown is not None
    assert "<" not in shown[1]
    snippet = unescape(shown[1])
    assert 'action="http://testserver/form/demo"' in snippet
    names = set(re.findall(r'name="(\w+)"', snippet))
    assert names == {"email", "name", "message", "consent", "return_to", "website"}
    sent = {"email": "a@b.example", "consent": "yes", "return_to": "https://www.example.com/thanks"}
    assert Client().post("/form/demo", sent).status_code == 303

    page = admin.post("/settings/forms/demo", {**told, "frames": "x"}).content.decode()
    assert "is no origin of a page" in page
    admin.post("/settings/forms/demo/close")
    assert Client().get("/form/demo").status_code == 404


def test_only_who_may_keeps_a_form() -> None:
    with pytest.raises(NotAllowedError):
        keep_form(DEMO, by=Actor("kim", "operations", "operations"))
