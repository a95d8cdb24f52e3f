"""What no export should hold, and some do: the replay comes through, and says what it left out."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from interlock.agreement.loading import load
from interlock.agreement.periods import PERIODS
from interlock.agreement.schema import Agreement
from interlock.facts.columns import Column, Facts, FactTable, text_column
from interlock.facts.kinds import KINDS
from interlock.replay.engine import columns_needed, replay
from interlock.replay.outcome import ABSENT, Outcome, PeriodState, State
from interlock.replay.periods import MOST_PERIODS
from interlock.replay.worktime import WorkCalendar
from tests.replay import scenario
from tests.replay.tables import Row, facts_of_rows

MONDAY = scenario.seconds("2026-03-02 10:00")
DAY = 86_400


def base(**changes: Any) -> Agreement:
    return scenario.agreement_of({"agreement": changes})


def row(kind: str, at: int = MONDAY, /, **cells: Any) -> Row:
    return {"kind_of_fact": kind, "instant": at, **cells}


def outcome_of(
    *rows: Row, agreement: Agreement | None = None, as_of: int = MONDAY + DAY
) -> Outcome:
    agreement = agreement or base()
    return replay(facts_of_rows(rows, agreement), agreement, as_of)


def stages_of(outcome: Outcome) -> dict[str, str]:
    """Where everybody stands."""
    return {
        str(person): str(outcome.stages[stage]) if stage >= 0 else ""
        for person, stage in zip(outcome.people, outcome.leads.stage, strict=True)
    }


def found(outcome: Outcome) -> Counter[str]:
    counts: Counter[str] = Counter()
    for finding in outcome.findings:
        counts[finding.code] += finding.count
    return counts


def empty(kind: str, names: tuple[str, ...]) -> FactTable:
    none = np.empty(0, np.int64)
    return FactTable(kind, none, none, {name: text_column([]) for name in names})


@pytest.mark.parametrize("kinds", [(), tuple(KINDS), ("person",), ("touch", "account")])
def test_tables_without_rows_and_no_tables_are_nothing_to_decide(kinds: tuple[str, ...]) -> None:
    agreement = base()
    facts: Facts = {k: empty(k, n) for k, n in columns_needed(agreement).items() if k in kinds}
    outcome = replay(facts, agreement, MONDAY)
    assert (len(outcome.people), outcome.facts, outcome.findings) == (0, 0, ())
    assert len(outcome.visits.person) == len(outcome.obligations.person) == 0


def test_people_without_any_other_table_stand_where_they_can() -> None:
    assert stages_of(outcome_of(row("person", id="ann"))) == {"ann": "lead"}


def test_an_agreement_without_stages_and_promises_decides_nothing() -> None:
    agreement = replace(base(), stages=(), reasons=(), promises=(), tiers=())
    outcome = outcome_of(
        row("person", id="ann"),
        row("decision", person="ann", kind="reject", reason="not-ready"),
        agreement=agreement,
    )
    assert (stages_of(outcome), outcome.facts) == ({"ann": ""}, 2)


def test_the_same_record_twice_is_two_facts_where_it_happened_and_versions_where_it_lasts() -> None:
    outcome = outcome_of(
        row("person", id="ann"),
        row("person", id="ann"),
        row("touch", person="ann", id="t", kind="form"),
        row("touch", person="ann", id="t", kind="form"),
        row("touch", person="ann", id="t", kind="visit"),
        row("opportunity", id="o", person="ann", status="open"),
        row("contact_role", id="r", opportunity="o", person="ann"),
        row("contact_role", id="r", opportunity="o", person="ann"),
    )
    assert stages_of(outcome) == {"ann": "mql"}
    assert outcome.facts == 6  # the opportunity is one, however often she has a role in it


@pytest.mark.parametrize("at", [ABSENT, ABSENT + 1, -(2**62), 2**62, 2**63 - 1])
def test_instants_that_no_calendar_has_are_left_out_and_counted(at: int) -> None:
    rows = (row("person", id="ann"), row("touch", at, person="ann", kind="demo"))
    outcome = outcome_of(*rows, as_of=2**63 - 1)
    assert stages_of(outcome) == {"ann": "lead"}
    assert found(outcome) == {"no-such-instant": 1}


@pytest.mark.parametrize("year", ["0001-02-01", "1901-01-01", "9998-12-31"])
def test_far_years_are_years(year: str) -> None:
    at = scenario.seconds(f"{year} 10:00")
    rows = (row("person", at, id="ann"), row("touch", at, person="ann", kind="demo"))
    outcome = outcome_of(*rows, as_of=at + 30 * DAY)
    assert stages_of(outcome) == {"ann": "mql"}
    assert State(outcome.obligations.state[0]) == State.BROKEN


def in_periods(each: str, per: str = "team") -> Agreement:
    promise = {"name": "Volume", "says": "One.", "owed_by": "marketing", "owed_to": "sales"}
    return base(
        promises={"volume": {**promise, "each": each, "enters": "mql", "target": 1, "per": per}}
    )


@pytest.mark.parametrize("each", PERIODS)
@pytest.mark.parametrize(
    "as_of", [scenario.seconds("2026-03-02 10:00"), scenario.seconds("9999-12-30 10:00"), 2**63 - 1]
)
def test_periods_of_all_time_are_the_latest_ones_only(each: str, as_of: int) -> None:
    first = scenario.seconds("0001-02-01 10:00")
    agreement = in_periods(each)
    periods = outcome_of(row("person", first, id="ann"), agreement=agreement, as_of=as_of).periods
    assert 0 < len(periods.begins) <= MOST_PERIODS
    assert (periods.begins[1:] == periods.ends[:-1]).mean() > 0.6  # weekends are days without work
    assert periods.ends[-1] > as_of - 370 * DAY or as_of == 2**63 - 1
    assert (periods.passed <= 1).all()


@pytest.mark.parametrize("per", ["team", "member"])
def test_each_day_of_a_year_is_there(per: str) -> None:
    """Of 2026 there are 52 weeks of five days and a Thursday; of 2027 the Friday that runs."""
    said = {"name": "Calls", "says": "One.", "owed_by": "sales", "owed_to": "marketing"}
    counts = {"each": "day", "counts": 'activity.kind == "call"', "target": 1, "per": per}
    agreement = base(promises={"calls": {**said, **counts}})
    begins, called = map(scenario.seconds, ("2026-01-01 00:00", "2026-01-05 10:00"))
    periods = outcome_of(
        row("member", begins, id="sam", side="sales"),
        row("person", begins, id="ann"),
        row("activity", called, person="ann", kind="call", member="sam"),
        agreement=agreement,
        as_of=scenario.seconds("2027-01-01 00:00"),
    ).periods
    assert len(periods.begins) == 52 * 5 + 1 + 1
    kept = periods.where(periods.state == PeriodState.KEPT)
    assert kept.begins.tolist() == [scenario.seconds("2026-01-05 00:00")]
    assert kept.reached.tolist() == [1]


def test_ten_years_of_days_are_there() -> None:
    """From Monday, 4 January 2016, to Friday, 2 January 2026: 522 weeks of five days."""
    first, as_of = map(scenario.seconds, ("2016-01-04 00:00", "2026-01-02 23:00"))
    person, agreement = row("person", first, id="ann"), in_periods("day")
    outcome = outcome_of(person, agreement=agreement, as_of=as_of)
    assert len(outcome.periods.begins) == 522 * 5
    assert outcome.findings == ()


@pytest.mark.parametrize(("days", "count"), [(399, 0), (400, 1)])
def test_periods_that_are_not_counted_are_found(days: int, count: int) -> None:
    """Of a member 400 days are counted, today among them; a day more is left out."""
    agreement = in_periods("day", per="member")
    midnight = MONDAY - 10 * 3_600 - days * DAY
    outcome = outcome_of(row("person", midnight, id="ann"), agreement=agreement, as_of=MONDAY)
    assert found(outcome) == Counter({"periods-left-out": count})
    assert [each.example for each in outcome.findings] == ["volume"] * count


def test_before_the_first_whole_period_none_is_owed() -> None:
    outcome = outcome_of(row("person", id="ann"), agreement=in_periods("year"))
    assert len(outcome.periods.begins) == 0


def test_numbers_that_are_none_or_endless_are_compared_as_ieee_754_has_it() -> None:
    agreement = base(
        attributes={"person": {"size": "number"}},
        fit={"points": {"large": {"when": "person.size >= 10.0", "points": 40}}},
    )
    facts = {**facts_of_rows([row("person", id=f"p{n}") for n in range(4)], agreement)}
    sizes = Column(np.array([np.nan, np.inf, -np.inf, 10.0]))
    person = facts["person"]
    facts["person"] = replace(person, columns={**person.columns, "size": sizes})
    assert replay(facts, agreement, MONDAY).leads.fit.tolist() == [0, 40, 0, 40]


@pytest.mark.parametrize(
    "key", ["", " ", "0", "a\0b", "é", "e\u0301", "\U0001f600" * 99, "'; DROP TABLE"]
)
def test_a_key_is_any_text(key: str) -> None:
    rows = (row("person", id=key), row("touch", person=key, kind="demo"))
    assert stages_of(outcome_of(*rows)) == {key: "mql"}


def test_of_who_is_not_yet_known_nothing_is_known() -> None:
    rows = (row("person", MONDAY + 2 * DAY, id="ann", source="web"), row("touch", person="ann"))
    assert outcome_of(*rows).leads.source.tolist() == [-1]


def sixty_stages(enter: str, **more: Any) -> Agreement:
    """Stages s0 to s59; each one's criterion may name its number."""
    stages: dict[str, Any] = dict.fromkeys(scenario.read(scenario.BASE)["stages"])
    for number in range(60):
        own = {"name": f"S{number}", "meaning": "One of many", "owner": "sales"}
        stages[f"s{number}"] = own | {"enter": enter.format(number=number)} | more
    return base(stages=stages, promises=None, reasons=None)


def test_sixty_stages_are_walked_through_at_one_fact() -> None:
    outcome = outcome_of(row("person", id="ann"), agreement=sixty_stages("known(person.id)"))
    assert outcome.visits.stage.tolist() == [*range(60)]
    assert stages_of(outcome) == {"ann": "s59"}


def test_sixty_stages_are_walked_through_fact_by_fact() -> None:
    touches = (row("touch", MONDAY + n, person="ann", kind="visit") for n in range(1, 60))
    agreement = sixty_stages("touches.any >= {number}")
    outcome = outcome_of(row("person", id="ann"), *touches, agreement=agreement)
    assert outcome.visits.stage.tolist() == outcome.visits.fact.tolist() == [*range(60)]


def test_sixty_stages_that_all_may_be_skipped_have_one_way_to_each() -> None:
    before = ["start", *(f"s{number}" for number in range(60))]
    agreement = sixty_stages("touches.any >= 1", may_skip=True, comes_from=before)
    rows = (row("person", id="ann"), row("touch", person="ann", kind="visit"))
    outcome = outcome_of(*rows, agreement=agreement)
    assert sorted(outcome.visits.stage.tolist()) == [*range(60)]


def test_more_stages_are_refused_when_the_agreement_is_read() -> None:
    text = scenario.read(scenario.BASE)
    text["stages"] |= {f"s{n}": {**text["stages"]["lead"]} for n in range(56)}
    messages = [problem.message for problem in load(json.dumps(text, default=str, indent=1)).errors]
    assert "there are 61 stages, and at most 60 are read" in messages


def test_a_hundred_thousand_clocks_on_one_person_are_due_when_the_calendar_says() -> None:
    """Each touch starts one; walking on from each to the person's end would take an hour."""
    agreement = base(
        promises={
            "first-touch": {
                "starts": {"enters": None, "when": 'touch.kind == "form"'},
                "pauses_while": 'person.lead_status == "hold"',
                "void_when": "decisions.disqualify >= 1",
            }
        }
    )
    count, holds = 100_000, 2_000
    at = MONDAY + np.arange(count) * 97
    status = ["hold" if number % 2 else "free" for number in range(holds)]
    changes = MONDAY - 1 + np.arange(holds) * 4_801
    person = facts_of_rows(
        [
            row("person", int(t), id="ann", lead_status=s)
            for t, s in zip(changes, status, strict=True)
        ],
        agreement,
    )
    touch = {"person": text_column(["ann"] * count), "kind": text_column(["form"] * count)}
    facts = {**person, "touch": FactTable("touch", np.arange(count), at, touch)}
    outcome = replay(facts, agreement, int(at[-1]) + 30 * DAY)
    calendar = WorkCalendar.from_dict(agreement.calendars[0].definition)
    opened = calendar.openings(MONDAY - DAY, int(at[-1]) + 60 * DAY)
    ends = [*changes[1:].tolist(), outcome.as_of + 60 * DAY]
    held = [(int(a), b) for a, b, s in zip(changes, ends, status, strict=True) if s == "hold"]
    due = opened.less(held).deadlines(at, 4 * 3600)
    never = due > int(changes[-1])  # the last hold is never released
    assert status[-1] == "hold"
    assert (outcome.obligations.due == np.where(never, ABSENT, due)).all()
    assert 0 < never.sum() < count
