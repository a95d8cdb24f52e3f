"""What a draft would have changed, in plain values: as pages show it and as it is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from interlock.insight.attainment import attainment, rate
from interlock.insight.goals import Reached
from interlock.insight.load import LoadChange
from interlock.insight.whatif import (
    Comparison,
    Flip,
    GoalChange,
    NumberChange,
    PromiseChange,
    StageChange,
)


@dataclass(frozen=True)
class Moved:
    """Leads that enter a stage under one text only: how many, and what became of them in fact.

    Shares are of those who were decided: accepted of all, won of won and lost. None: of nobody.
    """

    people: int
    accepted: int
    won: int
    lost: int
    open: int
    accepted_share: float | None
    won_share: float | None
    reasons: tuple[tuple[str, int], ...]
    pipeline: float
    revenue: float
    examples: tuple[str, ...]


@dataclass(frozen=True)
class StageTold:
    """One stage: leads that enter it today and then, by month, and those who move."""

    stage: str
    name: str
    before: int
    after: int
    months: tuple[tuple[str, int, int], ...]
    gained: Moved
    lost: Moved


@dataclass(frozen=True)
class PromiseTold:
    """One promise: the share kept today and then, and of how many."""

    promise: str
    name: str
    before: float | None
    after: float | None
    of_before: int
    of_after: int


@dataclass(frozen=True)
class ReachedTold:
    """What a goal wants in each period, and in how many `of` those that are decided it was reached.

    `unit` is what the target is counted in, "" of a share.
    """

    target: float
    unit: str
    each: str
    reached: int
    of: int


@dataclass(frozen=True)
class GoalTold:
    """One goal today and then; None: it is not measured."""

    goal: str
    name: str
    before: ReachedTold | None
    after: ReachedTold | None


@dataclass(frozen=True)
class LoadTold:
    """One member: leads a week in the busiest week and on average, and weeks over capacity."""

    member: str
    capacity: int | None
    peak_before: int
    peak_after: int
    mean_before: float
    mean_after: float
    over_before: int
    over_after: int


@dataclass(frozen=True)
class Told:
    """All of it. `most` is the stage that changes most, "" where none does."""

    sentence: str
    most: str
    touched: Moved
    stages: tuple[StageTold, ...]
    promises: tuple[PromiseTold, ...]
    goals: tuple[GoalTold, ...]
    load: tuple[LoadTold, ...]


def examples_of(shown: Told) -> Iterator[str]:
    """The keys of the people whom it gives as examples."""
    for stage in shown.stages:
        yield from (*stage.gained.examples, *stage.lost.examples)


def told(found: Comparison, names: Mapping[str, str], reasons: Mapping[str, str]) -> Told:
    """The comparison in plain values, with its sentence.

    `names` are members', by their keys, and `reasons` what reasons are called, by their ids.
    """
    stages = tuple(_stage(each, reasons) for each in found.stages)
    most = max(stages, key=_moves, default=None)
    promises = (*map(_promise, found.promises), *map(_number, found.numbers))
    goals = tuple(map(_goal, found.goals))
    moves = most is not None and _moves(most) > 0
    return Told(
        sentence=_sentence(most if moves else None, promises, goals),
        most=most.stage if most is not None and moves else "",
        touched=_moved(found.touched, reasons),
        stages=stages,
        promises=promises,
        goals=goals,
        load=tuple(_load(each, names) for each in found.load),
    )


def _moves(stage: StageTold) -> int:
    return stage.gained.people + stage.lost.people


def _stage(change: StageChange, reasons: Mapping[str, str]) -> StageTold:
    return StageTold(
        change.stage,
        change.name,
        change.total.before,
        change.total.after,
        tuple((month.month, month.before, month.after) for month in change.months),
        _moved(change.gained, reasons),
        _moved(change.lost, reasons),
    )


def _moved(flip: Flip, reasons: Mapping[str, str]) -> Moved:
    return Moved(
        flip.people,
        flip.accepted,
        flip.won,
        flip.lost,
        flip.open,
        rate(flip.accepted, flip.people).value,
        rate(flip.won, flip.won + flip.lost).value,
        tuple((reasons.get(reason, reason), count) for reason, count in flip.reasons),
        flip.pipeline,
        flip.revenue,
        flip.examples,
    )


def _promise(change: PromiseChange) -> PromiseTold:
    was, will = attainment(change.before), attainment(change.after)
    return PromiseTold(
        change.promise, change.name, was.value, will.value, was.denominator, will.denominator
    )


def _number(change: NumberChange) -> PromiseTold:
    was, will = (rate(each.kept, each.decided) for each in (change.before, change.after))
    return PromiseTold(
        change.promise, change.name, was.value, will.value, was.denominator, will.denominator
    )


def _goal(change: GoalChange) -> GoalTold:
    return GoalTold(change.goal, change.name, _reached(change.before), _reached(change.after))


def _reached(found: Reached | None) -> ReachedTold | None:
    if found is None:
        return None
    kept, of = found.periods.kept, found.periods.decided
    return ReachedTold(found.target, found.unit, found.each, kept, of)


def _load(change: LoadChange, names: Mapping[str, str]) -> LoadTold:
    was, will = change.before, change.after
    return LoadTold(
        member=names.get(change.member, change.member),
        capacity=change.capacity,
        peak_before=was.peak,
        peak_after=will.peak,
        mean_before=was.mean,
        mean_after=will.mean,
        over_before=was.weeks_over,
        over_after=will.weeks_over,
    )


def _sentence(
    stage: StageTold | None, promises: Iterable[PromiseTold], goals: Iterable[GoalTold]
) -> str:
    """What matters most, in a sentence."""
    if stage is not None:
        less = stage.before - stage.after
        way = f"{abs(less):,} {'fewer' if less > 0 else 'more'}" if less else "as many, but others"
        won = stage.lost.won
        cost = f" Of the {stage.lost.people:,} that fall away, {won:,} were won." if won else ""
        return (
            f"{stage.after:,} leads would have become {stage.name} instead of "
            f"{stage.before:,}: {way}.{cost}"
        )
    kept = ", ".join(each.name for each in promises if each.before != each.after)
    otherwise = [f"kept otherwise would have been: {kept}"] if kept else []
    otherwise += [said for each in goals if (said := _said(each))]
    if otherwise:
        return f"No lead moves; {'; '.join(otherwise)}."
    return "On this history nothing would have been otherwise."


def _said(goal: GoalTold) -> str:
    """How often it would have been reached, where that is another number of periods."""
    was, will = goal.before, goal.after
    if was is None or will is None or was.reached == will.reached:
        return ""
    periods = f"{will.of} {will.each}{'' if will.of == 1 else 's'}"
    return (
        f"{goal.name} would have been reached in {will.reached} of {periods} "
        f"instead of {was.reached}"
    )
