"""Weak points of the store, against a hand count."""

from __future__ import annotations

import pytest

from interlock.operations.actor import COMMAND_LINE
from interlock.operations.adopt import adopt
from interlock.operations.read_weak_points import read_weak_points
from interlock.operations.rebuild import rebuild
from interlock.store.models import Visit
from tests.operations.company import AS_OF, agreement_text, at, fill, put, replayed

pytestmark = pytest.mark.django_db


def test_leads_of_a_source_that_sales_turns_away() -> None:
    """Thirty of the fair, twenty-four of whom are rejected; of thirty from the web, none is."""
    replayed()
    for n in range(60):
        key, source = f"w{n}", "fair" if n < 30 else "web"
        put("person", key, at(2), created_at=at(2), name=key, source=source, email=f"{key}@x.test")
        put("touch", key, at(3, "10:00"), person=key, kind="demo")
        if n < 24:
            decided = {"person": key, "kind": "reject", "reason": "not-ready", "member": "bo"}
            put("decision", key, at(4, "10:00"), **decided)
    rebuild(by=COMMAND_LINE, as_of=AS_OF)
    [line] = [each for each in read_weak_points() if each.point.along == "source"]
    assert (line.point.value, line.point.share.numerator, line.point.share.denominator) == (
        "fair",
        24,
        30,
    )


def test_leads_that_name_no_source_are_leads_and_each_is_one_however_often_it_came() -> None:
    """Thirty without a source, twenty-four of whom are rejected, one of them twice."""
    replayed()
    for n in range(60):
        key = f"w{n}"
        known = {"created_at": at(2), "name": key, "email": f"{key}@x.test"}
        put("person", key, at(2), **known | ({} if n < 30 else {"source": "web"}))
        days = (3, 6) if n == 0 else (3,)
        for day in days:
            put("touch", f"{key}-{day}", at(day, "10:00"), person=key, kind="demo")
            if n < 24:
                decided = {"person": key, "kind": "reject", "reason": "not-ready", "member": "bo"}
                put("decision", f"{key}-{day}", at(day + 1, "10:00"), **decided)
    rebuild(by=COMMAND_LINE, as_of=AS_OF)
    assert Visit.objects.filter(person="w0", stage="mql").count() == 2
    [line] = [each for each in read_weak_points() if each.point.along == "source"]
    assert (line.value, line.point.share.numerator, line.point.share.denominator) == ("", 24, 30)


def test_without_a_replay_there_are_none() -> None:
    assert read_weak_points() == ()


def test_a_tier_is_called_by_its_name() -> None:
    fill()
    tiers = {
        each: {"name": f"Tier {each}", "meaning": "M.", "when": f'account.segment == "{each}"'}
        for each in ("b", "c")
    }
    adopt(agreement_text(tiers=tiers), by=COMMAND_LINE)
    for each in tiers:
        put("account", each, at(1), created_at=at(1), name=each, segment=each)
    for n in range(60):
        key, tier = f"tier{n}", "b" if n < 30 else "c"
        put("person", key, at(2), created_at=at(2), name=key, email=f"{key}@x.test", account=tier)
        put("touch", key, at(3, "10:00"), person=key, kind="demo")
        if n < 24:
            decided = {"person": key, "kind": "reject", "reason": "not-ready", "member": "bo"}
            put("decision", key, at(4, "10:00"), **decided)
    rebuild(by=COMMAND_LINE, as_of=AS_OF)
    assert [each.value for each in read_weak_points() if each.point.along == "tier"] == ["Tier b"]
