"""Consequences that open by themselves when promised numbers are missed.

Of the company's weeks in March: marketing brings 4, 3, 1 and no MQLs, sales accepts 1, 1 and none.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import time_machine

from interlock.operations.actor import COMMAND_LINE
from interlock.operations.adopt import adopt
from interlock.operations.follow import follow
from interlock.operations.read_case import read_case
from interlock.operations.read_cases import read_cases
from interlock.operations.rebuild import rebuild
from interlock.operations.rule import rule
from interlock.operations.watched import Watched
from interlock.store.models import Case, Event, Notice
from tests.operations.company import agreement_of_the_company, at, fill, text_of
from tests.operations.table import ADA, BO, EVERYBODY, KIM, MO, SAM, add
from tests.support.at_once import at_once

pytestmark = pytest.mark.django_db

NOW = at(24, "10:00")
NEXT = at(31, "10:00")
NUMBERS: dict[str, dict[str, Any]] = {
    "volume": {"owed_by": "marketing", "owed_to": "sales", "enters": "mql", "target": 4},
    "taken": {"owed_by": "sales", "owed_to": "marketing", "enters": "sal", "target": 1},
}
ONE = {
    "says": "Marketing says why",
    "owner": "Mo",
    "within": "2 working days",
    "when_missed": {"promises": ["volume"], "by": "marketing"},
}
BOTH = {
    "says": "The heads end it",
    "when_missed": {
        "promises": ["volume", "taken"],
        "by": "both",
        "periods_in_a_row": 2,
        "ends_agreement": True,
    },
}


MONTHS = {"promises": ["volume", "monthly"], "by": "marketing"}


def agreement(first_day: str, **rules: dict[str, Any]) -> str:
    """The company's agreement with two numbers a week and these rules."""
    found = agreement_of_the_company()
    for id_, number in NUMBERS.items():
        found["promises"][id_] = {"name": id_.capitalize(), "says": "So many.", "each": "week"}
        found["promises"][id_] |= number
    return text_of(found | {"in_force_from": first_day, "rules_of_disengagement": rules})


def begun(now: int = NOW, first_day: str = "2026-01-01", **rules: dict[str, Any]) -> None:
    begun_with(agreement(first_day, **(rules or {"one": ONE, "both": BOTH})), now)


def begun_with(text: str, now: int) -> None:
    for each in EVERYBODY:
        add(each)
    fill()
    with time_machine.travel(now, tick=False):
        adopted = adopt(text, by=COMMAND_LINE)
        assert adopted.version is not None, [each.message for each in adopted.problems]
        rebuild(by=COMMAND_LINE)


def at_the_time(now: int, deed: Callable[[int], int] = follow) -> int:
    """Replayed from then, what the worker opens."""
    with time_machine.travel(now, tick=False):
        rebuild(by=COMMAND_LINE)
        return deed(now)


def titles() -> list[str]:
    return list(Case.objects.order_by("pk").values_list("title", flat=True))


def watched(now: int) -> dict[str, Watched]:
    return {each.rule.id: each for each in read_cases(by=MO, now=now).watched}


def test_the_consequence_of_the_latest_period_opens_once_with_owner_and_day() -> None:
    begun()
    assert follow(NOW) == 1
    assert follow(NOW) == 0
    assert at_the_time(NOW + 60) == 0
    row = Case.objects.get()
    assert row.title == "One, week of 16 Mar 2026"
    assert (row.kind, row.owner, row.due_at) == ("consequence", "Mo", at(26, "10:00"))
    assert row.shown["lines"] == [{"label": "Volume", "text": "missed by marketing: 1 against 4"}]
    assert row.shown["clause"]["path"] == "rules_of_disengagement.one"
    told = Notice.objects.filter(link=f"/agreement/disputes/{row.pk}")
    assert set(told.values_list("whom", flat=True)) == {MO.name, ADA.name, BO.name}
    assert set(told.values_list("because", flat=True)) == {f"{ONE['says']} (one)"}
    assert Event.objects.filter(verb="open case", by="the worker").count() == 1


def test_of_a_number_that_was_missed_in_many_periods_the_latest_are_told() -> None:
    monthly = {"name": "Monthly", "says": "So many.", "each": "month", **NUMBERS["volume"]}
    found = json.loads(agreement("2026-01-01", both=BOTH | {"when_missed": MONTHS}))
    found["promises"]["monthly"] = monthly
    now = at(3, "10:00", month=5)
    begun_with(json.dumps(found), now)
    assert at_the_time(now) == 1
    lines = {each["label"]: each["text"] for each in Case.objects.get().shown["lines"]}
    assert lines == {
        "Volume": "missed by marketing: 0 against 4 in week of 27 Apr 2026; 0 against 4 in week of "
        "20 Apr 2026; 0 against 4 in week of 13 Apr 2026; 0 against 4 in week of 6 Apr 2026; 1 "
        "more",
        "Monthly": "missed by marketing: 0 against 4",
    }


def test_each_later_period_that_is_missed_follows_and_both_together_end_it() -> None:
    begun()
    follow(NOW)
    assert at_the_time(NEXT) == 2
    assert titles() == [
        "One, week of 16 Mar 2026",
        "One, week of 23 Mar 2026",
        "Both, week of 23 Mar 2026",
    ]
    both = Case.objects.get(title__startswith="Both")
    assert {"label": "In a row", "text": "2 weeks"} in both.shown["lines"]
    assert any("is to end" in line["text"] for line in both.shown["lines"])


def test_what_a_stopped_worker_left_is_made_up_for() -> None:
    begun()
    assert at_the_time(at(14, "10:00", month=4)) > 1
    assert "One, week of 23 Mar 2026" in titles()
    assert "One, week of 9 Mar 2026" not in titles()  # before the agreement was in force here


def test_how_near_the_end_is_shows_long_before_and_both_sides_hear_of_it() -> None:
    begun(both=BOTH)
    found = watched(NOW)["both"]
    assert (found.so_far, found.needed, found.period) == (1, 2, "week")
    assert found.is_near
    assert found.now_missed == ("marketing", "sales")
    assert follow(NOW) == 0
    assert follow(NOW + 60) == 0
    told = Notice.objects.filter(text__startswith="1 of 2 missed weeks")
    assert sorted(told.values_list("whom", flat=True)) == [ADA.name, BO.name]
    assert set(told.values_list("because", flat=True)) == {f"{BOTH['says']} (both)"}


def test_what_may_still_come_late_is_waited_for() -> None:
    begun(at(23, "10:00"), one=ONE)
    follow(at(23, "10:00"))
    assert titles() == ["One, week of 9 Mar 2026"]  # the next has been over for ten hours only
    assert at_the_time(NOW) == 1
    assert titles()[1:] == ["One, week of 16 Mar 2026"]


def test_nothing_follows_from_a_replay_that_looks_back_or_before_the_rule_counted() -> None:
    begun(one=ONE)
    rebuild(by=COMMAND_LINE, as_of=NOW)
    assert follow(NOW) == 0
    Case.objects.all().delete()
    later = text_of(agreement_of_the_company() | {"version": "2", "in_force_from": "2026-03-24"})
    assert adopt(later, by=COMMAND_LINE).version is not None
    assert at_the_time(NOW) == 0  # the text that counts now has no such rule
    assert not watched(NOW)


def test_periods_before_the_first_agreement_count_for_nothing() -> None:
    begun(first_day="2026-03-24")
    assert follow(NOW) == 0
    assert [each.so_far for each in watched(NOW).values()] == [0, 0]


def test_its_owner_or_whoever_rules_says_that_it_is_done() -> None:
    begun(one=ONE)
    follow(NOW)
    number = Case.objects.get().pk
    page = read_case(number, by=MO, now=NOW)
    assert page is not None
    assert (page.is_consequence, page.called, page.kept_from) == (True, "Mo", "")
    assert rule(number, "sales", "No.", by=MO, now=NOW).refused == "It is settled as one of: done."
    refused = rule(number, "done", "I say.", by=SAM, now=NOW).refused
    assert refused == "It is for Mo to say that it is done."
    assert rule(number, "done", "Two trade shows more.", by=MO, now=NOW).said
    assert rule(number, "done", "Again.", by=KIM, now=NOW).refused.endswith("already.")


@pytest.mark.django_db(transaction=True)
def test_two_workers_open_it_once(tmp_path: Path) -> None:
    begun()
    opened, found = at_once(tmp_path, [partial(follow, NOW)] * 2, Case.objects.count)
    assert sorted(opened) == [0, 1]
    assert found == 1
