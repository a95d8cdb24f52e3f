"""When a rule of disengagement follows: which periods were missed, by whom, how many in a row."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from interlock.agreement.missed import Missed
from interlock.replay.outcome import Instant


@dataclass(frozen=True)
class Measured:
    """One period of one number: the path of its clause, whose it is, its span, how it stands.

    `is_missed` of one that is not over: it is behind by now.
    """

    clause: str
    side: str
    begins: Instant
    ends: Instant
    is_over: bool
    is_missed: bool


@dataclass(frozen=True)
class Frame:
    """One of the periods that are counted. `missed` are what was missed within it (or is behind).

    `run`: so many in a row were missed as the rule says, this one the last; 0: this one was not.
    """

    begins: Instant
    ends: Instant
    is_over: bool
    missed: tuple[Measured, ...]
    run: int = 0


def frames(
    rule: Missed, measured: Sequence[Measured], framing: Collection[str]
) -> tuple[Frame, ...]:
    """The periods in order of time. `framing` are the clauses whose periods are counted."""
    spans = sorted({(each.begins, each.ends) for each in measured if each.clause in framing})
    found: list[Frame] = []
    run = 0
    for begins, ends in spans:
        inside = [each for each in measured if begins <= (each.begins + each.ends) // 2 < ends]
        missed = tuple(each for each in inside if each.is_missed)
        own = (each for each in inside if (each.begins, each.ends) == (begins, ends))
        run = run + 1 if _is_met(rule, missed) else 0
        found.append(Frame(begins, ends, all(each.is_over for each in own), missed, run))
    return tuple(found)


def follows(rule: Missed, frame: Frame) -> bool:
    """Whether the rule follows at the end of this one: at every so many missed in a row."""
    return frame.is_over and frame.run > 0 and frame.run % rule.periods_in_a_row == 0


def so_far(rule: Missed, found: Sequence[Frame]) -> int:
    """How many in a row were missed by now, out of as many as the rule names."""
    over = [frame for frame in found if frame.is_over]
    run = over[-1].run if over else 0
    return (run - 1) % rule.periods_in_a_row + 1 if run else 0


def _is_met(rule: Missed, missed: Sequence[Measured]) -> bool:
    sides = {each.side for each in missed}
    if rule.by == "both":
        return len(sides) > 1
    return rule.by in sides if rule.by else bool(sides)
