"""The pages of a draft's trials: dials, what is shown, and what is kept of it."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import html

from interlock.agreement.canonical import seal_of, seal_of_rules
from interlock.operations.actor import COMMAND_LINE
from interlock.operations.adopt import adopt
from interlock.operations.rebuild import rebuild
from interlock.store.models import DraftText, SavedTrial
from interlock.web.views import drafts
from tests.agreement.small import changed
from tests.operations.company import AS_OF, agreement_of_the_company, fill, replayed, text_of
from tests.web.test_drafts import TEXT
from tests.web.test_pages import words

pytestmark = pytest.mark.django_db


def test_a_draft_is_tried_its_dials_turned_and_the_trial_kept(as_reader: Client) -> None:
    replayed()
    address = as_reader.post("/agreement/drafts", {"title": "Slower"})["Location"]
    page = as_reader.get(f"{address}/try").content.decode()
    assert "On this history nothing would have been otherwise." in page
    assert 'name="promises.first-touch.within@"' in page
    turned = {"promises.first-touch.within@": "8"}
    moved = as_reader.get(f"{address}/try", turned).content.decode()
    assert "kept otherwise would have been: First touch" in moved
    assert "draft: 4" in moved
    kept = as_reader.post(f"{address}/try", turned)["Location"]
    assert "kept otherwise would have been: First touch" in words(as_reader, kept)
    assert "Held against" in words(as_reader, kept)
    assert "by Sam, of the facts as of" in words(as_reader, kept)
    assert "sam@example.com" not in words(as_reader, kept)
    otherwise = "First touch: within 8 instead of 4 working hours"
    assert otherwise in words(as_reader, kept)
    assert otherwise in words(as_reader, f"{address}/try?promises.first-touch.within@=8")
    assert "Put these numbers" not in page
    assert as_reader.post(f"{address}/try", {**turned, "put": "yes"})["Location"] == address
    assert "Time allowed from 4 working hours to 8 working hours" in words(as_reader, address)
    tried = DraftText.objects.latest("pk").text  # with the numbers, it is what was tried
    assert f"Tried {seal_of(tried)}, revision 1" in words(as_reader, kept)
    assert SavedTrial.objects.get().rules == seal_of_rules(tried)
    late = {"promises.first-touch.within@": "6", "put": "yes", "revision": "1"}
    again = as_reader.post(f"{address}/try", late)["Location"]
    said = as_reader.get(again).content.decode()
    assert "Nothing was kept: Sam has changed First touch meanwhile." in said
    (turned_still,) = html.fromstring(said).xpath("//form[@class='dials']")
    assert turned_still.fields["promises.first-touch.within@"] == "6.0"
    assert turned_still.fields["revision"] == "2"
    assert as_reader.get("/agreement/trials/99").status_code == 404
    odd = {"promises.first-touch.within@": "nan", "x@": "1e999", "stages.mql.enter@9.9": "1"}
    assert as_reader.get(f"{address}/try", odd).status_code == 200


def test_of_many_members_a_trial_lists_some_and_all_where_asked(
    as_reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    replayed()
    monkeypatch.setattr(drafts, "MEMBERS", 1)
    address = as_reader.post("/agreement/drafts", {"title": "Busy"})["Location"] + "/try"

    def listed(address: str, **headers: str) -> int:
        page = html.fromstring(as_reader.get(address, headers=headers).content)
        return len(page.xpath("//section[@aria-labelledby='load']//tbody/tr"))

    assert listed(address) == 1
    assert "The 1 whose load changes most. All 2 members" in words(as_reader, address)
    assert listed(f"{address}?everybody=no") == 1
    everybody = f"{address}?everybody=yes"
    assert listed(everybody) == 2
    assert listed(everybody, hx_request="true") == 2
    assert "Only those whose load changes most" in words(as_reader, everybody)
    dragged = as_reader.get(everybody).content.decode()
    assert '<input type="hidden" name="everybody" value="yes">' in dragged
    kept = as_reader.post(address, {})["Location"]
    assert listed(kept) == 2  # it stays as it was, and nobody drags it


def test_a_trial_shows_goals_and_one_kept_before_it_had_any_opens(as_reader: Client) -> None:
    goal = {"name": "Orders", "meaning": "Signed.", "target": 10_000, "unit": "EUR"}
    rate = {"name": "Wins", "meaning": "Won.", "target": 0.5, "unit": "of all"}
    goals = {
        "orders": goal | {"measured_by": "revenue", "each": "week"},
        "wins": rate | {"measured_by": "win rate", "each": "week"},
    }
    fill()
    adopt(text_of(agreement_of_the_company() | {"goals": goals}), by=COMMAND_LINE)
    rebuild(by=COMMAND_LINE, as_of=AS_OF)
    address = as_reader.post("/agreement/drafts", {"title": "More"})["Location"]
    turned = {"goals.orders.target@": "13000", "goals.wins.target@": "0.75"}
    kept = as_reader.post(f"{address}/try", turned)["Location"]
    for shown in (words(as_reader, kept), words(as_reader, f"{address}/try?{urlencode(turned)}")):
        # on Friday the 20th at 17:00 the working time of a second week is over; it has the one sale
        assert "10,000 EUR 13,000 EUR 1 of 2 0 of 2" in shown
        assert "Orders Target 10,000 EUR today, 13,000 EUR under the draft" in shown  # on a phone
        assert "Reached 1 of 2 today, 0 of 2 under the draft" in shown
        assert "50 % 75 % 1 of 1 1 of 1" in shown
    row = SavedTrial.objects.get()
    row.shown = {name: each for name, each in row.shown.items() if name != "goals"}
    row.save()
    assert "Target 10,000 EUR" not in words(as_reader, kept)


def test_a_trial_without_an_agreement_or_with_errors_says_so(as_reader: Client) -> None:
    upload = SimpleUploadedFile("agreement.yaml", TEXT.encode())
    address = as_reader.post("/agreement/drafts", {"title": "", "file": upload})["Location"]
    assert "There is nothing to try it on" in words(as_reader, f"{address}/try")
    sent = {"text": changed("touches.any >= 1", "touches.anny >= 1"), "revision": "1"}
    as_reader.post(f"{address}/text", sent)
    assert "This draft cannot be tried yet" in words(as_reader, f"{address}/try")
