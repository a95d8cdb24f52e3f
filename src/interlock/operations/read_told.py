"""What sales told marketing lately of its talks with buyers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from interlock.agreement.hours import DAY
from interlock.operations.reading import Named, Reading, named
from interlock.operations.rows import Names, account_in, leads_of, person_in
from interlock.operations.tell_marketing import TOLD
from interlock.replay.outcome import Instant
from interlock.store.models import FACTS

DAYS = 30
"""So many days count as lately."""
MOST = 8
"""So many are listed, the latest first."""


@dataclass(frozen=True)
class TalkTold:
    """Of whom, by whom, when, and in which words."""

    person: Named
    account: Named
    by: Named
    at: Instant
    words: str


@dataclass(frozen=True)
class Told:
    """How many talks were told of in the last DAYS days, and the latest of them."""

    count: int = 0
    talks: tuple[TalkTold, ...] = ()


NOTHING_TOLD = Told()


def read_told(reading: Reading, names: Names, now: Instant) -> Told:
    """What was told up to `now` (UTC seconds). Three queries."""
    notes = notes_told(now)
    latest = list(notes.order_by("-at", "-pk")[:MOST])
    leads = leads_of(reading.replay, (note.person for note in latest))
    return Told(
        notes.count() if len(latest) == MOST else len(latest),
        tuple(
            TalkTold(
                person_in(leads, note.person),
                account_in(leads, note.person),
                named(note.member or "", names.members),
                note.at,
                note.subject or "",
            )
            for note in latest
        ),
    )


def notes_told(now: Instant) -> QuerySet[Any, Any]:
    """The notes of the last DAYS days that are meant for marketing."""
    notes = FACTS["activity"].objects.filter(live=True, kind="note", attributes__topic=TOLD)
    return notes.filter(at__gt=now - DAYS * DAY, at__lte=now)
