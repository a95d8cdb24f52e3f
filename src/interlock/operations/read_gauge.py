"""What the conflict gauge is made of: cases, contested rejections, remarks on clauses."""

from __future__ import annotations

from collections.abc import Iterator

from interlock.agreement.schema import Side
from interlock.insight.gauge import Gauge, Raised, gauge
from interlock.insight.instants import week_on
from interlock.operations.reading import Basis
from interlock.practice.disputes import Kind
from interlock.replay.outcome import Instant
from interlock.store.models import AgreementVersion, Case, Challenge, Remark

_YEAR = 400 * 86_400
"""Older ones are in no month that is counted."""
_OTHER = {Side.MARKETING: Side.SALES, Side.SALES: Side.MARKETING}


def read_gauge(basis: Basis, now: Instant) -> Gauge:
    """The gauge at the instant. Four queries."""
    days = AgreementVersion.objects.order_by("in_force_from").values_list(
        "in_force_from", flat=True
    )
    first = days.first()
    since = None if first is None else week_on(first, basis.tz)
    return gauge([*_raised(now - _YEAR)], since, now, basis.tz)


def _raised(since: Instant) -> Iterator[Raised]:
    disputes = Case.objects.exclude(kind=Kind.CONSEQUENCE).filter(opened_at__gte=since)
    for side, at, settled in disputes.values_list("side", "opened_at", "ruled_at"):
        yield Raised(side, at, settled)
    contested = Challenge.objects.filter(withdrawn_at=None, opened_at__gte=since)
    for owed_by, at, settled in contested.values_list("owed_by", "opened_at", "answered_at"):
        yield Raised(_OTHER.get(Side(owed_by), ""), at, settled)
    remarks = Remark.objects.filter(to=None, at__gte=since)
    for side, at, settled in remarks.values_list("side", "at", "settled_at"):
        yield Raised(side, at, settled)
