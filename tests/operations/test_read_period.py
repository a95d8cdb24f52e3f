"""The records behind the numbers of periods: they add up to them, and are those of `company`."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import pytest

from interlock.operations.actor import COMMAND_LINE
from interlock.operations.adopt import adopt
from interlock.operations.read_period import read_period
from interlock.operations.reading import Ground
from interlock.operations.rebuild import rebuild
from interlock.store.models import Period
from tests.operations.company import AS_OF, OSLO, agreement_text, at, fill, put

pytestmark = pytest.mark.django_db

MEASURES: dict[str, dict[str, Any]] = {
    "volume": {"each": "week", "enters": "mql", "target": 2},
    "quality": {"each": "week", "enters": "sal", "out_of": "mql", "target": 0.5},
    "pipeline": {"each": "week", "sum": "opportunity.amount", "target": 1000},
    "calls": {"each": "week", "counts": 'activity.kind == "call"', "target": 3, "per": "member"},
    "sold": {"each": "week", "counts": 'opportunity.status == "won"', "target": 1},
    "warm": {"each": "week", "counts": "engagement >= 20.0 && touches.any >= 1", "target": 1},
    "prompt": {"each": "week", "keeps": "first-touch", "target": 0.9},
}


def measured() -> None:
    """The company, known for longer, under promises of every measure."""
    put("person", "old", at(2, month=1), created_at=at(2, month=1), name="Old")
    put("opportunity", "o2", at(12), person="old", amount=70_000, currency="EUR")
    put("contact_role", "r1", opportunity="o2", person="p5")
    put("contact_role", "r2", opportunity="o1", person="p2")
    # known by a role alone
    put("opportunity", "o3", at(12), amount=5_000, currency="EUR")
    put("contact_role", "r3", opportunity="o3", person="p3")
    fill()
    text = json.loads(agreement_text())
    for id, measure in MEASURES.items():
        said = {"name": id, "says": "So many.", "owed_by": "sales", "owed_to": "marketing"}
        text["promises"][id] = {**said, **measure}
    adopted = adopt(json.dumps(text), by=COMMAND_LINE)
    assert adopted.version is not None, [problem.message for problem in adopted.problems]
    rebuild(by=COMMAND_LINE, as_of=AS_OF)


def test_they_add_up_to_every_number_of_every_measure() -> None:
    measured()
    told = dict.fromkeys(MEASURES, 0)
    for period in Period.objects.filter(begins_at__gte=at(23, month=2)):
        day = datetime.fromtimestamp(period.begins_at, OSLO).date()
        page = read_period(period.promise, day, period.member)
        assert page.period is not None
        assert (page.period.begins_at, page.period.state) == (period.begins_at, period.state)
        assert sum(each.weight for each in page.records) == period.reached, (period.promise, day)
        assert len(page.records) == page.total
        assert period.base in {0, page.total}
        told[period.promise] += page.total
    assert min(told.values()) >= 1, told


def counted(promise: str, day: date, member: str = "") -> list[str]:
    return [each.person.key for each in read_period(promise, day, member).records]


def test_who_is_behind_a_number() -> None:
    measured()
    week = date(2026, 3, 12)
    assert counted("volume", week) == ["p7", "p6", "p5"]
    quality = read_period("quality", week).records
    assert [(each.person.name, each.weight) for each in quality] == [
        ("Person 7", 0),
        ("Person 6", 0),
        ("Person 5", 1),
    ]
    assert counted("calls", week, "bo") == ["p3"]
    assert counted("calls", week, "cy") == ["p5"]
    pipeline = read_period("pipeline", date(2026, 3, 3)).records
    assert [(each.weight, each.kind) for each in pipeline] == [(12345.0, "opportunity")]
    assert counted("sold", date(2026, 3, 17)) == ["p1"]


def test_page_by_page_they_are_all_there_once() -> None:
    measured()
    seen, after = [], ""
    while True:
        page = read_period("volume", date(2026, 3, 2), after=after, size=3)
        seen += [each.person.key for each in page.records]
        if not (after := page.after):
            break
    assert seen == ["p4", "p3", "p2", "p1"]


def test_the_latest_where_no_day_is_named() -> None:
    measured()
    assert read_period("volume").period == read_period("volume", date(2026, 3, 20)).period


def test_what_there_is_not() -> None:
    assert read_period("volume").basis.ground is Ground.NO_AGREEMENT
    measured()
    assert read_period("volume", date(2020, 1, 1)).period is None
    assert read_period("volume", date(2026, 3, 12), "bo").period is None
    assert read_period("first-touch").others == tuple(MEASURES)
