import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from interlock.operations.actor import COMMAND_LINE
from interlock.operations.read_person import read_person
from interlock.operations.reading import Ground
from interlock.operations.rebuild import rebuild
from interlock.store.models import FACTS, Lead
from tests.operations.company import AS_OF, at, escalated, fill, put, replayed

pytestmark = pytest.mark.django_db


def test_facts_are_shown_before_any_agreement() -> None:
    fill()
    page = read_person("p1")
    assert (page.basis.ground, page.name, page.row) == (Ground.NO_AGREEMENT, "Person 1", None)
    assert len(page.facts) == 8
    assert page.visits == ()


def test_nobody_is_known_by_that_key() -> None:
    replayed()
    page = read_person("nobody")
    assert (page.name, page.facts, page.visits, page.obligations) == ("", (), (), ())


def test_the_timeline_in_order_of_time() -> None:
    replayed()
    assert [(line.kind, line.at, line.what, line.by.name) for line in read_person("p1").facts] == [
        ("person", at(2), "became known", ""),
        ("touch", at(2), "greeting", ""),
        ("touch", at(2, "10:00"), "demo", ""),
        ("assignment", at(2, "10:00"), "given to Bo Berg", "Bo Berg"),
        ("activity", at(2, "11:00"), "outbound call", "Bo Berg"),
        ("decision", at(2, "12:00"), "accept", "Bo Berg"),
        ("opportunity", at(3), "opportunity opened: Sensors", "Bo Berg"),
        ("close", at(17), "opportunity won", "Bo Berg"),
    ]


def test_a_merged_record_is_told_under_the_one_that_stays() -> None:
    replayed()
    put("merge", "m1", at(12), person="p10", into="p1", member="bo")
    rebuild(by=COMMAND_LINE, as_of=AS_OF)
    page = read_person("p10")
    assert (page.key, page.name, page.merged) == ("p1", "Person 1", ("p10",))
    told = [(line.at, line.what) for line in page.facts]
    assert (at(11), "greeting") in told
    assert (at(12), "merged into the record p1") in told
    assert read_person("p1") == page
    assert not Lead.objects.filter(person="p10").exists()
    greeting = next(owed for owed in page.obligations if owed.promise.key == "greeting")
    assert (greeting.state, greeting.started_at) == ("kept", at(2))


def test_money_and_reasons_are_written_out() -> None:
    replayed()
    lines = {line.kind: line for line in read_person("p1").facts}
    assert ("amount", "12,345.00 EUR") in lines["opportunity"].details
    assert [line.what for line in read_person("p2").facts if line.kind == "decision"] == [
        "reject: Not ready"
    ]


def test_visits_and_obligations_carry_their_because() -> None:
    replayed()
    page = read_person("p3")
    assert [(v.stage.name, v.entered_at, v.left_at) for v in page.visits] == [
        ("Lead", at(2), at(6, "14:00")),
        ("MQL", at(6, "14:00"), None),
    ]
    assert page.visits[1].because.clause == "stages.mql"
    touched = page.visits[1].because.fact
    assert touched is not None
    assert [
        line.what for line in page.facts if (line.kind, line.row) == ("touch", touched.row)
    ] == ["demo"]
    [greeting, first_touch] = page.obligations
    assert (greeting.state, first_touch.state) == ("broken", "kept late")
    # Friday 14:00 to 17:00, and Monday 09:00 to 12:00
    assert [row.seconds for row in first_touch.clock if row.seconds] == [3 * 3600, 3 * 3600]
    assert first_touch.spent == 6 * 3600


def steps_of(key: str) -> list[tuple[str, int | None, str, str]]:
    owed = next(o for o in read_person(key).obligations if o.promise.key == "first-touch")
    return [(step.tell, step.at, step.state, step.note) for step in owed.steps]


def test_who_is_told_while_a_promise_is_not_kept() -> None:
    put("person", "p7", at(16), created_at=at(9), name="Person 7", lead_status="hold")
    FACTS["person"].objects.filter(key="p7").update(live=False)
    escalated()
    lead, manager, head = "the team lead", "the sales manager", "the head of sales"
    # due on Monday 11:00 and never done; Friday ends at 17:00
    assert steps_of("p4") == [
        (lead, at(6, "17:00"), "reached", ""),
        (manager, at(9, "11:00"), "reached", ""),
        (head, at(9, "15:00"), "reached", ""),
    ]
    assert steps_of("p3") == [  # done on Monday at 12:00
        (lead, at(6, "16:00"), "reached", ""),
        (manager, at(9, "10:00"), "reached", ""),
        (head, at(9, "14:00"), "never", "kept by then"),
    ]
    assert steps_of("p8") == [
        (lead, at(23, "10:00"), "coming", ""),
        (manager, at(23, "12:00"), "coming", ""),
        (head, at(23, "16:00"), "coming", ""),
    ]
    # on hold since Monday 9:00: two hours of Friday had passed
    assert steps_of("p7") == [
        (lead, at(13, "17:00"), "reached", ""),
        (manager, None, "coming", "once the clock runs again"),
        (head, None, "coming", "once the clock runs again"),
    ]
    greeting = next(o for o in read_person("p3").obligations if o.promise.key == "greeting")
    assert greeting.steps == ()


def test_of_much_only_the_latest_is_explained_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    replayed()
    whole = read_person("p1")
    assert (len(whole.visits), len(whole.obligations), whole.cut) == (4, 2, False)
    monkeypatch.setattr("interlock.operations.explain.MOST", 1)
    latest = read_person("p1")
    assert latest.cut
    assert latest.visits == whole.visits[-1:]
    assert latest.obligations == whole.obligations[-1:]
    monkeypatch.setattr("interlock.operations.explain.MOST", 4)
    assert not read_person("p1").cut


def test_a_later_version_of_a_person_says_what_changed() -> None:
    fill()
    put("person", "v", at(2), live=False, name="Vera Lie", title="Buyer", created_at=at(2))
    put("person", "v", at(5), name="Vera Lie", title="Head buyer", created_at=at(2))
    page = read_person("v")
    assert [line.what for line in page.facts] == ["became known", "changed: title"]
    assert page.facts[1].details == (("title", "Buyer → Head buyer"),)
    assert ("title", "Head buyer") in page.profile


def test_the_number_of_queries_does_not_grow_with_what_happened() -> None:
    replayed()
    read_person("p9")
    with CaptureQueriesContext(connection) as little:
        read_person("p9")
    for n in range(20):
        put("touch", f"more{n}", at(5), person="p1", kind="visit", campaign=f"c{n}")
    with CaptureQueriesContext(connection) as much:
        assert len(read_person("p1").facts) == 28
    # the names of the campaigns that are mentioned, and the account, which p9 has not
    assert len(much) <= len(little) + 2


def test_that_others_were_not_looked_at_is_no_finding_about_a_person() -> None:
    put("contact_role", "r1", opportunity="o1", person="p2", role="user")
    put("touch", "tomorrow", at(21), person="p2", kind="visit")
    replayed()
    assert [each.code for each in read_person("p2").findings] == ["after-as-of"]
