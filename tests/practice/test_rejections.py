"""Whether a rejection stands, is contested, or refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from interlock.agreement.goals import Goal
from interlock.agreement.loading import load
from interlock.agreement.schema import Agreement, Reason
from interlock.practice.readers import readers
from interlock.practice.rejections import Attempt, Finding, attempts_agreed, fit_asked, judge
from tests.operations.company import text_of
from tests.operations.desk import agreement

GOOD = {"senior": True, "large": True, "private": False}


def agreed(**changes: Any) -> Agreement:
    found = agreement()
    found["fit"]["points"]["private"] = {
        "when": 'person.email.endsWith("@mail.example")',
        "points": -30,
    }
    for path, value in changes.items():
        section, _, key = path.partition("__")
        found[section][key] = value
    loaded = load(text_of(found))
    assert loaded.agreement is not None, loaded.problems
    return loaded.agreement


def reason(text: Agreement, id: str) -> Reason:
    found = text.at(f"reasons.{id}")
    assert isinstance(found, Reason)
    return found


@pytest.mark.parametrize(
    ("fit", "finding"),
    [
        (GOOD, Finding.CONTESTED),
        (GOOD | {"large": False}, Finding.STANDS),
        (GOOD | {"private": True}, Finding.STANDS),
        ({}, Finding.STANDS),
    ],
)
def test_no_fit_is_contested_where_every_criterion_is_passed(
    fit: dict[str, bool], finding: Finding
) -> None:
    text = agreed()
    judged = judge(reason(text, "no-fit"), text, fit, [])
    assert judged.finding is finding
    if finding is Finding.CONTESTED:
        assert judged.clause == "stages.mql"
        assert len(judged.passes) == 2


def test_a_reason_may_cite_one_criterion() -> None:
    cites = {"name": "Too small", "for": "reject", "goes_to": "nurture"}
    text = agreed(reasons__small=cites | {"cites": "fit.points.large"})
    found = judge(reason(text, "small"), text, {"large": True}, [])
    assert found.finding is Finding.CONTESTED
    assert judge(reason(text, "small"), text, {"senior": True}, []).finding is Finding.STANDS


def test_a_clause_that_asks_for_no_fit_says_nothing_of_it() -> None:
    text = agreed()
    assert fit_asked(text, "stages.lead") == ()
    assert fit_asked(text, "stages.sal") == ()
    assert fit_asked(text, "stages.gone") == ()
    assert fit_asked(text, "fit") == text.fit.points
    assert judge(reason(text, "student"), text, GOOD, []).finding is Finding.STANDS


def test_attempts_that_are_missing_are_named() -> None:
    text = agreed()
    made = [Attempt(1, "call", "no answer"), Attempt(2, "email", "")]
    judged = judge(reason(text, "unreachable"), text, GOOD, made)
    assert (judged.finding, judged.missing, judged.clause) == (
        Finding.REFUSED,
        1,
        "promises.attempts",
    )
    assert "two were made (call: no answer, email). Missing: one more attempt." in judged.says


@pytest.mark.parametrize(("result", "finding"), [("", "stands"), ("connected", "contested")])
def test_a_buyer_who_was_reached_was_not_never_reached(result: str, finding: str) -> None:
    text = agreed()
    made = [Attempt(n, "call", result if n == 1 else "no answer") for n in range(3)]
    assert judge(reason(text, "unreachable"), text, GOOD, made).finding == finding


@pytest.mark.parametrize(
    ("kept_by", "count"),
    [
        ("activities.attempts >= 4 || decision.kind == 'qualify'", 4),
        ("decision.kind == 'qualify' || activities.call > 2 && fit >= 5", 3),
        ("activities.attempts == 1", 1),
        ("activity.human", 0),
        ("fit >= 4", 0),
    ],
)
def test_how_many_attempts_are_agreed(kept_by: str, count: int) -> None:
    promise = agreement()["promises"]["attempts"] | {"kept_by": kept_by.replace("'", '"')}
    text = agreed(promises__attempts=promise)
    assert attempts_agreed(text.event_promises[-1].kept_by.expression) == count


def test_who_reads_a_field() -> None:
    text = agreed()
    assert readers(text, "opportunity.amount") == ("Pipeline",)
    assert readers(text, "activity.result") == ("Never reached (as a reason)",)
    assert readers(text, "activity.human") == ("First touch",)
    assert readers(text, "decision.kind") == ("SAL", "SQL", "A decision", "Three attempts")
    assert readers(text, "activity.subject") == ()


def test_a_goal_in_money_reads_what_opportunities_are_worth() -> None:
    goal = Goal("orders", "Orders", "Orders.", 1, "EUR", measured_by="revenue")
    measured = replace(agreed(), goals=(goal,))
    assert readers(measured, "opportunity.amount") == ("Pipeline", "Orders")
    in_words = replace(agreed(), goals=(replace(goal, measured_by=""),))
    assert readers(in_words, "opportunity.amount") == ("Pipeline",)
