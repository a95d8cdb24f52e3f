"""What the data says against the agreement in force: who passes a stage and is then turned away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count

from interlock.insight.weak_points import Passed, WeakPoint, weak_points
from interlock.operations.reading import Reading, current
from interlock.store.models import Visit

ALONG = ("source", "tier")
"""What leads may have in common, as verdicts keep it."""

MOST = 8
"""Weak points shown; those that cost most."""


@dataclass(frozen=True)
class WeakPointLine:
    """A weak point, and what the stage and the value are called ("": leads that have none)."""

    point: WeakPoint
    stage: str
    value: str


def read_weak_points(reading: Reading | None = None) -> tuple[WeakPointLine, ...]:
    """The weak points of all stages, the dearest first. Two queries for each of `ALONG`."""
    now = reading or current()
    if now.replay is None or now.agreement is None:
        return ()
    names = {stage.id: stage.name for stage in now.agreement.stages}
    rows = [row for along in ALONG for row in _passed(now.replay, along, tuple(names))]
    found = weak_points(rows)[:MOST]
    tiers = {tier.id: tier.name for tier in now.agreement.tiers}
    return tuple(
        WeakPointLine(
            each,
            names[each.stage],
            tiers.get(each.value, each.value) if each.along == "tier" else each.value,
        )
        for each in found
    )


def _passed(replay: int, along: str, stages: tuple[str, ...]) -> Iterator[Passed]:
    """Leads by stage and value: those that entered, and those that a reason sent away from it.

    Each once, however often it came and went. Those without a value are leads too.
    """
    visits = Visit.objects.filter(replay=replay)
    entered = visits.filter(stage__in=stages).values_list("stage", along)
    away = visits.filter(came_from__in=stages).exclude(reason="").values_list("came_from", along)
    many = Count("person", distinct=True)
    turned = {(stage, value): n for stage, value, n in away.annotate(n=many).order_by()}
    for stage, value, n in entered.annotate(n=many).order_by():
        yield Passed(stage, along, value, n, turned.get((stage, value), 0))
