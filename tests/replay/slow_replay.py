"""A replay as definitions.md reads, with objects and plain loops: stages, and every promise.

`oracle.Version` knows what one version of the agreement reads in the facts; here leads go from
stage to stage, under the version that counts at each fact.
"""

from __future__ import annotations

import re
from collections import Counter

from interlock.agreement.criterion import Criterion
from interlock.agreement.schema import Agreement, EventPromise
from interlock.agreement.timeline import FOR_EVER, Timeline, always, words
from tests.replay.oracle import (
    Moment,
    OracleObligation,
    OracleStep,
    OracleVisit,
    Version,
    is_a,
    unified,
    whole,
)
from tests.replay.oracle_calendars import NEVER
from tests.replay.tables import Row


class Oracle:
    """One replay of rows under an agreement, or under one version after the other."""

    def __init__(self, agreement: Agreement | Timeline, rows: list[Row], as_of: int) -> None:
        versions, rows = always(agreement), unified(rows, as_of)
        ends = [*(version.since for version in versions[1:]), FOR_EVER]
        self.versions = [
            Version(version, until, rows, as_of)
            for version, until in zip(versions, ends, strict=True)
        ]
        self.visits: list[OracleVisit] = []
        self.obligations: list[OracleObligation] = []
        self.steps: list[OracleStep] = []
        self.entries: dict[str, list[tuple[int, OracleVisit]]] = {}
        now = [version.agreement for version in versions if version.since <= as_of]
        self.findings: Counter[str] = Counter(
            [
                *(*closed_before_opened(rows), *absences_in_vain(rows)),
                *unheard_of(rows, now[-1] if now else versions[0].agreement),
            ]
        )
        for person in self.versions[0].moments:
            entries = self.entries[person] = self._stages(person)
            found = {
                (promise.id, owed.started, place): owed
                for version in self.versions
                for promise in version.agreement.event_promises
                for place, owed in enumerate(version.promise(person, promise, entries))
            }
            self.findings["never-due"] += sum(
                runs_for_nothing(version, promise, owed)
                for version in self.versions
                for promise in version.agreement.event_promises
                for owed in version.promise(person, promise, entries)
            )
            ids = words(versions).promises
            order = sorted(found, key=lambda key: (ids.index(key[0]), key[1], key[2]))
            self.obligations += [found[key] for key in order]
            steps = {
                (promise.id, told[0].started, place): told
                for version in self.versions
                for promise in version.agreement.event_promises
                for place, told in enumerate(version.steps(person, promise, entries))
                if told
            }
            self.steps += [step for key in order for step in steps.get(key, [])]

    @property
    def moments(self) -> dict[str, list[Moment]]:
        """Every person's moments, as the last version reads them."""
        return self.versions[-1].moments

    def holds(self, criterion: Criterion | None, moment: Moment) -> bool:
        """Whether the criterion holds at the moment, by CEL's evaluator."""
        return self.versions[-1].holds(criterion, moment)

    def _at(self, instant: int) -> Version:
        return next(version for version in self.versions if version.counts_at(instant))

    def _stages(self, person: str) -> list[tuple[int, OracleVisit]]:
        """The person's visits, each with the place of the moment that decided."""
        moments = self.versions[0].moments[person]
        found: list[tuple[int, OracleVisit]] = []
        here, away, since = "start", None, 0

        def enter(place: int, stage: str, *, skipped: bool = False, reason: str = "") -> None:
            nonlocal here
            now = moments[place]
            if found and found[-1][1].left is None:
                found[-1] = (found[-1][0], found[-1][1]._replace(left=now.at))
            left = now.at if skipped else None
            by = self.versions[0].member(now.row.get("member")) if now.kind == "decision" else ""
            came = "" if here == "start" else here
            visit = OracleVisit(person, stage, came, now.at, left, skipped, reason, by)
            found.append((place, visit))
            here = stage

        for place, fact in enumerate(moments):
            version = self._at(fact.at)
            now = version.moments[person][place]
            reasons = {reason.id: reason for reason in version.agreement.reasons}
            reason = reasons.get(version.reason(now))
            stays = reason is not None and here == reason.goes_to
            stage = version.agreement.stage(here)
            if reason and here != "start" and (stays or not (stage and stage.outcome)):
                if not stays:
                    enter(place, reason.goes_to, reason=reason.id)
                away, since = (version, reason.returns), now.at
                continue
            entered = {here}
            while True:
                waits = False
                if away and away[1]:
                    under, rule = away[0], away[1]
                    asked = under.moments[person][place]
                    early = now.at < since + rule.after_days * 86_400
                    waits = early or bool(rule.when and not under.holds(rule.when, asked))
                way = self._way_on(version, here, now, entered, waits=waits)
                if not way:
                    break
                for over in way[:-1]:
                    enter(place, over, skipped=True)
                enter(place, way[-1])
                entered.add(here)
                away = None
        self.visits += [visit for _, visit in found]
        self._reasonless(person, {place for place, _ in found})
        return found

    def _reasonless(self, person: str, moved: set[int]) -> None:
        """Counts the decisions that turn a lead away, and move nobody for want of a reason."""
        for place, now in enumerate(self.versions[0].moments[person]):
            away = now.kind == "decision" and now.row["kind"] in ("reject", "disqualify", "recycle")
            if away and place not in moved and not self._at(now.at).reason(now):
                said = now.row.get("reason") is not None
                self.findings["unknown-reason" if said else "no-reason"] += 1

    def _way_on(
        self, version: Version, here: str, now: Moment, entered: set[str], *, waits: bool
    ) -> list[str]:
        """The shortest way to a stage that can be entered now, over stages that may be skipped.

        A lead that waits may only come to an end, or go where a decision or a sale takes it.
        """
        stages = {stage.id: stage for stage in version.agreement.stages}
        ways = [[self._stands_at(version, here)]]
        for _ in stages:
            longer = [
                [*way, stage.id]
                for way in ways
                for stage in stages.values()
                if way[-1] in stage.comes_from and stage.enter and stage.id not in way
            ]
            for way in longer:
                stage = stages[way[-1]]
                text = stage.enter.text if stage.enter else ""
                free = stage.outcome or re.search(r"\b(decision|opportunity)\.", text)
                if waits and not free:
                    continue
                if way[-1] not in entered and version.holds(stage.enter, now):
                    return way[1:]
            ways = [way for way in longer if stages[way[-1]].may_skip]
        return []

    def _stands_at(self, version: Version, here: str) -> str:
        """The stage, or the one before it that the version still has."""
        had = [v for v in self.versions if v.since <= version.since and v.agreement.stage(here)]
        known = ["start", *(stage.id for stage in had[-1].agreement.stages)] if had else ["start"]
        while here != "start" and version.agreement.stage(here) is None:
            here = known[known.index(here) - 1]
        return here


def runs_for_nothing(version: Version, promise: EventPromise, owed: OracleObligation) -> bool:
    """Whether it is open, never falls due, and does not stand still."""
    if owed.due is not None or owed.state not in ("open", "warned"):
        return False
    paused = version.holds(promise.pauses_while, version.moments[owed.person][-1])
    return not paused and all(end != NEVER for _, end in version.away(owed.owner))


def closed_before_opened(rows: list[Row]) -> list[str]:
    ended = [row for row in rows if is_a(row, "opportunity") and row.get("status") != "open"]
    dated = [row for row in ended if row.get("closed_at") is not None]
    early = [row for row in dated if whole(row["closed_at"]) < whole(row["instant"])]
    return ["closed-before-opened" for _ in early]


def unheard_of(rows: list[Row], agreement: Agreement) -> list[str]:
    agreed = [None, *(calendar.id for calendar in agreement.calendars)]
    members = [row for row in rows if is_a(row, "member")]
    return ["unknown-calendar" for row in members if row.get("calendar") not in agreed]


def absences_in_vain(rows: list[Row]) -> list[str]:
    members = [row["id"] for row in rows if is_a(row, "member")]
    absences = [row for row in rows if is_a(row, "absence")]
    known = [row for row in absences if row["member"] in members]
    ended = [row for row in known if row["ends_at"] is not None]
    early = [row for row in ended if whole(row["ends_at"]) < whole(row["instant"])]
    unknown = len(absences) - len(known)
    return ["absence-reversed"] * len(early) + ["unknown-member"] * unknown
