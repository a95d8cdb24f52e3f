"""One value of a threshold: the leads that it lets into a stage, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass

from interlock.insight.attainment import Rate, rate
from interlock.insight.whatif import NEVER, Fates, Replayed


@dataclass(frozen=True)
class Point:
    """How many leads enter the stage, the shares accepted and won of them, and the load.

    `won` is of those whose opportunity was won or lost. `weeks_over`: weeks in which a member had
    more leads than their capacity, of all members together.
    """

    value: float
    leads: int
    accepted: Rate
    won: Rate
    weeks_over: int


def point(value: float, stage: str, replayed: Replayed, fates: Fates) -> Point:
    """The point of a value, from the replay under it and what became of everybody in fact."""
    fate = fates.of(replayed.entered(stage) != NEVER)
    return Point(
        value=value,
        leads=fate.people,
        accepted=rate(fate.accepted, fate.people),
        won=rate(fate.won, fate.won + fate.lost),
        weeks_over=replayed.loads.weeks_over,
    )
