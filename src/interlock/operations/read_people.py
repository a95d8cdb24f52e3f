"""Everybody at a stage or on the way to one, searched and filtered, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from interlock.operations.reading import (
    NO_CHOICES,
    PAGE,
    Basis,
    Choices,
    Named,
    choices,
    current,
    page_after,
)
from interlock.operations.rows import PersonRow, names_in, person_row
from interlock.store.models import Lead


@dataclass(frozen=True)
class PeopleFilters:
    """Whom to list. `search`: every word of it occurs in name, account, key or e-mail.

    `stage`, `owner`, `source`, `tier`: None for all, "" for people who have none.
    """

    search: str = ""
    stage: str | None = None
    owner: str | None = None
    source: str | None = None
    tier: str | None = None


EVERYBODY = PeopleFilters()


@dataclass(frozen=True)
class PeoplePage:
    """One page of people, who was last heard of most recently first.

    `after` is the mark of the next page ("": this is the last). `stages` are the agreement's, for
    the filter.
    """

    basis: Basis
    filters: PeopleFilters
    rows: tuple[PersonRow, ...] = ()
    after: str = ""
    stages: tuple[Named, ...] = ()
    choices: Choices = NO_CHOICES


def read_people(
    filters: PeopleFilters = EVERYBODY, after: str = "", size: int = PAGE
) -> PeoplePage:
    """The people known at the replay's instant. People whose first fact is later are left out."""
    reading = current()
    if reading.replay is None or reading.agreement is None:
        return PeoplePage(reading.basis, filters)
    names = names_in(reading.agreement)
    leads = Lead.objects.filter(whom(filters), replay=reading.replay)
    page, mark = page_after(leads, "last_at", after, size)
    return PeoplePage(
        basis=reading.basis,
        filters=filters,
        rows=tuple(person_row(lead, names, reading) for lead in page),
        after=mark,
        stages=tuple(Named(stage.id, stage.name) for stage in reading.agreement.stages),
        choices=choices(reading, names.members),
    )


def whom(filters: PeopleFilters) -> Q:
    """The conditions on leads that the filters put."""
    chosen = {
        "stage": filters.stage,
        "owner": filters.owner,
        "source": filters.source,
        "tier": filters.tier,
    }
    found = Q(**{name: value for name, value in chosen.items() if value is not None})
    for word in filters.search.casefold().split():
        found &= Q(search__contains=word)
    return found
