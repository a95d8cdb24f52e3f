from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from interlock.agreement.schema import Side
from interlock.insight.attainment import Counts
from interlock.operations import reading
from interlock.operations.actor import COMMAND_LINE
from interlock.operations.adopt import adopt
from interlock.operations.counting import By
from interlock.operations.read_promises import read_promise, read_promises
from interlock.operations.reading import Filters, Ground
from interlock.replay.edition import EDITION
from interlock.store.models import Import, Obligation, Replay
from tests.operations.company import agreement_text, at, replayed

pytestmark = pytest.mark.django_db


def test_before_an_agreement_there_is_none_and_that_is_said() -> None:
    assert read_promises().basis.ground is Ground.NO_AGREEMENT
    assert read_promise("first-touch").row is None


def test_before_a_replay_it_is_said_that_nothing_was_replayed() -> None:
    adopt(agreement_text(), by=COMMAND_LINE)
    assert read_promises().basis.ground is Ground.NOT_REPLAYED


def test_counts_of_both_sides_as_counted_by_hand() -> None:
    replayed()
    promises = read_promises()
    assert promises.basis.ground is Ground.READY
    assert {row.id: row.counts for row in promises.rows} == {
        "first-touch": Counts(open=1, kept=3, kept_late=1, broken=3),
        "greeting": Counts(kept=1, kept_late=1, broken=8),
    }
    assert [(s.side, s.attainment.numerator, s.attainment.denominator) for s in promises.sides] == [
        (Side.MARKETING, 1, 10),
        (Side.SALES, 3, 7),
    ]


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (By.SOURCE, {"no source": (0, 0), "partner": (0, 4), "web": (3, 3)}),
        (By.OWNER, {"no owner": (0, 0), "Bo Berg": (2, 4), "Cy Dahl": (1, 3)}),
        (By.WEEK, {"2 Mar 2026": (2, 4), "9 Mar 2026": (1, 3), "16 Mar 2026": (0, 0)}),
        (By.MONTH, {"March 2026": (3, 7)}),
        (By.TIER, {"no tier": (3, 7)}),
    ],
)
def test_what_sales_owes_divided(by: By, expected: dict[str, tuple[int, int]]) -> None:
    replayed()
    sales = {
        group.label: (group.sides[1].attainment.numerator, group.sides[1].attainment.denominator)
        for group in read_promises(by).groups
    }
    assert sales == expected


def test_filters_narrow_the_counts() -> None:
    replayed()
    of_cy = read_promises(filters=Filters(owner="cy"))
    assert of_cy.rows[0].counts == Counts(open=1, kept=1, broken=2)
    any_day_of_the_week = Filters(week=date(2026, 3, 12))
    assert read_promises(filters=any_day_of_the_week).rows[0].counts == Counts(kept=1, broken=2)
    assert read_promises(filters=Filters(source="")).rows[1].counts == Counts(broken=1)


def test_obligations_come_latest_first_and_the_pages_meet_without_gap_or_overlap() -> None:
    replayed()
    seen, after = [], ""
    while True:
        page = read_promise("first-touch", after=after, size=3)
        seen += [row.person.key for row in page.obligations]
        after = page.after
        if not after:
            break
    assert seen == ["p8", "p7", "p6", "p5", "p4", "p3", "p2", "p1"]


def test_pages_meet_where_many_started_at_the_same_second() -> None:
    replayed()
    everyone, after = [], ""
    for _ in range(4):
        page = read_promise("greeting", after=after, size=3)
        everyone += [row.person.key for row in page.obligations]
        after = page.after
    assert after == ""
    assert sorted(everyone) == sorted(f"p{n}" for n in range(1, 11))


def test_an_obligation_tells_names_and_instants() -> None:
    replayed()
    [late] = read_promise("first-touch", Filters(state="kept late")).obligations
    assert (late.person.name, late.owner.name) == ("Person 3", "Bo Berg")
    assert (late.started_at, late.due_at, late.kept_at) == (
        at(6, "14:00"),
        at(9, "10:00"),
        at(9, "12:00"),
    )
    [p1] = [row for row in read_promise("first-touch").obligations if row.person.key == "p1"]
    assert p1.account.name == "Acme ASA"


def test_obligations_of_a_week_are_those_that_started_in_it() -> None:
    replayed()
    page = read_promise("first-touch", Filters(week=date(2026, 3, 2)))
    assert [row.person.key for row in page.obligations] == ["p4", "p3", "p2", "p1"]
    assert page.row is not None
    assert page.row.counts == Counts(kept=2, kept_late=1, broken=1)


def test_a_mark_that_makes_no_sense_begins_at_the_top() -> None:
    replayed()
    page = read_promise("first-touch", after="'; drop table--", size=1)
    assert [row.person.key for row in page.obligations] == ["p8"]


def test_an_unknown_promise_is_none() -> None:
    replayed()
    page = read_promise("no-such-promise")
    assert (page.basis.ground, page.row) == (Ground.READY, None)


def test_an_import_after_the_replay_makes_the_numbers_stale() -> None:
    replayed()
    assert not read_promises().basis.stale
    started = Replay.objects.get(current=True).started_at
    Import.objects.update(finished_at=started + 1)
    assert read_promises().basis.stale


def test_other_rules_of_ours_make_the_numbers_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    replayed()
    with monkeypatch.context() as upgraded:
        upgraded.setattr(reading, "EDITION", EDITION + 1)
        assert read_promises().basis.stale
    assert not read_promises().basis.stale


def test_another_agreement_in_force_makes_the_numbers_stale() -> None:
    replayed()
    adopt(agreement_text(version="2"), by=COMMAND_LINE)
    basis = read_promises().basis
    assert (basis.stale, basis.version) == (True, "1")


def test_the_number_of_queries_does_not_grow_with_the_rows() -> None:
    replayed()
    read_promise("first-touch")  # the agreement is read once a process
    with CaptureQueriesContext(connection) as few:
        read_promises(By.OWNER)
        read_promise("first-touch")
    row = Obligation.objects.filter(promise="first-touch").values().first()
    assert row is not None
    Obligation.objects.bulk_create(
        [Obligation(**{**row, "id": None, "person": f"p{n % 9}", "owner": ""}) for n in range(40)]
    )
    with CaptureQueriesContext(connection) as many:
        read_promises(By.OWNER)
        assert len(read_promise("first-touch").obligations) == 48
    assert len(many) == len(few) <= 12
