"""A person's facts, stage visits and obligations in one column of time, latest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from interlock.insight.instants import day_of
from interlock.operations.fact_lines import FactLine
from interlock.operations.read_person import (
    PersonObligation,
    PersonPage,
    PersonStep,
    PersonVisit,
)
from interlock.replay.because import Because, FactRef
from interlock.replay.outcome import Instant

_ICONS = {
    "touch": "mouse-pointer-click",
    "activity": "message-square",
    "decision": "gavel",
    "assignment": "arrow-right",
    "opportunity": "handshake",
    "close": "flag",
    "person": "user-round",
    "merge": "users-round",
}
_ACTIVITIES = {"call": "phone", "email": "mail", "meeting": "users-round"}
_LAST = float("-inf")
"""Where an entry without an instant stands: at the end."""


@dataclass(frozen=True)
class Why:
    """One because with its question, and the line of the fact that decided, where one did."""

    question: str
    because: Because
    fact: FactLine | None


@dataclass(frozen=True)
class Keeps:
    """A promise that a fact kept, in time or late.

    `since`: when it began, where the same was owed about this person more than once.
    """

    promise: str
    state: str
    since: Instant | None


@dataclass(frozen=True)
class Entry:
    """One entry of the timeline: a fact, a visit or an obligation (the others are None).

    With a `step`: that somebody is told of the obligation.
    """

    at: int | None
    icon: str
    fact: FactLine | None = None
    visit: PersonVisit | None = None
    obligation: PersonObligation | None = None
    step: PersonStep | None = None
    whys: tuple[Why, ...] = ()
    keeps: tuple[Keeps, ...] = ()


@dataclass(frozen=True)
class Day:
    """The entries of one local day; None: of facts that carry no instant."""

    date: date | None
    entries: tuple[Entry, ...]


def timeline(page: PersonPage) -> tuple[Day, ...]:
    """Every entry, latest first, day by day in the zone of the page."""
    lines = {(line.kind, line.row): line for line in page.facts}
    entries = [
        *_fact_entries(page),
        *(_visit_entry(visit, lines) for visit in page.visits),
        *(_obligation_entry(owed, lines) for owed in page.obligations),
        *(_step_entry(step, owed) for owed in page.obligations for step in owed.told),
    ]
    # sorting is stable, so of one instant the fact stays before what it led to, and below it
    ordered = sorted(entries, key=lambda entry: _LAST if entry.at is None else entry.at)

    def day(entry: Entry) -> date | None:
        return None if entry.at is None else day_of(entry.at, page.basis.tz)

    days = groupby(reversed(ordered), key=day)
    return tuple(Day(when, tuple(group)) for when, group in days)


def _fact_entries(page: PersonPage) -> Iterator[Entry]:
    keeps: dict[tuple[str, int], list[Keeps]] = {}
    times = Counter(owed.promise for owed in page.obligations)
    for owed in page.obligations:
        fact = owed.ended_because.fact if owed.ended_because else None
        if fact and owed.kept_at is not None:
            since = owed.started_at if times[owed.promise] > 1 else None
            kept = Keeps(owed.promise.name, owed.state, since)
            keeps.setdefault((fact.kind, fact.row), []).append(kept)
    for line in page.facts:
        mine = tuple(keeps.get((line.kind, line.row), ()))
        yield Entry(line.at, _icon(line), fact=line, keeps=mine)


def _icon(line: FactLine) -> str:
    what = dict(line.details).get("kind", "")
    return _ACTIVITIES.get(what, _ICONS.get(line.kind, "circle-dot"))


def _visit_entry(visit: PersonVisit, lines: Mapping[tuple[str, int], FactLine]) -> Entry:
    asked = (("Why here", visit.because), ("What it cites, as it stood then", visit.cited))
    whys = _whys(asked, lines)
    return Entry(visit.entered_at, "flag", visit=visit, whys=whys)


def _obligation_entry(owed: PersonObligation, lines: Mapping[tuple[str, int], FactLine]) -> Entry:
    ended = "Why void" if owed.state == "void" else "Why kept"
    asked = (
        ("Why owed", owed.started_because),
        ("Why this time", owed.timed_because),
        (ended, owed.ended_because),
    )
    whys = _whys(asked, lines)
    return Entry(owed.started_at, "handshake", obligation=owed, whys=whys)


def _step_entry(step: PersonStep, owed: PersonObligation) -> Entry:
    return Entry(step.at, "clock-alert", obligation=owed, step=step)


def _whys(
    asked: Iterable[tuple[str, Because | None]], lines: Mapping[tuple[str, int], FactLine]
) -> tuple[Why, ...]:
    return tuple(
        Why(question, because, _line(because.fact, lines))
        for question, because in asked
        if because is not None
    )


def _line(fact: FactRef | None, lines: Mapping[tuple[str, int], FactLine]) -> FactLine | None:
    return lines.get((fact.kind, fact.row)) if fact else None
