"""What a condition would catch, against a hand count of the company of `company.py`."""

from __future__ import annotations

import pytest
import time_machine

from interlock.operations.actor import Actor, NotAllowedError
from interlock.operations.catch import Caught, catch
from tests.operations.company import agreement_text, replayed
from tests.operations.table import MO

pytestmark = pytest.mark.django_db


def caught(condition: str) -> Caught:
    replayed()
    return catch(condition, agreement_text(), by=MO)


@pytest.mark.parametrize(
    ("condition", "ever"),
    [
        ('person.source == "partner"', 4),  # p3, p4, p6, p7
        ('person.source == "web"', 5),  # p1, p2, p5, p8, p10
        ('decision.kind == "accept"', 2),  # p1, p5
        ("!known(person.source)", 1),  # p9
        ('opportunity.status == "won"', 1),  # p1
        ("decisions.reject >= 1", 1),  # p2
    ],
)
def test_everybody_for_whom_it_ever_held(condition: str, ever: int) -> None:
    found = caught(condition)
    assert (found.ever, found.people) == (ever, 10)


def test_lately_is_ninety_days() -> None:
    found = caught('decision.kind == "accept"')
    assert found.lately == found.ever == len(("p1", "p5"))


def test_the_condition_is_said_in_words() -> None:
    assert caught('person.source == "web"').sentence == 'the person\'s source is "web"'


def test_a_condition_that_is_none_says_why() -> None:
    found = caught("person.sauce == 1")
    assert "person.sauce" in found.problems[0].message
    assert found.people is None


@pytest.mark.parametrize("odd", ["\ud800", "\0", '"\\u0000"'])
def test_what_no_database_keeps_is_no_condition(odd: str) -> None:
    assert caught(f"person.country == {odd}").problems


def test_without_an_agreement_there_is_nothing_to_try_it_on() -> None:
    assert catch("fit > 1.0", agreement_text(), by=MO).people is None


def test_so_many_are_counted_for_one_sign_in_in_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("interlock.operations.catch.MOST", 1)
    replayed()
    sam = Actor("sam@example.com", "sales", "member")
    with time_machine.travel(1_900_000_000, tick=False):
        found = [catch("person.", agreement_text(), by=by) for by in (sam, sam, MO)]
    assert [each.too_often for each in found] == [False, True, False]
    assert found[1] == Caught(too_often=True)


def test_who_only_reads_counts_nothing() -> None:
    with pytest.raises(NotAllowedError, match="your sign-in is for reading"):
        catch("fit > 1.0", agreement_text(), by=Actor("vi@example.com", "sales", "viewer"))
