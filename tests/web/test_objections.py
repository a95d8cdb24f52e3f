"""An objection on the page of a proposal: how it is taken back, and what signing waits for."""

from __future__ import annotations

import pytest

from tests.operations.table import ADA, BO, GOVERNED, SAM, next_text, proposal
from tests.web.test_proposals import as_, table, text

__all__ = ["table"]


@pytest.mark.usefixtures("table")
def test_an_objection_is_taken_back_by_its_button() -> None:
    row, ada, bo = proposal(next_text(**GOVERNED)), as_(ADA), as_(BO)
    address = f"/agreement/proposals/{row.pk}"
    assert "Take the objection back" not in text(ada.get(address))
    ada.post(f"{address}/word", {"agrees": "no", "why": "Too slow."})
    assert "Take the objection back" in text(ada.get(address))
    assert "Take the objection back" not in text(as_(SAM).get(address))
    page = text(bo.get(address))
    assert "may sign" not in page
    assert "It waits until Ada takes the objection back; Bo signs then." in page
    ada.post(f"{address}/word", {"agrees": "back"})
    page = text(ada.get(address))
    assert "Your objection is taken back." in page
    assert "Ada accountable nothing yet" in page
    assert "Take the objection back" not in page


@pytest.mark.usefixtures("table")
def test_a_side_that_is_called_so_is_named_once() -> None:
    row = proposal(next_text(**GOVERNED))
    page = text(as_(SAM).get(f"/agreement/proposals/{row.pk}"))
    signatures = page.partition("Signatures ")[2]
    assert signatures.startswith("Marketing Not signed")
    assert "Sales Not signed" in signatures
