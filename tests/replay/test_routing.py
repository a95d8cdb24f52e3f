"""Where a lead goes: the clause on routing, one case at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from interlock.agreement.routing import Routing
from interlock.replay.routing import Asked, Candidate, How, Routed, State, Unowned, route
from interlock.replay.turns import NO_TURNS, Turn, Turns
from tests.agreement.small import SMALL, agreement

CLAUSE = """\
routing:
  enters: mql
  account_owner_first: true
  rules:
    dach: {when: person.country == "DE", team: Munich, role: SDR}
    partners: {when: person.source == "partner", queue: Partners}
    named: {when: person.source == "fair", members: [eva, mia]}
    rest: {role: [SDR, AE]}
  fallback: {queue: Nobody's, owner: kim}
"""

NOW = 1_000
AWAY, OFF = State.AWAY, State.OFF_WORK
ANN = Candidate("ann", team="Munich", role="SDR", capacity=5, opens=NOW)
BEN = Candidate("ben", team="Munich", role="SDR", capacity=5, opens=NOW)
EVA = Candidate("eva", team="Oslo", role="AE", opens=NOW)
MIA = Candidate("mia", side="marketing", team="Munich", role="SDR", opens=NOW)
ALL = (ANN, BEN, EVA, MIA)


def clause(**changes: Any) -> Routing:
    found = agreement(SMALL + CLAUSE).routing
    assert found is not None
    return replace(found, **changes)


def asked(rule: str, *, owner: str = "") -> Unowned:
    rules = (Asked(rule, holds=True, condition=None),) if rule else ()
    return Unowned("p1", "mql", 900, rules, account="a1", account_owner=owner)


def went(
    rule: str,
    candidates: tuple[Candidate, ...] = ALL,
    turns: Mapping[str, Turns] | None = None,
    *,
    owner: str = "",
    **changes: Any,
) -> Routed:
    return route(clause(**changes), asked(rule, owner=owner), candidates, turns or {})


def test_a_rule_chooses_by_team_and_role_among_sales() -> None:
    found = went("dach")
    assert (found.how, found.member) == (How.TURN, "ann")
    assert [each.member for each in found.standings] == ["ann", "ben"]


def test_several_roles_take_turns_together() -> None:
    assert [each.member for each in went("rest").standings] == ["ann", "ben", "eva"]


def test_members_named_by_id_are_of_any_side() -> None:
    assert [each.member for each in went("named").standings] == ["eva", "mia"]


def test_a_rule_may_send_to_a_queue() -> None:
    found = went("partners")
    assert (found.how, found.member, found.queue) == (How.RULE_QUEUE, "", "Partners")


def test_what_no_rule_takes_waits_in_the_fallback_queue() -> None:
    found = went("")
    assert (found.how, found.queue, found.again) == (How.NO_RULE, "Nobody's", None)


def test_who_has_the_account_comes_first_and_without_a_turn() -> None:
    found = went("dach", owner="eva")
    assert (found.how, found.member, found.turns) == (How.ACCOUNT, "eva", NO_TURNS)


def test_marketing_has_no_account() -> None:
    assert went("dach", owner="mia").member == "ann"


def test_who_has_the_account_is_passed_over_while_away() -> None:
    away = replace(EVA, state=AWAY)
    assert went("dach", (ANN, away), owner="eva").member == "ann"


def test_who_has_the_account_gets_it_also_off_work() -> None:
    assert went("dach", (ANN, replace(EVA, state=OFF)), owner="eva").member == "eva"


def test_an_account_owner_comes_first_only_where_that_is_agreed() -> None:
    assert went("dach", owner="eva", account_owner_first=False).member == "ann"


def test_turns_are_counted_by_rule() -> None:
    first = went("dach")
    second = went("dach", turns={"dach": first.turns})
    elsewhere = went("rest", turns={"dach": first.turns})
    assert (first.member, second.member, elsewhere.member) == ("ann", "ben", "ann")
    assert [(each.taken, each.owed) for each in second.standings] == [(1, -0.5), (0, 0.5)]


def test_no_capacity_takes_no_turns() -> None:
    assert went("dach", (replace(ANN, capacity=0), BEN)).member == "ben"


def test_nobody_takes_turns() -> None:
    found = went("dach", (EVA, MIA))
    assert (found.how, found.queue) == (How.NOBODY, "Nobody's")


# --- working hours ----------------------------------------------------------------------------

CLOSED = (replace(ANN, state=OFF, opens=3_000), replace(BEN, state=OFF, opens=2_000))


def test_who_is_at_work_comes_first() -> None:
    found = went("dach", (CLOSED[0], BEN))
    assert found.member == "ben"


@pytest.mark.parametrize(
    ("out_of_hours", "how", "member", "again"),
    [
        ("turn", How.TURN, "ann", None),
        ("next", How.TURN, "ben", None),
        ("wait", How.WAITS, "", 2_000),
    ],
)
def test_while_nobody_is_at_work(
    out_of_hours: str, how: How, member: str, again: int | None
) -> None:
    found = went("dach", CLOSED, out_of_hours=out_of_hours)
    assert (found.how, found.member, found.again) == (how, member, again)


def test_hours_count_only_where_that_is_agreed() -> None:
    assert went("dach", (CLOSED[0], BEN), working_hours=False).member == "ann"


# --- absences ---------------------------------------------------------------------------------

GONE = (
    replace(ANN, state=AWAY, back=5_000, opens=6_000),
    replace(BEN, state=AWAY, back=4_000, opens=7_000),
)


@pytest.mark.parametrize(
    ("changes", "again"),
    [
        ({"out_of_hours": "turn"}, 4_000),
        ({"out_of_hours": "wait"}, 6_000),
        ({"out_of_hours": "wait", "working_hours": False}, 4_000),
    ],
)
def test_while_all_are_away_it_waits_until_one_comes_back(
    changes: dict[str, Any], again: int
) -> None:
    found = went("dach", GONE, **changes)
    assert (found.how, found.member, found.queue, found.again) == (
        How.AWAY,
        "",
        "Nobody's",
        again,
    )


def test_nobody_says_when_an_absence_without_an_end_is_over() -> None:
    assert went("dach", (replace(ANN, state=AWAY),)).again is None


def test_who_is_away_is_passed_over_and_is_level_with_the_others_after_it() -> None:
    turns: dict[str, Turns] = {"dach": {"ann": Turn(), "ben": Turn()}}
    for _ in range(5):
        found = went("dach", (GONE[0], BEN), turns)
        assert found.member == "ben"
        turns = {"dach": {**turns["dach"], **found.turns}}

    assert turns["dach"]["ann"] == Turn(0, turns["dach"]["ben"].line)
