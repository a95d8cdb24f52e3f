"""The engine and a slow replay written apart come to the same verdicts, whatever happens."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interlock.agreement.loading import load
from interlock.agreement.schema import Agreement
from interlock.agreement.timeline import Timeline, first_instant, in_turn
from interlock.facts.kinds import KINDS
from interlock.replay.engine import replay
from interlock.replay.outcome import ABSENT, Outcome, State
from tests.replay.companies import (
    HEAD,
    START,
    agreements,
    handed_on,
    histories,
    instants,
    timelines,
)
from tests.replay.oracle import OracleObligation, OracleVisit
from tests.replay.slow_replay import Oracle
from tests.replay.tables import Row, Value, facts_of_rows

END = START + 9 * 86_400
ENDING = ("activity", "person")
"""The facts that end a clock of a lead that goes from hand to hand."""
FEWER = settings(max_examples=max(20, settings().max_examples // 3))
"""For what follows from the comparison with the slow replay, mostly; `./dev fuzz` takes more."""


def outcome_of(rows: list[Row], agreement: Agreement | Timeline, as_of: int = END) -> Outcome:
    return replay(facts_of_rows(rows, agreement), agreement, as_of)


def visits_of(outcome: Outcome) -> list[OracleVisit]:
    v = outcome.visits
    return [
        OracleVisit(
            person=str(outcome.people[v.person[i]]),
            stage=str(outcome.stages[v.stage[i]]),
            came_from=_word(outcome.stages, v.came_from[i]),
            entered=int(v.entered[i]),
            left=_instant(v.left[i]),
            skipped=bool(v.skipped[i]),
            reason=_word(outcome.reasons, v.reason[i]),
            member=_word(outcome.members, v.member[i]),
        )
        for i in range(len(v.person))
    ]


def obligations_of(outcome: Outcome) -> list[OracleObligation]:
    o = outcome.obligations
    return [
        OracleObligation(
            person=str(outcome.people[o.person[i]]),
            promise=str(outcome.promises[o.promise[i]]),
            state=State(o.state[i]).word,
            started=int(o.started[i]),
            due=_instant(o.due[i]),
            kept=_instant(o.kept[i]),
            ended=_instant(o.ended[i]),
            variant=_word(outcome.variants, o.variant[i]),
            owner=_word(outcome.members, o.owner[i]),
            earlier=int(o.earlier[i]),
        )
        for i in range(len(o.person))
    ]


def findings_of(outcome: Outcome) -> Counter[str]:
    """How often each finding that the slow replay looks for was made."""
    codes = (
        *("no-reason", "unknown-reason", "closed-before-opened"),
        *("absence-reversed", "unknown-member", "unknown-calendar", "never-due"),
    )
    found: Counter[str] = Counter()
    for each in outcome.findings:
        found[each.code] += each.count if each.code in codes else 0
    return found


def _word(words: object, code: int) -> str:
    return str(words[code]) if code >= 0 else ""  # type: ignore[index]  # an array of texts


def _instant(value: int) -> int | None:
    return None if value == ABSENT else int(value)


@given(agreements() | timelines(), histories(), instants | st.just(END))
@pytest.mark.timezone
def test_verdicts_are_those_of_the_slow_replay(
    agreement: Agreement | Timeline, rows: list[Row], as_of: int
) -> None:
    outcome, oracle = outcome_of(rows, agreement, as_of), Oracle(agreement, rows, as_of)
    assert visits_of(outcome) == oracle.visits
    assert obligations_of(outcome) == oracle.obligations
    assert findings_of(outcome) == oracle.findings


@FEWER
@given(handed_on(), instants | st.just(END))
def test_a_clock_goes_on_by_the_calendar_of_whoever_has_the_lead(
    company: tuple[Agreement, list[Row]], as_of: int
) -> None:
    agreement, rows = company
    expected = Oracle(agreement, rows, as_of).obligations
    assert obligations_of(outcome_of(rows, agreement, as_of)) == expected


@FEWER
@given(agreements(), histories(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_decides_nothing_where_instants_differ(
    agreement: Agreement, rows: list[Row], random: object
) -> None:
    apart: list[Row] = [
        {**row, "instant": instant if instant == ABSENT else instant + 2 * n}
        for n, row in enumerate(rows)
        for instant in [int(str(row["instant"]))]
    ]
    shuffled = [*apart]
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis gives a Random
    one, other = outcome_of(apart, agreement), outcome_of(shuffled, agreement)
    assert sorted(visits_of(one), key=_by_person) == sorted(visits_of(other), key=_by_person)
    verdicts = (obligations_of(one), obligations_of(other))
    assert sorted(verdicts[0], key=_by_person) == sorted(verdicts[1], key=_by_person)


def _by_person(verdict: OracleVisit | OracleObligation) -> str:
    return verdict.person


@FEWER
@given(agreements() | timelines(), histories(), instants | st.just(END))
def test_a_person_alone_gets_the_verdicts_that_they_get_among_all(
    agreement: Agreement | Timeline, rows: list[Row], as_of: int
) -> None:
    together = outcome_of(rows, agreement, as_of)
    visits, obligations = [], []
    for person in together.people:
        records = _records(rows, person)
        alone = outcome_of([row for row in rows if _about(row, records)], agreement, as_of)
        # records that are merged later on are two people as yet
        visits += [each for each in visits_of(alone) if each.person == person]
        obligations += [each for each in obligations_of(alone) if each.person == person]
    assert visits == visits_of(together)
    assert obligations == obligations_of(together)


def _records(rows: list[Row], person: str) -> set[Value]:
    """The person's records, whenever they were merged."""
    records: set[Value] = {person}
    for _ in rows:
        merges = [row for row in rows if row["kind_of_fact"] == "merge"]
        pairs = [{row["person"], row["into"]} for row in merges]
        records = records.union(*(pair for pair in pairs if pair & records))
    return records


def _about(row: Row, records: set[Value]) -> bool:
    kind = str(row["kind_of_fact"])
    if kind == "person":
        return row["id"] in records
    if kind in ("touch", "activity", "decision", "assignment", "contact_role", "merge"):
        return row["person"] in records
    return kind in KINDS


@FEWER
@given(agreements() | timelines(), histories(), instants)
def test_what_was_decided_by_an_instant_stays_decided(
    agreement: Agreement | Timeline, rows: list[Row], as_of: int
) -> None:
    # two records that are merged are one from the beginning, so that the past changes
    rows = [row for row in rows if row["kind_of_fact"] != "merge"]
    _stays_decided(outcome_of(rows, agreement, as_of), outcome_of(rows, agreement), as_of)


@FEWER
@given(handed_on())
def test_no_handover_and_no_pause_moves_what_was_decided_before_it(
    company: tuple[Agreement, list[Row]],
) -> None:
    agreement, rows = company
    final = outcome_of(rows, agreement)
    for as_of in {int(str(row["instant"])) for row in rows if row["kind_of_fact"] in ENDING}:
        _stays_decided(outcome_of(rows, agreement, as_of), final, as_of)


def _stays_decided(before: Outcome, after: Outcome, as_of: int) -> None:
    known = [visit for visit in visits_of(after) if visit.entered <= as_of]
    left = [v._replace(left=None if v.left is None or v.left > as_of else v.left) for v in known]
    assert visits_of(before) == left
    settled = [o for o in obligations_of(before) if o.state in ("kept", "void")]
    final = obligations_of(after)
    assert [o for o in settled if o not in final] == []
    started = [(o.person, o.promise, o.started, o.variant) for o in final if o.started <= as_of]
    assert [(o.person, o.promise, o.started, o.variant) for o in obligations_of(before)] == started
    broken = {_due(o) for o in obligations_of(before) if o.state == "broken" and o.owner}
    assert broken - {_due(o) for o in final if o.state in ("broken", "kept late")} == set()


def _due(obligation: OracleObligation) -> tuple[str, str, int, int | None, str]:
    found = obligation
    return found.person, found.promise, found.started, found.due, found.owner


@FEWER
@given(timelines(), agreements("2026-03-31"), histories())
def test_a_later_version_leaves_what_was_decided_before_as_it_was(
    timeline: Timeline, later: Agreement, rows: list[Row]
) -> None:
    since = first_instant(later)
    extended = in_turn([*(each.agreement for each in timeline), later])
    one, other = outcome_of(rows, timeline), outcome_of(rows, extended)
    assert _before(since, visits_of(one)) == _before(since, visits_of(other))
    owed = [[o for o in obligations_of(each) if o.started < since] for each in (one, other)]
    assert sorted(owed[0], key=_due_first) == sorted(owed[1], key=_due_first)


def _before(instant: int, visits: list[OracleVisit]) -> list[OracleVisit]:
    """The visits that began before it, as if nothing had ended since."""
    began = [visit for visit in visits if visit.entered < instant]
    return [v._replace(left=None if v.left is None or v.left >= instant else v.left) for v in began]


def _due_first(obligation: OracleObligation) -> tuple[str, str, int, str]:
    return obligation.person, obligation.promise, obligation.started, str(obligation)


@pytest.mark.parametrize("many", [3, 62, 65, 130])
def test_there_may_be_more_return_rules_than_a_number_has_bits(many: int) -> None:
    """Each reason lets a lead come back at a count of its own."""
    stage = {"name": "Stage", "meaning": "Something", "owner": "sales"}
    reason = {"name": "Reason", "for": ["reject"], "goes_to": "s0"}
    stages = {
        "s0": stage | {"enter": "known(person.id)"},
        "s1": stage | {"enter": "touches.any >= 1"},
    }
    reasons = {
        f"r{n}": reason | {"returns": {"when": f"touches.any >= {n + 2}"}} for n in range(many)
    }
    loaded = load(json.dumps(HEAD | {"stages": stages, "reasons": reasons}, indent=1))
    assert loaded.agreement is not None, loaded.errors
    rows: list[Row] = [{"kind_of_fact": "person", "instant": START, "id": "a"}]
    for n in range(many + 4):
        at = START + 100 * n
        rows.append({"kind_of_fact": "touch", "instant": at, "person": "a", "kind": "x"})
        if n % 7 == 0:
            sent: Row = {"kind": "reject", "reason": f"r{min(n + 3, many - 1)}"}
            rows.append({"kind_of_fact": "decision", "instant": at + 5, "person": "a", **sent})

    outcome = outcome_of(rows, loaded.agreement)

    assert visits_of(outcome) == Oracle(loaded.agreement, rows, END).visits
    assert (outcome.visits.reason >= 0).sum() > many // 8
