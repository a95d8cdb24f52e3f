"""Two replays of the same facts side by side: what another agreement would have changed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from interlock.agreement.expression import Name, ValueType
from interlock.facts.columns import Mask
from interlock.insight.attainment import Counts, counts
from interlock.insight.load import LoadChange, load_changes
from interlock.replay.kinds import DECISION, codes_in
from interlock.replay.moments import Moments
from interlock.replay.money import units_of
from interlock.replay.outcome import Instants, Numbers, Outcome, PeriodState, State

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
    at, in whole units of the agreement's currency.
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
    """One period promise under both agreements: how many periods are over, and kept.

    A promise that is in one of them only has no periods in the other.
    """

    promise: str
    name: str
    before: Kept
    after: Kept


@dataclass(frozen=True)
class Kept:
    """Periods that are over, and those of them that were kept."""

    over: int
    kept: int


@dataclass(frozen=True)
class Comparison:
    """What changes. Stages and promises of both agreements, in the order of the first.

    `promises` are those with a clock, `numbers` those of a number each period.

    `touched` are all leads that enter some stage under one agreement only, each once.
    """

    touched: Flip
    stages: tuple[StageChange, ...]
    promises: tuple[PromiseChange, ...]
    numbers: tuple[NumberChange, ...]
    load: tuple[LoadChange, ...]


@dataclass(frozen=True)
class Replayed:
    """One of the two: the index under its agreement, and what came of it."""

    moments: Moments
    outcome: Outcome

    @cached_property
    def fates(self) -> Fates:
        """What became of every lead in fact; worked out once, whatever it is held against."""
        return Fates(self.moments)


def compare(before: Replayed, after: Replayed) -> Comparison:
    """What the second agreement changes. Both are replays of the same facts, as of one instant."""
    fates = before.fates
    stages = _both([s.id for r in (before, after) for s in r.moments.agreement.stages])
    promises = _both([p.id for r in (before, after) for p in r.moments.agreement.event_promises])
    numbers = _both([p.id for r in (before, after) for p in r.moments.agreement.period_promises])
    return Comparison(
        touched=fates.of(_touched(stages, before, after)),
        stages=tuple(_stage(stage, before, after, fates) for stage in stages),
        promises=tuple(_promise(promise, before, after) for promise in promises),
        numbers=tuple(_number(promise, before, after) for promise in numbers),
        load=load_changes(
            (before.moments, before.outcome),
            (after.moments, after.outcome),
        ),
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
        was, will = (first_entries(each.outcome, stage) for each in (before, after))
        found |= (was == NEVER) != (will == NEVER)
    return found


def _stage(stage: str, before: Replayed, after: Replayed, fates: Fates) -> StageChange:
    was, will = (first_entries(each.outcome, stage) for each in (before, after))
    zone = before.moments.agreement.zone
    months = {each: (_months(entries, zone)) for each, entries in (("was", was), ("will", will))}
    every = sorted({*months["was"], *months["will"]})
    return StageChange(
        stage=stage,
        name=_name("stages", stage, before, after),
        total=Volume("", int((was != NEVER).sum()), int((will != NEVER).sum())),
        months=tuple(Volume(month, months["was"][month], months["will"][month]) for month in every),
        gained=fates.of((was == NEVER) & (will != NEVER)),
        lost=fates.of((was != NEVER) & (will == NEVER)),
    )


NEVER = np.iinfo(np.int64).max
"""Stands for the first entry of those who never entered."""


def first_entries(outcome: Outcome, stage: str) -> Instants:
    """When each person first entered the stage (UTC seconds); NEVER where they did not."""
    first = np.full(len(outcome.people), NEVER)
    places = np.flatnonzero(outcome.stages == stage)
    mine = np.isin(outcome.visits.stage, places)
    np.minimum.at(first, outcome.visits.person[mine], outcome.visits.entered[mine])
    return first


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
    was, will = (_counted(each.outcome, promise) for each in (before, after))
    return PromiseChange(promise, _name("promises", promise, before, after), was, will)


def _counted(outcome: Outcome, promise: str) -> Counts:
    owed = outcome.obligations
    mine = np.isin(owed.promise, np.flatnonzero(outcome.promises == promise))
    number = np.bincount(owed.state[mine], minlength=len(State))
    return counts((state.word, int(number[state])) for state in State)


def _number(promise: str, before: Replayed, after: Replayed) -> NumberChange:
    was, will = (_periods(each.outcome, promise) for each in (before, after))
    return NumberChange(promise, _name("promises", promise, before, after), was, will)


def _periods(outcome: Outcome, promise: str) -> Kept:
    mine = np.isin(outcome.periods.promise, np.flatnonzero(outcome.numbers == promise))
    state = outcome.periods.state[mine]
    kept = int((state == PeriodState.KEPT).sum())
    return Kept(kept + int((state == PeriodState.BROKEN).sum()), kept)


class Fates:
    """What became of every lead in fact, whatever the agreement says of it."""

    def __init__(self, moments: Moments) -> None:
        index = moments.index
        last = index.first[1:] - 1
        self.people = index.people
        self.reached = {
            word: moments.count(Name("opportunities", word, ValueType.INTEGER))[last] > 0
            for word in ("won", "lost", "open")
        }
        self.accepted = moments.count(Name("decisions", "accept", ValueType.INTEGER))[last] > 0
        self.reasons = _last_reasons(moments)
        self.pipeline, self.revenue = _money(moments)

    def of(self, chosen: Mask) -> Flip:
        """What became of the chosen ones."""
        won, lost = self.reached["won"] & chosen, self.reached["lost"] & chosen
        given = Counter(reason for reason in self.reasons[chosen].tolist() if reason)
        return Flip(
            people=int(chosen.sum()),
            accepted=int((self.accepted & chosen).sum()),
            won=int(won.sum()),
            lost=int((lost & ~won & ~self.reached["open"]).sum()),
            open=int((self.reached["open"] & chosen & ~won).sum()),
            reasons=tuple(given.most_common()),
            pipeline=float(self.pipeline[chosen].sum()),
            revenue=float(self.revenue[chosen].sum()),
            examples=tuple(map(str, self.people[chosen][:EXAMPLES])),
        )


def _last_reasons(moments: Moments) -> NDArray[np.object_]:
    """The reason given with each person's last decision that has one, in the words of the facts."""
    index, table = moments.index, moments.index.table("decision")
    found = np.full(len(index.people), "", dtype=object)
    column = table.columns.get("reason")
    if column is None or column.words is None:
        return found
    decided = np.flatnonzero(index.kind == DECISION)
    decided = decided[column.mask[index.row[decided]]]
    # moments are in order of person and time: the last one written counts
    found[index.person[decided]] = column.words[column.values[index.row[decided]]]
    return found


def _money(moments: Moments) -> tuple[Numbers, Numbers]:
    """What each main contact's opportunities were opened at, and won at, in whole units."""
    index, table = moments.index, moments.index.table("opportunity")
    opened, won = np.zeros(len(index.people)), np.zeros(len(index.people))
    amount, status = table.columns.get("amount"), table.columns.get("status")
    if amount is None or status is None or status.words is None:
        return opened, won
    person = codes_in(table.columns.get("person"), index.people, len(table))
    worth = np.where(amount.mask, amount.values / units_of(table)[: len(table)], 0.0)
    mine = person >= 0
    np.add.at(opened, person[mine], worth[mine])
    is_won = np.array([word == "won" for word in status.words])[status.values] & mine
    np.add.at(won, person[is_won], worth[is_won])
    return opened, won
