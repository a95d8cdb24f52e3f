"""Where the time went: the engine and plain loops written apart say the same, second for second."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.agreement.schema import Agreement
from interlock.agreement.timeline import Timeline
from interlock.replay.delays import delays
from interlock.replay.engine import decide
from interlock.replay.eras import Eras
from interlock.replay.index import build
from interlock.replay.outcome import ABSENT
from tests.replay import scenario
from tests.replay.companies import START, agreements, handed_on, histories, instants, timelines
from tests.replay.slow_delays import OracleDelays, slow_delays
from tests.replay.slow_replay import Oracle
from tests.replay.tables import Row, facts_of_rows
from tests.replay.test_oracle import END, FEWER

WATCHED = st.sampled_from([ABSENT, ABSENT, START + 15 * 3600])


@st.composite
def learned_later(draw: st.DrawFn, rows: list[Row]) -> list[Row]:
    """The rows, some of which we learned of later than they happened, or earlier."""
    later = st.sampled_from([None, 60, 3600, 5 * 3600, 30 * 3600, -3600])
    found = []
    for row in rows:
        by = draw(later)
        at = row["instant"]
        told = by is not None and isinstance(at, int) and at != ABSENT
        found.append({**row, "learned": at + by} if told else row)  # type: ignore[operator]  # told
    return found


def delays_of(
    rows: list[Row], agreement: Agreement | Timeline, as_of: int, watched: int
) -> list[OracleDelays]:
    eras = Eras.of(build(facts_of_rows(rows, agreement), as_of), agreement)
    outcome = decide(eras, as_of)
    found, owed = delays(eras, outcome, watched), outcome.obligations
    return [
        OracleDelays(
            person=str(outcome.people[owed.person[i]]),
            promise=str(outcome.promises[owed.promise[i]]),
            started=int(owed.started[i]),
            known=_instant(found.known[i]),
            owned=_instant(found.owned[i]),
            accepted=_instant(found.accepted[i]),
            end=int(found.ends[i]),
            wall=found.wall[i].tolist(),
            working=found.working[i].tolist(),
            paused=int(found.paused[i]),
        )
        for i in range(len(owed.person))
    ]


def _instant(value: int) -> int | None:
    return None if value == ABSENT else int(value)


@given(agreements() | timelines(), histories(), st.data(), instants | st.just(END), WATCHED)
@pytest.mark.timezone
def test_the_parts_are_those_of_the_slow_replay(
    agreement: Agreement | Timeline, rows: list[Row], data: st.DataObject, as_of: int, watched: int
) -> None:
    rows = data.draw(learned_later(rows))
    expected = slow_delays(Oracle(agreement, rows, as_of), watched)
    assert sorted(delays_of(rows, agreement, as_of, watched), key=str) == sorted(expected, key=str)


@FEWER
@given(handed_on(), st.data(), instants | st.just(END))
def test_the_parts_go_by_the_calendar_of_whoever_has_the_lead(
    company: tuple[Agreement, list[Row]], data: st.DataObject, as_of: int
) -> None:
    agreement, rows = company[0], data.draw(learned_later(company[1]))
    expected = slow_delays(Oracle(agreement, rows, as_of), ABSENT)
    assert sorted(delays_of(rows, agreement, as_of, ABSENT), key=str) == sorted(expected, key=str)


_LONG = st.sampled_from([0, 0, 1800, 5 * 3600])


@st.composite
def away_as_they_got_it(draw: st.DrawFn, rows: list[Row]) -> list[Row]:
    """The rows, and absences of members that hold as a lead is given to them."""
    found = list(rows)
    for row in rows:
        at = row["instant"]
        if row["kind_of_fact"] == "assignment" and row["member"] and isinstance(at, int):
            since, until = draw(_LONG), draw(_LONG | st.none())
            ends = None if until is None else at + until
            away: Row = {"kind_of_fact": "absence", "member": row["member"]}
            found.append({**away, "instant": at - since, "ends_at": ends})
    return found


@given(handed_on(), st.data(), instants | st.just(END))
def test_an_owner_who_is_away_is_none_yet(
    company: tuple[Agreement, list[Row]], data: st.DataObject, as_of: int
) -> None:
    agreement, rows = company[0], data.draw(away_as_they_got_it(company[1]))
    rows = data.draw(learned_later(rows))
    expected = slow_delays(Oracle(agreement, rows, as_of), ABSENT)
    assert sorted(delays_of(rows, agreement, as_of, ABSENT), key=str) == sorted(expected, key=str)


def test_a_clock_that_changes_hands_all_day() -> None:
    story = scenario.read(scenario.FOLDER / "promises/delays.yaml")
    del story["agreement"]["promises"]["first-touch"]["pauses_while"]
    agreement = scenario.agreement_of(story)
    morning = scenario.seconds("2026-03-02 09:00")
    calendars = {"sam": None, "una": "dawn"}
    rows: list[Row] = [
        {"kind_of_fact": "member", "instant": morning, "id": id, "calendar": calendar}
        for id, calendar in calendars.items()
    ]
    rows += [
        {"kind_of_fact": "person", "instant": morning, "id": "ann"},
        {"kind_of_fact": "touch", "instant": morning, "person": "ann", "kind": "demo"},
    ]
    rows += [
        {
            "kind_of_fact": "assignment",
            "instant": morning + 1000 * turn,
            "person": "ann",
            "member": ("sam", "una")[turn % 2],
        }
        for turn in range(1, 40)
    ]
    call = scenario.seconds("2026-03-03 10:00")
    rows.append({"kind_of_fact": "activity", "instant": call, "person": "ann", "kind": "call"})
    found = delays_of(rows, agreement, call + 3600, ABSENT)
    assert found == slow_delays(Oracle(agreement, rows, call + 3600), ABSENT)
    assert found[0].working[3] != found[0].wall[3]


@FEWER
@given(agreements(), histories(), st.data(), instants | st.just(END))
def test_nothing_is_negative_and_all_adds_up(
    agreement: Agreement, rows: list[Row], data: st.DataObject, as_of: int
) -> None:
    for each in delays_of(data.draw(learned_later(rows)), agreement, as_of, ABSENT):
        assert min(*each.wall, *each.working, each.paused) >= 0
        assert sum(each.wall) + each.paused == each.end - each.started
        in_order = [each.started, each.known, each.owned, each.accepted, each.end]
        reached = [at for at in in_order if at is not None]
        assert reached == sorted(reached)


@FEWER
@given(agreements() | timelines(), histories(), instants | st.just(END))
def test_some_rows_alone_have_the_parts_that_they_have_among_all(
    agreement: Agreement | Timeline, rows: list[Row], as_of: int
) -> None:
    eras = Eras.of(build(facts_of_rows(rows, agreement), as_of), agreement)
    outcome = decide(eras, as_of)
    whole, some = delays(eras, outcome), np.arange(len(outcome.obligations.person))[1::2]
    alone = delays(eras, outcome, rows=some)
    assert np.array_equal(alone.working, whole.working[some])
    assert np.array_equal(alone.ends, whole.ends[some])
