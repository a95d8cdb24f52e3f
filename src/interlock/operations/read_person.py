"""One person: everything that happened, every stage and promise, each with its because."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from interlock.agreement.schema import Agreement, EventPromise, Side
from interlock.agreement.sentences import moment_of
from interlock.insight.delays import split_sentence
from interlock.operations.called import in_names
from interlock.operations.disputed import Disputed, disputed
from interlock.operations.explain import PersonExplained, explain_person
from interlock.operations.fact_lines import FactLine, fact_lines, written
from interlock.operations.read_routing import RoutedLead, read_routing
from interlock.operations.reading import Basis, Named, calendar_names, current, named
from interlock.operations.rows import NO_NAMES, Names, PersonRow, names_in, person_row
from interlock.replay.because import Because, ExplainedObligation, ExplainedVisit
from interlock.replay.delays import Split
from interlock.replay.escalations import Step, StepState
from interlock.replay.outcome import Finding, Instant
from interlock.replay.workdaytable import DayRow
from interlock.store.facts import about, rows_of
from interlock.store.merges import records_of
from interlock.store.models import Lead


@dataclass(frozen=True)
class PersonVisit:
    """One stay at a stage. `left_at` None: still there."""

    stage: Named
    came_from: Named
    entered_at: Instant
    left_at: Instant | None
    skipped: bool
    reason: Named
    by: Named
    because: Because
    cited: Because | None


@dataclass(frozen=True)
class PersonStep:
    """One step of an escalation: who is told, what they do then, and when.

    `when` says it in words, as a share of the time allowed (`share`); `at` is None where it has no
    date. `state` is reached, coming or never; `note` says why it is never, or has no date yet.
    """

    tell: str
    does: str
    share: float
    when: str
    at: Instant | None
    state: str
    note: str


@dataclass(frozen=True)
class PersonObligation:
    """One obligation about the person. `spent`: seconds that its clock ran; see `Because`.

    `kept_by` says what keeps it; `calendars` are those that its clock went by, in turn. `steps`:
    who is told while it is not kept. `split` is what its time went on, and `went` says it in words.
    `case`: the one on it, if there is one.
    """

    promise: Named
    owed_by: Side
    owner: Named
    state: str
    variant: str
    calendars: tuple[Named, ...]
    started_at: Instant
    due_at: Instant | None
    kept_at: Instant | None
    ended_at: Instant | None
    until: Instant
    spent: int
    kept_by: str
    started_because: Because
    timed_because: Because | None
    ended_because: Because | None
    clock: tuple[DayRow, ...]
    split: Split
    went: str
    steps: tuple[PersonStep, ...]
    case: Disputed | None = None

    @property
    def told(self) -> tuple[PersonStep, ...]:
        """The steps that were reached, in order of time."""
        return tuple(step for step in self.steps if step.state == StepState.REACHED.word)

    @property
    def next_step(self) -> PersonStep | None:
        """The first one that is still to come."""
        return next((step for step in self.steps if step.state == StepState.COMING.word), None)


@dataclass(frozen=True)
class PersonPage:
    """One person. `name` is empty where no fact knows the key; `merged` are keys of other records.

    Facts, visits and obligations are each in order of time. `row`, `visits` and `obligations` are
    empty before a replay; `facts` are there as soon as they are imported. `routing`: each time that
    routing gave the person to somebody, latest first.
    """

    basis: Basis
    key: str
    merged: tuple[str, ...]
    name: str
    row: PersonRow | None
    profile: tuple[tuple[str, str], ...]
    facts: tuple[FactLine, ...]
    visits: tuple[PersonVisit, ...]
    obligations: tuple[PersonObligation, ...]
    findings: tuple[Finding, ...]
    cut: bool
    routing: tuple[RoutedLead, ...] = ()


def read_person(key: str) -> PersonPage:
    """The person who has the record of that key, under the key of the record that stays.

    The number of queries does not depend on how much happened.
    """
    reading = current()
    known_by = reading.basis.known_by
    records = records_of(key, known_by)
    key = records.stays
    agreement = reading.agreement
    names = names_in(agreement) if agreement else NO_NAMES
    lead = Lead.objects.filter(replay=reading.replay, person=key).first()
    versions = rows_of(about([key], "person", known_by))
    facts, cut, campaigns = fact_lines(sorted(records.all), versions, names, known_by)
    explained = explain_person(key) if agreement else None
    obligations = (
        _obligations(explained, names, campaigns, agreement) if explained and agreement else ()
    )
    cases = disputed(records.all) if obligations else {}
    return PersonPage(
        basis=reading.basis,
        key=key,
        merged=tuple(sorted(records.all - {key})),
        name=(versions[-1]["name"] or key) if versions else "",
        row=person_row(lead, names, reading) if lead else None,
        profile=tuple(written("person", versions[-1], names, campaigns).items())
        if versions
        else (),
        facts=facts,
        visits=tuple(_visit(each, names, campaigns) for each in explained.visits)
        if explained
        else (),
        obligations=tuple(
            replace(each, case=cases.get((each.promise.key, each.started_at)))
            for each in obligations
        ),
        findings=explained.findings if explained else (),
        cut=cut or (explained is not None and explained.cut),
        routing=read_routing(key, known_by),
    )


def _visit(visit: ExplainedVisit, names: Names, campaigns: Mapping[str, str]) -> PersonVisit:
    return PersonVisit(
        stage=named(visit.stage, names.stages),
        came_from=named(visit.came_from, names.stages),
        entered_at=visit.entered,
        left_at=visit.left,
        skipped=visit.skipped,
        reason=named(visit.reason, names.reasons),
        by=named(visit.member, names.members),
        because=in_names(visit.because, names, campaigns),
        cited=in_names(visit.cited, names, campaigns) if visit.cited else None,
    )


def _obligations(
    explained: PersonExplained, names: Names, campaigns: Mapping[str, str], agreement: Agreement
) -> tuple[PersonObligation, ...]:
    promises = {promise.id: promise for promise in agreement.event_promises}
    hours = calendar_names(agreement)
    made = []
    for each in explained.obligations:
        timed, ended = each.timed_because, each.ended_because
        named_owed = replace(
            each,
            started_because=in_names(each.started_because, names, campaigns),
            timed_because=in_names(timed, names, campaigns) if timed else None,
            ended_because=in_names(ended, names, campaigns) if ended else None,
        )
        calendars = tuple(named(calendar, hours) for calendar in each.calendars)
        made.append(_obligation(named_owed, names, promises[each.promise], calendars))
    return tuple(sorted(made, key=lambda each: each.started_at))


def _obligation(
    owed: ExplainedObligation,
    names: Names,
    promise: EventPromise,
    calendars: tuple[Named, ...],
) -> PersonObligation:
    return PersonObligation(
        promise=named(owed.promise, names.promises),
        owed_by=promise.owed_by,
        owner=named(owed.owner, names.members),
        state=owed.state.word,
        variant=owed.variant,
        calendars=calendars,
        started_at=owed.started,
        due_at=owed.due,
        kept_at=owed.kept,
        ended_at=owed.ended,
        until=owed.until,
        spent=owed.spent,
        kept_by=promise.kept_by.sentence,
        started_because=owed.started_because,
        timed_because=owed.timed_because,
        ended_because=owed.ended_because,
        clock=owed.clock,
        steps=tuple(_step(step, owed) for step in owed.steps),
        split=owed.split,
        went=split_sentence(owed.split, owed.state, promise.owed_by, is_working=bool(calendars)),
    )


def _step(step: Step, owed: ExplainedObligation) -> PersonStep:
    return PersonStep(
        tell=step.tell,
        does=step.does,
        share=step.share,
        when=moment_of(step.share),
        at=step.at,
        state=step.state.word,
        note=_note(step, owed),
    )


def _note(step: Step, owed: ExplainedObligation) -> str:
    """Why nobody is told, or why there is no date yet; "" of all others."""
    if step.at is None:
        coming = step.state is StepState.COMING
        return "once the clock runs again" if coming else "the clock never comes so far"
    if step.state is not StepState.NEVER:
        return ""
    kept = owed.kept is not None and owed.kept <= step.at
    return "kept by then" if kept else "no longer owed by then"
