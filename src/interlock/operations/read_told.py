"""What sales told marketing lately of its talks with buyers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from interlock.agreement.hours import DAY
from interlock.operations.reading import Named, Reading, named
from interlock.operations.rows import Names, account_in, leads_of, person_in
from interlock.operations.tell_marketing import TOLD
from interlock.replay.outcome import Instant
from interlock.store.knowledge import chosen
from interlock.store.merges import merged_into

DAYS = 30
"""So many days count as lately."""
MOST = 50
"""So many notes are listed, the latest first."""
AT_SIGHT = 8
"""So many of them are seen without opening anything."""


@dataclass(frozen=True)
class NoteTold:
    """Of whom, by whom, when, and in which words."""

    person: Named
    account: Named
    by: Named
    at: Instant
    words: str


@dataclass(frozen=True)
class Told:
    """How many notes there are of the last `days`, and the latest of them."""

    count: int = 0
    notes: tuple[NoteTold, ...] = ()
    days: int = DAYS

    @property
    def latest(self) -> tuple[NoteTold, ...]:
        """Those that are seen at once."""
        return self.notes[:AT_SIGHT]

    @property
    def earlier(self) -> tuple[NoteTold, ...]:
        """The other ones."""
        return self.notes[AT_SIGHT:]


NOTHING_TOLD = Told()


def read_told(reading: Reading, names: Names, now: Instant) -> Told:
    """What was told up to `now` (UTC seconds). A few queries, however much there is."""
    known_by = reading.basis.known_by
    told = notes_told(now, known_by)
    latest = list(told.order_by("-at", "-pk")[:MOST])
    if not latest:
        return NOTHING_TOLD
    stays = merged_into(known_by)
    people = [stays.get(note.person, note.person) for note in latest]
    leads = leads_of(reading.replay, people)
    notes = (
        NoteTold(
            person_in(leads, person),
            account_in(leads, person),
            named(note.member or "", names.members),
            note.at,
            note.subject or "",
        )
        for note, person in zip(latest, people, strict=True)
    )
    return Told(told.count(), tuple(notes))


def notes_told(now: Instant, known_by: Instant | None = None) -> QuerySet[Any, Any]:
    """The notes of the last DAYS days that are meant for marketing."""
    lately = Q(at__gt=now - DAYS * DAY, at__lte=now)
    which = lately & Q(kind="note", attributes__topic=TOLD)
    return chosen("activity", known_by, which).few()
