import pytest

from interlock.operations.read_delays import read_delays
from interlock.operations.read_person import read_person
from interlock.operations.reading import Ground
from interlock.store.models import FACTS, Import
from tests.operations.company import at, fill, replay, replayed

pytestmark = pytest.mark.django_db

H = 3600


def came(when: int, fact: str, key: str) -> None:
    """Lets a fact come with an import of its own that started then."""
    batch = Import.objects.create(
        source=key, state=Import.DONE, started_at=when, finished_at=when + 1, by="tester"
    )
    FACTS[fact].objects.filter(key=key).update(batch=batch)


def test_without_an_agreement_there_is_nothing() -> None:
    fill()
    page = read_delays()
    assert (page.basis.ground, page.promises) == (Ground.NO_AGREEMENT, ())


def test_the_parts_of_every_promise_of_the_company() -> None:
    replayed()
    page = read_delays()
    assert [each.id for each in page.promises] == ["first-touch", "greeting"]
    touch, greeting = page.promises
    # p1 to p7; each had an owner as it began, and four hours are all that a broken one has
    assert touch.obligations == 7
    working = {each.part.value: each.lengths.working_total for each in touch.parts}
    kept = 1 * H + (4 * H - 60) + 6 * H + 1 * H
    assert working == {"detection": 0, "assignment": 0, "acceptance": 0, "reaction": kept + 12 * H}
    assert touch.parts[3].lengths.working_median == 4 * H
    # no marketer has a lead, so that all of marketing's time is spent before one has it
    assert greeting.parts[1].lengths.working_total > 0
    assert [each.total for each in page.charged] == [
        sum(c.total for each in page.promises for c in each.charged if c.side == side)
        for side in ("marketing", "sales")
    ]


def test_a_fact_that_came_late_was_known_late() -> None:
    fill()
    FACTS["assignment"].objects.filter(key="a2").update(at=at(3, "12:30"))
    Import.objects.update(started_at=at(1))
    came(at(3, "12:00"), "touch", "t2")
    replay()
    (touch,) = (o for o in read_person("p2").obligations if o.promise.key == "first-touch")
    assert touch.went.replace("\N{NO-BREAK SPACE}", " ") == (
        "Known after 2 h, owned after 30 min, kept after 1 h 29 min (working time)."
    )
    assert touch.split.known_at == at(3, "12:00")
    assert touch.split.parts[0].side == "marketing"
    detection = read_delays().promises[0].parts[0].lengths
    assert (detection.median, detection.total) == (0, 2 * H)


def test_what_happened_before_the_first_import_was_known_at_once() -> None:
    fill()
    FACTS["assignment"].objects.filter(key="a2").update(at=at(3, "12:30"))
    Import.objects.update(started_at=at(3, "11:00"))
    came(at(3, "12:00"), "touch", "t2")
    replay()
    (touch,) = (o for o in read_person("p2").obligations if o.promise.key == "first-touch")
    assert touch.split.known_at == touch.started_at
    assert read_delays().promises[0].parts[0].lengths.total == 0
