"""Disputes: opening a case with its evidence, each side's view, the ruling, and what follows."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from interlock.operations.actor import COMMAND_LINE, Actor, NotAllowedError
from interlock.operations.adopt import adopt
from interlock.operations.answer import Answer
from interlock.operations.case_subjects import About
from interlock.operations.disputed import Disputed
from interlock.operations.draft_from_cases import draft_from_cases
from interlock.operations.open_case import Opened, open_case, read_to_open
from interlock.operations.read_case import CasePage, read_case
from interlock.operations.read_cases import read_cases
from interlock.operations.read_person import read_person
from interlock.operations.rebuild import rebuild
from interlock.operations.rule import rule
from interlock.operations.state_view import state_view
from interlock.operations.urge import urge
from interlock.store.models import (
    Case,
    Challenge,
    Event,
    Import,
    Notice,
    Obligation,
    Remark,
    SideView,
)
from tests.operations.company import (
    AS_OF,
    agreement_of_the_company,
    agreement_text,
    at,
    put,
    replayed,
)
from tests.operations.table import ADA, BO, EVERYBODY, KIM, MO, SAM, add
from tests.support.at_once import at_once
from tests.support.queries import queries_of

pytestmark = pytest.mark.django_db

NOW = at(23, "10:00")
DAY = 86_400
VIEWER = Actor("vi@example.com", "sales", "viewer")
GOVERNED: dict[str, Any] = {
    "raci": {
        "disputes": {
            "activity": "Settling disputes",
            "responsible": ["Mo"],
            "accountable": ["Ada"],
            "governs": "disputes",
        }
    }
}


def broken(person: str = "p4", promise: str = "first-touch") -> About:
    """A promise about that person that was not kept."""
    row = Obligation.objects.get(person=person, promise=promise)
    return About("obligation", promise, person, str(row.started_at))


def settled_in(**changes: Any) -> None:
    """The company replayed, and everybody's sign-in."""
    for each in EVERYBODY:
        add(each)
    replayed()
    if changes:
        assert adopt(agreement_text(version="2", **changes), by=COMMAND_LINE).version is not None


def opened(about: About | None = None, *, by: Actor = SAM, now: int = NOW) -> int:
    made = open_case(about or broken(), "He was at the dentist.", by=by, now=now)
    assert made.number is not None, made.refused
    return made.number


def ruled(number: int, way: str = "sales", *, by: Actor = KIM, now: int = NOW) -> None:
    assert state_view(number, "Somebody stands in.", by=MO, now=now).said
    answer = rule(number, way, "A deputy was agreed.", by=by, now=now)
    assert answer.said, answer.refused


def page(number: int, by: Actor = MO, now: int = NOW) -> CasePage:
    found = read_case(number, by=by, now=now)
    assert found is not None
    return found


def test_a_case_keeps_its_evidence_as_it_was_seen() -> None:
    settled_in()
    number = opened()
    found = page(number)
    assert (found.title, found.clause) == ("First touch: Person 4", "promises.first-touch")
    shown = found.shown
    assert shown["lines"][0] == {"label": "State", "text": "broken"}
    assert shown["clause"]["version"] == "1"
    assert shown["clause"]["sentence"] == found.wording != ""
    assert shown["whys"][0]["question"] == "Why owed"
    assert {"marketing owed Greeting, broken", "entered MQL"} <= {
        each["what"] for each in shown["timeline"]
    }
    assert shown["link"].startswith("/people/p4#first-touch-")
    put("touch", "later", at(23, "09:30"), person="p4", kind="greeting")
    Obligation.objects.all().delete()
    assert page(number).shown == shown
    assert [view.words for view in found.views] == ["", "He was at the dentist."]
    assert Event.objects.filter(verb="open case", why="He was at the dentist.").count() == 1


@pytest.mark.parametrize(
    ("within", "due"),
    [
        ("2 working days", at(25, "10:00")),
        ("10 working hours", at(24, "12:00")),
        ("48 hours", at(25, "10:00")),
    ],
)
def test_it_is_due_by_the_rule_of_the_agreement(within: str, due: int) -> None:
    settled_in(rules_of_disengagement={"disputes": {"says": "Settled soon.", "within": within}})
    assert page(opened(), now=NOW).due_at == due


def test_it_is_due_in_ten_working_days_where_the_agreement_says_nothing() -> None:
    settled_in()
    assert page(opened()).due_at == at(6, "10:00", month=4)


def test_about_one_thing_there_is_one_case() -> None:
    settled_in()
    number = opened()
    again = open_case(broken(), "I think so, too.", by=MO, now=NOW)
    assert again == Opened(None, f"Case {number} about it is open already.", number)
    ruled(number)
    assert open_case(broken(), "Once more.", by=MO, now=NOW).other == number
    assert Case.objects.count() == 1


def test_the_person_shows_the_case_also_under_the_record_that_stays() -> None:
    settled_in()
    number = opened(broken("p4"))

    def shown(key: str) -> list[Disputed | None]:
        return [
            owed.case for owed in read_person(key).obligations if owed.promise.key == "first-touch"
        ]

    assert shown("p4") == [Disputed(number, "")]
    ruled(number, "both")
    assert shown("p4") == [Disputed(number, "both")]
    put("merge", "m1", at(12), person="p4", into="p6", member="bo")
    rebuild(by=COMMAND_LINE, as_of=AS_OF)
    assert Disputed(number, "both") in shown("p6")


def test_only_what_can_be_disputed_is() -> None:
    settled_in()
    for about in (
        broken("p1"),  # kept
        broken("p8"),  # still open
        About("obligation", "first-touch", "p4", "soon"),
        About("period", "nothing", at="2026-03-02"),
        About("goal", "nothing", at="2026-03-02"),
        About("challenge", "7"),
        About("weather", "1"),
    ):
        assert read_to_open(about, by=MO, now=NOW) is None, about
        assert open_case(about, "No.", by=MO, now=NOW).refused.startswith("There is nothing here")
    assert "Say how your side sees it" in open_case(broken(), " ", by=MO, now=NOW).refused
    assert "marketing or sales opens" in open_case(broken(), "No.", by=KIM, now=NOW).refused
    with pytest.raises(NotAllowedError, match="may not dispute"):
        open_case(broken(), "No.", by=VIEWER, now=NOW)


def test_an_answered_challenge_can_be_disputed() -> None:
    settled_in()
    delivery = Import.objects.get()
    row = Challenge.objects.create(
        person="p2",
        decision="d2",
        kind="reject",
        reason="not-ready",
        clause="stages.mql",
        says="p2 meets it:",
        passes=["engagement is 50 or more"],
        delivery=delivery,
        by="bo@example.com",
        opened_at=at(4),
    )
    about = About("challenge", str(row.pk))
    assert read_to_open(about, by=MO, now=NOW) is None  # nobody has answered yet
    Challenge.objects.update(answered_at=at(5), answered_by="mo@example.com", upheld=False)
    found = page(opened(about))
    assert found.clause == "stages.mql"
    assert {"label": "The answer", "text": "The rejection stands."} in found.shown["lines"]
    assert [each["question"] for each in found.shown["whys"]][:1] == ["Why turned away"]


def test_the_other_side_and_whoever_rules_hear_of_it() -> None:
    settled_in()
    opened(by=SAM)
    assert set(Notice.objects.values_list("whom", flat=True)) == {ADA.name, KIM.name}
    ruler = "whoever keeps the data (revenue operations)"
    assert set(Notice.objects.values_list("because", flat=True)) == {
        f"Each side says how it sees it; {ruler} rules (First touch)"
    }


def test_each_side_has_one_view_which_may_be_said_anew_until_the_ruling() -> None:
    settled_in()
    number = opened()
    assert state_view(number, "No deputy, no excuse.", by=MO, now=NOW).said
    assert state_view(number, "Somebody stands in.", by=ADA, now=NOW + 60).said
    assert SideView.objects.get(side="marketing").by == ADA.name
    assert state_view(number, "I think…", by=KIM, now=NOW).refused.startswith("Marketing and sales")
    assert state_view(number, "  ", by=MO, now=NOW).refused
    unknown = Answer(refused="There is no case 99.", is_unknown=True)
    assert state_view(99, "Well.", by=MO, now=NOW) == unknown
    assert rule(99, "sales", " ", by=KIM, now=NOW) == unknown
    assert state_view(99, " ", by=KIM, now=NOW) == unknown  # whatever else keeps one from it
    assert not state_view(number, " ", by=MO, now=NOW).is_unknown
    ruled(number)
    assert state_view(number, "But!", by=SAM, now=NOW).refused.startswith("It is settled")


def test_without_a_row_of_the_raci_whoever_keeps_the_data_rules() -> None:
    settled_in()
    number = opened()
    assert page(number).called == "whoever keeps the data (revenue operations)"
    assert page(number, ADA).kept_from.startswith("It is for whoever keeps the data")
    assert rule(number, "sales", "I say so.", by=ADA, now=NOW).refused
    assert not SideView.objects.filter(side="marketing").exists()
    assert "Marketing can still say" in rule(number, "sales", "So.", by=KIM, now=NOW).refused
    assert state_view(number, "Somebody stands in.", by=MO, now=NOW).said
    assert rule(number, "nobody", "So.", by=KIM, now=NOW).refused.startswith("It is settled as")
    assert rule(number, "sales", " ", by=KIM, now=NOW).refused.startswith("Give the reasons")
    assert rule(number, "sales", "A deputy was agreed.", by=KIM, now=NOW).said
    found = page(number)
    assert (found.ruled_for, found.ruled_by, found.is_open) == ("sales", "Kim", False)
    with pytest.raises(NotAllowedError):
        rule(number, "sales", "So.", by=VIEWER, now=NOW)


def test_a_silent_side_is_waited_for_until_half_the_working_time_is_over() -> None:
    settled_in()
    number = opened()
    half = page(number).heard_until
    assert half == at(30, "10:00")  # of ten working days five; half of all the time ends at night
    assert page(number).due_at == at(6, "10:00", month=4)
    assert "Marketing can still say" in rule(number, "sales", "So.", by=KIM, now=half - 1).refused
    assert rule(number, "sales", "They said nothing.", by=KIM, now=half).said


def test_the_calendar_that_counted_when_it_was_opened_says_until_when_it_waits() -> None:
    settled_in()
    number = opened()
    half = page(number).heard_until
    calendars = agreement_of_the_company()["calendars"]
    calendars["office"]["hours"] = {"sun": ["09:00-17:00"]}
    later = agreement_text(version="2", in_force_from="2026-03-24", calendars=calendars)
    assert adopt(later, by=COMMAND_LINE).version is not None
    assert page(number, now=NOW + 2 * DAY).heard_until == half


def test_whom_the_agreement_names_rules_but_not_on_what_they_opened_where_another_can() -> None:
    settled_in(**GOVERNED)
    number = opened()
    found = page(number, ADA)
    assert (found.called, found.named_in) == ("Ada", "raci.disputes")
    assert rule(number, "sales", "So.", by=KIM, now=NOW).refused == "It is for Ada to rule."
    ruled(number, by=ADA)
    own = opened(broken("p6"), by=ADA)
    assert state_view(own, "So it was.", by=SAM, now=NOW).said
    assert rule(own, "both", "Nobody else is named.", by=ADA, now=NOW).said


def test_who_opened_it_does_not_rule_where_two_are_named() -> None:
    settled_in(raci={"disputes": {**GOVERNED["raci"]["disputes"], "accountable": ["marketing"]}})
    add(Actor("al@example.com", "marketing", "lead"))
    number = opened(by=ADA)
    assert state_view(number, "So it was.", by=SAM, now=NOW).said
    assert "You opened it yourself" in rule(number, "sales", "So.", by=ADA, now=NOW).refused


@pytest.mark.django_db(transaction=True)
def test_of_two_rulings_at_once_one_counts(tmp_path: Path) -> None:
    settled_in()
    number = opened()
    assert state_view(number, "Somebody stands in.", by=MO, now=NOW).said
    lu = Actor("lu@example.com", "operations", "operations")
    add(lu)
    things = [
        partial(rule, number, "sales", "So.", by=KIM, now=NOW),
        partial(rule, number, "marketing", "No.", by=lu, now=NOW),
    ]
    answers, (way, ruler) = at_once(
        tmp_path, things, lambda: Case.objects.values_list("ruled_for", "ruled_by").get()
    )
    won = next(place for place, each in enumerate(answers) if each.said)
    assert answers[1 - won].refused == f"{('Kim', 'Lu')[won]} has settled it already."
    assert (way, ruler) == (("sales", KIM.name), ("marketing", lu.name))[won]


def test_three_alike_propose_an_amendment_and_a_changed_clause_begins_anew() -> None:
    settled_in()
    clause = "promises.first-touch"
    for person in ("p4", "p6"):
        ruled(opened(broken(person)))
    last = opened(broken("p7"))
    assert [each.title for each in page(last).before.rulings] == [
        "First touch: Person 6",
        "First touch: Person 4",
    ]
    assert not page(last).before.alike
    assert page(last).shown["similar"][0]["reasons"] == "A deputy was agreed."
    assert draft_from_cases(clause, by=MO, now=NOW).draft is None
    ruled(last)
    assert len(page(last).before.alike) == 3
    made = draft_from_cases(clause, by=MO, now=NOW)
    note = Remark.objects.get(draft=made.draft)
    assert note.clause == clause
    assert note.words.startswith(f"Cases {last}, ")
    promises = {**agreement_of_the_company()["promises"]}
    promises["first-touch"]["within"] = "5 working hours"
    assert adopt(agreement_text(version="2", promises=promises), by=COMMAND_LINE).version
    assert len(page(last).before.rulings) == 3
    assert not page(last).before.alike


def test_reminders_go_out_once_before_it_is_due_and_once_when_it_is() -> None:
    settled_in()
    number = opened()
    row = page(number)
    Notice.objects.all().delete()
    assert urge(NOW) == 0
    assert urge(row.heard_until) == 1
    assert urge(row.heard_until + 60) == 0
    assert set(Notice.objects.values_list("whom", flat=True)) == {ADA.name, KIM.name}
    because = f"Case {number}, for {row.called} to settle (First touch)"
    assert set(Notice.objects.values_list("because", flat=True)) == {because}
    assert urge(row.due_at) == 1
    assert urge(row.due_at + DAY) == 0
    due = Notice.objects.filter(text="First touch: Person 4 was to be ruled by now")
    assert set(due.values_list("whom", flat=True)) == {ADA.name, BO.name, KIM.name}
    other = opened(broken("p6"))
    ruled(other)
    assert urge(row.due_at + 9 * DAY) == 0


def test_the_list_is_in_order_of_due_and_says_whom_it_waits_for() -> None:
    settled_in()
    first = opened()
    second = opened(broken("p6"), by=MO, now=NOW + DAY)
    found = read_cases(by=VIEWER, now=page(first).due_at + 60)
    assert [(each.number, each.is_late, each.silent) for each in found.open] == [
        (first, True, ("marketing",)),
        (second, False, ("sales",)),
    ]
    assert found.late == 1
    ruled(first, now=NOW + 2 * DAY)
    found = read_cases(by=VIEWER, now=NOW + 3 * DAY)
    assert [each.number for each in found.open] == [second]
    assert [(each.number, each.age) for each in found.settled] == [(first, 2)]


def test_what_waits_and_what_is_late_is_counted_beyond_what_is_listed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settled_in()
    late = page(opened()).due_at + 60
    opened(broken("p6"))
    opened(broken("p7"), now=NOW + DAY)
    monkeypatch.setattr("interlock.operations.read_cases.MOST", 1)
    found = read_cases(by=VIEWER, now=late)
    assert (len(found.open), found.waiting, found.late) == (1, 3, 2)


def test_queries_do_not_grow_with_cases() -> None:
    settled_in()
    number = opened()
    ruled(opened(broken("p3", "greeting")))
    lists = partial(read_cases, by=MO, now=NOW)
    one = partial(read_case, number, by=MO, now=NOW)
    few = queries_of(lists), queries_of(one)
    ruled(opened(broken("p6")))
    opened(broken("p7"), by=MO)
    assert (queries_of(lists), queries_of(one)) == few
