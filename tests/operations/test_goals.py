"""Shared goals: what was reached in each period, and what follows where they are missed.

Of the company's deals there is one: 12,345 €, opened on Tuesday 3 March and won on Tuesday the
17th. Its data begin on Monday the 2nd at nine, so that the first whole week is that of the 9th.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import time_machine

from interlock.agreement.goals import MEASURES, Goal, slug_of
from interlock.insight.attainment import Kept
from interlock.insight.goals import Reached
from interlock.insight.trial import ReachedTold
from interlock.insight.whatif import GoalChange
from interlock.operations.actor import COMMAND_LINE
from interlock.operations.adopt import adopt
from interlock.operations.case_subjects import About
from interlock.operations.follow import follow
from interlock.operations.followed import followed
from interlock.operations.load_company import load_company
from interlock.operations.open_case import open_case, read_to_open
from interlock.operations.open_draft import open_draft
from interlock.operations.read_agreement import read_clause
from interlock.operations.read_cases import read_cases
from interlock.operations.read_figure import read_figure
from interlock.operations.read_goals import read_goals
from interlock.operations.read_periods import PeriodRow
from interlock.operations.read_promises import read_promises
from interlock.operations.reading import current
from interlock.operations.rebuild import rebuild
from interlock.operations.try_draft import try_draft
from interlock.operations.watched import Watched
from interlock.operations.whatif import whatif
from interlock.store.models import Case, Notice
from tests.operations.company import agreement_of_the_company, at, fill, put, text_of
from tests.operations.table import ADA, BO, EVERYBODY, MO, add
from tests.support.at_once import at_once

pytestmark = pytest.mark.django_db

NOW = at(24, "10:00")
REVENUE = {
    "name": "Orders",
    "meaning": "Orders signed.",
    "target": 10_000,
    "unit": "EUR",
    "measured_by": "revenue",
    "each": "week",
}
SHARED = {
    "says": "We meet about nothing else",
    "owner": "Mo",
    "within": "2 working days",
    "when_missed": {"goals": ["revenue"], "by": "both"},
}


def measured(goals: dict[str, Any] | None = None, now: int = NOW, **changes: Any) -> None:
    """The company under an agreement with these goals, replayed from then."""
    fill()
    text = agreement_of_the_company() | {"goals": goals or {"revenue": REVENUE}} | changes
    with time_machine.travel(now, tick=False):
        adopted = adopt(text_of(text), by=COMMAND_LINE)
        assert adopted.version is not None, [each.message for each in adopted.problems]
        rebuild(by=COMMAND_LINE)


def begun(now: int = NOW, **changes: Any) -> None:
    """The same, with everybody who signs in."""
    for each in EVERYBODY:
        add(each)
    measured(now=now, **changes)


def periods(goal: str = "revenue") -> list[PeriodRow]:
    """Its periods, the first first."""
    reading = current()
    assert reading.agreement is not None
    rows = {row.goal.id: row for row in read_goals(reading, reading.agreement.goals)}
    return [*reversed(rows[goal].periods)]


def standing(goal: str = "revenue") -> list[tuple[str, str, float]]:
    return [(row.begins.isoformat(), row.state, row.value) for row in periods(goal)]


def watched(now: int) -> dict[str, Watched]:
    return {each.rule.id: each for each in read_cases(by=MO, now=now).watched}


def test_revenue_is_held_against_its_target_week_by_week() -> None:
    measured()
    assert standing() == [
        ("2026-03-09", "broken", 0),
        ("2026-03-16", "kept", 12_345),
        ("2026-03-23", "behind", 0),
    ]
    last = periods()[-1]
    assert last.passed == pytest.approx(9 / 40)  # a day and an hour of five days of eight hours
    assert (last.target, last.unit) == (10_000, "EUR")


def test_what_a_goal_came_to_can_be_disputed_with_the_sales_behind_it() -> None:
    begun()
    about = About("goal", "revenue", at="2026-03-18")
    found = read_to_open(about, by=MO, now=NOW)
    assert found is not None
    assert (found.clause, found.refused) == ("goals.revenue", "")
    assert dict(found.lines) == {
        "State": "kept",
        "Reached": "12,345 EUR",
        "Goal": "10,000 EUR",
        "From": at(16, "00:00"),
        "Until": at(23, "00:00"),
    }
    number = open_case(about, "The sale was ours before.", by=MO, now=NOW).number
    assert number is not None
    shown = Case.objects.get(pk=number).shown
    assert [(each["name"], each["weight"]) for each in shown["records"]] == [("Sensors", 12_345)]
    assert (shown["records_left"], shown["link"]) == (0, "/metrics/revenue/week/2026-03-16")
    for other in (
        About("goal", "revenue", at="2026-02-18"),  # before the first whole week
        About("goal", "revenue", at="soon"),
        About("goal", "nothing", at="2026-03-18"),
    ):
        assert read_to_open(other, by=MO, now=NOW) is None, other


def test_the_page_of_the_records_says_which_goals_are_held_against_the_number() -> None:
    measured({"revenue": REVENUE, "new": REVENUE | {"measured_by": "new customers", "target": 1}})
    [shown] = read_figure("revenue", "week", date(2026, 3, 18)).goals
    [period] = shown.periods
    assert (shown.goal.id, period.state, period.value) == ("revenue", "kept", 12_345)
    assert read_figure("revenue", "month", date(2026, 3, 18)).goals == ()


def test_what_is_measured_a_week_can_be_measured_by_each_metric() -> None:
    plain = {"name": "G", "meaning": "G.", "each": "week", "unit": ""}
    measured(
        {
            "pipeline": plain | {"measured_by": "pipeline", "target": 1},
            "new": plain | {"measured_by": "new customers", "target": 1},
            "rate": plain | {"measured_by": "win rate", "target": "50 %"},
            "kept": plain | {"measured_by": "retention", "target": "90 %"},
            "speed": plain | {"measured_by": "velocity", "target": 1},
            "cost": plain | {"measured_by": "acquisition cost", "target": 1},
        }
    )
    weeks = ("2026-03-09", "2026-03-16", "2026-03-23")
    assert standing("pipeline") == [
        (weeks[0], "broken", 0),
        (weeks[1], "broken", 0),
        (weeks[2], "behind", 0),
    ]
    assert standing("new") == [
        (weeks[0], "broken", 0),
        (weeks[1], "kept", 1),
        (weeks[2], "behind", 0),
    ]
    assert standing("rate") == [(weeks[1], "kept", 1)]  # nothing was closed in the others
    assert standing("kept") == [(weeks[2], "on pace", 1)]
    assert standing("speed") == [(weeks[1], "broken", 0)]  # nothing was open any more at its end
    assert standing("cost") == [(weeks[1], "kept", 0)]


TARGET = "goals.revenue.target"


def tried(*changes: tuple[str, str]) -> Mapping[str, GoalChange]:
    """What the changes make of each goal."""
    [trial] = whatif(changes).trials
    assert trial.comparison is not None, trial.problems
    return {each.goal: each for each in trial.comparison.goals}


def then(*changes: tuple[str, str]) -> Reached | None:
    return tried(*changes)["revenue"].after


def test_a_trial_holds_every_week_that_is_over_against_another_target() -> None:
    measured()
    found = tried((TARGET, "12345"))["revenue"]
    # the weeks of the 9th and the 16th are over, that of the 23rd is not; one sale in the second
    assert found.before == Reached(10_000, "EUR", "week", Kept(decided=2, kept=1))
    assert found.after == Reached(12_345, "EUR", "week", Kept(decided=2, kept=1))
    assert then((TARGET, "12346")) == Reached(12_346, "EUR", "week", Kept(decided=2, kept=0))
    ended = then(("goals.revenue.by", "2026-03-15"))
    assert ended == Reached(10_000, "EUR", "week", Kept(decided=1, kept=0))
    # nothing was closed in the other week; a share is counted in nothing
    share = then(("goals.revenue.measured_by", "win rate"), (TARGET, "1"))
    assert share == Reached(1, "", "week", Kept(decided=1, kept=1))


def test_a_trial_says_of_a_goal_what_its_page_says(tmp_path: Path) -> None:
    load_company(tmp_path, people=600, progress=lambda *_: None)
    plain = {"name": "G", "meaning": "G.", "each": "month", "unit": "", "target": 0.3}
    slugs = {slug_of(each): each for each in MEASURES}
    goals = {slug: plain | {"measured_by": each} for slug, each in slugs.items()}
    reading = current()
    assert reading.agreement is not None
    source = re.sub(r"^version: .*", 'version: "2"', reading.agreement.source, flags=re.MULTILINE)
    text = re.sub(
        r"^goals:.*?(?=^\w)", f"goals: {text_of(goals)}\n", source, flags=re.MULTILINE | re.DOTALL
    )
    adopted = adopt(text, by=COMMAND_LINE)
    assert adopted.version is not None, [each.message for each in adopted.problems]
    rebuild(by=COMMAND_LINE)
    found = tried()
    for goal in goals:
        decided = [row.state for row in periods(goal) if row.state in {"kept", "broken"}]
        kept = Kept(len(decided), decided.count("kept"))
        assert found[goal].before == found[goal].after == Reached(0.3, "", "month", kept)
    reached = [each.before.periods for each in found.values() if each.before]
    assert sum(each.decided for each in reached) > 20
    assert sum(each.kept for each in reached) > 0


def test_a_goal_that_only_the_draft_measures_and_one_without_a_metric() -> None:
    words = {"name": "Friends", "meaning": "Who likes us.", "target": 3, "unit": "people"}
    measured({"friends": words})
    text = agreement_of_the_company() | {"goals": {"revenue": REVENUE, "friends": words}}
    [trial] = whatif(draft=text_of(text)).trials
    assert trial.comparison is not None
    [found] = trial.comparison.goals
    assert (found.goal, found.before) == ("revenue", None)
    assert found.after == Reached(10_000, "EUR", "week", Kept(decided=2, kept=1))


def test_a_dial_turns_a_target_and_the_trial_says_which_goal_it_moves() -> None:
    measured()
    draft = open_draft("More", by=COMMAND_LINE).draft
    assert draft is not None
    page = try_draft(draft, {f"{TARGET}@": 20_000.0})
    assert page is not None
    assert page.shown is not None
    assert page.shown.sentence == (
        "No lead moves; Orders would have been reached in 0 of 2 weeks instead of 1."
    )
    [goal] = page.shown.goals
    assert goal.before == ReachedTold(10_000, "EUR", "week", reached=1, of=2)
    assert goal.after == ReachedTold(20_000, "EUR", "week", reached=0, of=2)
    assert page.turned == ("Orders: target 20,000 instead of 10,000 EUR",)


def test_a_goal_ends_with_its_day_and_one_without_a_metric_has_no_periods() -> None:
    until = REVENUE | {"by": "2026-03-15"}
    words = {"name": "Friends", "meaning": "Who likes us.", "target": 3, "unit": "people"}
    measured({"revenue": until, "friends": words})
    assert standing() == [("2026-03-09", "broken", 0)]
    assert periods("friends") == []


def test_each_period_is_held_against_the_text_that_counted_then() -> None:
    measured()
    later = {"revenue": REVENUE | {"target": 20_000}}
    text = agreement_of_the_company() | {"version": "2", "in_force_from": "2026-03-16"}
    with time_machine.travel(NOW, tick=False):
        assert adopt(text_of(text | {"goals": later}), by=COMMAND_LINE).version is not None
        rebuild(by=COMMAND_LINE)
    assert [(row.target, row.state) for row in periods()] == [
        (10_000, "broken"),
        (20_000, "broken"),
        (20_000, "behind"),
    ]


def test_its_clause_and_the_promises_show_how_it_stands() -> None:
    measured()
    page = read_clause("goals.revenue")
    assert page.clause is not None
    assert isinstance(page.clause.subject, Goal)
    assert [row.state for row in page.decided.periods] == ["behind", "kept", "broken"]
    [row] = read_promises().goals
    assert [period.state for period in row.periods] == ["behind", "kept"]


def test_a_missed_goal_opens_what_was_agreed_for_both_sides_once() -> None:
    begun(rules_of_disengagement={"shared": SHARED}, now=at(17, "09:00"))
    assert follow(at(17, "09:00")) == 1  # the week of the 9th has been over for a day
    assert follow(at(17, "09:00")) == 0
    with time_machine.travel(NOW, tick=False):
        rebuild(by=COMMAND_LINE)
        assert follow(NOW) == 0  # the week after was reached
    row = Case.objects.get()
    assert (row.title, row.owner) == ("Shared, week of 9 Mar 2026", "Mo")
    text = "missed by marketing and sales: 0 EUR against 10,000 EUR"
    assert row.shown["lines"] == [{"label": "Orders", "text": text}]
    for path in ("goals.revenue", "rules_of_disengagement.shared"):
        assert [each.number for each in followed(path, NOW)] == [row.pk]
    assert followed("promises.first-touch", NOW) == ()
    assert row.shown["link"] == "/agreement/goals.revenue"
    told = Notice.objects.filter(link=f"/agreement/disputes/{row.pk}")
    assert set(told.values_list("whom", flat=True)) == {MO.name, ADA.name, BO.name}


@pytest.mark.parametrize("by", ["marketing", "sales", "both", ""])
def test_who_misses_a_goal_is_each_side_and_both(by: str) -> None:
    rule = SHARED | {"when_missed": {"goals": ["revenue"]} | ({"by": by} if by else {})}
    begun(rules_of_disengagement={"shared": rule}, now=at(17, "09:00"))
    assert follow(at(17, "09:00")) == 1


def test_how_near_the_end_is_counts_goals_too() -> None:
    ending = {"goals": ["revenue"], "periods_in_a_row": 2, "ends_agreement": True}
    begun(rules_of_disengagement={"end": SHARED | {"when_missed": ending}}, now=at(16, "12:00"))
    found = watched(at(16, "12:00"))["end"]
    assert (found.so_far, found.needed, found.period, found.is_near) == (1, 2, "week", True)
    assert found.now_missed == ("marketing", "sales")  # behind in the week that runs
    assert follow(at(16, "12:00")) == 0
    told = Notice.objects.filter(text__startswith="1 of 2 missed weeks")
    assert sorted(told.values_list("whom", flat=True)) == [ADA.name, BO.name]


def test_a_goal_and_a_promise_count_together_within_the_longest_period() -> None:
    volume = {"name": "Volume", "says": "So many.", "each": "week", "enters": "mql", "target": 9}
    promises = agreement_of_the_company()["promises"]
    promises["volume"] = volume | {"owed_by": "marketing", "owed_to": "sales"}
    missed = {"promises": ["volume"], "goals": ["revenue"], "by": "sales"}
    begun(
        promises=promises,
        rules_of_disengagement={"shared": SHARED | {"when_missed": missed}},
    )
    assert follow(NOW) == 0  # of the last week sales missed nothing: the goal was reached
    assert watched(NOW)["shared"].now_missed == ("marketing", "sales")


def test_a_deal_in_another_currency_counts_for_no_revenue() -> None:
    cells = {"person": "p2", "status": "won", "amount": 9_900_000, "currency": "SEK"}
    put("opportunity", "o2", at(3), created_at=at(3), closed_at=at(18), **cells)
    measured()
    assert standing()[1] == ("2026-03-16", "kept", 12_345)


def test_two_workers_open_it_once(tmp_path: Path, transactional_db: None) -> None:  # noqa: ARG001 - both see it
    begun(rules_of_disengagement={"shared": SHARED}, now=at(17, "09:00"))
    deeds = [partial(follow, at(17, "09:00"))] * 2
    opened, found = at_once(tmp_path, deeds, Case.objects.count)
    assert sorted(opened) == [0, 1]
    assert found == 1
