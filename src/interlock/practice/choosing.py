"""Which leads a round of the language test asks about: those that can split opinions.

A lead far from the edge of every clause is placed alike by everybody and teaches nothing; so most
leads are taken from just on either side of an edge. Some clear ones are among them: without leads
that all place alike nobody could tell disagreement from a test that cannot be passed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from interlock.replay.outcome import Instant

CLEAR = 4
"""Every so many-th lead is a clear one."""


@dataclass(frozen=True)
class Candidate:
    """A lead as it was known at an instant, and the clause whose edge it was nearest to.

    `holds`: on which side of the edge it stood; `distance` is that of `interlock.replay.nearness`.
    """

    person: str
    at: Instant
    clause: str
    holds: bool
    distance: float


def nearest_of_each(candidates: Sequence[Candidate], seed: int) -> list[Candidate]:
    """One instant of each lead: the one at which it was nearest to an edge; of equals, by lot."""
    chance = np.random.default_rng(seed)
    found: dict[str, Candidate] = {}
    for place in chance.permutation(len(candidates)):
        each = candidates[place]
        before = found.get(each.person)
        if before is None or each.distance < before.distance:
            found[each.person] = each
    return list(found.values())


def choose(candidates: Sequence[Candidate], size: int, seed: int) -> tuple[Candidate, ...]:
    """At most `size` leads, each once, in an order that tells nothing.

    Both sides of the edge of every clause give as many, as far as they go.
    """
    chance = np.random.default_rng(seed)
    strata: dict[tuple[str, bool], list[Candidate]] = {}
    for each in sorted(nearest_of_each(candidates, seed), key=lambda each: each.distance):
        strata.setdefault((each.clause, each.holds), []).append(each)
    chosen: list[Candidate] = []
    waiting = [strata[key] for key in sorted(strata)]
    turns = 0
    while len(chosen) < size and any(waiting):
        turns += 1
        for stratum in waiting:
            if stratum and len(chosen) < size:
                chosen.append(stratum.pop(-1 if turns % CLEAR == 0 else 0))
    return tuple(chosen[place] for place in chance.permutation(len(chosen)))
