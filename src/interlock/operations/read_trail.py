"""The trail, for those who keep the data: latest entries first, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass

from interlock.operations.actor import Actor
from interlock.operations.permissions import Action, require
from interlock.operations.reading import PAGE, Basis, Named, current, whole_number
from interlock.replay.outcome import Instant
from interlock.store.models import Event

LATELY = 2_000
"""The filters offer who did what in so many of the latest entries."""


@dataclass(frozen=True)
class TrailFilters:
    """Which entries to list. None: all. `about`: what they are about holds this text."""

    by: str | None = None
    verb: str | None = None
    about: str = ""


@dataclass(frozen=True)
class TrailEntry:
    """One entry: who, what, about what, why, when, and from where."""

    number: int
    at: Instant
    by: str
    verb: str
    about: str
    why: str
    door: str
    place: str
    through: str


@dataclass(frozen=True)
class TrailPage:
    """One page of entries.

    `after` is the mark of the next page ("": this is the last). `last` and `digest` are those of
    the trail's last entry, 0 and "" while it has none. `people` and `verbs` are what the filters
    offer.
    """

    basis: Basis
    filters: TrailFilters
    rows: tuple[TrailEntry, ...]
    after: str
    last: int
    digest: str
    people: tuple[Named, ...]
    verbs: tuple[Named, ...]


def read_trail(filters: TrailFilters, *, by: Actor, after: str = "", size: int = PAGE) -> TrailPage:
    """The entries that the filters leave, older than the mark `after` if there is one."""
    require(by, Action.READ_TRAIL)
    basis, events = current().basis, Event.objects.order_by("-number")
    last = events.values_list("number", "digest").first() or (0, "")
    names = tuple(TrailEntry.__dataclass_fields__)
    chosen = {"by": filters.by, "verb": filters.verb}
    found = events.filter(**{name: text for name, text in chosen.items() if text is not None})
    if filters.about:
        found = found.filter(about__icontains=filters.about)
    mark = whole_number(after)
    if mark is not None:
        found = found.filter(number__lt=mark)
    rows = [TrailEntry(*row) for row in found.values_list(*names)[: size + 1]]
    return TrailPage(
        basis=basis,
        filters=filters,
        rows=tuple(rows[:size]),
        after=str(rows[size - 1].number) if len(rows) > size else "",
        last=last[0],
        digest=last[1],
        people=_lately("by"),
        verbs=_lately("verb"),
    )


def _lately(column: str) -> tuple[Named, ...]:
    latest = Event.objects.order_by("-number").values_list(column, flat=True)[:LATELY]
    return tuple(Named(text, text) for text in sorted(set(latest)))
