"""The credit of one sale, and disputing it."""

from __future__ import annotations

from typing import Any

import pytest

from interlock.operations.actor import COMMAND_LINE
from interlock.operations.adopt import adopt
from interlock.operations.case_subjects import About
from interlock.operations.open_case import open_case, read_to_open
from interlock.operations.read_attribution import read_attribution
from interlock.operations.read_case import read_case
from interlock.operations.read_credit import CreditPage, read_credit
from interlock.operations.rebuild import rebuild
from interlock.operations.rule import rule
from interlock.operations.state_view import state_view
from interlock.store.models import FACTS, Case
from tests.operations import company
from tests.operations.company import AS_OF, agreement_text, at, put
from tests.operations.table import EVERYBODY, KIM, MO, SAM, add
from tests.support.queries import queries_of

pytestmark = pytest.mark.django_db
NOW = at(23, "10:00")
SALE = About("credit", "o1")


def replayed(**terms: Any) -> None:
    """The company with a sale that two people met marketing before, under these terms."""
    company.fill()
    put("campaign", "spring", at(1), name="Spring webinar")
    put("touch", "t9", at(3), person="p1", kind="webinar", channel="event", campaign="spring")
    put("contact_role", "r2", at(3), opportunity="o1", person="p2")
    under(**terms)


def under(**terms: Any) -> None:
    """The company replayed under these terms."""
    text = agreement_text(attribution=terms, version=f"1 {terms}") if terms else agreement_text()
    assert adopt(text, by=COMMAND_LINE).version is not None
    rebuild(by=COMMAND_LINE, as_of=AS_OF)


def credit(sale: str = "o1") -> CreditPage:
    found = read_credit(sale)
    assert found is not None
    return found


def amounts(page: CreditPage) -> list[int]:
    return [each.because.amount for each in page.touches if each.because]


def test_a_sale_is_shared_out_touch_by_touch_and_sums_exactly() -> None:
    replayed()
    page = credit()
    assert (page.sale.name, page.contact.name, page.won_at) == ("Sensors", "Person 1", at(17))
    assert (page.amount, page.currency, page.digits) == (1234500, "EUR", 2)
    told = [(each.at, each.person.name, each.kind, each.channel) for each in page.touches]
    assert told == [
        (at(2), "Person 1", "greeting", ""),
        (at(2, "10:00"), "Person 1", "demo", ""),
        (at(3), "Person 1", "webinar", "event"),
        (at(3, "10:00"), "Person 2", "demo", ""),
    ]
    assert page.touches[2].campaign == "Spring webinar"
    assert page.people == 2
    assert page.formula == "value / touches"
    assert {each.because.formula for each in page.touches if each.because} == {
        "12,345.00 / 4 = 3,086.250000"
    }
    assert sum(amounts(page)) == page.amount


@pytest.mark.parametrize("model", ["first", "w", "time-decay"])
def test_it_is_what_the_whole_company_says(model: str) -> None:
    replayed(model=model, look_back_days=30)
    whole = read_attribution(sale="o1")
    assert amounts(credit()) == [each.because[0].amount for each in whole.touches]
    assert sum(amounts(credit())) == 1234500


def test_the_main_contact_alone_and_the_days_before() -> None:
    replayed(per="person", look_back_days=14)
    assert [each.kind for each in credit().touches] == ["webinar"]
    assert credit().people == 1


def test_a_model_that_weighs_channels_says_no_formula() -> None:
    replayed(model="markov")
    page = credit()
    assert (page.formula, amounts(page), len(page.touches)) == ("", [], 4)


def test_a_sale_without_touches_and_what_was_not_won() -> None:
    replayed()
    put("person", "p99", at(2), created_at=at(2), name="Quiet", source="web")
    deal: dict[str, Any] = {"person": "p99", "amount": 500, "created_at": at(3), "member": "bo"}
    put("opportunity", "o2", at(3), status="won", closed_at=at(5), currency="EUR", **deal)
    put("opportunity", "o3", at(3), status="open", currency="EUR", **deal)
    put("opportunity", "o4", at(3), status="won", closed_at=at(5), currency="USD", **deal)
    assert (credit("o2").touches, credit("o2").amount) == ((), 500)
    assert credit("o3").won_at is None
    assert (credit("o4").own_currency, credit("o4").amount) == ("USD", 0)
    assert read_credit("nothing") is None
    assert read_to_open(About("credit", "o2"), by=MO, now=NOW) is not None
    assert read_to_open(About("credit", "o3"), by=MO, now=NOW) is None
    assert read_to_open(About("credit", "nothing"), by=MO, now=NOW) is None


def test_nothing_is_credited_before_an_agreement() -> None:
    company.fill()
    assert read_credit("o1") is None


def test_the_queries_do_not_grow_with_touches() -> None:
    replayed()
    few = queries_of(lambda: read_credit("o1"))
    for number in range(20):
        put("touch", f"more{number}", at(4), person="p2", kind="visit", campaign="spring")
    assert len(credit().touches) == 24
    assert queries_of(lambda: read_credit("o1")) == few


def disputed(about: About = SALE) -> int:
    opened = open_case(about, "The webinar was ours.", by=SAM, now=NOW)
    assert opened.number is not None, opened.refused
    return opened.number


def settled_in() -> None:
    """The company replayed, and everybody's sign-in."""
    for each in EVERYBODY:
        add(each)
    replayed()


def test_a_disputed_credit_keeps_what_was_shown() -> None:
    settled_in()
    number = disputed()
    page = read_case(number, by=MO, now=NOW)
    assert page is not None
    assert (page.title, page.clause, page.person) == ("Credit of Sensors", "attribution", "p1")
    assert page.wording.startswith("A sale is shared out among the touches of all its contacts")
    shown = page.shown
    assert [each["label"] for each in shown["lines"]] == ["Brought", "Won", "Touches", "Model"]
    assert shown["lines"][2]["text"] == "4 of 2 people in the 365 days before"
    assert shown["link"] == "/credits/sales/o1"
    kept = shown["credit"]
    assert sum(each["because"]["amount"] for each in kept["touches"]) == kept["amount"] == 1234500
    assert kept["touches"][2]["because"]["formula"] == "12,345.00 / 4 = 3,086.250000"
    assert "entered MQL" in {each["what"] for each in shown["timeline"]}
    assert not page.has_changed
    put("touch", "late", at(1), person="p2", kind="visit")  # heard of afterwards
    assert len(credit().touches) == 5
    after = read_case(number, by=MO, now=NOW)
    assert after is not None
    assert after.shown == shown
    assert after.has_changed
    assert open_case(SALE, "And ours.", by=MO, now=NOW).other == number


def test_a_ruling_on_a_credit_is_a_precedent_of_its_clause() -> None:
    settled_in()
    number = disputed()
    assert state_view(number, "It was ours.", by=MO, now=NOW).said
    assert rule(number, "marketing", "Webinars are marketing's.", by=KIM, now=NOW).said
    deal: dict[str, Any] = {"person": "p2", "amount": 700, "created_at": at(3), "currency": "EUR"}
    put("opportunity", "o2", at(4), status="won", closed_at=at(6), name="Pumps", **deal)
    found = read_to_open(About("credit", "o2"), by=MO, now=NOW)
    assert found is not None
    assert [each.title for each in found.before.rulings] == ["Credit of Sensors"]
    other = disputed(About("credit", "o2"))
    assert Case.objects.get(pk=other).shown["similar"][0]["number"] == number


def test_of_very_many_touches_the_latest_are_kept_and_the_others_summed() -> None:
    settled_in()
    for number in range(120):
        put("touch", f"more{number}", at(4) + number, person="p2", kind="visit")
    kept = Case.objects.get(pk=disputed()).shown["credit"]
    assert (len(kept["touches"]), kept["left"]) == (100, 24)
    earned = sum(each["because"]["amount"] for each in kept["touches"])
    assert earned + kept["left_amount"] == kept["amount"]


def test_an_evidence_without_a_main_contact_has_no_timeline() -> None:
    settled_in()
    FACTS["opportunity"].objects.filter(key="o1").update(person=None)
    shown = Case.objects.get(pk=disputed()).shown
    assert (shown["timeline"], len(shown["credit"]["touches"])) == ([], 1)
