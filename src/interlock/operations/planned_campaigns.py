"""Campaigns as the CRM has them: planned and not told of, or told of and cancelled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock

from interlock.agreement.schema import Agreement, Duration
from interlock.operations.staff import plain
from interlock.operations.working_hours import due_after
from interlock.practice.campaigns import ruling_campaigns
from interlock.replay.outcome import Instant
from interlock.store.bulk import among
from interlock.store.models import FACTS, CampaignNotice

_FURTHEST = 120
"""So many days before its first day a campaign's last day in time is looked for."""
_NOON = clock(12)


@dataclass(frozen=True)
class Planned:
    """A campaign to come that was not announced.

    `by` is the last day on which that is in time; None where no rule in force says how early.
    `is_late`: that day is over.
    """

    key: str
    name: str
    starts_on: date
    by: date | None
    is_late: bool


def planned(agreement: Agreement, now: Instant) -> tuple[Planned, ...]:
    """Those that begin after the instant, the next one first. Two queries.

    One is announced by its key, or by its name where it was announced before it was in the CRM.
    """
    told = list(CampaignNotice.objects.values_list("campaign", "name"))
    keys, names = {key for key, _ in told}, {plain(name) for _, name in told}
    rows = FACTS["campaign"].objects.filter(live=True, starts_at__gt=now).order_by("starts_at")
    rule, today = ruling_campaigns(agreement), datetime.fromtimestamp(now, agreement.zone).date()
    found = []
    for row in rows:
        name = row.name or row.key
        if row.key in keys or plain(name) in names or _is_cancelled(row.status):
            continue
        day = datetime.fromtimestamp(row.starts_at, agreement.zone).date()
        by = last_day(agreement, rule.within, day) if rule and rule.within else None
        found.append(Planned(row.key, name, day, by, is_late=by is not None and by < today))
    return tuple(found)


def cancelled_after_all(agreement: Agreement, now: Instant) -> list[CampaignNotice]:
    """Those that were announced by their key, are to begin, and are cancelled in the CRM.

    Of one that was announced by its name alone nobody knows for sure that it is the CRM's. Two
    queries.
    """
    today = datetime.fromtimestamp(now, agreement.zone).date()
    coming = CampaignNotice.objects.filter(called_off_at=None, starts_on__gte=today)
    told = [each for each in coming if each.campaign]
    keys = among({each.campaign for each in told})
    rows = FACTS["campaign"].objects.filter(live=True, key__in=keys) if told else ()
    cancelled = {row.key for row in rows if _is_cancelled(row.status)}
    return [each for each in told if each.campaign in cancelled]


def _is_cancelled(status: str | None) -> bool:
    return plain(status or "").startswith("cancel")


def is_in_time(agreement: Agreement, within: Duration, at: Instant, starts_on: date) -> bool:
    """Whether so much time lies between a notice and the first day, in whole days."""
    due = datetime.fromtimestamp(due_after(agreement, within, at), agreement.zone)
    return due.date() <= starts_on


def last_day(agreement: Agreement, within: Duration, starts_on: date) -> date:
    """The last day on which a notice is in time."""
    days = (starts_on - timedelta(days=back) for back in range(_FURTHEST))
    noon = ((day, int(datetime.combine(day, _NOON, agreement.zone).timestamp())) for day in days)
    found = (day for day, at in noon if is_in_time(agreement, within, at, starts_on))
    return next(found, starts_on - timedelta(days=_FURTHEST))
