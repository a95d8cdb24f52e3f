"""The version and the first day that a draft needs before it is proposed."""

from __future__ import annotations

from datetime import date

import pytest

from interlock.operations.agreements import text_in_force
from interlock.operations.change_draft import Keys, change_draft
from interlock.operations.draft_head import Head, head_of, next_version, put_head
from interlock.operations.open_draft import open_draft
from interlock.operations.propose import what_hinders
from interlock.operations.read_draft import read_draft
from interlock.store.models import DraftText
from tests.operations.table import MO, SAM, TODAY, sit_down

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("version", "taken", "following"),
    [
        ("1", {"1"}, "2"),
        ("2025.2", {"2025.2", "2025.3"}, "2025.4"),
        ("2025-09", {"2025-09"}, "2025-10"),
        ("v9 (final)", {"v9 (final)"}, "v10 (final)"),
        ("spring", {"spring"}, "spring-2"),
    ],
)
def test_the_next_version_is_one_more_until_none_had_it(
    version: str, taken: set[str], following: str
) -> None:
    assert next_version(version, taken) == following


def test_a_new_draft_is_asked_for_its_day_and_offered_the_next_version() -> None:
    sit_down()
    today, ruling = date(2026, 3, 2), text_in_force(TODAY)
    begun = {"version": "1", "in_force_from": "2026-01-01"}
    assert head_of(begun, ruling, TODAY) == Head("2", is_taken=True, first_day=None, today=today)
    dated = {"version": "1", "in_force_from": "2026-03-02"}
    assert head_of(dated, ruling, TODAY) == Head("2", is_taken=True, first_day=today, today=today)
    named = {"version": "7", "in_force_from": "2026-03-01"}
    assert head_of(named, ruling, TODAY) == Head("7", is_taken=False, first_day=None, today=today)
    assert head_of({"version": "7", "in_force_from": "2026-03-02"}, ruling, TODAY) is None
    assert head_of({"version": "7", "in_force_from": "soon"}, ruling, TODAY) is not None


def test_before_there_is_an_agreement_nothing_is_asked() -> None:
    assert head_of({"version": "1", "in_force_from": "2026-01-01"}, None, TODAY) is None


def test_what_was_put_in_stands_in_the_text_and_nothing_hinders_any_more() -> None:
    sit_down()
    number = open_draft("Spring", by=MO, now=TODAY).draft
    assert number is not None
    assert len(what_hinders(number, by=MO, now=TODAY)) == 2
    done = put_head(number, "2025.10", "2026-03-09", revision=1, by=MO)
    assert (done.revision, done.problems) == (2, ())
    assert what_hinders(number, by=MO, now=TODAY) == ()
    page = read_draft(number)
    assert page is not None
    assert page.agreement is not None
    assert page.agreement.version == "2025.10"  # a text, and not the number 2025.1
    edit = Keys((("promises.first-touch.within", "6 working hours"),))
    assert change_draft(number, edit, revision=1, by=SAM).revision == 3  # who saw it without
    page = read_draft(number)
    assert page is not None
    assert page.agreement is not None
    assert page.agreement.version == "2025.10"
    late = put_head(number, "3", "2026-03-10", revision=1, by=SAM)
    assert late.clash is not None
    assert (late.clash.paths, late.clash.by) == (("version", "in_force_from"), "Mo")
    wrong = put_head(number, "3", "soon", revision=3, by=MO)
    assert wrong.revision == 4
    assert DraftText.objects.get(revision=4).text.count("soon") == 1
