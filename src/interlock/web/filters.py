"""Filters as links: what the address asks for, and what else it could."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import Http404, HttpRequest

from interlock.agreement.schema import Side
from interlock.operations.reading import Choices, Filters, Named
from interlock.replay.outcome import State

STATES = (*(state.word for state in State), "decided")
"""What the filter on states offers; see `interlock.insight.attainment.states`."""
_WEEK = timedelta(weeks=1)
NEVER = date.min + _WEEK
"""A week in which nothing began."""


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
    return _filters(request, _week(request.GET.get("week")))


def any_filters_of(request: HttpRequest) -> Filters:
    """As `filters_of`, but a week that is none is one in which nothing began."""
    try:
        return filters_of(request)
    except Http404:
        return _filters(request, NEVER)


def _filters(request: HttpRequest, week: date | None) -> Filters:
    asked = request.GET
    return Filters(
        owner=asked.get("owner"),
        source=asked.get("source"),
        tier=asked.get("tier"),
        week=week,
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


def owed_facets(
    promises: Iterable[Named], side: str | None, promise: str | None, week: str | None
) -> tuple[Facet, ...]:
    """The filters on who owes what and since which week; a week is not offered, only let go of."""
    chosen_week = facet("week", "Week", (), week)
    return (
        facet("side", "Side", _same(Side), side),
        facet("promise", "Promise", promises, promise),
        chosen_week,
    )


def _same(words: Iterable[str]) -> tuple[Named, ...]:
    return tuple(Named(word, word) for word in words)
