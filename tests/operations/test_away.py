"""To whom a lead can be given: one's own team first; and who is away."""

from __future__ import annotations

import pytest

from interlock.operations.actor import Actor
from interlock.operations.away import absences, receivers
from interlock.operations.read_lead import read_lead
from interlock.operations.read_team_desk import read_team_desk
from interlock.operations.whose import reach_of
from tests.operations.company import at, put
from tests.operations.desk import BO, CY, LEA, NOW, opened

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_folder")]


def names(by: Actor) -> list[str]:
    reach, keys = reach_of(by), ["bo", "cy", "lea"]
    away = absences(keys, reach, NOW)
    return [each.member.key for each in receivers(keys, reach, away, NOW)]


def test_ones_own_team_stands_before_others_and_each_by_name() -> None:
    opened()
    assert names(BO) == ["bo", "lea", "cy"]
    assert names(CY) == ["cy", "bo", "lea"]


def test_who_is_away_stays_where_they_stand_and_it_says_until_when() -> None:
    opened()
    put("absence", "now", at(20), member="lea", ends_at=at(27))
    put("absence", "soon", at(24), member="cy", ends_at=at(27))
    put("absence", "over", at(2), member="bo", ends_at=at(6))
    assert names(BO) == ["bo", "lea", "cy"]
    lead = read_lead("vp", by=BO, now=NOW)
    assert lead is not None
    assert lead.doing is not None
    told = [(each.member.key, each.away and each.away.until) for each in lead.doing.colleagues]
    assert told == [("lea", at(27)), ("cy", None)]


def test_absences_that_go_on_into_each_other_are_one() -> None:
    opened()
    for key, since, until in (("a", 18, 24), ("b", 20, 26), ("c", 26, 30), ("later", 31, None)):
        put("absence", key, at(since), member="bo", ends_at=until and at(until))
    put("absence", "cy", at(20), member="cy", ends_at=at(25))
    put("absence", "no end", at(24), member="cy", ends_at=None)
    found = absences(["bo", "cy", "lea"], reach_of(BO), NOW)
    assert {key: (each.since, each.until) for key, each in found.items()} == {
        "bo": (at(18), at(30)),
        "cy": (at(20), None),
    }


def test_the_team_desk_offers_them_alike() -> None:
    opened()
    put("absence", "now", at(20), member="bo", ends_at=None)
    (bo, lea) = sorted(read_team_desk(by=LEA, now=NOW).colleagues, key=lambda each: each.member.key)
    assert bo.away is not None
    assert bo.away.until is None
    assert lea.away is None
