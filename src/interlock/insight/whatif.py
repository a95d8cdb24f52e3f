"""Two replays of the same facts side by side: what another agreement would have changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from interlock.agreement.expression import Name, ValueType
from interlock.facts.columns import Mask
from interlock.facts.money import digits_of
from interlock.insight.attainment import Counts, Kept, counts
from interlock.insight.goals import Ledgers, Reached, goals_reached
from interlock.insight.load import LoadChange, Loads, load_changes, loads
from interlock.replay.contacts import closed_by
from interlock.replay.kinds import DECISION, codes_in, opened_by, with_status, with_word
from interlock.replay.moments import Moments
from interlock.replay.money import amounts_in
from interlock.replay.outcome import Codes, Instant, Instants, Numbers, Outcome, PeriodState, State
from interlock.replay.reasons import TURNING_AWAY

EXAMPLES = 5
"""So many people are named of those that flip."""


@dataclass(frozen=True)
class Volume:
    """Leads that entered a stage, each once, in the month of its first entry ("": in all)."""

    month: str
    before: int
    after: int


@dataclass(frozen=True)
class Flip:
    """Leads that enter a stage under one agreement only, and what became of them in fact.

    `accepted` are those whom sales accepted at some time. `won`, `lost` and `open` count those with
    an opportunity, by the best that came of it; `reasons` are given with the last decision that
    turned a lead away. `pipeline` and `revenue` are what their opportunities were opened at and won
    at by the replay's instant, in whole units of the agreement's currency; of others nothing.
    """

    people: int
    accepted: int
    won: int
    lost: int
    open: int
    reasons: tuple[tuple[str, int], ...]
    pipeline: float
    revenue: float
    examples: tuple[str, ...]


@dataclass(frozen=True)
class StageChange:
    """One stage under both agreements."""

    stage: str
    name: str
    total: Volume
    months: tuple[Volume, ...]
    gained: Flip
    lost: Flip


@dataclass(frozen=True)
class PromiseChange:
    """One event promise under both agreements; no counts where it is in one of them only."""

    promise: str
    name: str
    before: Counts
    after: Counts


@dataclass(frozen=True)
class NumberChange:
    """One period promise under both agreements: how many periods are decided, and kept.

    A promise that is in one of them only has no periods in the other.
    """

    promise: str
    name: str
    before: Kept
    after: Kept


@dataclass(frozen=True)
class GoalChange:
    """One goal under both agreements; None where one of them does not measure it."""

    goal: str
    name: str
    before: Reached | None
    after: Reached | None


@dataclass(frozen=True)
class Comparison:
    """What changes. Clauses of both agreements, in the order of the first.

    `promises` are those with a clock, `numbers` those of a number each period; `goals` are those
    that are measured.

    `touched` are all leads that enter some stage under one agreement only, each once.
    """

    touched: Flip
    stages: tuple[StageChange, ...]
    promises: tuple[PromiseChange, ...]
    numbers: tuple[NumberChange, ...]
    goals: tuple[GoalChange, ...]
    load: tuple[LoadChange, ...]


@dataclass(frozen=True)
class Replayed:
    """One of the two: the index under its agreement, and what came of it.

    What is counted of it is worked out once, whatever it is held against.
    """

    moments: Moments
    outcome: Outcome
    ledgers: Ledgers

    @cached_property
    def fates(self) -> Fates:
        """What became of every lead in fact."""
        return Fates(self.moments, self.outcome.as_of)

    @cached_property
    def entries(self) -> Mapping[str, Instants]:
        """When each person first entered each stage (UTC seconds); NEVER where they did not."""
        stays, back = self.outcome.visits, slice(None, None, -1)
        first = np.full((len(self.outcome.stages), len(self.outcome.people)), NEVER)
        # visits are in order of person and time: of several to one stage the first is written last
        first[stays.stage[back], stays.person[back]] = stays.entered[back]
        return dict(zip(map(str, self.outcome.stages), first, strict=True))

    def entered(self, stage: str) -> Instants:
        """The first entries of one stage, which the agreement may not have."""
        never = np.broadcast_to(np.int64(NEVER), len(self.outcome.people))
        return self.entries.get(stage, never)

    @cached_property
    def months(self) -> Mapping[str, Counter[str]]:
        """How many first entries each stage has in each month of the agreement's zone."""
        zone = self.moments.agreement.zone
        return {stage: _months(first, zone) for stage, first in self.entries.items()}

    @cached_property
    def counted(self) -> Mapping[str, Counts]:
        """The obligations of each promise with a clock, by state."""
        owed, ids = self.outcome.obligations, self.outcome.promises
        each = np.bincount(owed.promise * len(State) + owed.state, minlength=len(ids) * len(State))
        rows = each.reshape(len(ids), len(State)).tolist()
        return {
            str(id): counts((state.word, row[state]) for state in State)
            for id, row in zip(ids, rows, strict=True)
        }

    @cached_property
    def kept(self) -> Mapping[str, Kept]:
        """The periods of each promise of a number that are decided, and those kept."""
        rows, ids = self.outcome.periods, self.outcome.numbers
        kept, broken = (
            np.bincount(rows.promise[rows.state == state], minlength=len(ids)).tolist()
            for state in (PeriodState.KEPT, PeriodState.BROKEN)
        )
        return {str(id): Kept(k + b, k) for id, k, b in zip(ids, kept, broken, strict=True)}

    @cached_property
    def reached(self) -> Mapping[str, Reached]:
        """How often each goal was reached that is measured."""
        return goals_reached(self.moments, self.ledgers, self.outcome.first, self.outcome.as_of)

    @cached_property
    def loads(self) -> Loads:
        """What members of sales had to work on."""
        return loads(self.moments, self.outcome)


def compare(before: Replayed, after: Replayed) -> Comparison:
    """What the second agreement changes. Both are replays of the same facts, as of one instant."""
    fates = before.fates
    stages = _both([s.id for r in (before, after) for s in r.moments.agreement.stages])
    promises = _both([p.id for r in (before, after) for p in r.moments.agreement.event_promises])
    numbers = _both([p.id for r in (before, after) for p in r.moments.agreement.period_promises])
    goals = _both([g.id for r in (before, after) for g in r.moments.agreement.measured_goals])
    return Comparison(
        touched=fates.of(_touched(stages, before, after)),
        stages=tuple(_stage(stage, before, after, fates) for stage in stages),
        promises=tuple(_promise(promise, before, after) for promise in promises),
        numbers=tuple(_number(promise, before, after) for promise in numbers),
        goals=tuple(_goal(goal, before, after) for goal in goals),
        load=load_changes(before.loads, after.loads),
    )


def _both(ids: list[str]) -> list[str]:
    return list(dict.fromkeys(ids))


def _name(section: str, id: str, *replayed: Replayed) -> str:
    found = (each.moments.agreement.at(f"{section}.{id}") for each in replayed)
    return str(next((getattr(clause, "name", id) for clause in found if clause is not None), id))


def _touched(stages: list[str], before: Replayed, after: Replayed) -> Mask:
    """Who enters some stage under one agreement only."""
    found = np.zeros(len(before.outcome.people), bool)
    for stage in stages:
        found |= (before.entered(stage) == NEVER) != (after.entered(stage) == NEVER)
    return found


def _stage(stage: str, before: Replayed, after: Replayed, fates: Fates) -> StageChange:
    never_was, never_will = (each.entered(stage) == NEVER for each in (before, after))
    was, will = (each.months.get(stage, Counter()) for each in (before, after))
    return StageChange(
        stage=stage,
        name=_name("stages", stage, before, after),
        total=Volume("", was.total(), will.total()),
        months=tuple(Volume(month, was[month], will[month]) for month in sorted({*was, *will})),
        gained=fates.of(never_was & ~never_will),
        lost=fates.of(never_will & ~never_was),
    )


NEVER = np.iinfo(np.int64).max
"""Stands for the first entry of those who never entered."""


def _months(entries: Instants, zone: tzinfo) -> Counter[str]:
    """How many entries lie in each month of the zone; what never was lies in none."""
    found = np.sort(entries[entries != NEVER])
    if not len(found):
        return Counter()
    begins = _month_begins(int(found[0]), int(found[-1]), zone)
    places = np.searchsorted(found, [begin for _, begin in begins])
    return Counter(
        {
            month: int(until - since)
            for (month, _), since, until in zip(begins, places, places[1:], strict=False)
            if until > since
        }
    )


def _month_begins(first: int, last: int, zone: tzinfo) -> list[tuple[str, int]]:
    """Each month from that of the first instant to the one after the last, and when it begins."""
    day = datetime.fromtimestamp(first, zone).date().replace(day=1)
    found = [(f"{day:%Y-%m}", _begin(day, zone))]
    while found[-1][1] <= last:
        day = (day + timedelta(days=31)).replace(day=1)
        found.append((f"{day:%Y-%m}", _begin(day, zone)))
    return found


def _begin(day: date, zone: tzinfo) -> int:
    return int(datetime.combine(day, time(), zone).timestamp())


def _promise(promise: str, before: Replayed, after: Replayed) -> PromiseChange:
    was, will = (each.counted.get(promise, counts(())) for each in (before, after))
    return PromiseChange(promise, _name("promises", promise, before, after), was, will)


def _number(promise: str, before: Replayed, after: Replayed) -> NumberChange:
    was, will = (each.kept.get(promise, Kept(0, 0)) for each in (before, after))
    return NumberChange(promise, _name("promises", promise, before, after), was, will)


def _goal(goal: str, before: Replayed, after: Replayed) -> GoalChange:
    was, will = (each.reached.get(goal) for each in (before, after))
    return GoalChange(goal, _name("goals", goal, before, after), was, will)


class Fates:
    """What became of every lead in fact by an instant, whatever the agreement says of it."""

    def __init__(self, moments: Moments, as_of: Instant) -> None:
        index = moments.index
        last = index.first[1:] - 1
        self.people = index.people
        self.reached = {
            word: moments.count(Name("opportunities", word, ValueType.INTEGER))[last] > 0
            for word in ("won", "lost", "open")
        }
        self.accepted = moments.count(Name("decisions", "accept", ValueType.INTEGER))[last] > 0
        self.reasons, self.words = _last_reasons(moments)
        self.pipeline, self.revenue = _money(moments, as_of)

    def of(self, chosen: Mask) -> Flip:
        """What became of the chosen ones."""
        those = np.flatnonzero(chosen)
        won, lost, open_ = (self.reached[word][those] for word in ("won", "lost", "open"))
        given = np.bincount(self.reasons[those] + 1, minlength=len(self.words) + 1)[1:].tolist()
        counted = ((str(w), many) for w, many in zip(self.words, given, strict=True) if w and many)
        return Flip(
            people=len(those),
            accepted=int(self.accepted[those].sum()),
            won=int(won.sum()),
            lost=int((lost & ~won & ~open_).sum()),
            open=int((open_ & ~won).sum()),
            reasons=tuple(sorted(counted, key=lambda each: (-each[1], each[0]))),
            pipeline=float(self.pipeline[those].sum()),
            revenue=float(self.revenue[those].sum()),
            examples=tuple(map(str, self.people[those[:EXAMPLES]])),
        )


def _last_reasons(moments: Moments) -> tuple[Codes, NDArray[np.object_]]:
    """The last reason with which each person was turned away (-1: none), and the words."""
    index, table = moments.index, moments.index.table("decision")
    found = np.full(len(index.who), -1, np.int32)
    column = table.columns.get("reason")
    if column is None or column.words is None:
        return found, np.empty(0, object)
    decided = moments.shared.few_moments_of(DECISION)
    says = column.mask & with_word(table, "kind", TURNING_AWAY)
    decided = decided[says[index.row[decided]]]
    # moments are in order of person and time: the last one written counts
    found[index.person[decided]] = column.values[index.row[decided]]
    return found, column.words


def _money(moments: Moments, as_of: Instant) -> tuple[Numbers, Numbers]:
    """What the opportunities of each main contact were opened at by then, and won at."""
    index, table = moments.index, moments.index.table("opportunity")
    currency = moments.agreement.currency
    worth = amounts_in(table, currency) / 10.0 ** digits_of(currency)
    contact = codes_in(table.columns.get("person"), index.people, len(table))
    opened = opened_by(table, as_of) & (contact >= 0)
    won = opened & closed_by(table, as_of) & with_status(table, ("won",))
    pipeline, revenue = np.zeros(len(index.who)), np.zeros(len(index.who))
    np.add.at(pipeline, contact[opened], worth[opened])
    np.add.at(revenue, contact[won], worth[won])
    return pipeline, revenue
