"""Who may do what because of which row, by name."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from interlock.operations.actor import Actor
from interlock.operations.read_raci import RaciPage, read_raci
from tests.operations.company import agreement_text
from tests.operations.table import GOVERNED, SAM, TODAY, add, sit_down

pytestmark = pytest.mark.django_db


def powers(page: RaciPage) -> list[tuple[str, str, tuple[str, ...], str]]:
    return [(each.deed, each.called, each.names, each.clause) for each in page.powers]


def test_without_an_agreement_nobody_has_a_part() -> None:
    page = read_raci(by=SAM, now=TODAY)
    assert not page.version
    assert not page.powers


def test_without_a_row_that_governs_both_sides_propose_and_sign() -> None:
    sit_down()
    assert powers(read_raci(by=SAM, now=TODAY)) == [
        ("Propose a change of the agreement", "any member of marketing or sales", (), ""),
        ("Approve it", "nobody: the signatures are enough", (), ""),
        ("Sign for marketing", "Marketing", ("Ada",), "parties.marketing"),
        ("Sign for sales", "Sales", ("Bo",), "parties.sales"),
        ("Rule on a dispute", "whoever keeps the data (revenue operations)", ("Kim",), ""),
    ]


def test_the_rows_that_govern_name_people_by_name_role_and_side() -> None:
    ruling = {"activity": "Disputes", "responsible": ["Mo"], "accountable": ["the judge"]}
    raci = GOVERNED["raci"] | {"quarrels": {**ruling, "governs": "disputes"}}
    sit_down(agreement_text(raci=raci))
    page = read_raci(by=SAM, now=TODAY)
    row = "raci.agreement"
    assert powers(page) == [
        ("Propose a change of the agreement", "Mo", ("Mo",), row),
        ("Approve it, and propose one, too", "Ada", ("Ada",), row),
        ("Be asked for a word on it", "Sam", ("Sam",), row),
        ("Hear when it is in force", "sales", ("Bo", "Sam"), row),
        ("Sign for marketing", "Marketing", ("Ada",), "parties.marketing"),
        ("Sign for sales", "Sales", ("Bo",), "parties.sales"),
        ("Rule on a dispute", "the judge (Kim)", (), "raci.quarrels"),
    ]
    assert [each.says for each in page.matrix.faults] == ["Nobody among the members is the judge."]
    held = dict(zip(page.matrix.roles, page.holders, strict=True))
    assert held["sales"] == ("Bo", "Sam")
    assert held["the judge"] == ()


def test_more_members_take_no_more_queries() -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as made:
            read_raci(by=SAM, now=TODAY)
        return len(made)

    sit_down(agreement_text(**GOVERNED))
    queries()  # what a process reads once is read now
    before = queries()
    for n in range(9):
        add(Actor(f"more{n}@example.com", "sales", "lead"))
    assert queries() == before
