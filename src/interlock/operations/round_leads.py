"""Real leads that a round of the language test may ask about, each at each of its instants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from interlock.agreement.schema import Agreement, Stage
from interlock.operations.attributes import known_attributes
from interlock.practice.choosing import Candidate
from interlock.practice.parting import FITS
from interlock.replay.because import Condition, Value, condition
from interlock.replay.engine import columns_needed, decide
from interlock.replay.eras import Eras
from interlock.replay.index import build
from interlock.replay.kinds import ACTIVITY, PERSON, TOUCH
from interlock.replay.moments import Moments
from interlock.replay.nearness import nearness
from interlock.replay.outcome import ABSENT, Instant, Outcome
from interlock.store.facts import load_people
from interlock.store.models import FACTS, Lead

LATEST, LOOKED_AT = 3_000, 240
"""Of so many leads to whom something happened last, so many are looked at."""


@dataclass(frozen=True)
class Asked:
    """A lead at its instant: the stage that the agreement has it at ("": none), and why.

    `parts` has each clause's single conditions by the path of the clause: the sentence and whether
    it holds; `values` what they read, by path. `decides` are the paths of the stages at which, or
    beyond which, the lead had not been before: their conditions decide just then.
    """

    stage: str
    parts: dict[str, list[tuple[str, bool | None]]]
    values: dict[str, Value]
    decides: list[str]


class Sample:
    """Some leads, replayed under one agreement as of now."""

    def __init__(self, people: Sequence[str], agreement: Agreement, now: Instant) -> None:
        facts = load_people(people, columns_needed(agreement), known_attributes())
        eras = Eras.of(build(facts, now), agreement)
        outcome = decide(eras, now)
        self._moments: Moments = eras.at(now)
        self._agreement = agreement
        self._stages = [str(stage) for stage in outcome.stages]
        self._at_stage = _stages_at(self._moments, outcome)
        self._places: dict[tuple[str, Instant], int] = {}

    def candidates(self, stages: Sequence[Stage]) -> list[Candidate]:
        """Each lead at each instant at which it was at one of the stages, or before them all."""
        index, edges = self._moments.index, [each for each in stages if each.enter is not None]
        rows = self._shown_at(stages)
        if not len(rows) or not edges:
            return []
        near = [self._near(stage, stages, rows) for stage in edges]
        far = np.array([each for _, each in near])
        nearest, found = far.argmin(0), []
        for place, row in enumerate(rows.tolist()):
            person, at = str(index.people[index.person[row]]), int(index.at[row])
            which = int(nearest[place])
            if np.isfinite(far[which, place]):
                self._places[person, at] = row
                clause, held = f"stages.{edges[which].id}", bool(near[which][0][place])
                found.append(Candidate(person, at, clause, held, float(far[which, place])))
        return found

    def _shown_at(self, stages: Sequence[Stage]) -> NDArray[np.int64]:
        """The moments at which a lead may be shown: the last of their instant, of what is told."""
        index = self._moments.index
        place = self._place(self._at_stage, stages)
        there = (place >= 0) | (self._at_stage < 0)
        rows = np.flatnonzero(there & np.isin(index.kind, (TOUCH, ACTIVITY, PERSON)))
        instants = self._begins[rows]
        last = np.append(instants[1:] != instants[:-1], np.ones(min(len(rows), 1), bool))
        found: NDArray[np.int64] = rows[last]
        return found

    @cached_property
    def _begins(self) -> NDArray[np.int64]:
        """Of each moment the first moment of its person's instant."""
        whose, at = self._moments.index.person, self._moments.index.at
        fresh = (np.diff(whose, prepend=-1) != 0) | (np.diff(at, prepend=ABSENT) != 0)
        found: NDArray[np.int64] = np.maximum.accumulate(np.where(fresh, np.arange(len(at)), 0))
        return found

    def _place(self, codes: NDArray[np.int64], stages: Sequence[Stage]) -> NDArray[np.int64]:
        """The places of stages, given as codes, among these; -1 for others and for none."""
        places = {stage.id: place for place, stage in enumerate(stages)}
        table = np.array([*(places.get(each, -1) for each in self._stages), -1], np.int64)
        return table[codes]

    def _decides(
        self, stage: Stage, stages: Sequence[Stage], rows: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        """At which moments the lead had not been at the stage before, nor beyond it."""
        index = self._moments.index
        begins = self._begins[rows]
        first = begins == index.first[index.person[rows]]
        before = np.where(first, -1, self._at_stage[begins - 1])
        return self._place(before, stages) < stages.index(stage)

    def _near(
        self, stage: Stage, stages: Sequence[Stage], rows: NDArray[np.int64]
    ) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
        """Where its condition holds, and how far from the edge; infinitely where it is past."""
        assert stage.enter is not None  # noqa: S101 - as asked for
        read = self._moments.read_by(stage.enter, rows)
        held, far = nearness(stage.enter.expression, read, len(rows))
        return held, np.where(self._decides(stage, stages, rows), far, np.inf)

    def ask(self, chosen: Candidate, stages: Sequence[Stage]) -> Asked:
        """What the agreement says of one of the candidates."""
        row = self._places[chosen.person, chosen.at]
        at = np.array([row])
        parts: dict[str, list[tuple[str, bool | None]]] = {}
        values: dict[str, Value] = {}
        decides = []
        for stage in stages:
            if stage.enter is None:
                continue
            path, read = f"stages.{stage.id}", self._moments.read_by(stage.enter, at)
            leaves = _leaves(condition(stage.enter.expression, read))
            parts[path] = [(leaf.sentence, leaf.holds) for leaf in leaves]
            values |= {name: value for leaf in leaves for name, value in leaf.values}
            decides += [path] if self._decides(stage, stages, at)[0] else []
        parts[FITS] = [
            (points.when.sentence, bool(self._moments.holds_at(points.when, at)[0]))
            for points in self._agreement.fit.points
        ]
        code = int(self._at_stage[row])
        return Asked(self._stages[code] if code >= 0 else "", parts, values, decides)


def _leaves(whole: Condition) -> list[Condition]:
    return [leaf for part in whole.parts for leaf in _leaves(part)] if whole.parts else [whole]


def _stages_at(moments: Moments, outcome: Outcome) -> NDArray[np.int64]:
    """At each moment the stage that its lead was at just after it (-1: none yet)."""
    index, visits = moments.index, outcome.visits
    found = np.full(len(index), -1, np.int64)
    for person, stage, entered in zip(
        visits.person.tolist(), visits.stage.tolist(), visits.entered.tolist(), strict=True
    ):
        first, stop = int(index.first[person]), int(index.first[person + 1])
        found[first + np.searchsorted(index.at[first:stop], entered) : stop] = stage
    return found


def some_people(replay: int, seed: int) -> list[str]:
    """Keys of leads to look at: by lot, as many of each stage that leads are at, as far as it goes.

    Leads whose records were merged are left out: what was known then was about one of the records.
    """
    latest = Lead.objects.filter(replay=replay, last_at__isnull=False).order_by("-last_at", "-id")
    chance = np.random.default_rng(seed)
    by_stage: dict[str, list[str]] = {}
    pairs = list(latest.values_list("stage", "person")[:LATEST])
    merged = set(FACTS["merge"].objects.filter(live=True).values_list("into", flat=True))
    for place in chance.permutation(len(pairs)).tolist():
        stage, person = pairs[place]
        if person not in merged:
            by_stage.setdefault(stage, []).append(person)
    found: list[str] = []
    waiting = [by_stage[stage] for stage in sorted(by_stage)]
    while len(found) < LOOKED_AT and any(waiting):
        found += [people.pop() for people in waiting if people]
    return found[:LOOKED_AT]
