"""Which of the promises about somebody there is a case on, open or ruled."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from interlock.practice.disputes import Kind
from interlock.replay.outcome import Instant
from interlock.store.models import Case


@dataclass(frozen=True)
class Disputed:
    """The case on one promise: for whom it was `ruled_for`; "" while it is open."""

    number: int
    ruled_for: str


def obligation_key(person: str, promise: str, began: Instant) -> str:
    """What a case about an obligation is about, for good: replays make the rows anew."""
    return f"obligation {person} {promise} {began}"


def disputed(records: Collection[str]) -> dict[tuple[str, Instant], Disputed]:
    """The cases on promises about a person, by promise and the instant that it began. One query.

    `records` are all keys of the person: a case keeps the one that it was opened under.
    """
    rows = Case.objects.filter(kind=Kind.OBLIGATION, person__in=records).order_by("pk")
    found = {}
    for number, about, ruled_for in rows.values_list("pk", "about", "ruled_for"):
        _, promise, began = about.rsplit(" ", 2)
        found[promise, int(began)] = Disputed(number, ruled_for)
    return found
