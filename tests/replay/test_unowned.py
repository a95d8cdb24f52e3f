"""Which leads have nobody, and who could be given one, by the facts."""

from __future__ import annotations

import numpy as np

from interlock.replay.engine import replay_eras
from interlock.replay.eras import Eras
from interlock.replay.index import build
from interlock.replay.routing import Candidate, State, Unowned
from interlock.replay.unowned import ROUTING_COLUMNS, candidates, unowned
from tests.agreement.small import SMALL, agreement
from tests.replay.scenario import rows_of, seconds
from tests.replay.tables import facts_of_rows

ROUTED = (
    SMALL
    + """\
routing:
  enters: mql
  rules:
    dach: {when: 'person.country == "DE" && touches.any >= 1', team: Munich}
    rest: {role: SDR, members: mo}
  fallback: {queue: Nobody's, owner: kim}
"""
)
AGREEMENT = agreement(ROUTED)

STAFF = """
2026-01-01 00:00 member ann side=sales team=Munich role=SDR calendar=oslo capacity=5
2026-01-01 00:00 member mo side=marketing team=Oslo
2026-01-01 00:00 member max side=marketing
2026-01-01 00:00 person p1 country=DE account=a1
2026-03-02 09:00 touch p1
"""  # 2 March 2026 is a Monday


def eras_at(lines: str, at: str) -> tuple[Eras, int]:
    rows = rows_of({"facts": STAFF + lines})
    facts = facts_of_rows(rows, AGREEMENT, ROUTING_COLUMNS)
    now = seconds(at)
    return Eras.of(build(facts, now), AGREEMENT), now


def without_owner(lines: str = "", at: str = "2026-03-31 12:00") -> tuple[Unowned, ...]:
    eras, now = eras_at(lines, at)
    return unowned(eras, replay_eras(eras, now))


def people(lines: str) -> list[str]:
    return [each.person for each in without_owner(lines)]


def member(id: str, lines: str = "", at: str = "2026-03-02 12:00") -> Candidate:
    eras, now = eras_at(lines, at)
    return next(each for each in candidates(eras.index, AGREEMENT, now) if each.member == id)


# --- who has nobody ---------------------------------------------------------------------------


def test_a_lead_at_a_routed_stage_has_nobody() -> None:
    (found,) = without_owner()
    assert (found.person, found.stage, found.account) == ("p1", "mql", "a1")
    assert found.since == seconds("2026-03-02 09:00")


def test_the_rule_is_told_with_its_values() -> None:
    (found,) = without_owner()
    (asked,) = found.asked
    assert found.rule == "dach"
    assert asked.condition is not None
    assert [part.values for part in asked.condition.parts] == [
        (("person.country", "DE"),),
        (("touches.any", 1),),
    ]


def test_rules_before_the_one_that_holds_are_told_too() -> None:
    found = without_owner("2026-01-01 00:00 person p2\n2026-03-03 09:00 touch p2")[1]
    assert [(each.rule, each.holds) for each in found.asked] == [("dach", False), ("rest", True)]


def test_who_waits_longest_comes_first() -> None:
    assert people("2026-01-01 00:00 person a\n2026-03-02 08:00 touch a") == ["a", "p1"]
    assert people("2026-01-01 00:00 person a\n2026-03-03 08:00 touch a") == ["p1", "a"]


def test_a_lead_that_was_given_to_sales_has_somebody() -> None:
    assert people("2026-03-02 10:00 assignment p1 member=ann") == []


def test_a_lead_that_sales_had_before_the_stage_has_somebody() -> None:
    assert people("2026-02-01 10:00 assignment p1 member=ann") == []


def test_a_lead_in_a_queue_has_nobody() -> None:
    given = "2026-03-02 10:00 assignment p1 member=ann\n2026-03-02 11:00 assignment p1 queue=Q"
    assert people(given) == ["p1"]


def test_a_lead_of_somebody_unknown_has_nobody() -> None:
    assert people("2026-03-02 10:00 assignment p1 member=gone") == ["p1"]


def test_marketing_does_not_work_leads_unless_a_rule_names_the_member() -> None:
    assert people("2026-03-02 10:00 assignment p1 member=max") == ["p1"]
    assert people("2026-03-02 10:00 assignment p1 member=mo") == []


SENT_AWAY = """
2026-03-02 10:00 assignment p1 member=ann
2026-03-03 10:00 decision p1 kind=reject reason=not_now
"""


def test_a_lead_elsewhere_is_not_routed() -> None:
    assert people(SENT_AWAY) == []
    assert people("2026-03-02 10:00 decision p1 kind=accept") == []


def test_a_lead_that_was_sent_away_and_came_back_has_nobody() -> None:
    back = agreement(
        ROUTED.replace(
            "owner: marketing, enter: touches",
            "comes_from: [start, nurture], owner: marketing, enter: touches",
        )
    )
    rows = rows_of({"facts": STAFF + SENT_AWAY + "2026-03-20 09:00 touch p1"})
    now = seconds("2026-03-31 12:00")
    eras = Eras.of(build(facts_of_rows(rows, back, ROUTING_COLUMNS), now), back)
    assert [each.person for each in unowned(eras, replay_eras(eras, now))] == ["p1"]


def test_without_the_clause_nobody_is_routed() -> None:
    plain = agreement()
    eras = Eras.of(build(facts_of_rows(rows_of({"facts": STAFF}), plain), 2**33), plain)
    assert unowned(eras, replay_eras(eras, 2**33)) == ()


# --- who could be given one -------------------------------------------------------------------


def test_what_is_known_of_a_member() -> None:
    noon = seconds("2026-03-02 12:00")
    assert member("ann") == Candidate("ann", "sales", "Munich", "SDR", 5, opens=noon)
    assert (member("mo").capacity, member("mo").role) == (None, "")


def test_a_member_is_off_work_until_the_calendar_opens() -> None:
    late = member("ann", at="2026-03-02 17:00")
    assert (late.state, late.opens) == (State.OFF_WORK, seconds("2026-03-03 09:00"))
    at_last = member("ann", at="2026-03-03 17:00")
    assert at_last.opens == seconds("2026-03-09 09:00")


def test_who_names_no_calendar_goes_by_the_first() -> None:
    assert member("mo").state is State.AT_WORK
    assert member("mo", at="2026-03-02 17:00").state is State.OFF_WORK


AWAY = "2026-03-02 10:00 absence ann ends_at=2026-03-03T10:00\n"


def test_who_is_away_opens_when_back() -> None:
    found = member("ann", AWAY)
    assert found.state is State.AWAY
    assert found.back == found.opens == seconds("2026-03-03 10:00")


def test_an_absence_that_was_is_no_absence() -> None:
    assert member("ann", AWAY, at="2026-03-03 10:00").state is State.AT_WORK
    assert member("ann", AWAY, at="2026-03-02 09:59").state is State.AT_WORK


def test_one_absence_after_the_other_is_one() -> None:
    found = member("ann", AWAY + "2026-03-03 08:00 absence ann ends_at=2026-03-04T10:00")
    assert (found.back, found.opens) == (
        seconds("2026-03-04 10:00"),
        seconds("2026-03-09 09:00"),
    )


def test_an_absence_without_an_end_has_none() -> None:
    found = member("ann", "2026-03-02 10:00 absence ann")
    assert (found.state, found.back, found.opens) == (State.AWAY, None, None)


def test_an_index_without_the_columns_of_routing_knows_no_teams() -> None:
    rows = rows_of({"facts": STAFF})
    index = build(facts_of_rows(rows, AGREEMENT), 2**33)
    assert np.all([each.team == "" for each in candidates(index, AGREEMENT, 2**33)])
