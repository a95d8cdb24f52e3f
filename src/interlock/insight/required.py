"""How many leads a revenue goal needs at each stage, worked back by the rates that were reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from interlock.agreement.schema import Agreement, Stage
from interlock.insight.attainment import Rate, rate
from interlock.insight.funnel import ENTERED, follows, main_path, reached

_A_HAIR = 1e-9
"""What is left over of a whole number by rounding."""


@dataclass(frozen=True)
class NeededAt:
    """How many leads have to enter a stage; of these such a share goes `on` (None: to no stage)."""

    stage: str
    name: str
    leads: int
    on: Rate | None


@dataclass(frozen=True)
class Needed:
    """What a revenue goal needs. `average` is what a sale brought; `stages` come in their order."""

    revenue: float
    average: float
    sales: int
    stages: tuple[NeededAt, ...]


def way_to_a_sale(agreement: Agreement) -> tuple[Stage, ...]:
    """The stages from the first to the sale, each with the one that it is compared with before."""
    path = main_path(agreement)
    at: Stage | None = next((stage for stage in path if stage.outcome == "won"), None)
    way: list[Stage] = []
    while at is not None:
        way.insert(0, at)
        at = follows(at, path)
    return tuple(way)


def required(
    revenue: float,
    average: float | None,
    way: tuple[Stage, ...],
    counted: Mapping[tuple[str, str], int],
) -> Needed | None:
    """The leads that are needed, from how many by (stage id, what is counted).

    None where nothing was sold yet, or nobody went on from a stage: no rate tells anything then.
    """
    if not average or not way:
        return None
    needed = revenue / average
    stages = [NeededAt(way[-1].id, way[-1].name, _whole(needed), None)]
    for stage, later in zip(way[-2::-1], way[:0:-1], strict=True):
        on = rate(
            counted.get((stage.id, reached(later.id)), 0), counted.get((stage.id, ENTERED), 0)
        )
        if not on.value:
            return None
        needed /= on.value
        stages.insert(0, NeededAt(stage.id, stage.name, _whole(needed), on))
    return Needed(revenue, average, _whole(revenue / average), tuple(stages))


def _whole(leads: float) -> int:
    return ceil(leads - _A_HAIR)
