"""Who is told of what came to pass: once, in working hours, of what is still so."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine

from interlock.operations.actor import COMMAND_LINE, Actor
from interlock.operations.adopt import adopt
from interlock.operations.choose_notices import choose_notices
from interlock.operations.delivery import LiveFact
from interlock.operations.digest import digest
from interlock.operations.live import receive_live
from interlock.operations.look import sweep
from interlock.operations.news import How, News
from interlock.operations.notice_words import words_for
from interlock.operations.notify import notify
from interlock.operations.read_notices import mark_read, read_notices, unread
from interlock.operations.rebuild import rebuild
from interlock.operations.release import release
from interlock.operations.staff import staff
from interlock.operations.tell import tell
from interlock.store.models import FACTS, Delivery, Notice, User
from tests.operations import company
from tests.operations.company import at, put

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_folder")]

CY = Actor("cy@example.com", "sales", "member", "cy")
MO = Actor("mo@example.com", "sales", "lead", "mo")
KIM = Actor("kim@example.com", "operations", "operations")


def opened(now: int = at(23), **promise: Any) -> None:
    """The company with a manager, sign-ins and an escalation, as it stands at the instant."""
    company.fill()
    put("member", "mo", name="Mo Lund", side="sales", role="Sales manager", email="mo@example.com")
    FACTS["member"].objects.filter(key__in=("bo", "cy")).update(manager="mo", role="SDR")
    for by in (CY, MO, KIM):
        User.objects.create_user(by.name, side=by.side, role=by.role, member=by.member)
    agreement = company.agreement_of_the_company()
    agreement["promises"]["first-touch"] |= {"escalation": company.ESCALATION, **promise}
    adopt(company.text_of(agreement), by=COMMAND_LINE)
    with time_machine.travel(now, tick=False):
        rebuild(by=COMMAND_LINE)


def seen_to(now: int) -> None:
    """One turn of the worker at the instant."""
    sweep(now)
    tell(now)
    release(now)
    digest(now)


def told(by: Actor) -> list[tuple[str, str]]:
    """What somebody was told, first to last: its sort and its line."""
    return [(each.news, each.text) for each in reversed(read_notices(by=by).notices)]


def test_each_is_told_what_concerns_them_once() -> None:
    opened()
    for clock in ("10:00", "10:00", "11:00", "12:00", "12:01"):
        seen_to(at(23, clock))
    assert told(CY) == [
        ("warned", "Person 8: First touch is due Mon 23 Mar, 12:00"),
        ("broken", "Person 8: First touch was due Mon 23 Mar, 12:00 and is not kept"),
    ]
    step = "Person 8: First touch by Cy Dahl is not kept at the deadline (due Mon 23 Mar, 12:00). "
    assert ("escalation", f"{step}Gives the lead to somebody else.") in told(MO)
    last = read_notices(by=CY).notices[0]
    assert last.because.startswith("The clock began Fri 20 Mar, 16:00")
    assert last.because.endswith("(First touch)")
    assert mark_read(last.key, at(23), by=CY) == "/people/p8"
    assert mark_read(last.key, at(23), by=MO) is None
    assert unread(CY) == 1


def test_nobody_who_is_meant_is_a_finding_and_the_leads_of_the_side_are_told() -> None:
    opened()
    seen_to(at(23, "10:00"))
    # "the team lead" is nobody's role; Cy's manager is meant
    assert [news for news, _ in told(MO)] == ["escalation"]
    seen_to(at(23, "16:00"))
    seen_to(at(23, "16:00"))
    found = [text for news, text in told(KIM) if news == "finding"]
    assert found == [
        "Nobody is “the head of sales”, so an escalation went to the leads of the side instead"
    ]
    because = Notice.objects.get(whom=KIM.name, news="finding").because
    assert because.endswith("name nobody (First touch)")
    assert told(MO)[-1][0] == "escalation"


def test_a_promise_that_is_no_longer_agreed_is_told_in_the_words_of_its_path() -> None:
    row = Notice(clause="second-touch", news="warned", person="p8", began_at=at(20, "16:00"))
    told_of = words_for([row]).of(row, None)
    assert told_of.text == "p8: second touch is due soon"
    assert told_of.because.endswith("(second touch)")


def test_the_hours_of_whom_it_is_told_to_count() -> None:
    opened()
    seen_to(at(22, "12:00"))
    sweep(at(23, "10:00"))
    tell(at(23, "18:00"))  # the worker came late
    release(at(23, "18:00"))
    assert told(MO) == []
    assert set(Notice.objects.filter(whom="mo").values_list("from_at", flat=True)) == {at(24)}
    release(at(24))
    assert [news for news, _ in told(MO)] == ["escalation"]


def test_a_step_may_be_told_outside_the_hours_too() -> None:
    opened(escalation=[{"at": 0.5, "tell": "sales manager", "also_outside_hours": True}])
    sweep(at(23, "10:00"))
    tell(at(23, "18:00"))
    release(at(23, "18:00"))
    assert [news for news, _ in told(MO)] == ["escalation"]


def test_what_is_over_by_the_time_is_not_told() -> None:
    opened()
    sweep(at(23, "11:00"))
    tell(at(23, "11:00"))
    call = {"id": "c8", "person": "p8", "at": at(23, "11:00"), "kind": "call"}
    call |= {"direction": "outbound", "human": True, "member": "cy"}
    receive_live([LiveFact("activity", call)], by=CY, source="desk", now=at(23, "11:00"))
    release(at(23, "11:00") + 1)
    assert told(CY) == []
    assert Notice.objects.get(whom="cy", news="warned").dropped == "by then it was kept"


def test_of_a_weekend_without_a_worker_one_notice_is_left() -> None:
    company.fill()
    for number in range(5):
        when = at(20, "14:00") + number
        put("person", f"q{number}", when, created_at=when, name=f"Q {number}", source="web")
        put("touch", f"tq{number}", when, person=f"q{number}", kind="demo")
        put("assignment", f"aq{number}", when, person=f"q{number}", member="cy")
    FACTS["person"].objects.filter(key="p8").delete()
    agreement = company.text_of(company.agreement_of_the_company())
    adopt(agreement, by=COMMAND_LINE)
    with time_machine.travel(at(20, "16:30"), tick=False):
        rebuild(by=COMMAND_LINE)
    User.objects.create_user(CY.name, side="sales", role="member", member="cy")
    seen_to(at(24, "11:00"))
    seen_to(at(24, "11:00"))
    assert told(CY) == [("broken", "Meanwhile: 5 promises not kept in time")]
    line = read_notices(by=CY).notices[0]
    assert mark_read(line.key, at(24), by=CY) == "/obligations?state=broken&owner=cy"


@pytest.mark.parametrize(
    ("links", "leads_to"),
    [
        (("disputes/1", "disputes/2", "disputes/3", "disputes/4"), "/agreement/disputes"),
        (("disputes/2",) * 4, "/agreement/disputes/2"),
        (("proposals/1", "proposals/1", "disputes/2", "mine"), "/agreement"),
    ],
)
def test_matters_of_the_agreement_told_together_lead_to_what_they_are_about(
    links: tuple[str, ...], leads_to: str
) -> None:
    opened()
    for place, each in enumerate(links):
        about, link = ("a matter", place), f"/agreement/{each}"
        notify(["cy"], about, "It is due", because="So it is", link=link, at=at(20, "10:00"))
    release(at(23, "10:00"))
    line = read_notices(by=CY).notices[0]
    assert line.text == "Meanwhile: 4 matters of the agreement"
    assert mark_read(line.key, at(24), by=CY) == leads_to


def test_a_choice_puts_off_what_it_may_and_no_escalation() -> None:
    opened(escalation=[{"at": 1, "tell": "owner"}])
    everything = dict.fromkeys(News, How.APP)
    choose_notices(everything, email=False, digest="daily", by=CY)
    FACTS["member"].objects.filter(key="cy").update(email="cy@example.com")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("django.conf.settings.EMAIL_HOST", "mail.example.com", raising=False)
        for clock in ("11:00", "12:00", "12:01"):
            seen_to(at(23, clock))
    sent = Delivery.objects.filter(notice__whom="cy").values_list("notice__news", flat=True)
    assert list(sent) == ["escalation"]
    assert [news for news, _ in told(CY)] == ["warned", "escalation", "broken"]


def test_a_digest_comes_once_as_the_day_begins() -> None:
    opened()
    with time_machine.travel(at(23), tick=False):
        choose_notices(dict.fromkeys(News, How.DIGEST), email=True, digest="daily", by=CY)
    for clock in ("11:00", "12:01", "15:00"):
        seen_to(at(23, clock))
    assert not Notice.objects.filter(news="digest").exists()
    seen_to(at(24, "08:59"))
    seen_to(at(24, "09:00"))
    seen_to(at(24, "09:01"))
    made = Notice.objects.get(news="digest")
    assert made.text == "2 things since the last digest"
    assert made.because.count("\n") == 1
    assert "digest" not in {news for news, _ in told(CY)}


@pytest.mark.parametrize(
    ("tell", "whom"),
    [
        ("owner", ("cy",)),
        ("The Sales Manager", ("mo",)),
        ("sdr", ("cy",)),
        ("Bo Berg", ("bo",)),
        ("their manager", ("mo",)),
        ("head of sales", ()),
    ],
)
def test_whom_the_words_of_an_agreement_mean(tell: str, whom: tuple[str, ...]) -> None:
    opened()
    assert staff().meant_by(tell, "cy", "sales", None) == whom
