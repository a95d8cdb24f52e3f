"""Whose turn it is: a weighted round robin that nobody can gain or lose by.

A taker's *line* is how much of its share it has had: each turn moves it on by one over its weight.
The average of the lines of those who take part, by weight, is the line of the rule: who stands on
it has had exactly a fair share. A turn goes to whoever would otherwise be the first to fall a
whole turn behind, among those who are not ahead of the line; so nobody is ever a whole turn ahead
of a fair share or behind it (it is the schedule of Baruah and others, "Proportionate progress",
1996, for one resource).

Who was away comes back to the line where it then is: nothing is made up for. Who only was not at
work at that hour keeps the place. A weight that changes counts for the turns that come.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

UNIT = 2_329_089_562_800
"""A turn of weight one, in whole numbers: it can be divided by every weight up to 30."""


@dataclass(frozen=True)
class Taker:
    """One who takes turns. `present`: may be given one now; `away`: absent, not only off work."""

    member: str
    weight: int
    present: bool = True
    away: bool = False


@dataclass(frozen=True)
class Turn:
    """What somebody has had of a rule: so many leads, and the place on the line (in UNITs)."""

    taken: int = 0
    line: int = 0


Turns = Mapping[str, Turn]
"""The turns of one rule, by the member's id."""

NO_TURNS: Turns = {}


@dataclass(frozen=True)
class Dealt:
    """Whose turn it was, and what changed by it. `member` is "" where nobody could be given it."""

    member: str = ""
    changed: Turns = field(default_factory=dict)


def deal(takers: Sequence[Taker], turns: Turns) -> Dealt:
    """The next turn, among those present with a weight; the order of the takers plays no part."""
    here = sorted((t for t in takers if t.present and t.weight > 0), key=lambda t: t.member)
    if not here:
        return Dealt()
    start = line_of(here, turns)
    lines = {taker.member: _own(taker.member, turns, start) for taker in here}
    total = sum(taker.weight for taker in here)
    reached = sum(taker.weight * lines[taker.member] for taker in here) + UNIT
    due = [taker for taker in here if lines[taker.member] * total < reached]
    chosen = min(due, key=lambda taker: (lines[taker.member] + _step(taker), taker.member))
    lines[chosen.member] += _step(chosen)
    changed = {t.member: _moved(t.member, turns, lines[t.member]) for t in here}
    changed[chosen.member] = Turn(changed[chosen.member].taken + 1, lines[chosen.member])
    level = line_of(here, changed)
    for taker in takers:
        if taker.away and taker.weight > 0:
            line = max(_own(taker.member, turns, level), level)
            changed[taker.member] = _moved(taker.member, turns, line)
        elif taker.member not in changed and taker.member not in turns and taker.weight > 0:
            changed[taker.member] = Turn(0, start)  # off work: the place is kept from now on
    kept = {member: turn for member, turn in changed.items() if turn != turns.get(member)}
    return Dealt(chosen.member, kept)


def line_of(here: Sequence[Taker], turns: Turns) -> int:
    """The line of the rule: the average of those who have taken part before, by weight."""
    known = [taker for taker in here if taker.member in turns]
    if not known:
        return 0
    return sum(t.weight * turns[t.member].line for t in known) // sum(t.weight for t in known)


def _own(member: str, turns: Turns, level: int) -> int:
    """Where somebody stands; who is new stands on the line."""
    return turns[member].line if member in turns else level


def _moved(member: str, turns: Turns, line: int) -> Turn:
    return Turn(turns[member].taken if member in turns else 0, line)


def _step(taker: Taker) -> int:
    return max(1, UNIT // taker.weight)


def weights(capacities: Sequence[int | None]) -> tuple[int, ...]:
    """What each capacity weighs: itself; where none is known, the average of those that are.

    The average is of those who take leads at all, rounded, and 1 where nothing is known of anybody.
    """
    said = [each for each in capacities if each]
    usual = max(1, round(sum(said) / len(said))) if said else 1
    return tuple(usual if each is None else each for each in capacities)
