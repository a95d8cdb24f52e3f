"""Where the time of promises went: in words for one obligation, in sums for many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interlock.agreement.delays import Part, answers
from interlock.agreement.schema import EventPromise, Side, TimeUnit
from interlock.insight.attainment import DECIDED
from interlock.insight.ranks import MEDIAN, nearest_rank
from interlock.insight.sentences import duration, percent
from interlock.replay.delays import SIDES, Delays, PartOfTime, Split
from interlock.replay.outcome import Outcome, State

_SO_FAR = {
    State.KEPT: "until it was kept",
    State.KEPT_LATE: "until it was kept",
    State.BROKEN: "up to the deadline",
    State.VOID: "until it was void",
    State.OPEN: "so far",
    State.WARNED: "so far",
}
"""Up to when a part lasted that lasted to the end."""

_ENDED = {State.KEPT: "kept", State.KEPT_LATE: "kept", State.VOID: "void"}


def split_sentence(split: Split, state: State, owed_by: Side, *, is_working: bool) -> str:
    """What one obligation's time went on: "Known at once, owned after 10 min, kept after 2 h.".

    By the promise's own clock; `is_working`: that counts working time, which is said.
    """
    parts = {each.part: each for each in split.parts}
    told = ", ".join(_told(split, state, parts, owed_by))
    paused = f"; the clock stood still for {duration(split.paused)}" if split.paused else ""
    by = " (working time)" if is_working and any(each.working for each in split.parts) else ""
    return f"{told[:1].upper()}{told[1:]}{by}{paused}."


def _told(split: Split, state: State, parts: dict[Part, PartOfTime], owed_by: Side) -> list[str]:
    """Part by part, up to the one that lasted to the end.

    Leads are given to sales: where marketing answers for assignment to itself, no owner is missed.
    """
    if split.known_at is None:
        return [_lasting("not known", parts[Part.DETECTION], state)]
    told, last = [_after("known", parts[Part.DETECTION])], parts[Part.REACTION]
    if split.owned_at is None:
        last = parts[Part.ASSIGNMENT]
        if (owed_by, last.side) != (Side.MARKETING, Side.MARKETING):
            return [*told, _lasting(f"without a working owner in {owed_by}", last, state)]
    else:
        told.append(_after("owned", parts[Part.ASSIGNMENT]))
    if split.accepted_at is not None:
        told.append(_after("accepted", parts[Part.ACCEPTANCE]))
    if state in _ENDED:
        return [*told, _after(_ENDED[state], last)]
    return [*told, _lasting("not kept", last, state)]


def _lasting(what: str, part: PartOfTime, state: State) -> str:
    return f"{what} for {_long(part)} {_SO_FAR[state]}"


def _after(what: str, part: PartOfTime) -> str:
    return f"{what} after {_long(part)}" if part.wall else f"{what} at once"


def _long(part: PartOfTime) -> str:
    """By the promise's own clock; where that did not go, on the wall."""
    if part.wall and not part.working:
        return f"{duration(part.wall)} (none of it working time)"
    return duration(part.working)


# --- many obligations ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Lengths:
    """A part of the time of some obligations, in seconds; medians are nearest-rank.

    On the wall, and on the promise's own clock (working time where it counts that). None: of none.
    """

    median: int | None
    total: int
    working_median: int | None
    working_total: int


@dataclass(frozen=True)
class PartDelays:
    """One part, and who answers for it under the agreement that is in force now."""

    part: Part
    side: Side
    lengths: Lengths


@dataclass(frozen=True)
class Charge:
    """What one side answers for, in seconds: each obligation by the version that it began under."""

    side: Side
    total: int
    working_total: int


@dataclass(frozen=True)
class PromiseDelays:
    """Where the time of one promise went, of all that is decided. `paused` is on the wall."""

    id: str
    name: str
    owed_by: Side
    obligations: int
    parts: tuple[PartDelays, ...]
    charged: tuple[Charge, ...]
    paused: int


def promise_delays(
    found: Delays, outcome: Outcome, promises: Sequence[EventPromise]
) -> tuple[PromiseDelays, ...]:
    """The sums of each promise: of what was kept, kept late or broken."""
    owed = outcome.obligations
    decided = is_decided(owed.state)
    made = []
    for promise in promises:
        code = np.flatnonzero(outcome.promises == promise.id)
        rows = np.flatnonzero(decided & np.isin(owed.promise, code))
        parts = tuple(
            PartDelays(part, side, _lengths(found.wall[rows, n], found.working[rows, n]))
            for n, (part, side) in enumerate(answers(promise).items())
        )
        made.append(
            PromiseDelays(
                id=promise.id,
                name=promise.name,
                owed_by=promise.owed_by,
                obligations=len(rows),
                parts=parts,
                charged=_charged(found, rows),
                paused=int(found.paused[rows].sum()),
            )
        )
    return tuple(made)


def is_decided(state: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which states are of what attainment is counted over."""
    return np.isin(state, [each for each in State if each.word in DECIDED])


def all_charged(promises: Sequence[PromiseDelays]) -> tuple[Charge, ...]:
    """What each side answers for, of all promises together."""
    charges = [charge for each in promises for charge in each.charged]
    return tuple(
        Charge(
            side,
            sum(each.total for each in charges if each.side is side),
            sum(each.working_total for each in charges if each.side is side),
        )
        for side in SIDES
    )


def _charged(found: Delays, rows: NDArray[np.int64]) -> tuple[Charge, ...]:
    sides = found.sides[rows]
    return tuple(
        Charge(
            side,
            int(found.wall[rows][sides == number].sum()),
            int(found.working[rows][sides == number].sum()),
        )
        for number, side in enumerate(SIDES)
    )


def _lengths(wall: NDArray[np.int64], working: NDArray[np.int64]) -> Lengths:
    medians = (nearest_rank(each, MEDIAN) for each in (wall, working))
    wall_median, working_median = medians
    return Lengths(wall_median, int(wall.sum()), working_median, int(working.sum()))


# --- shares of one promise's time ---------------------------------------------------------------


@dataclass(frozen=True)
class PartShare:
    """One part of a promise's time in seconds on its own clock; the share is of all parts."""

    part: Part
    side: Side
    seconds: int
    share: float


@dataclass(frozen=True)
class TimeWent:
    """Where the time of one promise went, of all that is decided, on the promise's own clock.

    `says` it in words; `is_working`: the clock counts working time.
    """

    seconds: int
    is_working: bool
    says: str
    parts: tuple[PartShare, ...]


def time_went(promise: EventPromise, seconds: Mapping[str, int]) -> TimeWent | None:
    """The same from the seconds of each part; None where there was no time at all."""
    whole = sum(seconds.values())
    if not whole:
        return None
    parts = tuple(
        PartShare(part, side, seconds.get(part, 0), seconds.get(part, 0) / whole)
        for part, side in answers(promise).items()
    )
    is_working = promise.within.unit is not TimeUnit.ELAPSED
    return TimeWent(whole, is_working, _says(parts), parts)


def _says(parts: Sequence[PartShare]) -> str:
    """Which part took most, and who answers for how much."""
    most = max(parts, key=lambda each: each.seconds)
    went = "All" if most.share == 1 else percent(most.share)
    first = f"{went} of the time was {most.part}"
    sides = {side: sum(each.share for each in parts if each.side is side) for side in SIDES}
    charged = {side: percent(share) for side, share in sides.items() if share}
    if len(charged) == 1:
        return f"{first}; {next(iter(charged))} answers for all of it."
    return f"{first}; {', '.join(f'{side} answers for {said}' for side, said in charged.items())}."
