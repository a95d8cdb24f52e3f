"""The rules of a dispute: when it may be ruled, and when rulings are alike. It knows no store."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile

from interlock.practice.parting import SIDES
from interlock.replay.openings import Openings
from interlock.replay.outcome import Instant

ALIKE = 3
"""So many rulings alike on one clause say that its words should be changed."""


class Kind(StrEnum):
    """What a case is about. A CONSEQUENCE is no dispute: it was agreed on before."""

    CHALLENGE = "challenge"
    OBLIGATION = "obligation"
    PERIOD = "period"
    GOAL = "goal"
    CREDIT = "credit"
    CHANNEL = "channel"
    CONSEQUENCE = "consequence"


class Way(StrEnum):
    """How a case ended: for one side, for both in part, or, of a consequence, DONE."""

    MARKETING = "marketing"
    SALES = "sales"
    BOTH = "both"
    DONE = "done"


@dataclass(frozen=True)
class Ruling:
    """A ruling on a clause: its case, which way it went, and the clause's words at that time."""

    case: int
    way: str
    wording: str


def heard_until(opened: Instant, due: Instant, working: Openings | None) -> Instant:
    """Until when both sides are waited for: half of the working time that there is for a ruling.

    So nobody's time to answer runs out at night or on a day off. `working` covers the time from one
    to the other; where it is None, or nobody works in between, half of all the time counts.
    """
    whole = working.elapsed(opened, due) if working else 0
    if working and whole:
        return working.deadline(opened, whole // 2)
    return opened + max(due - opened, 0) // 2


def waits_for(said: Collection[str], until: Instant, now: Instant) -> tuple[str, ...]:
    """The sides without whose view it may not be ruled yet (see `heard_until`); none: it may be."""
    if now >= until:
        return ()
    return tuple(side for side in SIDES if side not in said)


def alike(rulings: Sequence[Ruling], wording: str) -> tuple[Ruling, ...]:
    """The latest rulings under these words of the clause, where ALIKE or more went the same way.

    `rulings` are the latest first. Those under other words of the clause are left out: what they
    showed may have been mended since.
    """
    same = [each for each in rulings if each.wording == wording]
    run = tuple(takewhile(lambda each: each.way == same[0].way, same))
    return run if len(run) >= ALIKE else ()
