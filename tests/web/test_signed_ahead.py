"""A proposal that both sides signed before its first day: what every page says of it until then."""

from __future__ import annotations

import pytest
import time_machine

from interlock.store.models import AgreementVersion, Proposal
from tests.operations.table import (
    ADA,
    BO,
    MO,
    SAM,
    TODAY,
    draft,
    next_text,
    proposal,
    signs,
    sit_down,
)
from tests.web.test_proposals import as_, text

COUNTS = "signed, counts from 1 July 2026"


@pytest.fixture
def table(today: time_machine.Traveller) -> time_machine.Traveller:
    """Everybody at the table, on the day of `TODAY`."""
    sit_down()
    return today


def signed() -> Proposal:
    row = proposal(next_text(in_force_from="2026-07-01"))
    for who in (ADA, BO):
        said = signs(row, who).said
    assert said == "Signed by both sides: counts from 1 July 2026."
    return row


@pytest.mark.usefixtures("table")
def test_until_its_first_day_every_page_says_that_it_is_signed_and_from_when_it_counts() -> None:
    row, sam = signed(), as_(SAM)
    assert COUNTS in text(sam.get("/agreement/proposals"))
    assert f"Version 2: {COUNTS}." in text(sam.get("/agreement"))
    page = text(sam.get(f"/agreement/proposals/{row.pk}"))
    assert "Signed by Ada for marketing and Bo for sales: counts from 1 July 2026." in page
    assert f"Not yet: this text is {COUNTS}." in text(sam.get(f"/agreement/proof/{row.seal}"))
    printed = text(sam.get(f"/agreement/text/{row.seal}"))
    assert f"This text is {COUNTS}." in printed
    assert "Proof that it is signed" in printed
    again = text(as_(MO).get(f"/agreement/proposals/of/{row.draft_id}"))
    assert f"This text is signed by both sides already: proposal {row.pk}." in again
    assert "put in force before" not in again


def test_from_its_first_day_on_every_page_says_that_it_is_in_force(
    table: time_machine.Traveller,
) -> None:
    row = signed()
    table.move_to(TODAY + 130 * 86400)
    sam = as_(SAM)
    listed = text(sam.get("/agreement/proposals"))
    assert "in force" in listed
    assert COUNTS not in listed
    assert "version 2: in force since 1 July 2026" in text(sam.get("/agreement"))
    assert "in force from 1 July 2026 on" in text(sam.get(f"/agreement/proposals/{row.pk}"))
    assert "Yes: this text is in force" in text(sam.get(f"/agreement/proof/{row.seal}"))
    assert "Proof that it is the one in force" in text(sam.get(f"/agreement/text/{row.seal}"))


@pytest.mark.usefixtures("table")
def test_another_draft_of_that_version_hears_that_it_is_agreed_already() -> None:
    signed()
    first = AgreementVersion.objects.get(version="1")
    other = draft(next_text(name="Other", in_force_from="2026-08-01"), base=first)
    page = text(as_(MO).get(f"/agreement/proposals/of/{other.pk}"))
    assert "Version 2 is agreed already. Give the draft a version of its own" in page
