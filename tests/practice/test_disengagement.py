"""When a rule of disengagement follows."""

from __future__ import annotations

import pytest

from interlock.agreement.missed import Missed
from interlock.practice.disengagement import Frame, Measured, follows, frames, so_far

QUARTER, MONTH = 90, 30
OWED = {"leads": "marketing", "pipeline": "marketing", "taken": "sales"}


def quarters(promise: str, states: str) -> list[Measured]:
    """One quarter for each letter: k kept, m missed, b behind in one that runs, r on pace in it."""
    return spans(promise, states, QUARTER)


def spans(promise: str, states: str, length: int) -> list[Measured]:
    return [
        Measured(
            clause=promise,
            side=OWED[promise],
            begins=place * length,
            ends=(place + 1) * length,
            is_over=state in "km",
            is_missed=state in "mb",
        )
        for place, state in enumerate(states)
    ]


def ran(rule: Missed, *measured: list[Measured], framing: str = "leads") -> tuple[Frame, ...]:
    return frames(rule, [each for row in measured for each in row], [framing])


@pytest.mark.parametrize(
    ("by", "runs"),
    [
        ("marketing", [1, 0, 1, 2]),
        ("sales", [0, 1, 2, 0]),
        ("both", [0, 0, 1, 0]),
        ("", [1, 2, 3, 4]),
    ],
)
def test_who_has_to_miss(by: str, runs: list[int]) -> None:
    rule = Missed(("leads", "taken"), by=by)
    found = ran(rule, quarters("leads", "mkmm"), quarters("taken", "kmmk"))
    assert [frame.run for frame in found] == runs


def test_it_follows_at_every_so_many_in_a_row() -> None:
    rule = Missed(("leads",), periods_in_a_row=2)
    found = ran(rule, quarters("leads", "mmmmkmmb"))
    assert [follows(rule, frame) for frame in found] == [
        *(False, True, False, True),
        *(False, False, True),
        False,  # it is behind and not over
    ]


def test_how_near_it_is_counts_what_is_over() -> None:
    rule = Missed(("leads",), periods_in_a_row=3)
    for states, near in (("", 0), ("mk", 0), ("km", 1), ("mmr", 2), ("mmb", 2), ("mmm", 3)):
        assert so_far(rule, ran(rule, quarters("leads", states))) == near, states
    assert so_far(rule, ran(rule, quarters("leads", "mmmm"))) == 1  # and anew


def test_shorter_periods_count_within_the_longest() -> None:
    rule = Missed(("leads", "taken"), by="both")
    found = ran(rule, quarters("leads", "mm"), spans("taken", "kkkkmk", MONTH))
    assert [frame.run for frame in found] == [0, 1]
    assert [each.clause for each in found[1].missed] == ["taken", "leads"][::-1]


def test_two_promises_of_one_side_are_not_both_sides() -> None:
    rule = Missed(("leads", "pipeline"), by="both")
    found = ran(rule, quarters("leads", "m"), quarters("pipeline", "m"))
    assert not any(follows(rule, frame) for frame in found)
