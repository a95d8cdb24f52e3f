"""One sentence for each side, attainment week by week, the funnel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from django.db.models import Count, F

from interlock.agreement.schema import Agreement, Side
from interlock.insight.attainment import (
    DECIDED,
    NONE,
    Counts,
    Part,
    Rate,
    attainment,
    main_part,
    parts,
    week_to_speak_of,
)
from interlock.insight.funnel import THERE, FunnelRow, beside, main_path
from interlock.insight.instants import HALF_DAYS, day_of, every_week, half_days, week_of
from interlock.insight.sentences import side_sentence
from interlock.insight.tally import Subject
from interlock.operations.counting import By, counted, day_label, group_label, grouped
from interlock.operations.read_funnel import rows_of
from interlock.operations.read_promises import PromiseRow, promise_rows
from interlock.operations.reading import (
    ALL,
    NO_CHOICES,
    Basis,
    Choices,
    Filters,
    Reading,
    choices,
    current,
)
from interlock.operations.rows import Names, names_in
from interlock.store.models import Lead, Obligation

SLOT = 1800
"""Seconds of the slots in which starts are counted: every zone's half days begin with one."""


@dataclass(frozen=True)
class WeekCounts:
    """The obligations of one side that started in one week; `week` is its Monday."""

    week: date
    counts: Counts
    attainment: Rate


@dataclass(frozen=True)
class SideBoard:
    """How one side keeps its promises. `counts` and `promises` are those of the board's week.

    `named` says of which the sentence speaks: "decided", "open", or "" of none.
    `part` is what most of the misses of that week fall into, where one thing stands out. `weeks`
    are all weeks from the first to the last in which something began, oldest first.
    """

    side: Side
    sentence: str
    counts: Counts
    attainment: Rate
    before: Rate
    part: Part | None
    named: str
    promises: tuple[PromiseRow, ...]
    weeks: tuple[WeekCounts, ...]


@dataclass(frozen=True)
class Scoreboard:
    """Both sides, marketing first, in the week that begins on `week`, and the funnel of all weeks.

    `week` is the one asked for, or the latest with something decided, whatever the filters; an
    unfinished week is spoken of once half as much is decided as in the week before. None: nothing
    was decided yet. `elsewhere` are the stages beside the funnel; `nowhere` counts those who are at
    no stage yet.
    """

    basis: Basis
    filters: Filters
    week: date | None = None
    sides: tuple[SideBoard, ...] = ()
    funnel: tuple[FunnelRow, ...] = ()
    elsewhere: tuple[FunnelRow, ...] = ()
    nowhere: int = 0
    choices: Choices = NO_CHOICES

    @property
    def everybody(self) -> int:
        """How many people the filters leave, wherever they are."""
        return sum(row.there for row in (*self.funnel, *self.elsewhere)) + self.nowhere


def read_scoreboard(filters: Filters = ALL) -> Scoreboard:
    """The board under the filters on owner, source and tier; a week chooses the board's week."""
    reading = current()
    if reading.replay is None or reading.agreement is None:
        return Scoreboard(reading.basis, filters)
    return _board(reading, reading.agreement, filters)


def _board(reading: Reading, agreement: Agreement, filters: Filters) -> Scoreboard:
    basis, names, always = reading.basis, names_in(agreement), replace(filters, week=None)
    sums = grouped(counted(reading, Subject.PROMISE, always, By.WEEK))
    weekly = {
        date.fromisoformat(week): promise_rows(agreement.event_promises, part)
        for week, part in sums.items()
    }
    week = _week(reading, filters)
    slices = _slices(reading, replace(filters, week=week), names) if week else []
    stages = counted(reading, Subject.STAGE, always)
    return Scoreboard(
        basis=basis,
        filters=filters,
        week=week,
        sides=tuple(_side_board(side, weekly, week, slices, basis) for side in Side),
        funnel=rows_of(main_path(agreement), stages),
        elsewhere=tuple(row for stage in beside(agreement) for row in rows_of((stage,), stages)),
        nowhere=_nowhere(reading, filters),
        choices=choices(reading, names.members),
    )


def _nowhere(reading: Reading, filters: Filters) -> int:
    """How many are at no stage yet; tallies do not know them. One query, and only if there are any.

    The page of people lists them under the stage "".
    """
    there = sum(row.count for row in counted(reading, Subject.STAGE) if row.state == THERE)
    everywhere = reading.basis.people - there
    if not everywhere or not filters.on_lead:
        return everywhere
    return Lead.objects.filter(replay=reading.replay, stage="", **filters.on_lead).count()


def _week(reading: Reading, filters: Filters) -> date | None:
    """The week asked for, or the one that everybody's promises tell of: no filter changes it."""
    if filters.week is not None:
        return filters.week - timedelta(days=filters.week.weekday())
    everybody = grouped(counted(reading, Subject.PROMISE, by=By.WEEK))
    decided = {
        date.fromisoformat(week): sum(row.count for row in rows if row.state in DECIDED)
        for week, rows in everybody.items()
    }
    return week_to_speak_of(decided, _this_week(reading.basis))


def _this_week(basis: Basis) -> date:
    return day_of(week_of(basis.as_of or 0, basis.tz), basis.tz)


def _side_board(
    side: Side,
    weekly: Mapping[date, tuple[PromiseRow, ...]],
    week: date | None,
    slices: list[_Slice],
    basis: Basis,
) -> SideBoard:
    own = {
        day: [row for row in weekly.get(day, ()) if row.owed_by is side]
        for day in every_week(weekly)
    }
    sums = {day: sum((row.counts for row in rows), NONE) for day, rows in own.items()}
    now = sums.get(week, NONE) if week else NONE
    before = attainment(sums.get(week - timedelta(weeks=1), NONE) if week else NONE)
    rows = tuple(own.get(week, ())) if week else ()
    mine = {row.id for row in rows}
    part = main_part(parts(piece.rest for piece in slices if piece.promise in mine), now)
    when = _when(week, basis) if week else "so far"
    return SideBoard(
        side=side,
        sentence=side_sentence(side, now, before, when, part),
        counts=now,
        attainment=attainment(now),
        before=before,
        part=part,
        named="decided" if now.decided else "open" if now.pending else "",
        promises=rows,
        weeks=tuple(WeekCounts(day, total, attainment(total)) for day, total in sums.items()),
    )


def _when(week: date, basis: Basis) -> str:
    ago = (_this_week(basis) - week).days // 7
    return {0: "this week", 1: "last week"}.get(ago, f"in the week of {day_label(week)}")


class _Slice(NamedTuple):
    """Some obligations of one promise in one week, seen along one dimension."""

    promise: str
    rest: tuple[str, str, str, int]


def _slices(reading: Reading, filters: Filters, names: Names) -> list[_Slice]:
    """The week's obligations divided by promise, owner, source, tier and half day. One query."""
    by_promise = counted(reading, Subject.PROMISE, filters)
    made = [
        _Slice(row.clause, ("promise", names.promises[row.clause], row.state, row.count))
        for row in by_promise
    ]
    for by in (By.OWNER, By.SOURCE, By.TIER):
        made += [
            _Slice(
                row.clause,
                (by.value, group_label(by, row.group, names), row.state, row.count),
            )
            for row in counted(reading, Subject.PROMISE, filters, by)
            if row.group or by is By.OWNER
        ]
    return made + _half_day_slices(reading, filters)


def _half_day_slices(reading: Reading, filters: Filters) -> list[_Slice]:
    span = filters.span(reading.basis.tz) or (0, 0)
    slot = (F("started_at") - span[0]) / SLOT
    rows = list(
        Obligation.objects.filter(
            **filters.on_lead,
            replay=reading.replay,
            state__in=DECIDED,
            started_at__gte=span[0],
            started_at__lt=span[1],
        )
        .annotate(slot=slot)
        .values_list("promise", "state", "slot")
        .annotate(n=Count("id"))
    )
    starts = np.array([span[0] + SLOT * int(slot) for *_, slot, _ in rows], np.int64)
    halves = half_days(starts, reading.basis.tz)
    return [
        _Slice(promise, ("half day", HALF_DAYS[half], state, count))
        for (promise, state, _, count), half in zip(rows, halves, strict=True)
    ]
