"""Versions of an agreement over time: which text counts from when.

The date that a text names (`in_force_from`) says from when it counts; the first text covers the
past before it, too. A text that was put in force later takes the place of those that name the same
day or a later one: it corrects them. What was decided under an earlier version stays decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import accumulate

from interlock.agreement.schema import Agreement

BEGINNING = -(2**63)
"""The instant since when the first text counts."""
FOR_EVER = 2**63 - 1
"""The instant until which the last one counts."""


@dataclass(frozen=True)
class InForce:
    """An agreement, and the instant since when it counts (UTC seconds)."""

    since: int
    agreement: Agreement


Timeline = tuple[InForce, ...]
"""Versions in order of time; each counts until the next one does, the first since ever."""


def counting(first_days: Sequence[date]) -> list[int]:
    """Which texts count, of texts in the order in which they were put in force."""
    found: list[int] = []
    for place, day in enumerate(first_days):
        found = [each for each in found if first_days[each] < day]
        found.append(place)
    return found


def in_turn(agreements: Sequence[Agreement]) -> Timeline:
    """Versions that count one after the other, in order of their first days.

    One whose day, in its own zone, begins before that of the one before it takes that one's place.
    """
    begins = [BEGINNING, *(first_instant(each) for each in agreements[1:])]
    begins = [*accumulate(reversed(begins), min)][::-1]
    return tuple(InForce(since, each) for since, each in zip(begins, agreements, strict=False))


def always(agreement: Agreement | Timeline) -> Timeline:
    """One agreement as one that always counts; a timeline as it is."""
    return agreement if isinstance(agreement, tuple) else (InForce(BEGINNING, agreement),)


def first_instant(agreement: Agreement) -> int:
    """The beginning of the agreement's first day, in its own zone (UTC seconds)."""
    return int(datetime.combine(agreement.in_force_from, time(), agreement.zone).timestamp())


@dataclass(frozen=True)
class Words:
    """The ids of clauses that verdicts name by position: those of the last version come first."""

    stages: tuple[str, ...]
    reasons: tuple[str, ...]
    promises: tuple[str, ...]
    variants: tuple[str, ...]
    numbers: tuple[str, ...]


def words(timeline: Timeline) -> Words:
    """The ids of all versions' clauses that verdicts name.

    `promises` are the event promises, `variants` theirs; `numbers` the period promises.
    """
    texts = [each.agreement for each in reversed(timeline)]
    promises = [promise for text in texts for promise in text.event_promises]
    return Words(
        stages=_distinct(stage.id for text in texts for stage in text.stages),
        reasons=_distinct(reason.id for text in texts for reason in text.reasons),
        promises=_distinct(promise.id for promise in promises),
        variants=_distinct(each.id for promise in promises for each in promise.variants),
        numbers=_distinct(promise.id for text in texts for promise in text.period_promises),
    )


@dataclass(frozen=True)
class Version:
    """One version of a timeline, and the span [since, until) in which it counts.

    `words` are those of all versions.
    """

    agreement: Agreement
    since: int
    until: int
    words: Words


def alone(agreement: Agreement) -> Version:
    """An agreement that always counts."""
    return versions(always(agreement))[0]


def versions(timeline: Timeline) -> tuple[Version, ...]:
    """Each version with the span in which it counts."""
    said, ends = words(timeline), [*(each.since for each in timeline[1:]), FOR_EVER]
    return tuple(
        Version(each.agreement, each.since, until, said)
        for each, until in zip(timeline, ends, strict=True)
    )


def _distinct(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))
