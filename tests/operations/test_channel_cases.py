"""Disputes about what a channel earned, and what it earned period by period.

The sales of `tests.operations.test_read_credits` in March 2026, and one more of the end of February
that a mail alone came before: of its 100.00 the mail has all, of the 12,395.00 of March a third of
two sales.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from hashlib import shake_256
from typing import Any

import pytest

from interlock.operations.actor import COMMAND_LINE
from interlock.operations.adopt import adopt
from interlock.operations.case_subjects import About
from interlock.operations.open_case import GONE, open_case, read_to_open
from interlock.operations.read_attribution import read_attribution
from interlock.operations.read_case import CasePage, read_case
from interlock.operations.read_credits import LISTED, ChannelPage, Within, read_channel
from interlock.operations.rebuild import rebuild
from interlock.operations.rule import rule
from interlock.operations.state_view import state_view
from interlock.replay.attribution import RULES
from interlock.store.models import FACTS, Case
from tests.operations import test_read_credits as shared_out
from tests.operations.company import AS_OF, agreement_of_the_company, at, put, text_of
from tests.operations.table import EVERYBODY, KIM, MO, SAM, add
from tests.support.queries import queries_of

pytestmark = pytest.mark.django_db
NOW = at(23, "10:00")
MARCH = About("channel", "mail", at="2026-03-18", by="channel", each="month")
WHOLE = About("channel", "mail", by="channel")
A_YEAR = 365 * 86_400


def sold(model: str = "linear", channel: str = "mail") -> None:
    """The sales, and everybody's sign-in."""
    for each in EVERYBODY:
        add(each)
    put("person", "p11", at(10, month=2), created_at=at(10, month=2), name="Person 11")
    put("touch", "t11", at(10, month=2), person="p11", kind="visit", channel=channel)
    won: dict[str, Any] = {"status": "won", "closed_at": at(26, month=2), "amount": 100_00}
    put("opportunity", "o0", at(20, month=2), person="p11", currency="EUR", name="Early", **won)
    shared_out.sold(model)


def again() -> None:
    """The company replayed once more."""
    rebuild(by=COMMAND_LINE, as_of=AS_OF)


def channel(each: str = "month", on: date | None = None) -> ChannelPage:
    found = read_channel("channel", "mail", within=Within(each, on))
    assert found is not None
    return found


def opened(about: About = MARCH) -> CasePage:
    made = open_case(about, "The mail was ours.", by=SAM, now=NOW)
    assert made.number is not None, made.refused
    return case(made.number)


def case(number: int) -> CasePage:
    found = read_case(number, by=MO, now=NOW)
    assert found is not None
    return found


def test_what_a_channel_earned_is_told_by_period_and_sums_to_the_whole() -> None:
    sold()
    page = channel()
    assert [(each.label, each.amount, each.brought) for each in page.periods] == [
        ("March 2026", 4121_66, 12_395_00),
        ("February 2026", 100_00, 100_00),
    ]
    assert [(each.sales, each.of_sales, each.is_over) for each in page.periods] == [
        (2, 3, False),
        (1, 1, True),
    ]
    for each in ("month", "quarter", "year"):
        assert sum(one.amount for one in channel(each).periods) == page.row.amount
    assert [each.label for each in channel("quarter").periods] == ["Q1 2026"]


def test_older_periods_are_listed_after_the_latest() -> None:
    sold()
    FACTS["opportunity"].objects.filter(key="o0").update(
        at=at(20, month=2) - A_YEAR, closed_at=at(26, month=2) - A_YEAR
    )
    FACTS["touch"].objects.filter(key="t11").update(at=at(10, month=2) - A_YEAR)
    again()
    latest = channel()
    assert (len(latest.periods), latest.of_periods) == (LISTED, 14)
    assert (latest.periods[-1].label, latest.older) == ("April 2025", date(2025, 4, 1))
    rest = read_channel("channel", "mail", within=Within("month", until=latest.older))
    assert rest is not None
    assert [each.label for each in rest.periods] == ["March 2025", "February 2025"]
    assert (rest.older, rest.of_periods) == (None, 14)
    assert sum(each.amount for each in latest.periods + rest.periods) == latest.row.amount
    before_all = Within("month", until=date(2025, 2, 1))
    assert read_channel("channel", "mail", within=before_all) is None


def test_one_period_shows_its_sales_the_biggest_part_first() -> None:
    sold()
    page = channel(on=date(2026, 3, 1))
    assert (page.periods, page.total) == ((), 2)
    assert (page.period and page.period.label, page.before and page.before.amount) == (
        "March 2026",
        100_00,
    )
    assert [(each.key, each.amount, each.brought) for each in page.sales] == [
        ("o1", 4115_00, 12_345_00),
        ("o2", 6_66, 20_00),
    ]
    first = channel(on=date(2026, 2, 28))
    assert ([each.key for each in first.sales], first.before) == (["o0"], None)


@pytest.mark.parametrize(
    "within",
    [
        Within("month", date(2026, 1, 31)),  # before the first sale
        Within("month", date(2026, 4, 1)),  # still to come
        Within("month", date.max),
        Within("month", date.min),
        Within("week", date(2026, 3, 18)),
        Within("fortnight"),
    ],
)
def test_there_is_no_other_period(within: Within) -> None:
    sold()
    assert read_channel("channel", "mail", within=within) is None


def test_a_case_is_opened_on_what_a_channel_earned_in_a_period() -> None:
    sold()
    asked = read_to_open(MARCH, by=SAM, now=NOW)
    assert asked is not None
    assert (asked.title, asked.clause, asked.other) == (
        "Credit of the channel mail, March 2026",
        "attribution",
        None,
    )
    assert asked.link == "/credits/channel/mail?each=month&on=2026-03-01"
    assert asked.called == "whoever keeps the data (revenue operations)"
    assert dict(asked.lines) == {
        "Channel": "mail",
        "Earned": "4,121.66 of 12,395.00 EUR",
        "Model": "linear",
        "Sales": "2 of 3",
        "In February 2026": "100.00 of 100.00 EUR",
        "From": at(1, "00:00"),
        "Until": at(1, "00:00", month=4),
    }
    page = opened()
    earned = page.shown["earned"]
    assert page.wording.startswith("A sale is shared out among the touches of all its contacts")
    assert (earned["amount"], earned["brought"], earned["formula"]) == (
        4121_66,
        12_395_00,
        "value / touches",
    )
    assert [(each["key"], each["amount"]) for each in earned["sales"]] == [
        ("o1", 4115_00),
        ("o2", 6_66),
    ]
    assert earned["sales"][0]["share"] == pytest.approx(1 / 3)
    assert earned["before"] == {"label": "February 2026", "amount": 100_00, "brought": 100_00}
    assert (page.person, page.has_changed, page.comes_to) == ("", False, None)
    other_day = replace(MARCH, at="2026-03-01")
    assert open_case(other_day, "And ours.", by=MO, now=NOW).other == page.number


def test_it_says_whose_credit_it_is() -> None:
    sold()
    title = "Credit of the campaign The spring campaign, March 2026"
    campaign = read_to_open(replace(MARCH, id="spring", by="campaign"), by=SAM, now=NOW)
    assert campaign is not None
    assert (campaign.title, campaign.lines[0]) == (title, ("Campaign", "The spring campaign"))
    unknown = read_to_open(replace(MARCH, id="(unknown)", by="asset"), by=SAM, now=NOW)
    assert unknown is not None
    assert unknown.title == "Credit of touches without a known asset, March 2026"


@pytest.mark.parametrize("model", ["linear", "first", "markov"])
def test_it_shows_what_each_other_model_would_give(model: str) -> None:
    sold(model)
    about = WHOLE if model == "markov" else replace(MARCH, each="year")
    others = opened(about).shown["earned"]["others"]
    told = read_attribution(tuple(RULES))
    [row] = (each for each in told.rows if each.key == "mail")
    assert {each["model"]: each["amount"] for each in others} == {
        name: amount for name, amount in zip(told.models, row.amounts, strict=True) if name != model
    }
    assert len({each["amount"] for each in others}) > 2


def test_only_the_sales_of_the_period_are_weighed_otherwise() -> None:
    sold()
    won: dict[str, Any] = {"status": "won", "closed_at": at(5), "amount": 50_00}
    put("opportunity", "o9", at(3), person="p11", currency="EUR", **won)  # of the same buyer
    again()
    earned = opened(replace(MARCH, at="2026-02-20")).shown["earned"]
    assert (earned["amount"], len(earned["others"])) == (100_00, len(RULES) - 1)
    assert {each["amount"] for each in earned["others"]} == {100_00}


def test_of_very_many_sales_nothing_is_weighed_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    sold()
    monkeypatch.setattr("interlock.operations.other_models.MOST_SALES", 2)
    assert opened().shown["earned"]["others"] == []


def test_of_very_many_sales_the_biggest_parts_are_kept_and_the_others_summed() -> None:
    sold()
    for n in range(120):
        won: dict[str, Any] = {"status": "won", "closed_at": at(18), "amount": 30_00 + 3 * n}
        put("opportunity", f"many{n}", at(10), person="p1", currency="EUR", **won)
    again()
    earned = opened().shown["earned"]
    assert (len(earned["sales"]), earned["left"]) == (100, 22)
    parts = [each["amount"] for each in earned["sales"]]
    assert parts == sorted(parts, reverse=True)
    assert sum(parts) + earned["left_amount"] == earned["amount"]


def test_it_says_when_late_facts_changed_it_and_keeps_what_was_seen() -> None:
    sold()
    page = opened()
    FACTS["opportunity"].objects.filter(key="o2").update(name="Called otherwise")
    again()
    assert not case(page.number).has_changed  # the numbers are the same
    put("touch", "late", at(3), person="p1", kind="visit", channel="mail", campaign="spring")
    again()
    after = case(page.number)
    assert after.shown == page.shown
    # by now two of four touches before two sales are by mail
    assert (after.has_changed, after.comes_to) == (True, 6182_50)
    assert not after.is_reworded


def test_it_says_when_the_clause_says_something_else_by_now() -> None:
    sold()
    page = opened()
    text = agreement_of_the_company() | {"attribution": {"model": "first"}, "version": "2"}
    assert adopt(text_of(text), by=COMMAND_LINE).version is not None
    again()
    after = case(page.number)
    assert (after.has_changed, after.is_reworded) == (True, True)
    assert after.comes_to == 0


def test_it_says_when_nothing_is_credited_to_it_any_more() -> None:
    sold()
    page = opened()
    FACTS["touch"].objects.filter(channel="mail").delete()
    again()
    after = case(page.number)
    assert (after.has_changed, after.comes_to) == (True, None)


def test_under_a_model_that_weighs_channels_all_sales_are_disputed() -> None:
    sold("markov")
    assert read_to_open(MARCH, by=SAM, now=NOW) is None
    page = opened(WHOLE)
    earned = page.shown["earned"]
    assert page.title == "Credit of the channel mail, all sales"
    assert (earned["sales"], earned["before"], earned["day"]) == ([], None, "")
    assert earned["formula"].startswith("12,465.00 ×")
    assert earned["steps"]
    assert not page.has_changed
    put("touch", "late", at(3), person="p2", kind="visit", channel="mail")
    again()
    assert case(page.number).has_changed
    # what no touch came before is the same of each sale under any model
    none = opened(replace(MARCH, id="(none)"))
    assert none.title == "Credit of no touch that is known, March 2026"
    assert none.shown["earned"]["others"] == []


def test_only_what_a_channel_earned_is_disputed() -> None:
    sold()
    for about in (
        WHOLE,  # of which period?
        replace(MARCH, id="radio"),
        replace(MARCH, id=""),
        replace(MARCH, id="mail\0"),
        replace(MARCH, id="m" * 100_000),
        replace(MARCH, by="colour"),
        replace(MARCH, by=""),
        replace(MARCH, each=""),
        replace(MARCH, each="week"),
        replace(MARCH, at="2026-04-01"),  # still to come
        replace(MARCH, at="2027-03-18"),
        replace(MARCH, at="2026-02-31"),
        replace(MARCH, at="soon"),
    ):
        assert read_to_open(about, by=SAM, now=NOW) is None, about
        assert open_case(about, "Ours.", by=SAM, now=NOW).refused == GONE
    assert not Case.objects.exists()


def test_a_period_without_a_sale_is_not_disputed() -> None:
    sold()
    FACTS["opportunity"].objects.filter(key="o0").update(
        at=at(19, month=1), closed_at=at(20, month=1)
    )
    FACTS["touch"].objects.filter(key="t11").update(at=at(10, month=1))
    again()
    page = channel(on=date(2026, 2, 1))
    assert page.period is not None
    assert (page.period.of_sales, page.sales) == (0, ())
    assert read_to_open(replace(MARCH, at="2026-02-01"), by=SAM, now=NOW) is None


def test_a_channel_of_a_very_long_name_can_be_disputed() -> None:
    long = shake_256().hexdigest(9_000) + "/%? "  # nothing makes it shorter
    sold(channel=long)
    page = opened(replace(MARCH, id=long, at="2026-02-26"))
    assert page.title.endswith("…, February 2026")
    assert len(page.title) < 120
    assert not page.has_changed
    other = open_case(replace(MARCH, id=long, at="2026-02-01"), "Ours.", by=MO, now=NOW)
    assert other.other == page.number


def test_a_ruling_on_a_sale_is_a_precedent_for_a_channel() -> None:
    sold()
    number = opened(About("credit", "o1")).number
    assert state_view(number, "It was ours.", by=MO, now=NOW).said
    assert rule(number, "marketing", "Mails are marketing's.", by=KIM, now=NOW).said
    assert [each["number"] for each in opened().shown["similar"]] == [number]


def test_the_queries_do_not_grow_with_sales() -> None:
    sold()
    number = opened().number
    few = [queries_of(lambda: channel(on=date(2026, 3, 1))), queries_of(lambda: case(number))]
    for n in range(20):
        won: dict[str, Any] = {"status": "won", "closed_at": at(18), "amount": 30_00}
        put("opportunity", f"many{n}", at(10), person="p1", currency="EUR", **won)
    again()
    channel()  # what was earned is read
    assert few == [
        queries_of(lambda: channel(on=date(2026, 3, 1))),
        queries_of(lambda: case(number)),
    ]
