"""Campaigns that marketing announces, and whether that was early enough. 2 March is a Monday."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from interlock.operations.actor import COMMAND_LINE, Actor, NotAllowedError
from interlock.operations.adopt import adopt
from interlock.operations.announce_campaign import Campaign, announce_campaign
from interlock.operations.call_off_campaign import call_off_campaign
from interlock.operations.news import News
from interlock.operations.read_campaigns import CampaignsPage, read_campaigns, read_rule_kept
from interlock.operations.read_marketing_desk import read_marketing_desk
from interlock.operations.reading import ALL, Filters
from interlock.operations.rebuild import rebuild
from interlock.operations.staff import staff
from interlock.operations.warn_of_campaigns import warn_of_campaigns
from interlock.store.models import FACTS, CampaignNotice, Event, Notice, User
from tests.agreement.test_rules_of_engagement import read
from tests.operations.company import agreement_of_the_company, at, put, text_of
from tests.operations.table import ADA, BO, KIM, MO, SAM, TODAY, sit_down

pytestmark = pytest.mark.django_db
RULE = {"says": "Marketing tells.", "within": "5 working days", "governs": "campaigns"}


def text() -> str:
    written = agreement_of_the_company() | {"rules_of_engagement": {"tell": RULE}}
    written["parties"]["sales"] |= {"contact": "Cy Dahl", "deputy": "Di Foss"}
    return text_of(written)


def announced(starts_on: date, by: Actor = MO) -> int:
    told = Campaign("Spring", "plants in Norway", "a pilot", starts_on)
    answer = announce_campaign(told, by=by, now=TODAY)
    assert answer.said == "Sales is told of Spring."
    return CampaignNotice.objects.latest("pk").pk


def page(by: Actor = SAM) -> CampaignsPage:
    return read_campaigns(by=by, now=TODAY)


def test_whether_it_was_in_time_by_the_rule_that_was_in_force() -> None:
    sit_down(text())
    for day in (9, 8, 2):
        announced(date(2026, 3, day))
    assert [each.in_time for each in page().lines] == [True, False, False]
    assert page().kept.sentence == "1 of 3 campaigns were announced in time."
    rule = page().rule
    assert rule is not None
    assert rule.path == "rules_of_engagement.tell"


def test_without_a_rule_it_is_told_and_not_judged() -> None:
    announced(date(2026, 3, 9))
    sit_down()
    announced(date(2026, 3, 9))
    assert [each.in_time for each in page().lines] == [None, None]
    assert page().rule is None


def test_marketing_and_who_keeps_the_data_announce_and_sales_is_told() -> None:
    sit_down(text())
    told = Campaign("Spring", "plants", "a pilot", date(2026, 3, 9))
    viewer = Actor("vi@example.com", "marketing", "viewer")
    with pytest.raises(NotAllowedError):
        announce_campaign(told, by=viewer, now=TODAY)
    assert "for marketing" in announce_campaign(told, by=SAM, now=TODAY).refused
    empty = Campaign(" ", "plants", "a pilot", date(2026, 3, 9))
    assert "whom it reaches" in announce_campaign(empty, by=MO, now=TODAY).refused
    number = announced(date(2026, 3, 9), by=KIM)
    [notice] = Notice.objects.all()
    assert (notice.whom, notice.text) == (BO.name, "Kim announces Spring, from 9 March 2026")
    assert Event.objects.latest("pk").about == f"campaign notice {number}"
    assert page(MO).may_announce
    assert not page(SAM).may_announce


def test_one_that_is_called_off_counts_for_nothing() -> None:
    sit_down(text())
    number = announced(date(2026, 3, 2))
    assert "for marketing" in call_off_campaign(number, by=SAM, now=TODAY).refused
    assert call_off_campaign(number, by=MO, now=TODAY).said == "Spring is called off."
    assert "called off before" in call_off_campaign(number, by=MO, now=TODAY).refused
    assert page().kept.share is None
    assert page().lines[0].is_called_off


def test_those_who_were_told_of_one_hear_once_that_it_is_called_off() -> None:
    put("member", "cy", name="Cy Dahl", side="sales")
    sit_down(text())
    number, other = announced(date(2026, 3, 9)), announced(date(2026, 3, 9))
    User.objects.filter(username=SAM.name).update(role="lead")  # leads sales since, was not told
    Notice.objects.filter(whom="cy").latest("pk").delete()  # nor was Cy of the other one
    call_off_campaign(number, by=MO, now=at(3))
    call_off_campaign(number, by=MO, now=at(4))
    made = Notice.objects.filter(happened_at__gt=TODAY).order_by("whom")
    assert [(each.whom, each.text) for each in made] == [
        (whom, "Mo calls off Spring, announced for 9 March 2026") for whom in (BO.name, "cy")
    ]
    [first, _] = made
    assert (first.news, first.link) == (News.AGREEMENT, "/agreement/campaigns")
    assert first.because == "You were told of it before; it does not take place"
    call_off_campaign(other, by=MO, now=at(5))
    assert [each.whom for each in Notice.objects.filter(happened_at=at(5))] == [BO.name]


def test_who_calls_it_off_is_not_told_so() -> None:
    put("member", "cy", name="Cy Dahl", side="sales")
    sit_down(text())
    number = announced(date(2026, 3, 9))
    assert {each.whom for each in Notice.objects.all()} == {BO.name, "cy"}
    cy = Actor("cy@example.com", "sales", "admin", "cy")
    assert call_off_campaign(number, by=cy, now=at(3)).said
    [made] = Notice.objects.filter(happened_at=at(3))
    assert (made.whom, made.text.partition(",")[0]) == (BO.name, "Cy Dahl calls off Spring")


def test_the_deputy_is_meant_while_the_point_of_contact_is_away() -> None:
    agreement = read(text())

    def meant(now: int = TODAY) -> tuple[str, ...]:
        return staff(now).meant_by("point of contact", "", "sales", agreement)

    assert meant() == ()
    put("member", "di", name="Di Foss", side="sales")
    assert meant() == ("di",)
    put("member", "cy", name="Cy Dahl", side="sales")
    assert meant() == ("cy",)
    put("absence", "gone", at(2, "08:00"), member="cy", ends_at=at(3))
    assert meant() == ("di",)
    assert meant(at(3)) == ("cy",)


def test_more_campaigns_take_no_more_queries() -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as made:
            page()
        return len(made)

    sit_down(text())
    announced(date(2026, 3, 9))
    queries()  # what a process reads once is read now
    before = queries()
    for day in range(1, 9):
        announced(date(2026, 4, day))
    assert queries() == before


def test_what_is_coming_stands_on_marketings_desk_the_next_one_first() -> None:
    sit_down(text())
    later, sooner = announced(date(2026, 3, 20)), announced(date(2026, 3, 9))
    past = announced(date(2026, 3, 4))
    put("person", "p", at(2), created_at=at(2), name="P", source="web")
    rebuild(by=COMMAND_LINE, as_of=at(5))
    desk = read_marketing_desk(now=at(5)).campaigns
    assert desk.rule is not None
    assert [each.number for each in desk.coming] == [sooner, later]
    assert past in {each.number for each in desk.lines}
    call_off_campaign(sooner, by=MO, now=TODAY)
    assert [each.number for each in read_marketing_desk(now=at(5)).campaigns.coming] == [later]


def test_what_is_planned_and_not_told_stands_on_marketings_desk_until_it_is() -> None:
    sit_down(text())
    put_campaign("Spring", 12)
    put_campaign("Fair", 9)
    put("person", "p", at(2), created_at=at(2), name="P", source="web")
    rebuild(by=COMMAND_LINE, as_of=at(5))
    desk = read_marketing_desk(now=at(5), by=MO)
    assert [(each.name, each.is_late) for each in desk.planned] == [
        ("Fair", True),
        ("Spring", False),
    ]
    assert desk.may_announce
    assert not read_marketing_desk(now=at(5), by=SAM).may_announce
    announced(date(2026, 3, 12))
    assert [each.name for each in read_marketing_desk(now=at(5)).planned] == ["Fair"]


def put_campaign(name: str, day: int, **cells: str) -> None:
    put("campaign", f"c-{name}", None, name=name, starts_at=at(day, "08:00"), **cells)


def warned(now: int = TODAY) -> list[tuple[str, str]]:
    warn_of_campaigns(now)
    told = Notice.objects.filter(because__startswith="Marketing tells.").order_by("pk")
    return list(told.values_list("whom", "text"))


def test_a_planned_campaign_is_warned_of_once_before_its_notice_is_late() -> None:
    sit_down(text())
    put_campaign("Spring", 12)  # a Thursday: told by Thursday 5 March it is in time
    assert page().planned[0].by == date(2026, 3, 5)
    assert warned(at(3)) == []  # Tuesday: three working days are left to tell it in
    near = at(4, "10:00")
    assert warned(near) == [
        (ADA.name, "Tell sales of Spring by 5 March 2026: it begins on 12 March 2026")
    ]
    assert len(warned(near)) == len(warned(at(5))) == 1
    assert Notice.objects.get(whom=ADA.name).link == "/agreement/campaigns?campaign=c-Spring"
    FACTS["campaign"].objects.update(starts_at=at(10, "08:00"))  # moved: it is late by now
    assert warned(at(5))[1:] == [
        (
            ADA.name,
            "Sales was not told of Spring in time: it begins on 10 March 2026. Tell them now",
        )
    ]


def test_what_was_announced_begun_or_cancelled_is_not_warned_of() -> None:
    sit_down(text())
    put_campaign("Spring", 4)
    put_campaign("Begun", 2)
    put_campaign("Off", 4, status="Cancelled")
    put_campaign("Renamed", 4)
    announced(date(2026, 3, 4))  # by its name
    told = Campaign("Another name", "plants", "a pilot", date(2026, 3, 4), campaign="c-Renamed")
    assert announce_campaign(told, by=MO, now=TODAY).said
    assert page().planned == ()
    assert warned() == []


def test_who_was_told_of_one_hears_once_that_the_crm_has_it_as_cancelled() -> None:
    sit_down(text())  # with or without a rule of how early
    told = Campaign("Fair", "plants", "a pilot", date(2026, 3, 12), campaign="c-Spring")
    assert announce_campaign(told, by=MO, now=TODAY).said
    begun = Campaign("Begun", "plants", "a pilot", date(2026, 3, 2), campaign="c-Begun")
    assert announce_campaign(begun, by=MO, now=TODAY).said
    announced(date(2026, 3, 12))  # by a name that the cancelled one has as well
    put_campaign("Spring", 12)
    put_campaign("Begun", 2, status="Cancelled")
    warn_of_campaigns(at(3))
    assert not _cancelled().exists()
    FACTS["campaign"].objects.filter(key="c-Spring").update(status="canceled")
    warn_of_campaigns(at(3, "12:00"))
    warn_of_campaigns(at(4))
    assert [(each.whom, each.text, each.happened_at) for each in _cancelled()] == [
        (whom, "Fair, announced for 12 March 2026, is cancelled in the CRM", at(3, "12:00"))
        for whom in (BO.name, MO.name)
    ]
    assert not page().lines[0].is_called_off  # that is for marketing to say


def test_who_announced_it_hears_so_as_the_member_they_are_or_whoever_leads_in_their_place() -> None:
    put("member", "mo", name="Mo Lie", side="marketing")
    sit_down()
    for key, by in (("c-Spring", MO), ("c-Autumn", KIM)):
        told = Campaign("Fair", "plants", "a pilot", date(2026, 3, 12), campaign=key)
        assert announce_campaign(told, by=by, now=TODAY).said
    User.objects.filter(username=MO.name).update(member="mo")
    User.objects.filter(username=KIM.name).update(is_active=False)
    put_campaign("Spring", 12, status="Cancelled")
    put_campaign("Autumn", 12, status="Cancelled")
    warn_of_campaigns(at(3))
    assert [each.whom for each in _cancelled()] == [ADA.name, BO.name, BO.name, "mo"]


def test_one_that_is_called_off_here_is_not_called_cancelled() -> None:
    sit_down()
    told = Campaign("Fair", "plants", "a pilot", date(2026, 3, 12), campaign="c-Spring")
    assert announce_campaign(told, by=MO, now=TODAY).said
    put_campaign("Spring", 12, status="Cancelled")
    call_off_campaign(CampaignNotice.objects.get().pk, by=MO, now=TODAY)
    warn_of_campaigns(at(3))
    assert not _cancelled().exists()


def _cancelled() -> QuerySet[Notice]:
    return Notice.objects.filter(text__contains="cancelled in the CRM").order_by("whom")


def test_the_rules_owner_is_warned_and_without_a_rule_nobody() -> None:
    rule = {"tell": RULE | {"owner": "campaign manager"}}
    written = agreement_of_the_company() | {
        "rules_of_engagement": rule,
        "roles": {"campaign manager": "Mo"},
    }
    put_campaign("Spring", 4)
    sit_down()
    assert warned() == []
    assert page().planned[0].by is None
    written |= {"version": "2"}
    assert adopt(text_of(written), by=COMMAND_LINE).version is not None
    assert [whom for whom, _ in warned()] == [MO.name]


def test_how_the_rule_is_kept_ever_and_in_a_week() -> None:
    sit_down(text())
    for day in (9, 3):
        announced(date(2026, 3, day))
    found = read_rule_kept(ALL, TODAY)
    assert found is not None
    assert (found.kept.in_time, found.late, found.rule.title) == (1, 1, "tell")
    week = read_rule_kept(Filters(week=date(2026, 3, 11)), TODAY)
    assert week is not None
    assert week.kept.announced == 0
    this_week = read_rule_kept(Filters(week=date(2026, 3, 4)), TODAY)
    assert this_week == found
    assert read_rule_kept(Filters(source="web"), TODAY) is None
