"""Sums over the tally of one replay, as the pages divide them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from interlock.insight.instants import day_of
from interlock.insight.tally import Subject, add_up
from interlock.operations.reading import ALL, Basis, Filters, Reading
from interlock.operations.rows import Names


class By(StrEnum):
    """Along what numbers are divided. A week belongs to the month in which it begins."""

    OWNER = "owner"
    WEEK = "week"
    MONTH = "month"
    TIER = "tier"
    SOURCE = "source"


@dataclass(frozen=True)
class Counted:
    """How many of `clause` are in `state`, in one group ("" where nothing divides)."""

    group: str
    clause: str
    state: str
    count: int


def counted(
    reading: Reading,
    subject: Subject,
    filters: Filters = ALL,
    by: By | None = None,
    clause: str | None = None,
) -> list[Counted]:
    """The sums, of one clause or of all, group by group in no particular order."""
    where: dict[str, str | int] = {**filters.on_lead}
    if clause is not None:
        where["clause"] = clause
    span = filters.span(reading.basis.tz)
    if span is not None:
        where["week"] = span[0]
    column = By.WEEK if by is By.MONTH else by
    sums = add_up(reading.tallies, subject, where, column.value if column else "")
    return [
        Counted(_key(reading.basis, by, group), clause, state, count)
        for group, clause, state, count in sums
    ]


def _key(basis: Basis, by: By | None, group: str | int) -> str:
    if isinstance(group, str):
        return group
    monday = day_of(group, basis.tz)
    return (monday.replace(day=1) if by is By.MONTH else monday).isoformat()


def grouped(rows: list[Counted]) -> dict[str, list[Counted]]:
    """The sums by group, groups in order of their keys."""
    groups: dict[str, list[Counted]] = defaultdict(list)
    for row in rows:
        groups[row.group].append(row)
    return dict(sorted(groups.items()))


def day_label(day: date) -> str:
    """A date in words: 2 Mar 2026."""
    return f"{day.day} {day:%b %Y}"


def group_label(by: By, key: str, names: Names) -> str:
    """What a group is called."""
    if by is By.WEEK:
        return day_label(date.fromisoformat(key))
    if by is By.MONTH:
        return f"{date.fromisoformat(key):%B %Y}"
    if not key:
        return f"no {by}"
    known = {By.OWNER: names.members, By.TIER: names.tiers}
    return known.get(by, {}).get(key) or key
