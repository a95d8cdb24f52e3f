"""Calendars of an agreement: the file's short forms, resolved to a definition of dates and hours.

In the file an opening may be written `09:00-17:00` and holidays may be named by country; both are
resolved here, and `interlock.agreement.hours` checks what comes out.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from typing import Any

from interlock.agreement.criterion import Place
from interlock.agreement.document import Listing, Mapping, Node, Scalar
from interlock.agreement.hours import KEYS, read_hours
from interlock.agreement.problems import Problem, did_you_mean
from interlock.agreement.wording import several

HOLIDAY_KEYS = ("country", "subdivision", "dates")

_OPENING = re.compile(r"(\d\d:\d\d)\s*(?:-|–|to)\s*(\d\d:\d\d)")  # noqa: RUF001 - people type it
_Path = tuple[str | int, ...]
_Places = dict[_Path, Place]
_Years = tuple[int, int] | None


@dataclass(frozen=True)
class Definition:
    """A calendar as read: `hours` as `Calendar.definition`, the others as `Calendar` has them."""

    meaning: str
    hours: dict[str, object]
    years: tuple[int, int] | None
    closed_on: str
    problems: list[Problem]


def read_definition(node: Node, years: range) -> Definition:
    """A calendar, and what is wrong with it.

    Named holidays are resolved for the years; a listed date counts whenever it is.
    """
    if not isinstance(node, Mapping):
        hint = "it needs `timezone` and `hours`"
        message = "keys with values are needed here"
        problem = Problem(message, hint, node.place.line, node.place.column)
        return Definition("", {}, None, "", [problem])
    places: _Places = {}
    definition = _plain(node, (), places)
    meaning = str(definition.pop("meaning", ""))
    named, known, closed_on, problems = _holidays(definition.get("holidays"), years, places)
    if "holidays" in definition:
        definition["holidays"] = named
    for key in ("hours", "date_overrides", "breaks"):
        if isinstance(definition.get(key), dict):
            definition[key] = {day: _openings(value) for day, value in definition[key].items()}
    hours, wrong = read_hours(definition)
    for each in wrong:
        place = _place_of(each.path, places)
        message = ".".join(str(step) for step in each.path) + ": " + each.reason
        reason, _, hint = message.partition("; ")
        problems.append(Problem(reason, hint, place.line, place.column))
    if "hours" not in definition:
        problems.append(Problem("`hours` is missing", "", node.place.line, node.place.column))
    elif hours and not any((*hours.weekly, *hours.overrides.values())):
        place, hint = _place_of(("hours",), places), "give hours to at least one day"
        problems.append(Problem("this calendar never opens", hint, place.line, place.column))
    kept = {key: definition[key] for key in KEYS if key in definition}
    return Definition(meaning, kept, known, closed_on, problems)


def _plain(node: Node, path: _Path, places: _Places) -> Any:
    """The node as plain dicts, lists and texts, noting where each stands."""
    places[path] = node.place
    if isinstance(node, Scalar):
        return None if node.is_null else node.text
    if isinstance(node, Listing):
        return [_plain(item, (*path, index), places) for index, item in enumerate(node.items)]
    plain = {}
    for entry in node.entries:
        plain[entry.key] = _plain(entry.node, (*path, entry.key), places)
        places[(*path, entry.key)] = entry.place
    return plain


def _place_of(path: _Path, places: _Places) -> Place:
    """The place of the path, or of the nearest part of it that is in the file."""
    while path not in places:
        path = path[:-1]
    return places[path]


def _openings(value: Any) -> Any:
    """`["09:00-12:00", …]` or `"09:00-12:00"` as pairs; anything else stays, to be checked."""
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",")]
    if not isinstance(value, list):
        return value
    return [_opening(item) for item in value]


def _opening(item: Any) -> Any:
    written = _OPENING.fullmatch(item) if isinstance(item, str) else None
    return [written[1], written[2]] if written else item


def _holidays(value: Any, years: range, places: _Places) -> tuple[Any, _Years, str, list[Problem]]:
    """Listed dates and named holidays as one list of ISO dates; the named ones' years and words."""
    if not isinstance(value, dict):
        return value, None, "", []
    problems = [
        _problem(places, key, f"`{key}` is not a key here", did_you_mean(key, HOLIDAY_KEYS))
        for key in value
        if key not in HOLIDAY_KEYS
    ]
    listed = value.get("dates") or []
    if value.get("country") is None:
        return listed, None, "", problems
    country = str(value["country"])
    subdivision = None if value.get("subdivision") is None else str(value["subdivision"])
    try:
        named, known, whose = _named(country, subdivision, years)
    except RuntimeError:  # what the library raises for a country or part that it does not know
        return listed, None, "", [*problems, _unknown_holidays(country, subdivision, places)]
    if not isinstance(listed, list) or not all(isinstance(day, str) for day in listed):
        return listed, None, "", problems  # to be checked, and said to be wrong, as listed days are
    own = len({*listed} - {*named})
    more = f" and {several(own, 'day', 'days')} more" if own else ""
    closed_on = f"the public holidays of {whose}{more}"
    return sorted({*listed, *named}), known, closed_on, problems


def _named(country: str, subdivision: str | None, years: range) -> tuple[list[str], _Years, str]:
    """The holidays of a country as ISO dates, between which years the library knows them, whose."""
    import holidays  # noqa: PLC0415 - a third of a second, and only where a country is named

    with warnings.catch_warnings(record=True) as doubts:
        warnings.simplefilter("always")
        named = holidays.country_holidays(country, subdiv=subdivision, years=years)
    module = type(named).__module__.rpartition(".")[2]  # the library's name of the country
    whose = module.replace("_", " ").title() + (f" ({subdivision})" if subdivision else "")
    if doubts and len(years) > 1:
        # it warns that it knows only some of the years, and not in a form to be read: ask for each
        each = [_named(country, subdivision, range(year, year + 1)) for year in years]
        sure = [year for year, (_, known, _) in zip(years, each, strict=True) if known]
        known = (sure[0], sure[-1]) if sure else (named.start_year, years[0] - 1)
        return [day for days, _, _ in each for day in days], known, whose
    first, last = max(years[0], named.start_year), min(years[-1], named.end_year)
    span = (first, last) if first <= last else (named.start_year, named.end_year)
    return [str(day) for day in named], None if doubts else span, whose


def _unknown_holidays(country: str, subdivision: str | None, places: _Places) -> Problem:
    import holidays  # noqa: PLC0415 - as above

    known = holidays.list_supported_countries()
    if country not in known:
        hint = did_you_mean(country, known) or "write the two letters of ISO 3166: DE"
        message = f"`{country}` is not a country whose holidays are known"
        return _problem(places, "country", message, hint)
    hint = f"there are {', '.join(known[country])}" if known[country] else "leave it out"
    message = f"`{subdivision}` is not a part of {country} whose holidays are known"
    return _problem(places, "subdivision", message, hint)


def _problem(places: _Places, key: str, message: str, hint: str) -> Problem:
    place = _place_of(("holidays", key), places)
    return Problem(message, hint, place.line, place.column)
