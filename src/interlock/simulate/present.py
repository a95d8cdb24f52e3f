"""The company brought to an instant: moved by whole weeks, and without what would lie after it.

The generator always writes the same eighteen months. A demo that people work in has to end now.
So everything moves by as many weeks as bring the planned end to that instant or past it, each
event to the same weekday and the same time on the wall, and what is still to come is left out.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

import numpy as np

from interlock.facts.columns import Column, Mask
from interlock.facts.kinds import KINDS, OPPORTUNITY_STATUSES, ColumnType, Kind
from interlock.replay.calendar_spans import EPOCH, offset_at
from interlock.simulate.days import AS_OF, HOUR, ZONE, Instants
from interlock.simulate.tables import Codes, Table, length, rows

WEEK = timedelta(weeks=1)
OPEN = OPPORTUNITY_STATUSES.index("open")

_DAY = r"\d{2} [A-Z][a-z]{2} 20\d{2}$"
_MONTH = rf"({'|'.join([*calendar.month_name[1:], *calendar.month_abbr[1:]])}) 20\d{{2}}$"
_WEEKS_A_MONTH = 365.25 / 12 / 7
_YEAR = r"20\d{2}$"
_OWN_PARTS = ("asset", "campaign_cost")
"""Kinds whose rows are parts of a campaign: where it is not there, neither are they."""


def weeks_to(until: int) -> int:
    """By how many weeks everything moves, so that the planned end is at `until` or after it."""
    weeks = (until - AS_OF) // int(WEEK.total_seconds()) - 1
    while int(moved(np.array([AS_OF]), weeks)[0]) < until:
        weeks += 1
    return weeks


def moved(at: Instants, weeks: int) -> Instants:
    """The instants so many weeks later, by the clock on the wall in Oslo."""
    wall = at + _by_hour(at, lambda instant: offset_at(ZONE, instant))
    wall += int(weeks * WEEK.total_seconds())
    there: Instants = wall - _by_hour(wall, _offset_on_the_wall)
    return there


def _by_hour(at: Instants, offset: Callable[[int], int]) -> Instants:
    """Offsets change on the hour, so that each hour is asked about once."""
    hours, where = np.unique(at // HOUR, return_inverse=True)
    return np.array([offset(int(hour) * HOUR) for hour in hours], np.int64)[where]


def _offset_on_the_wall(wall: int) -> int:
    shown = (EPOCH + timedelta(seconds=wall)).replace(tzinfo=ZONE)
    offset = shown.utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


# --- the tables --------------------------------------------------------------------------------


def tables_at(tables: Mapping[str, Table], until: int) -> dict[str, Table]:
    """The company's tables as they would be exported at `until`. `lead_status` stays as it was.

    Nothing has happened after it, nothing refers to what is not there yet, and an opportunity that
    closes later is open still. A campaign's last day is a plan and may lie ahead.
    """
    weeks, kept, there = weeks_to(until), {}, dict[str, Column]()
    for kind in KINDS.values():
        if kind.name in tables:
            table = _open_still(_moved_table(kind, tables[kind.name], weeks), until)
            table = _without(kind, table, there)
            kept[kind.name] = rows(table, np.flatnonzero(_has_happened(kind, table, until)))
            there[kind.name] = kept[kind.name]["id"]
    return _renamed(kept, weeks)


def _moved_table(kind: Kind, table: Table, weeks: int) -> Table:
    instants = {column.name for column in kind.columns if column.type is ColumnType.INSTANT}
    return {
        name: Column(moved(column.values, weeks), column.known) if name in instants else column
        for name, column in table.items()
    }


def _has_happened(kind: Kind, table: Table, until: int) -> Mask:
    if kind.at is None or kind.at not in table:
        return np.ones(length(table), bool)
    column = table[kind.at]
    happened: Mask = ~column.mask | (column.values <= until)
    return happened


def _without(kind: Kind, table: Table, there: Mapping[str, Column]) -> Table:
    """The table without rows about what is not there; a campaign that brought them is forgotten."""
    found, stays = dict(table), np.ones(length(table), bool)
    for column in kind.columns:
        ids = there.get(column.refers_to or "")
        if ids is None or column.name not in table:
            continue
        to = table[column.name]
        known = _is_one_of(to, ids)
        if column.refers_to == "campaign" and kind.name not in _OWN_PARTS:
            found[column.name] = Column(to.values, to.mask & known, to.words)
        else:
            stays &= known | ~to.mask
    return rows(found, np.flatnonzero(stays))


def _is_one_of(to: Column, ids: Column) -> Mask:
    if to.words is None or ids.words is None:
        raise ValueError("an id is a text")
    there = set(ids.words[ids.values].tolist())
    # numpy compares each object with each other one
    known = np.fromiter((word in there for word in to.words.tolist()), bool, len(to.words))
    found: Mask = known[to.values]
    return found


def _open_still(table: Table, until: int) -> Table:
    """Opportunities that close after `until` are open, and as far on as their age says."""
    if "closed_at" not in table:
        return table
    closed, opened, status = table["closed_at"], table["created_at"].values, table["status"]
    later = closed.mask & (closed.values > until)
    share = (until - opened) / np.maximum(closed.values - opened, 1)
    stage = np.clip((share * 3).astype(int), 0, 2)
    return table | {
        "closed_at": Column(np.where(later, 0, closed.values), closed.mask & ~later),
        "status": Column(np.where(later, OPEN, status.values), status.known, status.words),
        "stage": _where(later, stage, table["stage"]),
    }


def _where(mask: Mask, codes: Codes, column: Column) -> Column:
    values = np.where(mask, codes, column.values).astype(np.int32)
    return Column(values, column.known, column.words)


# --- the dates in names and in the agreement ---------------------------------------------------


def _renamed(tables: Mapping[str, Table], weeks: int) -> dict[str, Table]:
    """Campaigns and recordings are named for their dates, which have moved."""
    campaigns, assets = tables["campaign"], tables["asset"]
    middle = (campaigns["starts_at"].values + campaigns["ends_at"].values) // 2
    years = [datetime.fromtimestamp(int(at), ZONE).year for at in middle]
    named = {"name": _each_renamed(campaigns["name"], weeks, years)}
    recorded = {"name": _each_renamed(assets["name"], weeks, [None] * length(assets))}
    return {**tables, "campaign": campaigns | named, "asset": assets | recorded}


def _each_renamed(column: Column, weeks: int, years: Sequence[int | None]) -> Column:
    names = [_dated(str(column.value(row)), weeks, year) for row, year in enumerate(years)]
    return Column(np.arange(len(names), dtype=np.int32), None, np.array(names, dtype=object))


def _dated(name: str, weeks: int, year: int | None) -> str:
    """The name with its date moved; months stay consecutive, a year is the one given."""
    if day := re.search(_DAY, name):
        on = datetime.strptime(day[0], "%d %b %Y").replace(tzinfo=UTC) + weeks * WEEK
        return f"{name[: day.start()]}{on:%d %b %Y}"
    if month := re.search(_MONTH, name):
        form = "%B %Y" if name.startswith("Newsletter") else "%b %Y"
        on = datetime.strptime(month[0], form).replace(tzinfo=UTC)
        number = on.year * 12 + on.month - 1 + round(weeks / _WEEKS_A_MONTH)
        later = on.replace(year=number // 12, month=number % 12 + 1)
        return f"{name[: month.start()]}{later.strftime(form)}"
    return name if year is None else re.sub(_YEAR, str(year), name)


def text_at(text: str, until: int) -> str:
    """The agreement's text with its dates moved as the facts are.

    What hangs on the calendar stays on it: the year of the goals is that of `until`, and the short
    days of December are those of each December up to the one after.
    """
    weeks, year = weeks_to(until), datetime.fromtimestamp(until, ZONE).year

    def later(found: re.Match[str]) -> str:
        return found[1] + (date.fromisoformat(found[2]) + weeks * WEEK).isoformat()

    text = re.sub(r"(?m)^((?:in_force_from|review_by): )(\d{4}-\d\d-\d\d)$", later, text)
    text = text.replace("signed in 2026.", f"signed in {year}.")
    text = re.sub(r"(?m)^( +by: )\d{4}(-12-31)$", rf"\g<1>{year}\g<2>", text)

    def each_year(found: re.Match[str]) -> str:
        years = range(min(int(found[2]), year - 1), year + 2)
        return "".join(f"{found[1]}{one}{found[3]}" for one in years)

    return re.sub(r"(?m)^( +)(\d{4})(-12-\d\d: \[.*\]\n)", each_year, text)
