"""Period promises: what was reached in each period against what was promised."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, tzinfo
from zoneinfo import ZoneInfo

from django.db.models import Window
from django.db.models.functions import DenseRank

from interlock.agreement.schema import Calendar, PeriodPromise
from interlock.insight.instants import day_of
from interlock.operations.counting import day_label
from interlock.operations.reading import Named, Reading, named
from interlock.operations.rows import Names
from interlock.replay.outcome import Instant
from interlock.store.models import Period

PERIODS = 24
"""So many of the latest periods of a promise are shown."""


@dataclass(frozen=True)
class PeriodRow:
    """One period of one promise, of the team or of a member (None: the team).

    `value` is what is held against `target`: a number, or a share from 0 to 1 where `is_rate`, then
    with its numerator `reached` and denominator `base`. `begins` is its first day. `unit` is the
    currency of money, else "". `passed` is the share of the period's working time that is over.
    """

    promise: str
    label: str
    begins: date
    begins_at: Instant
    ends_at: Instant
    member: Named | None
    state: str
    value: float
    target: float
    is_rate: bool
    unit: str
    reached: float
    base: float
    passed: float

    @property
    def told(self) -> tuple[str, str]:
        """What was reached and the target, as they are written: "12,345 EUR", "28.0%"."""
        form = "{:.1%}" if self.is_rate else "{:,.10g}"
        reached, target = (
            f"{form.format(value)} {self.unit}".strip() for value in (self.value, self.target)
        )
        return reached, target

    @property
    def share(self) -> float:
        """The share of the target that is reached."""
        return self.value / self.target if self.target else 1.0

    @property
    def is_over(self) -> bool:
        """Whether nothing can change any more but what was late to be known."""
        return self.passed >= 1


def read_periods(
    reading: Reading, promises: Iterable[PeriodPromise], names: Names, most: int = PERIODS
) -> dict[str, tuple[PeriodRow, ...]]:
    """The latest `most` periods of each promise, the latest first. One query."""
    by_id = {promise.id: promise for promise in promises}
    if reading.replay is None or not by_id:
        return {}
    rows = Period.objects.filter(replay=reading.replay, promise__in=list(by_id))
    place = Window(DenseRank(), partition_by="promise", order_by="-begins_at")  # of thousands, few
    found: dict[str, list[PeriodRow]] = {id: [] for id in by_id}
    for row in rows.alias(place=place).filter(place__lte=most).order_by("-begins_at", "member"):
        found[row.promise].append(period_row(row, by_id[row.promise], reading, names))
    return {id: tuple(rows) for id, rows in found.items()}


def period_row(row: Period, promise: PeriodPromise, reading: Reading, names: Names) -> PeriodRow:
    """One period as doors show it."""
    begins = day_of(row.begins_at, zone_of_promise(promise, reading))
    return PeriodRow(
        promise=row.promise,
        label=period_label(promise.each, begins),
        begins=begins,
        begins_at=row.begins_at,
        ends_at=row.ends_at,
        member=named(row.member, names.members) if row.member else None,
        state=row.state,
        value=row.reached / row.base if promise.is_rate and row.base else row.reached,
        target=row.target,
        is_rate=promise.is_rate,
        unit=reading.agreement.currency if promise.sum and reading.agreement else "",
        reached=row.reached,
        base=row.base,
        passed=row.passed,
    )


def zone_of_promise(promise: PeriodPromise, reading: Reading) -> tzinfo:
    """The zone of the promise's own calendar, in which its periods begin."""
    calendar = reading.agreement and reading.agreement.at(f"calendars.{promise.calendar}")
    if isinstance(calendar, Calendar):
        return ZoneInfo(str(calendar.definition["timezone"]))
    return reading.basis.tz


def period_label(each: str, begins: date) -> str:
    """What a period is called: "Q1 2026", by its first day."""
    if each == "quarter":
        return f"Q{(begins.month + 2) // 3} {begins.year}"
    if each == "week":
        return f"week of {day_label(begins)}"
    return {"day": day_label(begins), "month": f"{begins:%B %Y}"}.get(each, str(begins.year))
