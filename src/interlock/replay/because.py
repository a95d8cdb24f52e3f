"""Because: why one verdict of one person is what it is.

An explanation is made from the very columns that decided: the criterion is taken apart at its
"and"s and "or"s, and each part is evaluated at the verdict's moment by the same evaluator. Nothing
here decides anything.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from interlock.agreement.criterion import Criterion
from interlock.agreement.expression import Call, Expression, names
from interlock.agreement.hours import DAY
from interlock.agreement.phrases import phrase
from interlock.agreement.schema import Agreement, EventPromise, Reason, Stage
from interlock.replay.calendars import ALWAYS
from interlock.replay.delays import Split, splits
from interlock.replay.eras import Eras
from interlock.replay.escalations import Step, steps_of
from interlock.replay.evaluate import ColumnOf, evaluate
from interlock.replay.kinds import KINDS, TOUCH, table_of
from interlock.replay.moments import Moments
from interlock.replay.outcome import ABSENT, Instant, Instants, Outcome, State
from interlock.replay.promises import counted_from, turns_of
from interlock.replay.workdaytable import DayRow

Value = str | int | float | bool | None


@dataclass(frozen=True)
class FactRef:
    """A fact of the store: its kind, its row and when it happened (UTC seconds).

    `kind` "close" is the end of an opportunity.
    """

    kind: str
    row: int
    at: Instant


@dataclass(frozen=True)
class Condition:
    """One part of a criterion at one moment.

    `holds` is None where it cannot be known. `values` are the variables that it reads, by path.
    A part made of others has them in `parts`, joined by `joined` ("and" or "or").
    """

    sentence: str
    holds: bool | None
    values: tuple[tuple[str, Value], ...] = ()
    joined: str = ""
    parts: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class ScoreRow:
    """One line of a score: what gave points, how many, and when (None: an attribute)."""

    what: str
    points: float
    at: Instant | None


@dataclass(frozen=True)
class Because:
    """Why: the clause (`stages.mql`), its version, the fact that decided, and the conditions."""

    clause: str
    version: str
    says: str
    fact: FactRef | None
    conditions: Condition | None
    fit: tuple[ScoreRow, ...] = ()
    engagement: tuple[ScoreRow, ...] = ()


@dataclass(frozen=True)
class ExplainedVisit:
    """A stay at a stage, with its because. Ids as in the agreement; "" where there is none.

    `cited`: the clause that its reason cites, as it stood when the reason was given.
    """

    stage: str
    came_from: str
    entered: Instant
    left: Instant | None
    skipped: bool
    reason: str
    member: str
    because: Because
    cited: Because | None = None


@dataclass(frozen=True)
class ExplainedObligation:
    """An obligation with its becauses: why it started, why it was kept or void, and its clock.

    `timed_because` says which leads have the time of its variant; None where it has the promise's.

    `clock` has a row for each local day from the start to `until`: when it was kept or void, when a
    broken one fell due, or the replay's instant while it runs. The seconds add up to `spent`.
    A day on which the lead was handed over has a row for each calendar. Empty where the promise
    counts elapsed time. `calendars` are those that it went by, in turn.
    `steps`: who is told while it is not kept, and when. `split`: what its time went on.
    """

    promise: str
    state: State
    owner: str
    variant: str
    calendars: tuple[str, ...]
    started: int
    due: int | None
    kept: int | None
    ended: int | None
    until: int
    spent: int
    started_because: Because
    timed_because: Because | None
    ended_because: Because | None
    clock: tuple[DayRow, ...]
    steps: tuple[Step, ...]
    split: Split


def condition(expression: Expression, column_of: ColumnOf) -> Condition:
    """The expression at one moment, taken apart; `column_of` gives columns of one row."""
    value = evaluate(expression, column_of, 1).value(0)
    known = None if value is None else bool(value)
    if isinstance(expression, Call) and expression.op in ("&&", "||"):
        parts = tuple(condition(part, column_of) for part in _flat(expression))
        return Condition(phrase(expression), known, (), _CONNECTIVES[expression.op], parts)
    read = sorted(names(expression), key=lambda name: name.path)
    values = tuple((name.path, column_of(name).value(0)) for name in read)
    return Condition(phrase(expression), known, values)


_CONNECTIVES = {"&&": "and", "||": "or"}


def _flat(call: Call) -> list[Expression]:
    """The arguments of a run of the same connective, however it nests."""
    found: list[Expression] = []
    for argument in call.arguments:
        same = isinstance(argument, Call) and argument.op == call.op
        found += _flat(argument) if same and isinstance(argument, Call) else [argument]
    return found


def because(  # noqa: PLR0913, PLR0917 - what a because is made of
    clause: str,
    says: str,
    criterion: Criterion | None,
    moments: Moments,
    moment: int,
    since: int | None = None,
) -> Because:
    """Why the clause's criterion holds at the moment (or, without one, that the fact decided).

    `since`: the moment after which it counts (see `Moments.read_by`).
    """
    read = {name.field for name in names(criterion.expression)} if criterion else set()
    after = None if since is None else np.array([since])
    return Because(
        clause=clause,
        version=moments.agreement.version,
        says=says,
        fact=fact_at(moments, moment),
        conditions=(
            condition(criterion.expression, moments.read_by(criterion, np.array([moment]), after))
            if criterion
            else None
        ),
        fit=fit_rows(moments, moment) if "fit" in read else (),
        engagement=engagement_rows(moments, moment) if "engagement" in read else (),
    )


def fact_at(moments: Moments, moment: int) -> FactRef:
    """The fact of a moment."""
    index = moments.index
    kind = int(index.kind[moment])
    row = int(index.table(table_of(kind)).ids[index.row[moment]])
    return FactRef(KINDS[kind], row, int(index.at[moment]))


def fit_rows(moments: Moments, moment: int) -> tuple[ScoreRow, ...]:
    """What the fit score of a moment is made of; a cap has its own line, so that they add up."""
    points = moments.agreement.fit.points
    rows = [
        ScoreRow(p.when.sentence, p.points, None) for p in points if moments.holds(p.when)[moment]
    ]
    over = sum(row.points for row in rows) - float(moments.fit_at(np.array([moment]))[0])
    return (*rows, ScoreRow("capped", -over, None)) if over else tuple(rows)


def engagement_rows(moments: Moments, moment: int) -> tuple[ScoreRow, ...]:
    """What is left, at a moment, of the points of each touch before it."""
    index, engagement = moments.index, moments.agreement.engagement
    first, now = int(index.first[index.person[moment]]), int(index.at[moment])
    kinds, half_life = index.table("touch").columns.get("kind"), engagement.half_life_days * DAY
    rows = []
    for m in first + np.flatnonzero(index.kind[first : moment + 1] == TOUCH):
        kind = str(kinds.value(int(index.row[m]))) if kinds else ""
        points, at = engagement.points.get(kind, 0), int(index.at[m])
        if points:
            rows.append(ScoreRow(kind, points * 2.0 ** (-(now - at) / half_life), at))
    return tuple(rows)


def explain_visits(
    eras: Eras, outcome: Outcome, person: int, most: int | None = None
) -> tuple[ExplainedVisit, ...]:
    """Every visit of one person (a position in `outcome.people`), with its because.

    `most`: of more than so many only the latest.
    """
    visits = outcome.visits
    explained = []
    for v in _latest(np.flatnonzero(visits.person == person), visits.entered, most):
        moments = eras.at(int(visits.entered[v]))
        stage, reason = (
            _word(outcome.stages, visits.stage[v]),
            _word(outcome.reasons, visits.reason[v]),
        )
        clause = f"reasons.{reason}" if reason else f"stages.{stage}"
        says, criterion = _entry(moments.agreement, outcome, int(v))
        explained.append(
            ExplainedVisit(
                stage=stage,
                came_from=_word(outcome.stages, visits.came_from[v]),
                entered=int(visits.entered[v]),
                left=_instant(visits.left[v]),
                skipped=bool(visits.skipped[v]),
                reason=reason,
                member=_word(outcome.members, visits.member[v]),
                because=because(clause, says, criterion, moments, int(visits.fact[v])),
                cited=_cited(moments.agreement.at(clause), moments, int(visits.fact[v])),
            )
        )
    return tuple(explained)


def _latest(rows: NDArray[np.int64], at: Instants, most: int | None) -> NDArray[np.int64]:
    """Of these rows the latest, in the order in which they stood."""
    if most is None or len(rows) <= most:
        return rows
    return np.sort(rows[np.argsort(at[rows], kind="stable")[-most:]])


def _cited(clause: object, moments: Moments, moment: int) -> Because | None:
    """What a reason cites, at the moment; None of other clauses, and where it cites nothing."""
    if not isinstance(clause, Reason) or not clause.cites:
        return None
    cited = moments.agreement.at(clause.cites)
    criterion = getattr(cited, "enter", None) or getattr(cited, "when", None)
    found = because(clause.cites, getattr(cited, "name", ""), criterion, moments, moment)
    return replace(found, fact=None)


def _entry(agreement: Agreement, outcome: Outcome, v: int) -> tuple[str, Criterion | None]:
    """Why visit `v` began, in words, and the criterion that was met, if one was.

    A stage was skipped because the criterion of one after it was met.
    """
    visits = outcome.visits
    if visits.reason[v] >= 0:
        reason = agreement.at(f"reasons.{outcome.reasons[visits.reason[v]]}")
        return getattr(reason, "name", ""), None
    met = v + int(np.argmin(visits.skipped[v:]))
    stage = _stage(agreement, outcome, met)
    says = stage.meaning if met == v else f"skipped on the way to {stage.name}"
    return says, stage.enter


def _stage(agreement: Agreement, outcome: Outcome, v: int) -> Stage:
    """The stage of visit `v`, under the version that the lead entered it by."""
    stage = agreement.stage(outcome.stages[outcome.visits.stage[v]])
    assert stage is not None  # noqa: S101 - a version moves leads only to its own stages
    return stage


def explain_obligations(
    eras: Eras, outcome: Outcome, person: int, most: int | None = None, watched: int = ABSENT
) -> tuple[ExplainedObligation, ...]:
    """Every obligation of one person, with its becauses and its clock.

    `most` as for visits; `watched` as in `delays`.
    """
    owed = outcome.obligations
    mine = _latest(np.flatnonzero(owed.person == person), owed.started, most)
    told = zip(steps_of(eras, outcome, mine), splits(eras, outcome, watched, mine), strict=True)
    return tuple(
        _explain_obligation(eras.at(int(owed.started[o])), outcome, int(o), *each)
        for o, each in zip(mine, told, strict=True)
    )


def _explain_obligation(
    moments: Moments, outcome: Outcome, o: int, steps: tuple[Step, ...], split: Split
) -> ExplainedObligation:
    owed = outcome.obligations
    promise = moments.agreement.at(f"promises.{outcome.promises[owed.promise[o]]}")
    assert isinstance(promise, EventPromise)  # noqa: S101 - a version's own obligation
    start, kept, ended = int(owed.started[o]), _instant(owed.kept[o]), _instant(owed.ended[o])
    missed = _instant(owed.due[o]) if owed.state[o] == State.BROKEN else None
    until = next((i for i in (kept, ended, missed) if i is not None), outcome.as_of)
    begin, chosen = int(owed.start_fact[o]), _word(outcome.variants, owed.variant[o])
    variant = next((n for n, each in enumerate(promise.variants) if each.id == chosen), -1)
    turns = turns_of(promise, moments, begin, variant, until)
    pauses = pauses_of(promise, moments, begin, outcome.as_of)
    clock = _clock(moments, turns, pauses)
    paused = sum(max(0, min(b, until) - max(a, start)) for a, b in pauses)
    return ExplainedObligation(
        promise=promise.id,
        state=State(int(owed.state[o])),
        owner=_word(outcome.members, owed.owner[o]),
        variant=chosen,
        calendars=_calendars(moments, turns),
        started=start,
        due=_instant(owed.due[o]),
        kept=kept,
        ended=ended,
        until=until,
        spent=sum(row.seconds for row in clock) if clock else until - start - paused,
        started_because=_started_because(promise, moments, outcome, begin),
        timed_because=_timed_because(promise, moments, begin, variant),
        ended_because=_ended_because(promise, moments, outcome, o),
        clock=clock,
        steps=steps,
        split=split,
    )


_Turns = list[tuple[int, int, int]]
"""Calendar (a code), from and until."""


def _clock(moments: Moments, turns: _Turns, pauses: list[tuple[int, int]]) -> tuple[DayRow, ...]:
    counted = [turn for turn in turns if turn[0] != ALWAYS]
    rows = (moments.calendars.explain(*turn, pauses) for turn in counted)
    return tuple(row for part in rows for row in part)


def _calendars(moments: Moments, turns: _Turns) -> tuple[str, ...]:
    ids = dict.fromkeys(moments.calendars.id(code) for code, _, _ in turns if code != ALWAYS)
    return tuple(ids)


def _started_because(
    promise: EventPromise, moments: Moments, outcome: Outcome, moment: int
) -> Because:
    clause, agreement = f"promises.{promise.id}", moments.agreement
    stage, criterion = agreement.stage(promise.starts.enters), promise.starts.when
    if stage is None:
        return because(clause, criterion.sentence if criterion else "", criterion, moments, moment)
    visits = outcome.visits
    entered = (visits.fact == moment) & (outcome.stages[visits.stage] == stage.id)
    _, criterion = _entry(agreement, outcome, int(np.argmax(entered)))
    return because(clause, f"the lead entered {stage.name}", criterion, moments, moment)


def _timed_because(
    promise: EventPromise, moments: Moments, begin: int, variant: int
) -> Because | None:
    if variant < 0:
        return None
    chosen = promise.variants[variant]
    says = f"within {chosen.within.text}, since {chosen.when.sentence}"
    return because(f"promises.{promise.id}", says, chosen.when, moments, begin)


def _ended_because(
    promise: EventPromise, moments: Moments, outcome: Outcome, o: int
) -> Because | None:
    owed, clause = outcome.obligations, f"promises.{promise.id}"
    if owed.kept_fact[o] >= 0:
        kept, since = promise.kept_by, _counted_from(promise, moments, outcome, o)
        return because(clause, kept.sentence, kept, moments, int(owed.kept_fact[o]), since)
    if promise.void_when is None or owed.ended[o] == ABSENT:
        return None
    void = promise.void_when
    moment = int(owed.start_fact[o]) + int(
        np.argmax(moments.holds(void)[int(owed.start_fact[o]) :])
    )
    return because(clause, void.sentence, void, moments, moment)


def _counted_from(promise: EventPromise, moments: Moments, outcome: Outcome, o: int) -> int:
    visits, start = outcome.visits, outcome.obligations.start_fact[[o]].astype(np.int64)
    passed = (visits.fact == start[0]) & visits.skipped
    stages = outcome.stages[visits.stage[passed]]
    inclusive = np.array([promise.starts.enters in stages])
    return int(counted_from(moments.index, start, inclusive)[0])


def pauses_of(
    promise: EventPromise, moments: Moments, start: int, as_of: int
) -> list[tuple[int, int]]:
    """The (from, until) spans, after the moment `start`, in which the promise's clock stood."""
    if promise.pauses_while is None:
        return []
    index = moments.index
    mine = slice(start, int(index.first[index.person[start] + 1]))
    held = np.concatenate([[False], moments.holds(promise.pauses_while)[mine], [False]])
    at = np.append(index.at[mine], as_of)
    turns = at[np.flatnonzero(held[1:] != held[:-1])].tolist()
    return [(a, b) for a, b in zip(turns[::2], turns[1::2], strict=True) if a < b]


def _word(words: np.typing.NDArray[np.object_], code: int) -> str:
    return str(words[code]) if code >= 0 else ""


def _instant(value: int) -> int | None:
    return None if value == ABSENT else int(value)
