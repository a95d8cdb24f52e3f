"""A replay of a few people in the place of what was decided about them before.

What is said about one person stands by itself: the old verdicts go, the new ones come. What is said
about everybody together (findings, periods, how many) is a sum over people, so that it moves by the
difference that the few make: the few are replayed twice, over the facts as they were and as they
are. Where a difference cannot tell what the whole would be, `moved` says so, and everybody has to
be replayed; it is never nearly right.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from interlock.agreement.schema import Agreement
from interlock.agreement.timeline import Timeline
from interlock.facts.columns import Facts
from interlock.replay.delays import Delays, delays
from interlock.replay.engine import decide
from interlock.replay.eras import Eras
from interlock.replay.index import build
from interlock.replay.outcome import ABSENT, Finding, Instant, Outcome, Periods
from interlock.replay.periods import Counted, Period, Scope, counted, judged, left_out
from interlock.replay.upcoming import first_looks


@dataclass(frozen=True)
class Totals:
    """What a replay said about everybody together, as of an instant.

    `first` is the instant of the first fact of all (ABSENT: there is none); `reached` has of each
    period what was reached, in whole units, and its base.
    """

    as_of: Instant
    first: Instant
    people: int
    facts: int
    findings: tuple[Finding, ...]
    reached: Mapping[Period, tuple[float, float]]


@dataclass(frozen=True)
class Part:
    """The verdicts about a few people, what counts of them in each period, where time went.

    `clocks`: when to look again at those of whom something is to come, see `upcoming`.
    """

    outcome: Outcome
    counted: Counted
    went: Delays
    clocks: Mapping[str, Instant]


@dataclass(frozen=True)
class Moved:
    """What is said about everybody together, now. `periods` are as in an outcome of the part."""

    first: Instant
    people: int
    facts: int
    findings: tuple[Finding, ...]
    periods: Periods


def part_of(
    facts: Facts,
    agreement: Agreement | Timeline,
    as_of: int,
    whole: Totals,
    watched: Instant = ABSENT,
) -> Part:
    """Replays the people of a circle (see `affected`), of whose facts these are all.

    `watched` as in `delays`.
    """
    eras = Eras.of(build(facts, as_of), agreement)
    outcome = decide(eras, as_of)
    first = None if whole.first == ABSENT else whole.first
    scope = Scope(first, known=whole.reached, up_to=whole.as_of)
    found = counted(eras, outcome.visits, outcome.obligations, as_of, scope)
    cut = () if first is None else left_out(eras, first, as_of)
    outcome = replace(outcome, findings=(*outcome.findings, *cut))
    return Part(outcome, found, delays(eras, outcome, watched), first_looks(facts, eras, outcome))


def moved(whole: Totals, before: Part, after: Part) -> Moved | None:
    """The totals after a change, from those before it; None where only a replay of all can tell.

    Both parts are of the same people. A finding's example may be another one than a replay of all
    would give, or "" where the one that was given is gone.
    """
    old, new = before.outcome, after.outcome
    findings = _findings(whole.findings, old.findings, new.findings)
    periods = _periods(whole, before, after)
    if findings is None or periods is None:
        return None
    return Moved(
        first=min((at for at in (whole.first, new.first) if at != ABSENT), default=ABSENT),
        people=whole.people - len(old.people) + len(new.people),
        facts=whole.facts - old.facts + new.facts,
        findings=findings,
        periods=judged(periods, new.as_of),
    )


# --- findings ---------------------------------------------------------------------------------

Findings = tuple[Finding, ...]


def _findings(whole: Findings, before: Findings, after: Findings) -> Findings | None:
    """Each finding with the count that is left; None where a part cannot tell.

    A version of an account is found once, however many people it is news to. Where less
    than nothing would be left, what is said of all was not told by these rules.
    """
    known, old, new = ({(f.code, f.message): f for f in found} for found in (whole, before, after))
    left = []
    for key in dict.fromkeys((*known, *new)):
        gone, come = _count(old, key), _count(new, key)
        if gone != come and key[1].startswith("account facts"):
            return None
        count = _count(known, key) - gone + come
        if count < 0:
            return None
        if count:
            example = _example(known.get(key), old.get(key), new.get(key))
            left.append(Finding(*key, count, example))
    return tuple(left)


def _count(findings: Mapping[tuple[str, str], Finding], key: tuple[str, str]) -> int:
    found = findings.get(key)
    return found.count if found else 0


def _example(whole: Finding | None, before: Finding | None, after: Finding | None) -> str:
    """One that holds still."""
    if whole is None or (after and before and after.count < before.count):
        return after.example if after else ""
    if before and not after and before.example in whole.example:
        return ""
    return whole.example


# --- periods ----------------------------------------------------------------------------------


def _periods(whole: Totals, before: Part, after: Part) -> Counted | None:
    """What counts in each period of everybody, by what the part adds to it."""
    old, new = before.outcome, after.outcome
    if not len(new.numbers):
        return after.counted
    if after.counted.fresh or _begins_elsewhere(whole.first, old.first, new.first):
        return None
    rows, keys, was = after.counted.periods, _keys(after), _places(before)
    places = np.array([was.get(key, -1) for key in keys], np.int64)
    known = np.array([whole.reached.get(key, (0.0, 0.0)) for key in keys]).reshape(-1, 2)
    reached = np.rint(known[:, 0] * after.counted.unit) + rows.reached
    base = known[:, 1] + rows.base
    if len(was):
        less = np.where(places >= 0, places, 0)
        reached -= np.where(places >= 0, before.counted.periods.reached[less], 0)
        base -= np.where(places >= 0, before.counted.periods.base[less], 0)
    counts = replace(after.counted, periods=replace(rows, reached=reached, base=base))
    return None if _is_vain(keys, counts, before) else counts


def _begins_elsewhere(whole: Instant, before: Instant, after: Instant) -> bool:
    """Whether the first fact of all may be another one: periods are owed from it on."""
    first, was, now = (math.inf if at == ABSENT else at for at in (whole, before, after))
    return now < first or (was == first and now != first)


def _is_vain(keys: list[Period], counts: Counted, before: Part) -> bool:
    """Whether a member for whom something counted has nothing left in any period that is shown.

    Whether that member has periods still depends on what counted before those periods.
    """
    left: dict[tuple[str, str], float] = {}
    rows = zip(keys, counts.periods.base.tolist(), (counts.rate | counts.own).tolist(), strict=True)
    for (promise, member, _), base, sure in rows:
        if member and not sure:
            left[promise, member] = left.get((promise, member), 0.0) + base
    counted_before = {
        key[:2] for key, own in zip(_keys(before), before.counted.own.tolist(), strict=True) if own
    }
    return any(not base and key in counted_before for key, base in left.items())


def _keys(part: Part) -> list[Period]:
    """The periods of a part by their names."""
    rows, outcome = part.counted.periods, part.outcome
    promises = outcome.numbers[rows.promise].tolist()
    members = np.append(outcome.members, "")[rows.member].tolist()
    return list(zip(promises, members, rows.begins.tolist(), strict=True))


def _places(part: Part) -> dict[Period, int]:
    return {key: place for place, key in enumerate(_keys(part))}
