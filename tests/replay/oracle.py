"""What one version makes of the facts, as definitions.md reads: one person, one fact at a time.

Nothing of the engine is used but the public scalar methods of `WorkCalendar`, which have oracles of
their own, and CEL's own evaluator for criteria.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from interlock.agreement.criteria import Compiled, compile_criterion, evaluate_with_cel
from interlock.agreement.criterion import Criterion
from interlock.agreement.expression import ValueType
from interlock.agreement.schema import Duration, EventPromise, TimeUnit
from interlock.agreement.timeline import InForce
from interlock.agreement.vocabulary import ATTEMPT_KINDS, COUNTS, FACT_SCOPES, vocabulary
from interlock.facts.kinds import ACTIVITY_KINDS, DECISION_KINDS, KINDS, ColumnType
from interlock.replay.outcome import ABSENT
from tests.replay.oracle_calendars import (
    NEVER,
    Stretch,
    Turn,
    after_days,
    deadline,
    minus,
    open_time,
    part_of_days,
    stretches,
)
from tests.replay.tables import Row, Value

RANK = ("account", "person", "opportunity", "touch", "assignment", "activity", "decision", "close")


class OracleVisit(NamedTuple):
    """One stay at a stage."""

    person: str
    stage: str
    came_from: str
    entered: int
    left: int | None
    skipped: bool
    reason: str
    member: str


class OracleObligation(NamedTuple):
    """One instance of a promise."""

    person: str
    promise: str
    state: str
    started: int
    due: int | None
    kept: int | None
    ended: int | None
    variant: str
    owner: str
    earlier: int


class OracleStep(NamedTuple):
    """One escalation step of one obligation; `number` is its place in the promise."""

    person: str
    promise: str
    started: int
    number: int
    at: int | None
    state: str


@dataclass(eq=False)
class Moment:
    """A fact in a person's history, and what is known just after it."""

    at: int
    kind: str
    row: Row
    knows: dict[str, str | int | float | bool] = field(default_factory=dict)
    owner: str = ""


def unified(rows: list[Row], as_of: int) -> list[Row]:
    """The rows with every merged record's facts told of the record that it became."""
    known = {row["id"] for row in rows if is_a(row, "person")}
    merges = [row for row in rows if is_a(row, "merge") and whole(row["instant"]) <= as_of]
    became = {id: id for id in known}
    for merge in sorted(merges, key=lambda row: whole(row["instant"])):
        if {merge["person"], merge["into"]} <= known:
            goes, into = became[merge["person"]], became[merge["into"]]
            became = {id: into if now == goes else now for id, now in became.items()}
    if all(id == now for id, now in became.items()):
        return [row for row in rows if not is_a(row, "merge")]
    persons = [row for row in rows if is_a(row, "person")]
    begins = {id: min(whole(r["instant"]) for r in persons if r["id"] == id) for id in known}
    told: list[Row] = []
    for row in rows:
        if is_a(row, "person"):
            into = became[row["id"]]
            if into == row["id"] or whole(row["instant"]) < begins[into]:
                told.append({**row, "id": into})
        elif "person" in row and not is_a(row, "merge"):
            told.append({**row, "person": became.get(row["person"], row["person"])})
        elif not is_a(row, "merge"):
            told.append(row)
    return told


def histories(rows: list[Row], as_of: int) -> Iterator[tuple[str, list[Moment]]]:
    """Every known person with the moments up to `as_of`, in order of the first appearance."""
    persons = [row for row in rows if row["kind_of_fact"] == "person"]
    for id in dict.fromkeys(str(row["id"]) for row in persons):
        found = [moment for moment in _moments(rows, id) if moment.at <= as_of]
        found.sort(key=lambda moment: (moment.at, RANK.index(moment.kind)))
        found = [m for m in found if m.kind != "account" or _belongs(found, m)]
        if found:
            yield id, found


def _moments(rows: list[Row], person: str) -> Iterator[Moment]:
    roles = {
        r["opportunity"] for r in rows if r.get("person") == person and is_a(r, "contact_role")
    }
    accounts = {row.get("account") for row in rows if is_a(row, "person") and row["id"] == person}
    for row in rows:
        at, kind = whole(row["instant"]), str(row["kind_of_fact"])
        if kind == "person" and row["id"] == person:
            yield Moment(at, kind, row)
        if kind in ("touch", "assignment", "activity", "decision") and row["person"] == person:
            yield Moment(at, kind, row)
        if kind == "account" and row["id"] in accounts and at != ABSENT:
            yield Moment(at, kind, row)
        if kind == "opportunity" and (row.get("person") == person or row["id"] in roles):
            yield Moment(at, kind, row)
            if row.get("status", "open") != "open" and row.get("closed_at") is not None:
                yield Moment(max(at, whole(row["closed_at"])), "close", row)


def _belongs(moments: list[Moment], news: Moment) -> bool:
    before = moments[: next(place for place, m in enumerate(moments) if m is news)]
    known = [m.row for m in before if m.kind == "person"]
    return bool(known) and known[-1].get("account") == news.row["id"]


def is_a(row: Row, kind: str) -> bool:
    """Whether it is a fact of that kind."""
    return row["kind_of_fact"] == kind


def whole(value: Value) -> int:
    """The value, of a column that has numbers alone."""
    assert isinstance(value, int)
    return value


class Version:
    """The rows as one version of the agreement reads them, and its promises."""

    def __init__(self, version: InForce, until: int, rows: list[Row], as_of: int) -> None:
        self.agreement, self.rows, self.as_of = version.agreement, rows, as_of
        self.since, self.until = version.since, until
        self.words = vocabulary(self.agreement.attributes, self.agreement.engagement.points)
        self.members = {str(row["id"]): row for row in rows if is_a(row, "member")}
        self.moments: dict[str, list[Moment]] = {}
        for person, moments in histories(rows, as_of):
            self.moments[person] = moments
            for place in range(len(moments)):
                self._learn(moments, place)

    def counts_at(self, at: int) -> bool:
        """Whether this is the version that counts then."""
        return self.since <= at < self.until

    def holds(self, criterion: Criterion | None, moment: Moment) -> bool:
        """Whether the criterion holds at the moment, by CEL's evaluator."""
        return criterion is not None and self._holds(criterion.text, _read_at(moment, criterion))

    def _holds(self, text: str, values: Mapping[str, str | int | float | bool]) -> bool:
        return evaluate_with_cel(_compiled(text, tuple(self.words.items())), values) is True

    # --- what is known ------------------------------------------------------------------------

    def _learn(self, moments: list[Moment], place: int) -> None:
        now, past = moments[place], moments[: place + 1]
        known: dict[str, Value] = {}
        person = next((m.row for m in reversed(past) if m.kind == "person"), None)
        if person is not None:
            known |= _columns("person", person)
            known |= self._account(person.get("account"), past)
        known |= _counts(past)
        kinds = [str(m.row["kind"]) for m in past if m.kind == "touch"]
        known |= {f"touches.{k}": kinds.count(k) for k in self.agreement.engagement.points}
        if now.kind in FACT_SCOPES or now.kind == "close":
            known |= _at_hand(now)
        now.knows = {path: v for path, v in known.items() if v is not None and path in self.words}
        now.knows["engagement"] = self._engagement(past)
        now.knows["fit"] = self._fit(now)
        given = [m.row.get("member") for m in past if m.kind == "assignment"]
        now.owner = str(given[-1]) if given and given[-1] in self.members else ""

    def _account(self, id: Value, past: list[Moment]) -> dict[str, Value]:
        """The version of the account that was true: the last one seen, or else by its date."""
        now = past[-1]
        if now.kind == "account":
            return _columns("account", now.row)
        rows = [row for row in self.rows if is_a(row, "account") and row["id"] == id]
        true = [row for row in rows if whole(row["instant"]) <= now.at]
        true.sort(key=lambda row: whole(row["instant"]))
        return _columns("account", true[-1]) if true else {}

    def _engagement(self, past: list[Moment]) -> float:
        scoring, now = self.agreement.engagement, past[-1].at
        half_life = scoring.half_life_days * 86_400
        touches = [m for m in past if m.kind == "touch"]
        worth = [(m.at, scoring.points.get(str(m.row["kind"]), 0)) for m in touches]
        left = [points * math.pow(0.5, (now - at) / half_life) for at, points in worth]
        return round(sum(left), 6)

    def _fit(self, now: Moment) -> float:
        fit = self.agreement.fit
        total = sum(each.points for each in fit.points if self._holds(each.when.text, now.knows))
        return float(total if fit.cap is None else min(total, fit.cap))

    # --- decisions ----------------------------------------------------------------------------

    def reason(self, now: Moment) -> str:
        """The id of the reason that a decision gives, or nothing."""
        if now.kind != "decision" or now.row.get("reason") is None:
            return ""
        fitting = [r for r in self.agreement.reasons if now.row["kind"] in r.for_]
        found = [r.id for r in fitting if r.id == now.row["reason"]]
        found += [r.id for r in fitting if r.name == now.row["reason"]]
        return found[0] if found else ""

    def member(self, id: Value) -> str:
        """The member, if it is one."""
        return str(id) if id in self.members else ""

    # --- promises -----------------------------------------------------------------------------

    def promise(
        self, person: str, promise: EventPromise, entries: list[tuple[int, OracleVisit]]
    ) -> Iterator[OracleObligation]:
        """The obligations that began while this version counted."""
        moments = self.moments[person]
        for place, passed in self.starts(promise, moments, entries):
            if self.counts_at(moments[place].at):
                yield self._obligation(person, promise, moments, place, passed=passed)

    def steps(
        self, person: str, promise: EventPromise, entries: list[tuple[int, OracleVisit]]
    ) -> Iterator[list[OracleStep]]:
        """The escalation steps of each of these obligations."""
        moments = self.moments[person]
        for place, passed in self.starts(promise, moments, entries):
            if self.counts_at(at := moments[place].at):
                found = enumerate(self._steps(promise, moments, place, passed=passed))
                yield [OracleStep(person, promise.id, at, n, *step) for n, step in found]

    def _steps(
        self, promise: EventPromise, moments: list[Moment], place: int, *, passed: bool
    ) -> Iterator[tuple[int | None, str]]:
        """When each step comes, and what came of it."""
        variant = next((v for v in promise.variants if self.holds(v.when, moments[place])), None)
        budget = variant.within if variant else promise.within
        over = [m for m in self.firsts(promise, moments, place, passed=passed) if m]
        stands = self.holds(promise.pauses_while, moments[-1])
        if budget.unit != TimeUnit.ELAPSED:
            owner = self.of_side(promise, moments[-1].owner)
            stands |= any(end == NEVER for _, end in self.away(owner))
        run = _before_the_first(moments, over, place)
        for step in promise.escalation:
            at = self._due(promise, budget, step.at, run, place)
            if at is None:
                yield at, "coming" if stands and not over else "never"
            else:
                waits = "reached" if at <= self.as_of else "coming"
                yield at, "never" if any(moment.at <= at for moment in over) else waits

    def firsts(
        self, promise: EventPromise, moments: list[Moment], place: int, *, passed: bool
    ) -> tuple[Moment | None, Moment | None]:
        """The first moment that keeps it, and the first at which nothing is owed any more."""
        begin = place if passed else place + 1
        before = moments[begin - 1] if begin else None
        kept = (m for m in moments[begin:] if self._keeps(promise.kept_by, m, before))
        void = (m for m in moments[place:] if self.holds(promise.void_when, m))
        return next(kept, None), next(void, None)

    def starts(
        self, promise: EventPromise, moments: list[Moment], entries: list[tuple[int, OracleVisit]]
    ) -> list[tuple[int, bool]]:
        """The places of the moments that start it, and which passed a stage that was skipped."""
        if promise.starts.enters:
            return [(p, v.skipped) for p, v in entries if v.stage == promise.starts.enters]
        held = [self.holds(promise.starts.when, moment) for moment in moments]
        assert promise.starts.when is not None
        if not any(f"{scope}." in promise.starts.when.text for scope in FACT_SCOPES):
            held = [now and not before for before, now in zip([False, *held], held, strict=False)]
        return [(place, False) for place, now in enumerate(held) if now]

    def _obligation(
        self, person: str, promise: EventPromise, moments: list[Moment], place: int, *, passed: bool
    ) -> OracleObligation:
        start = moments[place]
        variant = next((v for v in promise.variants if self.holds(v.when, start)), None)
        budget = variant.within if variant else promise.within
        kept, void = self.firsts(promise, moments, place, passed=passed)
        run = _before_the_first(moments, [m for m in (kept, void) if m], place)
        due = self._due(promise, budget, 1.0, run, place)
        if void and due is not None and void.at > due:
            void = None  # too late: what is broken stays so
        if kept and void and moments.index(void) >= moments.index(kept):
            void = None
        if void:
            state, settled, kept = "void", void, None
        elif kept and (due is None or kept.at <= due):
            state, settled = "kept", kept
        else:
            state = "kept late" if kept else self._waiting(promise, budget, due, moments, place)
            until = self.as_of if due is None else min(due, self.as_of)
            settled = [m for m in moments[place:] if m.at <= until or m is start][-1]
        owner = self.of_side(promise, settled.owner)
        if kept and not owner and kept.kind in ("activity", "decision"):
            owner = self.of_side(promise, self.member(kept.row.get("member")))
        instants = start.at, due, kept.at if kept else None, void.at if void else None
        too_early = [m for m in moments[: place if passed else place + 1] if m.at == start.at]
        earlier = sum(m.kind in ("activity", "decision") for m in too_early)
        chosen = variant.id if variant else ""
        return OracleObligation(person, promise.id, state, *instants, chosen, owner, earlier)

    def _keeps(self, kept_by: Criterion, moment: Moment, before: Moment | None) -> bool:
        """Whether it keeps a promise whose clock counts what came after the moment `before`."""
        read = {**_read_at(moment, kept_by), **counts_since(moment, before)}
        return self._holds(kept_by.text, read)

    def _waiting(
        self,
        promise: EventPromise,
        budget: Duration,
        due: int | None,
        moments: list[Moment],
        place: int,
    ) -> str:
        if due is not None and self.as_of > due:
            return "broken"
        if promise.warn_at is None:
            return "open"
        early = self._due(promise, budget, promise.warn_at, moments, place)
        return "warned" if early is not None and self.as_of >= early else "open"

    def _due(
        self,
        promise: EventPromise,
        budget: Duration,
        share: float,
        moments: list[Moment],
        place: int,
    ) -> int | None:
        start, following = moments[place].at, [*moments[place + 1 :], None]
        pauses = [
            (now.at, then.at if then else NEVER)
            for now, then in zip(moments[place:], following, strict=True)
            if self.holds(promise.pauses_while, now)
        ]
        if budget.unit == TimeUnit.ELAPSED:
            return deadline(minus([(start, NEVER)], pauses), start, round(budget.amount * share))
        turns = self.turns(promise, moments, place)
        spans = open_time(turns)
        if budget.unit == TimeUnit.WORKING:
            return deadline(minus(spans, pauses), start, round(budget.amount * share))
        if share < 1:
            return part_of_days(turns, budget.amount, share, start, pauses)
        return after_days(turns, budget.amount * Fraction(str(share)), start, pauses)

    def turns(self, promise: EventPromise, moments: list[Moment], place: int) -> list[Turn]:
        """The calendar of whoever has the lead, from fact to fact."""
        ends = [*(moment.at for moment in moments[place + 1 :]), NEVER]
        return [
            Turn(now.at, end, self._hours(promise, self.of_side(promise, now.owner)))
            for now, end in zip(moments[place:], ends, strict=True)
            if now.at < end
        ]

    def _hours(self, promise: EventPromise, member: str) -> list[Stretch]:
        own = self.members.get(member, {}).get("calendar")
        known = own in [c.id for c in self.agreement.calendars]
        calendar = str(own) if known else promise.calendar
        return stretches(self.agreement, calendar, self.away(member))

    def away(self, member: str) -> list[tuple[int, int]]:
        """When the member's absences begin and end; NEVER where nobody knows."""
        return [
            (whole(row["instant"]), NEVER if row["ends_at"] is None else whole(row["ends_at"]))
            for row in self.rows
            if is_a(row, "absence") and row["member"] == member
        ]

    def of_side(self, promise: EventPromise, member: str) -> str:
        """The member, if of the owing side."""
        side = self.members[member].get("side", "sales") if member else ""
        return member if side == promise.owed_by.value else ""


def _before_the_first(moments: list[Moment], over: list[Moment], place: int) -> list[Moment]:
    """The moments by which a clock runs that starts at the place: those before it is over."""
    ends = min((moments.index(each) for each in over), default=len(moments))
    return moments[: max(ends, place + 1)]


_UNITS = {"JPY": 1}
"""Smallest units in a whole one, where they are not a hundred."""


def _columns(kind: str, row: Row) -> dict[str, Value]:
    values = {}
    for column in KINDS[kind].columns:
        value = row.get(column.name, column.default)
        values[f"{kind}.{column.name}"] = (
            value / _UNITS.get(str(row.get("currency")), 100)
            if column.type is ColumnType.MONEY and isinstance(value, int)
            else value
        )
    return values


def _at_hand(now: Moment) -> dict[str, Value]:
    if now.kind not in ("opportunity", "close"):
        return _columns(now.kind, now.row)
    known = _columns("opportunity", now.row)
    if now.kind == "opportunity":
        known |= {"opportunity.status": "open", "opportunity.closed_at": None}
        if now.row.get("status") in ("won", "lost"):
            known["opportunity.stage"] = None
    return known


def _read_at(moment: Moment, criterion: Criterion) -> Mapping[str, str | int | float | bool]:
    """What a criterion reads: at a close, of the opportunity only if it asks for its end."""
    end = ("opportunity.status", "opportunity.stage", "opportunity.closed_at")
    if moment.kind != "close" or any(path in criterion.text for path in end):
        return moment.knows
    return {path: v for path, v in moment.knows.items() if not path.startswith("opportunity.")}


def counts_since(moment: Moment, before: Moment | None) -> dict[str, int]:
    """The counts of what came after the moment `before`, by then."""
    return {
        path: value - (whole(before.knows[path]) if before else 0)
        for path, value in moment.knows.items()
        if path.partition(".")[0] in COUNTS and path != "opportunities.open"
        if isinstance(value, int)
    }


def _counts(past: list[Moment]) -> dict[str, Value]:
    of = {kind: [m.row for m in past if m.kind == kind] for kind in RANK}
    acts, decisions = of["activity"], of["decision"]
    attempts = [
        row
        for row in acts
        if row["kind"] in ATTEMPT_KINDS
        and row.get("direction", "outbound") == "outbound"
        and row.get("human", True)
    ]
    counts: dict[str, Value] = {
        "touches.any": len(of["touch"]),
        "activities.any": len(acts),
        "activities.attempts": len(attempts),
        "decisions.any": len(decisions),
        "assignments.any": len(of["assignment"]),
        "opportunities.created": len(of["opportunity"]),
        "opportunities.open": len(of["opportunity"]) - len(of["close"]),
    }
    for kind in ACTIVITY_KINDS:
        counts[f"activities.{kind}"] = sum(row["kind"] == kind for row in acts)
    for kind in DECISION_KINDS:
        counts[f"decisions.{kind}"] = sum(row["kind"] == kind for row in decisions)
    for status in ("won", "lost"):
        counts[f"opportunities.{status}"] = sum(r["status"] == status for r in of["close"])
    return counts


@lru_cache(maxsize=500)
def _compiled(text: str, words: tuple[tuple[str, ValueType], ...]) -> Compiled:
    found = compile_criterion(text, dict(words))
    assert isinstance(found, Compiled)
    return found
