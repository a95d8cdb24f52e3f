"""The funnel: how many leads entered each stage, and which share of a cohort went on.

The main path is the stages, in the agreement's order, that lead toward a sale: those with an
entry criterion that do not end the matter as lost or out. Where the path branches, each stage is
compared with the one that it comes from, so the rows of two branches do not add up to a chain.

Two things that are often mixed up are kept apart. **Cohort** numbers (`entered`, `of_previous`,
`of_first`) follow the leads that first entered a stage in a period, wherever they are now. The
**snapshot** (`there`) counts who stands at the stage at the replay's instant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from interlock.agreement.schema import Agreement, Side, Stage
from interlock.insight.attainment import Rate, rate

ENTERED, THERE, REACHED = "entered", "there", "reached"


def reached(stage: str) -> str:
    """What is counted of a cohort that later reached `stage`."""
    return f"{REACHED} {stage}"


@dataclass(frozen=True)
class FunnelRow:
    """One stage of one cohort. `follows` is the stage that it is compared with ("": the first).

    `of_previous`: of those who entered `follows` in the period, how many entered this stage then
    or later. `of_first`: the same, of those who entered the first stage. None at the first stage.
    `others`: how many entered this stage without having been at `follows` before; meant for all
    weeks together, since those who enter both in different weeks are of two cohorts.
    """

    stage: str
    name: str
    side: Side
    outcome: str
    follows: str
    entered: int
    there: int
    of_previous: Rate | None
    of_first: Rate | None
    others: int = 0


@dataclass(frozen=True)
class FunnelGroup:
    """The funnel of one source, tier, owner, week or month ("" where there is none), or of all.

    `key` of a week is its Monday and of a month its first day, as ISO dates.
    """

    key: str
    label: str
    rows: tuple[FunnelRow, ...]


def main_path(agreement: Agreement) -> tuple[Stage, ...]:
    """The stages that lead toward a sale, in the agreement's order."""
    return tuple(
        stage
        for stage in agreement.stages
        if stage.enter is not None and stage.outcome in ("", "won")
    )


def beside(agreement: Agreement) -> tuple[Stage, ...]:
    """The stages that are not on the main path, in the agreement's order."""
    path = main_path(agreement)
    return tuple(stage for stage in agreement.stages if stage not in path)


def follows(stage: Stage, path: tuple[Stage, ...]) -> Stage | None:
    """The last stage of `path` before `stage` that it may come from; None for a first stage."""
    before = path[: path.index(stage)]
    return next((other for other in reversed(before) if other.id in stage.comes_from), None)


def funnel_rows(
    path: tuple[Stage, ...], counted: Mapping[tuple[str, str], int]
) -> tuple[FunnelRow, ...]:
    """The rows of one funnel from how many, by (stage id, what is counted)."""
    return tuple(_row(stage, path, counted) for stage in path)


def _row(
    stage: Stage, path: tuple[Stage, ...], counted: Mapping[tuple[str, str], int]
) -> FunnelRow:
    previous = follows(stage, path)

    def conversion(start: Stage) -> Rate:
        return rate(
            counted.get((start.id, reached(stage.id)), 0), counted.get((start.id, ENTERED), 0)
        )

    of_previous = conversion(previous) if previous else None
    entered = counted.get((stage.id, ENTERED), 0)
    return FunnelRow(
        stage=stage.id,
        name=stage.name,
        side=stage.owner,
        outcome=stage.outcome,
        follows=previous.id if previous else "",
        entered=entered,
        there=counted.get((stage.id, THERE), 0),
        of_previous=of_previous,
        of_first=conversion(path[0]) if stage is not path[0] else None,
        others=max(0, entered - of_previous.numerator) if of_previous else 0,
    )
