"""The pages of disputes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from interlock.operations.actor import COMMAND_LINE
from interlock.operations.adopt import adopt
from interlock.operations.answer_remark import answer_remark
from interlock.operations.follow import follow
from interlock.operations.rebuild import rebuild
from interlock.operations.remark_on_clause import remark_on_clause
from interlock.operations.settle import settle
from interlock.store.models import FACTS, Case, Draft, Remark
from tests.operations import test_follow as missed
from tests.operations import test_read_credits as shared_out
from tests.operations.company import AS_OF, agreement_of_the_company, at, put, replayed, text_of
from tests.operations.table import MO, SAM
from tests.operations.test_cases import NOW, broken, opened, ruled, settled_in
from tests.support.queries import queries_of
from tests.web.test_desks import signed_in
from tests.web.test_pages import words

pytestmark = pytest.mark.django_db
ROOM = "/agreement/disputes"


@pytest.fixture(autouse=True)
def at_ten() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def test_without_a_case_the_page_says_what_will_be_here() -> None:
    replayed()
    lin = signed_in("lin", "sales", "member")
    page = words(lin, ROOM)
    assert "No case yet" in page
    assert "Nobody has disagreed yet" in page or "Nobody disagreed for a quarter" in page
    assert "How one is opened" in page
    where = words(lin, f"{ROOM}/open")
    assert "Begin where it stands" in where
    assert all(what in where for what in ("a goal", "a channel, a campaign or an asset"))
    assert lin.get(f"{ROOM}/open?kind=obligation&id=first-touch").status_code == 404
    assert lin.get(f"{ROOM}/7").status_code == 404
    assert lin.post(f"{ROOM}/7/view", {"words": "Well."}).status_code == 404


def test_a_dispute_by_both_sides_from_the_persons_page_to_the_ruling() -> None:
    replayed()
    lin, tom = signed_in("lin", "sales", "member"), signed_in("tom", "marketing", "member")
    uma = signed_in("uma", "operations", "operations")
    page = lin.get("/people/p4").content.decode()
    link = f"{ROOM}/open?kind=obligation&amp;id=first-touch&amp;person=p4&amp;at="
    assert link in page
    about = broken()
    address = f"{ROOM}/open?{about.query}"
    assert "this is the first case on it" in words(lin, address)
    form = {"kind": "obligation", "id": "first-touch", "person": "p4", "at": about.at, "member": ""}
    refused = lin.post(f"{ROOM}/open", {**form, "words": " "})
    assert "Say how your side sees it" in refused.content.decode()
    made = lin.post(f"{ROOM}/open", {**form, "words": "<b>He was at the dentist.</b>"}, follow=True)
    body = made.content.decode()
    assert "&lt;b&gt;He was at the dentist." in body
    assert "Because" in body
    assert "Not said yet" in body
    seen = words(lin, f"{ROOM}/{Case.objects.get().pk}")
    assert "First touch, version 1" in seen
    assert "promises.first-touch" not in seen.partition("As it was written")[0]
    assert "2026-03-02T" not in seen  # instants of the timeline are as people read them
    number = Case.objects.get().pk
    one = f"{ROOM}/{number}"
    assert tom.get(address)["Location"] == one
    assert "Marketing can still say" in words(uma, one)
    assert 'name="way"' not in lin.get(one).content.decode()
    said = tom.post(f"{one}/view", {"words": "Somebody stands in."}, follow=True)
    assert "This is how marketing sees it now." in said.content.decode()
    assert "Replace it" in words(tom, one)
    settled = uma.post(
        f"{one}/ruling", {"way": "marketing", "reasons": "A deputy was agreed."}, follow=True
    )
    assert "Ruled for marketing by uma@example.com" in settled.content.decode()
    again = uma.post(f"{one}/ruling", {"way": "sales", "reasons": "Or not."}, follow=True)
    assert "has settled it already" in again.content.decode()
    assert "A deputy was agreed." in words(lin, "/agreement/promises.first-touch")
    assert "for marketing" in words(lin, ROOM)
    assert lin.post(f"{ROOM}/99/view", {"words": "x"}).status_code == 404


def test_who_only_reads_sees_cases_and_no_form() -> None:
    settled_in()
    number = opened()
    vera = signed_in("vera", "sales", "viewer")
    body = vera.get(f"{ROOM}/{number}").content.decode()
    assert "Your sign-in is for reading." in body
    assert "textarea" not in body.partition("<main")[2]
    assert "Dispute this" not in vera.get("/people/p4").content.decode()
    assert vera.post(f"{ROOM}/{number}/view", {"words": "x"}).status_code == 403


def test_a_case_on_a_promise_is_seen_where_the_promise_stands() -> None:
    settled_in()
    lin, vera = signed_in("lin", "sales", "member"), signed_in("vera", "sales", "viewer")
    link = f"{ROOM}/open?kind=obligation&amp;id=first-touch&amp;person=p4&amp;at="
    assert link in lin.get("/people/p4").content.decode()
    number = opened()
    for whose in (lin, vera):
        body = whose.get("/people/p4").content.decode()
        assert f'<a class="link" href="{ROOM}/{number}">Case {number}: open</a>' in body
        assert f"; case {number} is open" in body
        assert link not in body
    ruled(number, "marketing")
    body = lin.get("/people/p4").content.decode()
    assert f'<a class="link" href="{ROOM}/{number}">Case {number}: ruled for marketing</a>' in body
    assert f"; case {number} was ruled for marketing" in body
    assert link not in body
    assert "Case " not in lin.get("/people/p6").content.decode()  # of somebody else


def test_the_list_says_under_the_title_whose_turn_it_is() -> None:
    settled_in()
    number = opened()
    lin, tom = signed_in("lin", "sales", "member"), signed_in("tom", "marketing", "member")
    assert "by sales, open for less than a day; waits for marketing" in words(lin, ROOM)
    tom.post(f"{ROOM}/{number}/view", {"words": "Somebody stands in."})
    assert "by sales, open for less than a day; waits for a ruling" in words(lin, ROOM)


def test_cases_and_disagreements_are_told_apart() -> None:
    settled_in()
    opened()
    lin = signed_in("lin", "sales", "member")
    asked = remark_on_clause("promises.first-touch", "Why four hours?", by=MO, now=NOW)
    assert asked.said, asked.refused
    remark = Remark.objects.get()
    assert answer_remark(remark.pk, "Because buyers wait no longer.", by=SAM, now=NOW).said
    page = words(lin, ROOM)
    assert "1 case is open" in page
    assert "Disagreements open 2" in page
    assert "a remark also once it was answered" in page
    assert settle(remark.pk, by=MO, now=NOW).said
    assert "Disagreements open 1" in words(lin, ROOM)


def test_the_cases_of_a_person_cost_one_query() -> None:
    settled_in()
    lin = signed_in("lin", "sales", "member")
    without = queries_of(lambda: lin.get("/people/p4"))
    opened()
    one = queries_of(lambda: lin.get("/people/p4"))
    opened(broken(promise="greeting"))
    assert queries_of(lambda: lin.get("/people/p4")) == one == without


def test_three_alike_offer_a_draft() -> None:
    settled_in()
    for person in ("p4", "p6", "p7"):
        ruled(opened(broken(person)))
    lin = signed_in("lin", "sales", "member")
    clause = "promises.first-touch"
    assert "The last 3 rulings went the same way, for sales" in words(lin, f"/agreement/{clause}")
    went = lin.post(f"{ROOM}/draft", {"clause": clause})
    assert went["Location"] == f"/agreement/drafts/{Draft.objects.get().pk}/{clause}"
    none = lin.post(f"{ROOM}/draft", {"clause": "promises.greeting"}, follow=True)
    assert "No draft was opened" in none.content.decode()


def test_how_near_each_rule_is_and_what_followed() -> None:
    missed.begun()
    assert follow(missed.NOW) == 1
    lin = signed_in("lin", "sales", "member")
    page = words(lin, ROOM)
    assert "One, week of 16 Mar 2026" in page
    assert "agreed before Mo" in page
    assert "One 1 of 1 week" in page
    assert "near 1 of 2 weeks" in page
    assert "the agreement is to end" in page
    with time_machine.travel(missed.NOW, tick=False):
        clause = words(lin, "/agreement/rules_of_disengagement.both")
    assert "near 1 of 2 weeks in a row missed so far." in clause
    assert "Behind in the week that runs: marketing and sales." in clause
    number = Case.objects.get().pk
    one = words(lin, f"{ROOM}/{number}")
    assert "What was agreed for this case falls to Mo, due 26 Mar 2026." in one
    assert "missed by marketing: 1 against 4" in one
    followed = "What followed where it was missed One, week of 16 Mar 2026 due 26 Mar 2026, by Mo"
    with time_machine.travel(missed.NOW, tick=False):
        for path in ("promises.volume", "rules_of_disengagement.one"):
            assert followed in words(lin, f"/agreement/{path}"), path
            assert f'href="{ROOM}/{number}"' in lin.get(f"/agreement/{path}").content.decode()
        assert "What followed where" not in words(lin, "/agreement/promises.taken")
    assert "It is for Mo to say that it is done." in one
    uma = signed_in("uma", "operations", "operations")
    said = {"way": "done", "reasons": "Two trade shows more."}
    settled = uma.post(f"{ROOM}/{number}/ruling", said, follow=True).content.decode()
    assert "Done by uma@example.com" in settled
    assert "Two trade shows more." in settled
    assert "week of 16 Mar 2026 done" in words(lin, "/agreement/promises.volume")


def test_the_queries_of_the_pages_do_not_grow() -> None:
    settled_in()
    number = opened()
    ruled(opened(broken("p3", "greeting")))
    lin = signed_in("lin", "sales", "member")

    def queries(client: Client, address: str) -> int:
        return queries_of(lambda: client.get(address))

    pages = (ROOM, f"{ROOM}/{number}")
    few = [queries(lin, each) for each in pages]
    ruled(opened(broken("p6")))
    opened(broken("p7"))
    assert [queries(lin, each) for each in pages] == few
    assert max(few) <= 25


def test_from_the_person_to_the_credit_of_the_sale_to_the_case() -> None:
    replayed()
    lin, uma = signed_in("lin", "sales", "member"), signed_in("uma", "operations", "operations")
    assert 'href="/credits/sales/o1"' in lin.get("/people/p1").content.decode()
    page = words(lin, "/credits/sales/o1")
    assert "It brought 12,345.00 EUR when it was won, 17 Mar 2026; 2 touches of 1 person" in page
    assert "12,345.00 / 2 = 6,172.500000" in page
    address = f"{ROOM}/open?kind=credit&id=o1"
    assert address.replace("&", "&amp;") in lin.get("/credits/sales/o1").content.decode()
    asked = words(lin, address)
    assert "Dispute this: Credit of Sensors" in asked
    assert "17 Mar 2026" in asked
    form = {"kind": "credit", "id": "o1", "words": "We found them ourselves."}
    made = lin.post(f"{ROOM}/open", form, follow=True)
    one = made.redirect_chain[0][0]
    body = words(uma, one)
    assert "How it was shared out" in body
    assert "12,345.00 / 2 = 6,172.500000" in body
    assert "A sale is shared out among the touches of all its contacts" in body
    clause = words(lin, "/agreement/attribution")
    assert "says nothing about this" in clause
    text = agreement_of_the_company() | {"attribution": {"model": "first"}, "version": "2"}
    assert adopt(text_of(text), by=COMMAND_LINE).version is not None
    rebuild(by=COMMAND_LINE, as_of=AS_OF)
    by_now = words(uma, one)
    assert "The clause says something else by now. This is what the case was opened on." in by_now


def test_every_number_of_the_credits_leads_to_the_sales_behind_it() -> None:
    replayed()
    lin = signed_in("lin", "sales", "viewer")
    assert "1 sale brought 12,345.00 EUR" in words(lin, "/credits")
    assert 'href="/credits/channel/(unknown)"' in lin.get("/credits").content.decode()
    channel = lin.get("/credits/channel/(unknown)").content.decode()
    assert 'href="/credits/sales/o1"' in channel
    assert "What touches without a known channel earned" in channel
    assert "Dispute this" not in lin.get("/credits/sales/o1").content.decode()
    for nothing in ("/credits/sales/o9", "/credits/channel/radio", "/credits/colour/red"):
        assert lin.get(nothing).status_code == 404
    assert "By campaign" in words(lin, "/credits?by=campaign")
    assert "By channel" in words(lin, "/credits?by=weather")


def test_from_a_channel_to_a_quarter_to_the_case_about_what_it_earned() -> None:
    shared_out.sold()
    lin, vera = signed_in("lin", "sales", "member"), signed_in("vera", "sales", "viewer")
    whole = lin.get("/credits/channel/mail").content.decode()
    assert 'href="?each=quarter&amp;on=2026-01-01"' in whole
    assert "Dispute this" not in whole  # of which period?
    quarter = "/credits/channel/mail?each=quarter&on=2026-01-01"
    said = words(lin, quarter)
    assert "What mail earned, Q1 2026" in said
    assert "33 % of what was won so far: 4,121.66 of 12,395.00 EUR, from 2 of 3 sales." in said
    assert "Dispute this" not in vera.get(quarter).content.decode()
    address = f"{ROOM}/open?kind=channel&id=mail&by=channel&each=quarter&at=2026-01-01"
    assert address.replace("&", "&amp;") in lin.get(quarter).content.decode()
    asked = lin.get(address).content.decode()
    assert "Dispute this: Credit of the channel mail, Q1 2026" in asked
    about = {"kind": "channel", "id": "mail", "by": "channel", "each": "quarter"}
    form = {**about, "at": "2026-01-01", "words": "The mail only said when the fair was."}
    assert all(f'name="{key}" value="{value}"' in asked for key, value in about.items())
    made = lin.post(f"{ROOM}/open", form, follow=True)
    one = made.redirect_chain[0][0]
    body = words(lin, one)
    assert "A touch earns this of each sale: value / touches." in body
    assert "Linear as agreed 4,121.66" in body
    assert "Sensors 17 Mar 2026 4,115.00 12,345.00 33 %" in body
    assert quarter.replace("&", "&amp;") in lin.get(one).content.decode()
    put("touch", "late", at(3), person="p1", kind="visit", channel="mail")
    rebuild(by=COMMAND_LINE, as_of=AS_OF)
    assert "Facts that came since change it. It comes to 6,182.50 EUR now." in words(lin, one)


def test_under_a_model_over_all_sales_a_channel_has_no_periods_and_can_be_disputed() -> None:
    shared_out.sold("markov")
    lin = signed_in("lin", "sales", "member")
    page = lin.get("/credits/channel/mail").content.decode()
    assert "Period by period" not in page
    address = f"{ROOM}/open?kind=channel&id=mail&by=channel"
    assert f'"{address.replace("&", "&amp;")}"' in page
    form = {"kind": "channel", "id": "mail", "by": "channel", "words": "It is too much."}
    made = lin.post(f"{ROOM}/open", form, follow=True)
    assert "How it came to it" in made.content.decode()


def test_older_periods_of_a_channel_are_a_page_away() -> None:
    shared_out.sold()
    long_ago = at(20) - 365 * 86_400
    FACTS["opportunity"].objects.filter(key="o3").update(
        at=long_ago, created_at=long_ago, closed_at=long_ago + 86_400
    )
    rebuild(by=COMMAND_LINE, as_of=AS_OF)
    lin = signed_in("lin", "sales", "member")
    page = lin.get("/credits/channel/mail?each=month").content.decode()
    assert "12 of 13 months, April 2025 to March 2026." in page
    assert 'href="?each=month&amp;until=2025-04-01"' in page
    older = lin.get("/credits/channel/mail?each=month&until=2025-04-01").content.decode()
    assert "1 of 13 months, March 2025." in older
    assert 'href="?each=month"' in older
    assert "Older months" not in older
    assert lin.get("/credits/channel/mail?until=2020-01-01").status_code == 404


def test_a_period_that_there_is_not_is_not_found() -> None:
    shared_out.sold()
    lin = signed_in("lin", "sales", "member")
    for asked in (
        "each=quarter&on=2026-04-01",
        "each=quarter&on=soon",
        "each=quarter&on=2026-02-31",
        "each=week&on=2026-03-18",
        "each=colour",
    ):
        assert lin.get(f"/credits/channel/mail?{asked}").status_code == 404, asked
    assert lin.get("/credits/channel/mail?on=%00").status_code == 400
    for asked in ("id=radio", f"id={'m' * 5_000}", "id=mail&by=colour", "id=mail&at=2026-04-01"):
        address = f"{ROOM}/open?kind=channel&by=channel&each=month&at=2026-03-01&{asked}"
        assert lin.get(address).status_code == 404, asked
