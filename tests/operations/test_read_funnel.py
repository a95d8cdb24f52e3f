import json

import pytest

from interlock.insight.attainment import Rate
from interlock.insight.funnel import FunnelRow
from interlock.operations.actor import COMMAND_LINE
from interlock.operations.adopt import adopt
from interlock.operations.counting import By
from interlock.operations.read_funnel import read_funnel
from interlock.operations.reading import Filters, Ground
from interlock.operations.rebuild import rebuild
from tests.operations.company import AS_OF, agreement_text, at, fill, put, replayed

pytestmark = pytest.mark.django_db


def of(share: Rate | None) -> tuple[int, int] | None:
    return (share.numerator, share.denominator) if share else None


def in_short(
    rows: tuple[FunnelRow, ...],
) -> list[tuple[str, int, int, tuple[int, int] | None, tuple[int, int] | None]]:
    return [(r.stage, r.entered, r.there, of(r.of_previous), of(r.of_first)) for r in rows]


def test_before_an_agreement_the_funnel_is_empty_and_says_why() -> None:
    funnel = read_funnel(By.SOURCE)
    assert (funnel.basis.ground, funnel.rows, funnel.groups) == (Ground.NO_AGREEMENT, (), ())


def test_the_funnel_as_counted_by_hand() -> None:
    replayed()
    assert in_short(read_funnel().rows) == [
        ("lead", 10, 2, None, None),
        ("mql", 8, 5, (8, 10), (8, 10)),
        ("sal", 2, 1, (2, 8), (2, 10)),
        ("customer", 1, 1, (1, 2), (1, 10)),
    ]


def test_those_who_came_another_way_are_told_apart() -> None:
    fill()
    agreement = json.loads(agreement_text())
    agreement["stages"]["sal"]["comes_from"] = ["lead", "mql"]
    put("decision", "d9", at(5), person="p9", kind="accept", member="bo")
    adopt(json.dumps(agreement), by=COMMAND_LINE)
    rebuild(by=COMMAND_LINE, as_of=AS_OF)
    sal = read_funnel().rows[2]
    assert (sal.entered, of(sal.of_previous), sal.others) == (3, (2, 8), 1)
    assert [row.others for row in read_funnel().rows] == [0, 0, 1, 0]


def test_by_source() -> None:
    replayed()
    groups = {group.label: in_short(group.rows) for group in read_funnel(By.SOURCE).groups}
    assert list(groups) == ["no source", "partner", "web"]
    assert groups["partner"] == [
        ("lead", 4, 0, None, None),
        ("mql", 4, 4, (4, 4), (4, 4)),
        ("sal", 0, 0, (0, 4), (0, 4)),
        ("customer", 0, 0, (0, 0), (0, 4)),
    ]


def test_a_cohort_is_followed_into_later_weeks() -> None:
    replayed()
    groups = {group.key: in_short(group.rows) for group in read_funnel(By.WEEK).groups}
    # of the leads of 2 March four became MQL; of those one SAL, who bought two weeks later
    assert [row[3] for row in groups["2026-03-02"]] == [None, (4, 6), (1, 4), (1, 1)]
    # the purchase itself is entered in the week in which it happened
    assert [row[1] for row in groups["2026-03-02"]] == [6, 4, 1, 0]
    assert [row[1] for row in groups["2026-03-16"]] == [1, 1, 0, 1]


def test_by_owner_is_by_who_has_the_lead_now() -> None:
    replayed()
    leads = {group.label: group.rows[0].entered for group in read_funnel(By.OWNER).groups}
    assert leads == {"no owner": 2, "Bo Berg": 4, "Cy Dahl": 4}


def test_filters_narrow_the_funnel() -> None:
    replayed()
    rows = read_funnel(filters=Filters(owner="cy", source="web")).rows
    assert [row.entered for row in rows] == [2, 2, 1, 0]
