"""Where leads pass a stage and are then turned away more often than others: weak points."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from interlock.insight.attainment import Rate, rate

FEWEST = 20
"""Leads below which a share says nothing yet."""


@dataclass(frozen=True)
class Passed:
    """Leads of one kind that entered a stage, and those of them that were turned away from it."""

    stage: str
    along: str
    value: str
    entered: int
    turned_away: int


@dataclass(frozen=True)
class WeakPoint:
    """A kind of leads that a stage lets in and that is then turned away: how often, against all.

    `along` is what the leads have in common (source, tier), `value` which one.
    """

    stage: str
    along: str
    value: str
    share: Rate
    of_all: Rate


def weak_points(rows: Iterable[Passed]) -> tuple[WeakPoint, ...]:
    """Kinds whose share lies above that of all leads of the stage with its whole 95 % interval.

    The one that costs most leads comes first.
    """
    every: dict[tuple[str, str], list[Passed]] = {}
    for row in rows:
        every.setdefault((row.stage, row.along), []).append(row)
    found = []
    for (stage, along), mine in every.items():
        of_all = rate(sum(r.turned_away for r in mine), sum(r.entered for r in mine))
        for row in mine:
            share = rate(row.turned_away, row.entered)
            sure = share.low is not None and of_all.value is not None and share.low > of_all.value
            if sure and row.entered >= FEWEST:
                found.append(WeakPoint(stage, along, row.value, share, of_all))
    return tuple(sorted(found, key=lambda each: -_excess(each)))


def _excess(point: WeakPoint) -> float:
    """How many more were turned away than of as many others."""
    return point.share.numerator - (point.of_all.value or 0.0) * point.share.denominator
