"""A draft whose text was proposed or signed, and who may propose one."""

from __future__ import annotations

import pytest
import time_machine

from interlock.operations.withdraw_proposal import withdraw_proposal
from interlock.store.models import DraftText, Proposal, User
from tests.operations.company import agreement_text
from tests.operations.table import (
    ADA,
    BO,
    GOVERNED,
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

ANEW = "A change makes it another text, which can be proposed anew."


pytestmark = pytest.mark.usefixtures("today")


def changed(row: Proposal) -> None:
    """The draft goes on after it was proposed."""
    last = next_text(in_force_from="2026-08-01")
    DraftText.objects.create(
        draft=row.draft, revision=2, text=last, by=MO.name, side="marketing", at=TODAY
    )
    row.draft.revision = 2
    row.draft.save()


def test_a_proposed_draft_says_so_and_leads_to_its_proposal() -> None:
    sit_down()
    row, mo = proposal(next_text(in_force_from="2026-07-01")), as_(MO)
    answer = mo.get(f"/agreement/drafts/{row.draft_id}")
    page = text(answer)
    assert f"Proposed: proposal {row.pk}. {ANEW}" in page
    assert f'href="/agreement/proposals/{row.pk}"' in answer.content.decode()
    assert "Propose it" not in page
    back = mo.get(f"/agreement/proposals/{row.pk}").content.decode()
    assert f'href="/agreement/drafts/{row.draft_id}">draft</a>' in back
    listed = mo.get("/agreement/drafts")
    assert f"proposed: proposal {row.pk}" in text(listed)
    assert f'href="/agreement/proposals/{row.pk}"' in listed.content.decode()
    page = text(mo.get(f"/agreement/proposals/of/{row.draft_id}"))
    assert "It was put before both sides already: proposed." in page
    withdraw_proposal(row.pk, by=MO, now=TODAY)
    assert "Propose it" in text(mo.get(f"/agreement/drafts/{row.draft_id}"))
    assert "proposed: proposal" not in text(mo.get("/agreement/drafts"))


def test_a_signed_draft_says_from_when_it_counts_and_warns_of_no_version() -> None:
    sit_down()
    row, mo = proposal(next_text(in_force_from="2026-07-01")), as_(MO)
    for who in (ADA, BO):
        signs(row, who)
    page = text(mo.get(f"/agreement/drafts/{row.draft_id}"))
    assert f"Signed, counts from 1 July 2026: proposal {row.pk}." in page
    for offer in ("Propose it", "It still has the version", "came into force since"):
        assert offer not in page
    listed = f"signed, counts from 1 July 2026: proposal {row.pk}"
    assert listed in text(mo.get("/agreement/drafts"))


def test_a_draft_in_force_is_not_behind_itself(today: time_machine.Traveller) -> None:
    sit_down()
    row = proposal(next_text(in_force_from="2026-07-01"))
    for who in (ADA, BO):
        signs(row, who)
    today.move_to(TODAY + 130 * 86400)
    page = text(as_(MO).get(f"/agreement/drafts/{row.draft_id}"))
    assert f"In force: proposal {row.pk}." in page
    assert "came into force since" not in page


def test_a_draft_that_was_changed_may_be_proposed_again() -> None:
    sit_down()
    row, mo = proposal(next_text(in_force_from="2026-07-01")), as_(MO)
    changed(row)
    page = text(mo.get(f"/agreement/drafts/{row.draft_id}"))
    assert ANEW not in page
    assert "Propose it" in page
    for who in (ADA, BO):
        signs(row, who)
    assert "It still has the version" in text(mo.get(f"/agreement/drafts/{row.draft_id}"))


def test_who_may_not_propose_reads_who_does() -> None:
    sit_down(agreement_text(**GOVERNED))
    made = draft(next_text(**GOVERNED))
    address = f"/agreement/drafts/{made.pk}"
    assert "Propose it" in text(as_(MO).get(address))
    page = text(as_(SAM).get(address))
    assert "Propose it" not in page
    assert "Mo proposes it." in page


def test_who_proposes_is_named_with_what_the_agreement_calls_them() -> None:
    row = GOVERNED["raci"]["agreement"] | {"responsible": ["head of growth"]}
    governed = {
        "raci": {"agreement": row},
        "roles": {"head of growth": "Mo", "Ada": "Ada", "Sam": "Sam"},
    }
    sit_down(agreement_text(**governed))
    made = draft(next_text(**governed))
    assert "Mo (head of growth) proposes it." in text(as_(SAM).get(f"/agreement/drafts/{made.pk}"))


def test_without_a_row_a_leader_reads_that_members_of_both_sides_propose() -> None:
    sit_down()
    made = draft(next_text())
    User.objects.filter(username=SAM.name).update(side="leadership")
    page = text(as_(SAM).get(f"/agreement/drafts/{made.pk}"))
    assert "A member of marketing or sales proposes it." in page
    assert "Propose it" not in page
