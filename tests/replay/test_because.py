"""An explanation says what decided: conditions that held, values as they were, honest clocks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.agreement.schema import Agreement, TimeUnit
from interlock.replay.because import (
    Because,
    Condition,
    ExplainedObligation,
    ExplainedVisit,
    explain_obligations,
    explain_visits,
)
from interlock.replay.engine import decide
from interlock.replay.eras import Eras
from interlock.replay.index import build
from interlock.replay.outcome import State
from tests.replay import scenario
from tests.replay.companies import agreements, histories, instants
from tests.replay.oracle import Moment, counts_since
from tests.replay.slow_replay import Oracle
from tests.replay.tables import Row, facts_of_rows
from tests.replay.test_oracle import END, FEWER

Explained = tuple[tuple[ExplainedVisit, ...], tuple[ExplainedObligation, ...]]


def explained(rows: list[Row], agreement: Agreement, as_of: int) -> dict[str, Explained]:
    eras = Eras.of(build(facts_of_rows(rows, agreement), as_of), agreement)
    outcome = decide(eras, as_of)
    return {
        str(person): (
            explain_visits(eras, outcome, place),
            explain_obligations(eras, outcome, place),
        )
        for place, person in enumerate(outcome.people)
    }


def leaves(condition: Condition) -> Iterator[Condition]:
    for part in condition.parts:
        yield from leaves(part)
    if not condition.parts:
        yield condition


def moment_of(because: Because, rows: list[Row], moments: list[Moment]) -> Moment:
    """The slow replay's moment of the fact that decided."""
    fact = because.fact
    assert fact is not None
    found = [m for m in moments if m.row is rows[fact.row] and m.kind == fact.kind]
    assert [moment.at for moment in found] == [fact.at]
    return found[0]


def assert_sound(because: Because, moment: Moment, counts: dict[str, int] | None = None) -> None:
    """Its conditions hold, its values are those of the moment, and its scores add up.

    `counts`: those of its values that are not of all that happened by then.
    """
    knows = {**moment.knows, **(counts or {})}
    if because.conditions is not None:
        assert because.conditions.holds is True
        assert_joined(because.conditions)
        for leaf in leaves(because.conditions):
            assert dict(leaf.values) == {path: knows.get(path) for path, _ in leaf.values}
    if because.fit:
        assert sum(row.points for row in because.fit) == moment.knows["fit"]
    if because.engagement:
        found = round(sum(row.points for row in because.engagement), 6)
        assert found == moment.knows["engagement"]


def assert_joined(condition: Condition) -> None:
    for part in condition.parts:
        assert_joined(part)
    if condition.joined:
        decide = all if condition.joined == "and" else any
        assert (condition.holds is True) == decide(part.holds is True for part in condition.parts)


def began_in_passing(
    owed: ExplainedObligation, visits: tuple[ExplainedVisit, ...], agreement: Agreement
) -> bool:
    """Whether it is owed since a stage that the lead skipped at that very fact."""
    promise = next(each for each in agreement.event_promises if each.id == owed.promise)
    stage, fact = promise.starts.enters, owed.started_because.fact
    return any(v.skipped and v.stage == stage and v.because.fact == fact for v in visits)


def test_a_variants_time_says_for_which_leads_it_is() -> None:
    story = scenario.read(scenario.FOLDER / "promises/variants.yaml")
    agreement, as_of = scenario.agreement_of(story), scenario.seconds(str(story["as_of"]))
    told = {
        name: owed.timed_because
        for name in ("ann", "bea", "cid")
        for owed in explained(scenario.rows_of(story), agreement, as_of)[name][1]
    }
    assert told["cid"] is None
    assert told["bea"] is not None
    assert told["bea"].conditions is not None
    assert told["bea"].conditions.values == (("person.seniority", "vp"),)


@FEWER
@given(agreements(), histories(), instants | st.just(END))
def test_every_verdict_shows_what_decided_it(
    agreement: Agreement, rows: list[Row], as_of: int
) -> None:
    # what a merged record says is told anew of the other, so that no row is the same
    assert_explained(agreement, [row for row in rows if row["kind_of_fact"] != "merge"], as_of)


def test_what_keeps_a_promise_shows_the_counts_since_its_clock_began() -> None:
    story = scenario.read(scenario.FOLDER / "promises/counted-from-the-start.yaml")
    agreement, as_of = scenario.agreement_of(story), scenario.seconds(str(story["as_of"]))
    assert_explained(agreement, scenario.rows_of(story), as_of)
    (owed,) = explained_story("promises/counted-from-the-start", "ann")
    assert owed.ended_because is not None
    assert owed.ended_because.conditions is not None
    assert owed.ended_because.conditions.values == (("activities.attempts", 3),)


def assert_explained(agreement: Agreement, rows: list[Row], as_of: int) -> None:
    oracle = Oracle(agreement, rows, as_of)
    for person, (visits, obligations) in explained(rows, agreement, as_of).items():
        moments = oracle.moments[person]
        for visit in visits:
            decided = moment_of(visit.because, rows, moments)
            assert decided.at == visit.entered
            assert (visit.because.conditions is None) == bool(visit.reason)
            assert_sound(visit.because, decided)
        for owed in obligations:
            start = moment_of(owed.started_because, rows, moments)
            assert_sound(owed.started_because, start)
            assert (owed.timed_because is None) == (owed.variant == "")
            if owed.timed_because is not None:
                assert moment_of(owed.timed_because, rows, moments) == start
                assert_sound(owed.timed_because, start)
            if owed.ended_because is not None:
                ended = moment_of(owed.ended_because, rows, moments)
                assert ended.at == (owed.ended if owed.kept is None else owed.kept)
                passed = began_in_passing(owed, visits, agreement)
                before = moments[: moments.index(start) + (not passed)]
                since = counts_since(ended, before[-1] if before else None)
                # a promise counts from its clock's start what keeps it, and nothing else
                assert_sound(owed.ended_because, ended, None if owed.kept is None else since)
            assert (owed.ended_because is None) == (owed.kept is None and owed.ended is None)


@FEWER
@given(agreements(), histories(), instants | st.just(END))
def test_a_clock_adds_up_and_agrees_with_the_state(
    agreement: Agreement, rows: list[Row], as_of: int
) -> None:
    promises = {promise.id: promise for promise in agreement.event_promises}
    for _, obligations in explained(rows, agreement, as_of).values():
        for owed in obligations:
            promise = promises[owed.promise]
            variant = next((v for v in promise.variants if v.id == owed.variant), None)
            budget = variant.within if variant else promise.within
            if owed.calendars:
                assert sum(day.seconds for day in owed.clock) == owed.spent
            assert sum(part.working for part in owed.split.parts) == owed.spent
            assert owed.split.ends_at == owed.until
            if owed.kept is not None:
                in_time = owed.due is None or owed.kept <= owed.due
                assert (owed.state == State.KEPT) == in_time
            if budget.unit == TimeUnit.WORKING_DAYS or owed.due is None:
                continue
            if owed.state in (State.OPEN, State.WARNED, State.KEPT, State.VOID):
                assert owed.spent <= budget.amount
            if owed.state in (State.KEPT_LATE, State.BROKEN):
                assert owed.spent >= budget.amount


@pytest.mark.parametrize("name", ["stages/skip-several", "promises/the-very-fact"])
def test_a_skipped_stage_is_explained_by_the_stage_that_was_reached(name: str) -> None:
    story = scenario.read(scenario.FOLDER / f"{name}.yaml")
    agreement = scenario.agreement_of(story)
    as_of = scenario.seconds(str(story["as_of"]))
    eras = Eras.of(build(scenario.facts_of(story, agreement), as_of), agreement)
    visits = explain_visits(eras, decide(eras, as_of), 1)
    skipped = next(visit for visit in visits if visit.skipped)
    assert skipped.because.clause == "stages.mql"
    assert skipped.because.says == "skipped on the way to SAL"
    assert skipped.because.conditions is not None
    assert skipped.because.conditions.values == (("decision.kind", "accept"),)


def test_a_broken_promise_is_explained_up_to_its_deadline() -> None:
    """Years after, the table is still that of the days in which the time passed."""
    story = scenario.read(scenario.FOLDER / "promises/weekend-and-holidays.yaml")
    agreement = scenario.agreement_of(story)
    as_of = scenario.seconds("2036-01-01 00:00")
    eras = Eras.of(build(scenario.facts_of(story, agreement), as_of), agreement)
    (owed,) = explain_obligations(eras, decide(eras, as_of), 1)
    assert [(str(day.date), day.seconds // 3600, day.note) for day in owed.clock] == [
        ("2026-04-01", 1, ""),
        ("2026-04-02", 0, "holiday"),
        ("2026-04-03", 0, "holiday"),
        ("2026-04-04", 0, "closed"),
        ("2026-04-05", 0, "holiday"),
        ("2026-04-06", 0, "holiday"),
        ("2026-04-07", 3, ""),
    ]


def test_the_clock_of_a_lead_that_was_handed_over_shows_both_calendars() -> None:
    owed = explained_story("promises/handed-over", "ann")[0]
    assert owed.calendars == ("dawn", "office")
    assert [(day.calendar, day.seconds // 3600) for day in owed.clock] == [
        ("dawn", 2),
        ("office", 2),
    ]
    assert owed.spent == 4 * 3600


def test_a_clock_says_when_the_owner_was_away() -> None:
    owed = explained_story("promises/absences", "ann")[0]
    assert [(str(day.date), day.seconds // 3600, day.note) for day in owed.clock] == [
        ("2026-03-02", 2, "away 300 min"),
        ("2026-03-03", 0, "away 480 min"),
        ("2026-03-04", 2, ""),
    ]


def explained_story(name: str, person: str) -> tuple[ExplainedObligation, ...]:
    """What the story's person is owed, explained."""
    story = scenario.read(scenario.FOLDER / f"{name}.yaml")
    agreement = scenario.agreement_of(story)
    as_of = scenario.seconds(str(story["as_of"]))
    eras = Eras.of(build(scenario.facts_of(story, agreement), as_of), agreement)
    outcome = decide(eras, as_of)
    return explain_obligations(eras, outcome, outcome.people.tolist().index(person))
