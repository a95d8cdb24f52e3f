"""A change of some facts and a replay of the people whom it concerns come to a replay of all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from interlock.agreement.schema import Agreement
from interlock.facts.columns import Column, Facts, FactTable, text_column
from interlock.insight.tally import instead, tally
from interlock.replay import parts
from interlock.replay.affected import (
    Ids,
    circle_of,
    concerned,
    facts_of,
    references,
    said_by,
)
from interlock.replay.appending import EVENTS, with_events
from interlock.replay.calendar_spans import LAST_INSTANT
from interlock.replay.delays import Delays, delays
from interlock.replay.engine import BASE_COLUMNS, decide, replay, replay_index
from interlock.replay.eras import Eras
from interlock.replay.incremental import Totals, moved, part_of
from interlock.replay.index import Index, build
from interlock.replay.kinds import ACCOUNT, CLOSE, PERSON, table_of
from interlock.replay.outcome import ABSENT, Finding, Outcome, Periods
from interlock.replay.upcoming import clocks
from tests.agreement.small import SMALL, agreement, changed
from tests.insight.test_tally import rows_of
from tests.replay.companies import START, agreements, histories, instants
from tests.replay.tables import Row, facts_of_rows
from tests.replay.test_oracle import END, obligations_of, visits_of

OTHERS = {"a": "c", "b": "d", "o0": "q0", "o1": "q1"}
"""Two more people, who share accounts, members and one opportunity with the first two."""


@st.composite
def changes(draw: st.DrawFn) -> tuple[list[Row], list[Row]]:
    """Facts before and after: some came, late or in time; some were corrected; some withdrawn."""
    also = [row for row in draw(histories()) if row["kind_of_fact"] not in ("member", "account")]
    also = [{name: OTHERS.get(str(cell), cell) for name, cell in row.items()} for row in also]
    before: list[Row] = [{"kind_of_fact": "person", "instant": START, "id": "first"}]
    after = [*before]
    few = ["stays"] * draw(st.sampled_from([3, 12]))
    for row in [*draw(histories()), *also]:
        what = draw(st.sampled_from([*few, "comes", "goes", "other"]))
        before += [row] if what != "comes" else []
        after += [row] if what != "goes" else []
        if what == "other":
            after[-1] = {**row, "instant": draw(instants)}
    return before, after


def verdicts_of(outcome: Outcome) -> dict[str, Counter[Any]]:
    """Every verdict about each person."""
    leads = outcome.leads
    found: dict[str, Counter[Any]] = {str(person): Counter() for person in outcome.people}
    for visit in visits_of(outcome):
        found[visit.person][visit] += 1
    for owed in obligations_of(outcome):
        found[owed.person][owed] += 1
    for n, person in enumerate(outcome.people):
        words = (
            [*outcome.stages, ""][leads.stage[n]],
            [*outcome.members, ""][leads.owner[n]],
            [*outcome.sources, ""][leads.source[n]],
            [*outcome.tiers, ""][leads.tier[n]],
        )
        numbers = (leads.since[n], leads.fit[n], leads.score[n], leads.last[n])
        found[str(person)][*words, *numbers] += 1
    return found


def periods_of(outcome: Outcome, periods: Periods | None = None) -> Counter[tuple[Any, ...]]:
    rows = outcome.periods if periods is None else periods
    promises = outcome.numbers[rows.promise]
    members = np.append(outcome.members, "")[rows.member]
    columns = (rows.begins, rows.ends, rows.reached, rows.base, rows.passed, rows.state)
    return Counter(zip(promises, members, *columns, strict=True))


def counts_of(findings: Iterable[Any]) -> dict[tuple[str, str], int]:
    return {(each.code, each.message): each.count for each in findings}


def totals_of(outcome: Outcome) -> Totals:
    rows = outcome.periods
    members = np.append(outcome.members, "")[rows.member]
    keys = zip(outcome.numbers[rows.promise], members, rows.begins.tolist(), strict=True)
    reached = dict(zip(keys, zip(rows.reached, rows.base, strict=True), strict=True))
    many = len(outcome.people), outcome.facts
    return Totals(outcome.as_of, outcome.first, *many, outcome.findings, reached)


def changed_by(before: list[Row], after: list[Row], agreement: Agreement) -> Facts:
    """The facts that are not the same before and after."""
    old, new = (Counter(map(repr, rows)) for rows in (before, after))
    by_text = {repr(row): row for row in (*before, *after)}
    return facts_of_rows([by_text[text] for text in (old - new) + (new - old)], agreement)


def moved_by_time(rows: list[Row], agreement: Agreement, since: int, until: int) -> Ids:
    """Of whom something else is said at a later instant though no fact came or went.

    Who has a clock that came due, as a refresh has them; and who is moved by an account's version.
    """
    facts = facts_of_rows(rows, agreement)
    then, later = (verdicts_of(replay(facts, agreement, at)) for at in (since, until))
    moved = {who for who in then.keys() | later.keys() if then.get(who) != later.get(who)}
    eras = Eras.of(build(facts, since), agreement)
    due = clocks(facts, eras, decide(eras, since))
    return frozenset(moved | {who for who, at in due.items() if at <= until})


def went(facts: Facts, agreement: Agreement, as_of: int) -> Delays:
    """Where the time of everybody's promises went."""
    eras = Eras.of(build(facts, as_of), agreement)
    return delays(eras, decide(eras, as_of))


@settings(max_examples=max(50, settings().max_examples // 2))
@given(agreements(numbers=True), changes(), st.sampled_from([END, START + 4 * 86_400]))
def test_the_few_in_place_of_what_they_were_are_a_replay_of_all(
    agreement: Agreement, rows: tuple[list[Row], list[Row]], since: int
) -> None:
    old, new = (facts_of_rows(each, agreement) for each in rows)
    changed = references([changed_by(*rows, agreement)])
    also = moved_by_time(rows[0], agreement, since, END)
    circle = circle_of(changed, said_by(old, new), also)
    was, now = replay(old, agreement, since), replay(new, agreement, END)
    whole = totals_of(was)
    before = part_of(facts_of(old, circle), agreement, since, whole)
    after = part_of(facts_of(new, circle), agreement, END, whole)

    then, today = verdicts_of(was), verdicts_of(now)
    others = {who for who in then.keys() | today.keys() if then.get(who) != today.get(who)}
    assert others <= concerned(changed, said_by(old, new)) | also <= circle.persons

    assert {str(person) for person in after.outcome.people} <= circle.persons
    kept = {who: verdicts for who, verdicts in then.items() if who not in circle.persons}
    assert kept | verdicts_of(after.outcome) == today
    tallies = [
        tally(was, agreement, went=went(old, agreement, since)),
        tally(before.outcome, agreement, went=before.went),
        tally(after.outcome, agreement, went=after.went),
        tally(now, agreement, went=went(new, agreement, END)),
    ]
    assert rows_of(instead(*tallies[:3])) == rows_of(tallies[3])

    found = moved(whole, before, after)
    event(f"{found is None} {circle.persons >= {str(p) for p in was.people}}")
    if found is not None:
        assert (found.people, found.facts) == (len(now.people), now.facts)
        assert counts_of(found.findings) == counts_of(now.findings)
        assert periods_of(after.outcome, found.periods) == periods_of(now)
        assert not len(now.numbers) or found.first == now.first


@settings(max_examples=max(30, settings().max_examples // 4))
@given(agreements(), histories(), histories())
def test_events_put_behind_an_index_are_decided_as_among_all(
    agreement: Agreement, rows: list[Row], later: list[Row]
) -> None:
    come = [row for row in later if row["kind_of_fact"] in EVENTS]
    rows = [row for row in rows if row["kind_of_fact"] != "merge"]
    before = build({**EMPTY, **facts_of_rows(rows, agreement)}, END)
    events = facts_of_rows(come, agreement)
    events = {kind: replace(each, ids=each.ids + len(rows)) for kind, each in events.items()}
    whole = build(facts_of_rows([*rows, *come], agreement), END)
    with patch.multiple(parts, _FEW=0, _PART=4):  # a few people a part
        few = with_events(before, events, END)
    named = {str(row["person"]) for row in come} & {*before.who.places}
    now, facts = verdicts_of(replay_index(whole, agreement, END)), facts_about(whole)
    assert verdicts_of(replay_index(few, agreement, END)) == {who: now[who] for who in named}
    assert facts_about(few) == {who: facts[who] for who in named}
    assert few.earliest == min(few.at.tolist(), default=ABSENT)
    instants_of_known = [row["instant"] for row in come if row["person"] in named]
    late = sum(isinstance(at, int) and END < at <= LAST_INSTANT for at in instants_of_known)
    assert found_in(few)["after-as-of"] == late


NONE = np.empty(0, np.int64)
EMPTY = {
    kind: FactTable(kind, NONE, NONE, {name: text_column([]) for name in BASE_COLUMNS[kind]})
    for kind in ("opportunity", "contact_role")
}
"""Tables without rows: a store gives them where a replay reads the kind."""


def found_in(index: Index) -> Counter[str]:
    """How many facts do not count, by why."""
    found: Counter[str] = Counter()
    for finding in index.findings:
        found[finding.code] += finding.count
    return found


def test_events_that_cannot_count_are_found() -> None:
    agreed = agreement()
    person = [ANN]
    come = [_touch(END + 1, "k1"), _touch(2**60, "k1"), {**_touch(END, "k1"), "person": "nobody"}]
    whole = build(facts_of_rows(person, agreed), END)
    few = with_events(whole, facts_of_rows(come, agreed), END)
    assert found_in(few) == {"after-as-of": 1, "no-such-instant": 1}
    assert few.kind.tolist() == [PERSON]


def test_the_tables_of_few_people_are_tables() -> None:
    agreed = agreement()
    rows = [ANN, _touch(START + 1, "k1")]
    come = [{**_touch(START + 2, "k2"), "learned": START + 9}]
    whole = build(facts_of_rows(rows, agreed), END)
    table = with_events(whole, facts_of_rows(come, agreed), END).table("touch")
    assert table.learned is None  # of the first one it is not known
    assert [table.columns["kind"].value(row) for row in range(2)] == ["k1", "k2"]
    sizes = Column(np.array([4, 5]))
    again = replace(table, columns={**table.columns, "size": sizes})
    assert (again.ids.tolist(), again.columns["size"].value(1)) == ([1, 0], 5)
    assert str(again.words("kind")) == str(table.words("kind"))
    alone = build(facts_of_rows(rows[:1], agreed), END)
    table = with_events(alone, facts_of_rows(come, agreed), END).table("touch")
    assert table.learned is not None
    assert table.learned.tolist() == [START + 9]


def test_numbers_of_events_stay_what_they_are() -> None:
    agreed = agreement()
    rows = [ANN, _touch(START + 1, "k1")]
    whole, half = (
        {
            **facts,
            "touch": replace(facts["touch"], columns={**facts["touch"].columns, "size": size}),
        }
        for facts, size in (
            (facts_of_rows(rows, agreed), Column(np.array([1]))),
            (facts_of_rows([_touch(START + 2, "k1")], agreed), Column(np.array([2.5]))),
        )
    )
    few = with_events(build(whole, END), half, END)
    assert few.table("touch").columns["size"].values.tolist() == [1, 2.5]


@pytest.mark.parametrize(("old", "new"), [(3, 3), (200, 100), (300, 2), (2, 300)])
@pytest.mark.parametrize("told", ["engagement >= 9", ""])
def test_events_bring_words_of_their_own_or_none(old: int, new: int, told: str) -> None:
    """Of more sorts than have a code in the index none has; events need not say their sort."""
    enter = told or "!known(touch.kind) && known(touch.person)"
    text = changed("enter: touches.any >= 1", f'enter: "{enter}"')
    points = f"engagement: {{half_life_days: 10, points: {{k{old + 1}: 10}}}}"
    agreed = agreement(f"{text}{points}")
    person = [ANN]
    rows = [_touch(START + n, f"k{n}") for n in range(old)]
    come = [_touch(START + old + n, f"k{old + n}" if told else None) for n in range(new)]
    whole = replay(facts_of_rows([*person, *rows, *come], agreed), agreed, END)
    events = facts_of_rows(come, agreed)
    if not told:
        sort = {name: each for name, each in events["touch"].columns.items() if name != "kind"}
        events = {"touch": replace(events["touch"], columns=sort)}
    before = build(facts_of_rows([*person, *rows], agreed), END)
    few = replay_index(with_events(before, events, END), agreed, END)
    assert verdicts_of(few) == verdicts_of(whole)
    assert len(whole.visits.stage) == 1


def test_words_of_events_of_nobody_known_change_nothing() -> None:
    """Together they are more than there are codes for; but none of the new ones comes."""
    text = changed("enter: touches.any >= 1", 'enter: "engagement >= 9"')
    agreed = agreement(f"{text}engagement: {{half_life_days: 10, points: {{k0: 10}}}}")
    rows = [ANN, *(_touch(START + n, f"k{n}") for n in range(200))]
    strange: list[Row] = [{**_touch(START + 500, f"z{n}"), "person": "?"} for n in range(100)]
    call: Row = {"kind_of_fact": "activity", "instant": START + 900, "person": "a", "kind": "call"}
    every = facts_of_rows([*rows, *strange, call], agreed)
    events = {
        kind: every[kind].take(np.arange(len(every[kind]) - many, len(every[kind])))
        for kind, many in (("touch", len(strange)), ("activity", 1))
    }
    whole = replay(facts_of_rows([*rows, call], agreed), agreed, END)
    few = with_events(build(facts_of_rows(rows, agreed), END), events, END)
    assert verdicts_of(replay_index(few, agreed, END)) == verdicts_of(whole)
    assert len(whole.visits.stage) == 1


ANN: Row = {"kind_of_fact": "person", "instant": START, "id": "a"}


def _touch(at: int, sort: str | None) -> Row:
    return {"kind_of_fact": "touch", "instant": at, "person": "a", "kind": sort}


def facts_about(index: Index) -> dict[str, list[tuple[Any, ...]]]:
    """The facts about each person in their order: kind, instant, id, and what the rows say.

    And which versions of person and account were true then.
    """
    found: dict[str, list[tuple[Any, ...]]] = {}
    for m, (person, kind, row) in enumerate(
        zip(index.person.tolist(), index.kind.tolist(), index.row.tolist(), strict=True)
    ):
        table = index.table(table_of(kind))
        says = {name: column.value(row) for name, column in table.columns.items()}
        true = [
            int(index.table(scope).ids[rows[m]]) if rows[m] >= 0 else None
            for scope, rows in (("person", index.person_row), ("account", index.account_row))
        ]
        fact = kind, int(table.at[row]), int(table.ids[row]), says, true
        found.setdefault(str(index.people[person]), []).append(fact)
        assert kind in (CLOSE, ACCOUNT) or table.at[row] == index.at[m]
    return found


def test_only_events_may_be_put_behind_an_index() -> None:
    none = np.empty(0, np.int64)
    with pytest.raises(ValueError, match="account"):
        with_events(build({}, END), {"account": FactTable("account", none, none, {})}, END)
    one: Row = {"kind_of_fact": "merge", "instant": START, "person": "ann", "into": "bea"}
    with pytest.raises(ValueError, match="merged"):
        with_events(build(facts_of_rows([one], agreement()), END), {}, END)


def test_a_finding_that_everybody_has_less_of_than_the_few_had_is_told_by_a_replay_of_all() -> None:
    small = agreement()
    facts = facts_of_rows([{"kind_of_fact": "person", "instant": START, "id": "ann"}], small)
    whole = totals_of(replay(facts, small, END))
    part = part_of(facts, small, END, whole)
    old, new = (
        replace(part, outcome=replace(part.outcome, findings=(Finding("never-due", "", n, "ann"),)))
        for n in (2, 1)
    )
    assert moved(whole, old, new) is None
    found = moved(replace(whole, findings=old.outcome.findings), old, new)
    assert found is not None
    assert found.findings == new.outcome.findings


def test_the_day_on_which_periods_are_first_left_out_is_told_without_a_replay_of_all() -> None:
    """400 days of a member are counted: the first one goes out on the day after them."""
    text, begins = changed("each: month", "each: day\n    per: member", SMALL), 1_767_225_600
    daily, last = agreement(text), begins + 399 * 86_400
    person: Row = {"kind_of_fact": "person", "instant": begins - 86_400, "id": "ann"}
    later: Row = {"kind_of_fact": "person", "instant": last, "id": "bea"}
    before, after = (facts_of_rows(rows, daily) for rows in ([person], [person, later]))
    whole = replay(before, daily, last)
    assert whole.findings == ()
    parts_ = (
        part_of(facts_of_rows(rows, daily), daily, as_of, totals_of(whole))
        for rows, as_of in (([], last), ([later], last + 86_400))
    )
    found = moved(totals_of(whole), *parts_)
    assert found is not None
    expected = replay(after, daily, last + 86_400).findings
    assert counts_of(found.findings) == counts_of(expected)
    assert [each.code for each in expected] == ["periods-left-out"]
