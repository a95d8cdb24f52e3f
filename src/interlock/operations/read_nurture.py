"""The nurture pool: who went back, why, and when each may return."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import BigIntegerField, Case, Count, F, Q, When
from django.db.models.expressions import CombinedExpression

from interlock.agreement.hours import DAY
from interlock.agreement.schema import Agreement, Reason
from interlock.operations.reading import Named, Reading
from interlock.operations.rows import account_in, leads_of, person_in
from interlock.replay.outcome import Instant
from interlock.store.models import Visit

MOST = 10
"""So many people are listed of those who may return next."""


@dataclass(frozen=True)
class Returning:
    """Somebody in the pool: why they went, since when, and the first instant of a return."""

    person: Named
    account: Named
    reason: Named
    since: Instant
    may_return: Instant


@dataclass(frozen=True)
class Pool:
    """Those of one reason: how many, how many may return already, and what has to be so for it."""

    reason: Named
    count: int
    may_return: int
    after_days: int
    condition: str


@dataclass(frozen=True)
class Nurture:
    """The pool by reason, the largest first, and who may return next, the soonest first.

    `next` are those whose time is still to come; of the others only the condition keeps them.
    """

    count: int = 0
    pools: tuple[Pool, ...] = ()
    next: tuple[Returning, ...] = ()


NOBODY_AWAY = Nurture()


def read_nurture(reading: Reading, now: Instant) -> Nurture:
    """Everybody who was sent away and can come back, as of `now` (UTC seconds). Three queries."""
    if reading.replay is None or reading.agreement is None:
        return NOBODY_AWAY
    returning = _returning(reading.agreement)
    if not returning:
        return NOBODY_AWAY
    stages = {reason.goes_to for reason in returning.values()}
    away = Visit.objects.filter(replay=reading.replay, stage__in=stages, left_at=None)
    away = away.filter(reason__in=list(returning)).annotate(may_return=_may_return(returning))
    counted = (
        away.order_by()
        .values("reason")
        .annotate(count=Count("pk"), free=Count("pk", Q(may_return__lte=now)))
    )
    pools = [_pool(returning[row["reason"]], row["count"], row["free"]) for row in counted]
    coming = away.filter(may_return__gt=now).order_by("may_return", "pk")
    rows = coming.values_list("person", "reason", "entered_at", "may_return")[:MOST]
    return Nurture(
        count=sum(pool.count for pool in pools),
        pools=tuple(sorted(pools, key=lambda pool: (-pool.count, pool.reason.name))),
        next=_named(rows, reading.replay, returning),
    )


def _may_return(returning: Mapping[str, Reason]) -> CombinedExpression:
    """The instant from which on somebody may come back, by their reason."""
    away = [When(reason=id, then=_days(reason) * DAY) for id, reason in returning.items()]
    return F("entered_at") + Case(*away, output_field=BigIntegerField())


def _returning(agreement: Agreement) -> dict[str, Reason]:
    """The reasons after which a lead may come back, by id."""
    return {reason.id: reason for reason in agreement.reasons if reason.returns}


def _days(reason: Reason) -> int:
    return reason.returns.after_days if reason.returns else 0


def _pool(reason: Reason, count: int, free: int) -> Pool:
    condition = reason.returns.when if reason.returns else None
    return Pool(
        reason=Named(reason.id, reason.name),
        count=count,
        may_return=free,
        after_days=_days(reason),
        condition=condition.sentence if condition else "",
    )


def _named(
    coming: Iterable[tuple[str, str, Instant, Instant]],
    replay: int,
    returning: Mapping[str, Reason],
) -> tuple[Returning, ...]:
    rows = list(coming)
    known = leads_of(replay, (row[0] for row in rows))
    return tuple(
        Returning(
            person=person_in(known, person),
            account=account_in(known, person),
            reason=Named(id, returning[id].name),
            since=since,
            may_return=at,
        )
        for person, id, since, at in rows
        if person in known
    )
