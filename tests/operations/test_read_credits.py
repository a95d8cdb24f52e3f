"""The credits as pages show them, beside those that the command reads of the facts."""

from __future__ import annotations

import pytest

from interlock.agreement.attribution import ATTRIBUTION_MODELS
from interlock.operations.actor import COMMAND_LINE
from interlock.operations.adopt import adopt
from interlock.operations.read_attribution import read_attribution
from interlock.operations.read_credits import EarnedOfSale, read_channel, read_credits
from interlock.operations.reading import Ground
from interlock.operations.rebuild import rebuild
from interlock.replay.credits import BY
from interlock.store.models import FACTS
from tests.operations.company import AS_OF, agreement_of_the_company, at, fill, put, text_of

pytestmark = pytest.mark.django_db


def sold(model: str = "linear") -> None:
    """The company with two more sales, by mail and by a fair, and one to nobody we ever met."""
    fill()
    put("touch", "t9", at(3), person="p1", kind="visit", channel="mail", campaign="spring")
    put("campaign", "spring", name="The spring campaign")
    for n, (person, day) in enumerate((("p1", 18), ("p0", 19)), start=2):
        won = {"status": "won", "closed_at": at(day, "10:00"), "amount": n * 10_00}
        put(
            "opportunity",
            f"o{n}",
            at(10),
            created_at=at(10),
            name=f"Order {n}",
            person=person,
            currency="EUR",
            **won,
        )
    put("person", "p0", at(9), created_at=at(9), name="Person 0")
    text = agreement_of_the_company() | {"attribution": {"model": model}}
    assert adopt(text_of(text), by=COMMAND_LINE).version is not None
    rebuild(by=COMMAND_LINE, as_of=AS_OF)


@pytest.mark.parametrize("model", ATTRIBUTION_MODELS)
def test_what_every_channel_earned_is_what_the_command_shares_out(model: str) -> None:
    sold(model)
    for by in BY:
        page, told = read_credits(by), read_attribution(by=by)
        assert (page.amount, page.sales, page.digits) == (told.amount, told.sales, told.digits)
        assert [(row.key, row.name, row.amount, row.sales) for row in page.rows] == [
            (row.key, row.name, row.amounts[0], row.sales[0]) for row in told.rows
        ]
        assert sum(row.amount for row in page.rows) == page.amount == 12_395_00


def test_a_channel_leads_to_its_sales_page_by_page() -> None:
    sold()
    page = read_channel("channel", "mail")
    assert page is not None
    # each sale has three touches, of which one is by mail
    assert [(each.key, each.name, each.won_at) for each in page.sales] == [
        ("o2", "Order 2", at(18, "10:00")),
        ("o1", "Sensors", at(17)),
    ]
    assert "The spring campaign" in {row.name for row in read_credits("campaign").rows}
    assert sum(each.amount for each in page.sales) == page.row.amount
    first = read_channel("channel", "mail", size=1)
    assert first is not None
    rest = read_channel("channel", "mail", first.after, size=1)
    assert rest is not None
    assert (first.sales + rest.sales, first.total, rest.after) == (page.sales, 2, "")


def test_what_nobody_was_touched_before_is_listed_under_any_model() -> None:
    sold("markov")
    page = read_channel("channel", "(none)")
    assert page is not None
    assert page.sales == (EarnedOfSale("o3", "Order 3", at(19, "10:00"), 30_00, 30_00),)
    assert page.why is None


@pytest.mark.parametrize("model", ["markov", "shapley", "shapley-rate"])
def test_a_model_that_weighs_channels_says_why_instead(model: str) -> None:
    sold(model)
    page = read_channel("channel", "mail")
    assert page is not None
    assert page.sales == ()
    assert page.why is not None
    assert page.why.amount == page.row.amount > 0


def test_more_channels_than_a_model_can_weigh_are_said_to_be() -> None:
    fill()
    for n in range(21):
        put("touch", f"c{n}", at(3), person="p1", kind="visit", channel=f"c{n}")
    text = agreement_of_the_company() | {"attribution": {"model": "shapley-rate"}}
    assert adopt(text_of(text), by=COMMAND_LINE).version is not None
    rebuild(by=COMMAND_LINE, as_of=AS_OF)
    assert "group the small ones" in read_credits("channel").trouble
    assert read_channel("channel", "c1") is None
    assert read_credits("campaign").trouble == ""


def test_there_is_nothing_of_what_there_is_not() -> None:
    assert read_credits("channel").basis.ground is Ground.NO_AGREEMENT
    sold()
    assert read_channel("channel", "radio") is None
    FACTS["opportunity"].objects.all().delete()
    rebuild(by=COMMAND_LINE, as_of=AS_OF)
    assert read_credits("channel").rows == ()
