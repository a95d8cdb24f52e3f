"""Sums over the tally of one replay: SQL adds up what the replay decided, and decides nothing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Sum

from interlock.agreement.schema import Agreement
from interlock.insight.instants import day_of
from interlock.operations.reading import Basis, Filters
from interlock.operations.rows import Names
from interlock.store.models import Tally


class By(StrEnum):
    """Along what numbers are divided. A week belongs to the month in which it begins."""

    OWNER = "owner"
    WEEK = "week"
    MONTH = "month"
    TIER = "tier"
    SOURCE = "source"


class Subject(StrEnum):
    """Of what the tally counts."""

    PROMISE = "promise"
    STAGE = "stage"
    REASON = "reason"


@dataclass(frozen=True)
class Counted:
    """How many of `clause` are in `state`, in one group ("" where nothing divides)."""

    group: str
    clause: str
    state: str
    count: int


def counted(  # noqa: PLR0913, PLR0917 - of what, under which filters, along what
    replay: int,
    subject: Subject,
    basis: Basis,
    filters: Filters,
    by: By | None = None,
    clause: str | None = None,
) -> list[Counted]:
    """The sums, of one clause or of all, group by group in no particular order. One query."""
    rows = Tally.objects.filter(filters.on_lead, replay=replay, subject=subject)
    if clause is not None:
        rows = rows.filter(clause=clause)
    span = filters.span(basis.tz)
    if span is not None:
        rows = rows.filter(week=span[0])
    column = By.WEEK if by is By.MONTH else by
    columns = ("clause", "state", *((column.value,) if column else ()))
    return [
        Counted(_key(basis, by, *group), clause, state, count)
        for clause, state, *group, count in rows.values_list(*columns).annotate(n=Sum("count"))
    ]


def _key(basis: Basis, by: By | None, group: str | int = "") -> str:
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


def group_label(by: By, key: str, names: Names, agreement: Agreement) -> str:
    """What a group is called."""
    if by is By.WEEK:
        return day_label(date.fromisoformat(key))
    if by is By.MONTH:
        return f"{date.fromisoformat(key):%B %Y}"
    if not key:
        return f"no {by}"
    known = {By.OWNER: names.members, By.TIER: {tier.id: tier.name for tier in agreement.tiers}}
    return known.get(by, {}).get(key) or key
