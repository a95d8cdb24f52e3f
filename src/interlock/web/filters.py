"""Filters as links: what the address asks for, and what else it could."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import Http404, HttpRequest

from interlock.operations.reading import Choices, Filters, Named
from interlock.replay.outcome import State

STATES = tuple(state.word for state in State)
_WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Option:
    """One value that a filter can take, and whether it is the chosen one."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """One filter: its name in the address, its word, what is chosen ("" : all) and its options."""

    name: str
    word: str
    chosen: str
    options: tuple[Option, ...]


def filters_of(request: HttpRequest) -> Filters:
    """The filters in the address. One that is left out filters nothing; an empty one asks for none.

    Raises Http404 for a week that is no date, or whose bounds are none.
    """
    asked = request.GET
    return Filters(
        owner=asked.get("owner"),
        source=asked.get("source"),
        tier=asked.get("tier"),
        week=_week(asked.get("week")),
        state=asked.get("state"),
    )


def _week(text: str | None) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Http404(f"{text} is not a date") from None
    if not date.min + _WEEK <= day <= date.max - _WEEK:
        raise Http404(f"{text} is too near to the end of the calendar")
    return day


def facet(name: str, word: str, values: Iterable[Named], chosen: str | None) -> Facet:
    """A filter over these values. A chosen value that does not occur is shown all the same."""
    known = list(values)
    if chosen is not None and chosen not in {value.key for value in known}:
        known.append(Named(chosen, chosen))
    options = tuple(
        Option(value.key, value.name or f"no {word.lower()}", value.key == chosen)
        for value in known
    )
    label = next((option.label for option in options if option.chosen), "")
    return Facet(name, word, label, options)


def lead_facets(choices: Choices, filters: Filters) -> tuple[Facet, ...]:
    """The filters that every page of verdicts has: source, tier, owner."""
    return (
        facet("source", "Source", _same(choices.sources), filters.source),
        facet("tier", "Tier", choices.tiers, filters.tier),
        facet("owner", "Owner", choices.owners, filters.owner),
    )


def state_facet(filters: Filters) -> Facet:
    """The filter on an obligation's state."""
    return facet("state", "State", _same(STATES), filters.state)


def _same(words: Iterable[str]) -> tuple[Named, ...]:
    return tuple(Named(word, word) for word in words)
