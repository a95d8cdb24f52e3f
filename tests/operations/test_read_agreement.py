import pytest

from interlock.insight.attainment import Counts
from interlock.operations.actor import COMMAND_LINE
from interlock.operations.adopt import adopt
from interlock.operations.read_agreement import read_agreement, read_clause
from interlock.operations.reading import Ground
from tests.operations.company import agreement_text, at, replayed

pytestmark = pytest.mark.django_db


def test_without_an_agreement_there_is_none_to_read() -> None:
    page = read_agreement()
    assert (page.basis.ground, page.agreement, page.clauses) == (Ground.NO_AGREEMENT, None, ())
    assert read_clause("stages.mql").clause is None


def test_an_agreement_can_be_read_before_anything_is_replayed() -> None:
    adopt(agreement_text(), by=COMMAND_LINE)
    page = read_agreement()
    assert page.basis.ground is Ground.NOT_REPLAYED
    assert (page.name, page.version, page.by) == ("Scenario company", "1", "command line")
    assert page.agreement is not None
    clause = read_clause("promises.first-touch").clause
    assert clause is not None
    assert clause.title == "First touch"


def test_the_version_last_put_in_force_is_shown() -> None:
    replayed()
    adopt(agreement_text(version="2"), by=COMMAND_LINE)
    page = read_agreement()
    assert (page.version, page.basis.version, page.basis.stale) == ("2", "1", True)


def test_a_version_that_counts_later_is_announced() -> None:
    replayed()
    adopt(agreement_text(version="2", in_force_from="2931-01-01", review_by=None), by=COMMAND_LINE)
    page = read_agreement()
    assert page.version == "1"
    assert [(each.version, each.first_day.year) for each in page.coming] == [("2", 2931)]


def test_what_a_stage_decided() -> None:
    replayed()
    decided = read_clause("stages.sal").decided
    assert dict(decided.counts) == {"people entered": 2, "there now": 1}
    assert [(v.person.key, v.entered_at, v.by.name) for v in decided.visits] == [
        ("p5", at(11), "Cy Dahl"),
        ("p1", at(2, "12:00"), "Bo Berg"),
    ]


def test_visits_of_a_stage_come_in_pages() -> None:
    replayed()
    first = read_clause("stages.mql", size=5).decided
    second = read_clause("stages.mql", after=first.after, size=5).decided
    assert [v.person.key for v in (*first.visits, *second.visits)] == [
        f"p{n}" for n in (8, 7, 6, 5, 4, 3, 2, 1)
    ]
    assert second.after == ""


def test_what_a_promise_decided() -> None:
    replayed()
    decided = read_clause("promises.first-touch").decided
    assert decided.owed == Counts(open=1, kept=3, kept_late=1, broken=3)
    assert decided.attainment is not None
    assert (decided.attainment.numerator, decided.attainment.denominator) == (3, 7)


def test_what_a_reason_decided() -> None:
    replayed()
    decided = read_clause("reasons.not-ready").decided
    assert decided.counts == (("times given", 1),)
    assert [(v.person.key, v.stage.name, v.reason.name) for v in decided.visits] == [
        ("p2", "Nurture", "Not ready")
    ]


def test_clauses_that_decide_nothing_by_themselves_say_nothing() -> None:
    replayed()
    page = read_clause("calendars.office")
    assert page.clause is not None
    assert (page.decided.counts, page.decided.visits) == ((), ())
    assert read_clause("stages.no-such-stage").clause is None


def test_a_clause_comes_with_its_text_as_written() -> None:
    adopt(agreement_text(), by=COMMAND_LINE)
    written = read_clause("promises.greeting").written
    assert written is not None
    assert "Marketing greets every lead within two working days." in written.text
