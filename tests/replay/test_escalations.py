"""Escalation: the steps of every obligation come when the slow replay says, to those who wait."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from interlock.agreement.schema import Agreement, Escalation, EventPromise
from interlock.agreement.timeline import InForce, Timeline, always
from interlock.replay.engine import decide
from interlock.replay.eras import Eras
from interlock.replay.escalations import StepState, escalations
from interlock.replay.index import build
from tests.replay.companies import agreements, handed_on, histories, instants, timelines
from tests.replay.oracle import OracleStep
from tests.replay.slow_replay import Oracle
from tests.replay.tables import Row, facts_of_rows
from tests.replay.test_oracle import END, FEWER, _instant

SHARES = [0, 0.25, 0.5, 0.75, 1, 1.1, 1.5, 2, 3.3]
shares = st.lists(st.sampled_from(SHARES), min_size=1, max_size=4, unique=True).map(sorted)


def escalated(agreement: Agreement | Timeline, at: list[float]) -> Timeline:
    """The same, and somebody is told at these shares of every budget."""
    steps = tuple(Escalation(share, f"who is told at {share:g}") for share in at)
    return tuple(
        InForce(
            each.since,
            replace(
                each.agreement,
                promises=tuple(
                    replace(promise, escalation=steps)
                    if isinstance(promise, EventPromise)
                    else promise
                    for promise in each.agreement.promises
                ),
            ),
        )
        for each in always(agreement)
    )


def steps_of(rows: list[Row], agreement: Timeline, as_of: int) -> list[OracleStep]:
    eras = Eras.of(build(facts_of_rows(rows, agreement), as_of), agreement)
    outcome = decide(eras, as_of)
    owed = outcome.obligations
    found = escalations(eras, outcome, np.arange(len(owed.person)))
    return [
        OracleStep(
            person=str(outcome.people[owed.person[o]]),
            promise=str(outcome.promises[owed.promise[o]]),
            started=int(owed.started[o]),
            number=int(number),
            at=_instant(at),
            state=StepState(state).word,
        )
        for o, number, at, state in zip(
            found.obligation, found.step, found.at, found.state, strict=True
        )
    ]


@FEWER
@given(agreements() | timelines(), histories(), instants | st.just(END), shares)
def test_steps_are_those_of_the_slow_replay(
    agreement: Agreement | Timeline, rows: list[Row], as_of: int, at: list[float]
) -> None:
    told = escalated(agreement, at)
    assert steps_of(rows, told, as_of) == Oracle(told, rows, as_of).steps


@FEWER
@given(handed_on(), instants | st.just(END), shares)
def test_steps_go_by_the_calendar_of_whoever_has_the_lead(
    company: tuple[Agreement, list[Row]], as_of: int, at: list[float]
) -> None:
    agreement, rows = company
    told = escalated(agreement, at)
    assert steps_of(rows, told, as_of) == Oracle(told, rows, as_of).steps
