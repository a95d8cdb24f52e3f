"""The made-up company as somebody who starts the demo finds it: every page has something on it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from interlock.operations.load_company import MAKER, load_company
from interlock.operations.precedents import precedents
from interlock.operations.read_campaigns import read_campaigns
from interlock.operations.read_case import read_case
from interlock.operations.read_cases import read_cases
from interlock.store.models import Case, Confirmation, Remark, User

pytestmark = pytest.mark.django_db

TOLD_AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
"""A Tuesday."""


def loaded(folder: Path) -> None:
    with time_machine.travel(TOLD_AT, tick=False):  # the company ends at the present
        load_company(folder, people=500, progress=lambda *_: None)


def test_it_disputes_plans_and_asks(data_folder: Path, tmp_path: Path) -> None:
    assert data_folder.exists()
    loaded(tmp_path)
    with time_machine.travel(TOLD_AT, tick=False):
        page, campaigns = read_cases(by=MAKER), read_campaigns(by=MAKER)
        earned, waiting = (each for each in page.open if not each.is_consequence)
        case, other = (read_case(each.number, by=MAKER) for each in (waiting, earned))
    assert [each.ruled_for for each in page.settled] == ["sales"] * 3
    rulings = precedents(
        "promises.first-touch", Case.objects.get(pk=page.settled[0].number).wording
    )
    assert len(rulings.alike) == 3  # they propose an amendment
    assert (waiting.side, waiting.silent, waiting.is_late) == ("marketing", ("sales",), False)
    assert case is not None
    assert case.shown["credit"]["touches"]
    assert (earned.side, earned.silent, earned.is_late) == ("sales", ("marketing",), False)
    assert other is not None
    assert other.shown["earned"]["sales"]
    assert other.shown["earned"]["others"]
    assert [each.is_late for each in campaigns.planned] == [True, False]
    assert Remark.objects.get(to=None).answers.count() == 1
    newcomers = User.objects.exclude(username__in=Confirmation.objects.values("by"))
    assert sorted(newcomers.exclude(side="operations").values_list("side", flat=True)) == [
        "marketing",
        "sales",
    ]
    loaded(tmp_path)
    assert (Case.objects.count(), Remark.objects.count()) == (len(page.settled) + len(page.open), 2)
