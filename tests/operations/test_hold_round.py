"""The round that the made-up company has held."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from interlock.operations.actor import COMMAND_LINE
from interlock.operations.hold_round import hold_round
from interlock.operations.load_company import MAKER, load_company
from interlock.operations.read_round_result import read_round_result
from interlock.store.models import LanguageRound
from tests.operations.desk import NOW

pytestmark = pytest.mark.django_db

TOLD_AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
"""A Tuesday: which leads a round asks about depends on where everybody stands just then."""


def test_both_sides_part_and_there_is_something_to_start_from(
    data_folder: Path, tmp_path: Path
) -> None:
    assert data_folder.exists()
    with time_machine.travel(TOLD_AT, tick=False):  # the company ends at the present
        load_company(tmp_path, people=500, progress=lambda *_: None)
    row = LanguageRound.objects.get()
    found = read_round_result(row.pk, by=MAKER)
    assert found is not None
    assert dict(found.line.people) == {"marketing": 5, "sales": 7}
    assert found.stages is not None
    within = [each.agree for each in (found.stages.marketing, found.stages.sales) if each]
    between = found.stages.between.agree
    assert between is not None
    assert len(within) == 2
    assert all(each is not None and between < each for each in within)  # they part by sides
    assert next(each.path for each in found.clauses if each.path) == "stages.mql"
    assert found.start is not None
    assert found.start.path == "stages.mql.enter"
    assert all(each.marketing and each.sales for each in found.terms)
    with time_machine.travel(TOLD_AT, tick=False):
        load_company(tmp_path, people=500, progress=lambda *_: None)
    assert LanguageRound.objects.count() == 1


def test_a_company_without_leads_holds_none() -> None:
    assert hold_round(by=COMMAND_LINE, now=NOW) is None
    assert not LanguageRound.objects.exists()
