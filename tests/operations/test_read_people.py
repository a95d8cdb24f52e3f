import pytest

from interlock.operations.actor import COMMAND_LINE
from interlock.operations.adopt import adopt
from interlock.operations.read_people import PeopleFilters, read_people
from interlock.operations.reading import Ground, Named
from interlock.operations.rebuild import rebuild
from tests.operations.company import AS_OF, agreement_text, at, fill, put, replayed
from tests.support.queries import queries_of

pytestmark = pytest.mark.django_db


def keys(filters: PeopleFilters) -> set[str]:
    return {row.person.key for row in read_people(filters).rows}


def test_before_a_replay_nobody_is_listed_and_it_is_said_why() -> None:
    page = read_people()
    assert (page.basis.ground, page.rows) == (Ground.NO_AGREEMENT, ())


def test_who_was_heard_of_last_comes_first_and_pages_meet() -> None:
    replayed()
    seen, after = [], ""
    while True:
        page = read_people(after=after, size=4)
        seen += [row.person.key for row in page.rows]
        after = page.after
        if not after:
            break
    assert seen == ["p8", "p1", "p7", "p6", "p10", "p5", "p3", "p4", "p2", "p9"]


def test_a_person_not_known_at_the_replays_instant_is_left_out() -> None:
    replayed()
    assert "late" not in keys(PeopleFilters())


def test_a_row_says_where_the_person_stands() -> None:
    replayed()
    [row] = read_people(PeopleFilters(search="person8")).rows
    assert (row.person.name, row.stage.name, row.owner.name) == ("Person 8", "MQL", "Cy Dahl")
    assert (row.since, row.open_obligations, row.next_due) == (
        at(20, "16:00"),
        1,
        at(23, "12:00"),
    )


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("PERSON 3", {"p3"}),
        ("acme", {"p1", "p2"}),
        ("acme person2@example.com", {"p2"}),
        ("p10", {"p10"}),
        ("100%", set()),
        ("_", set()),
    ],
)
def test_search_looks_in_name_account_key_and_e_mail(search: str, found: set[str]) -> None:
    replayed()
    assert keys(PeopleFilters(search=search)) == found


def test_filters_by_stage_source_and_owner() -> None:
    replayed()
    assert keys(PeopleFilters(stage="mql")) == {"p3", "p4", "p6", "p7", "p8"}
    assert keys(PeopleFilters(stage="mql", source="web")) == {"p8"}
    assert keys(PeopleFilters(owner="")) == {"p9", "p10"}
    assert keys(PeopleFilters(source="")) == {"p9"}


def test_a_page_takes_a_fixed_number_of_queries() -> None:
    def page() -> object:
        return read_people(PeopleFilters(search="person"))

    replayed()
    assert queries_of(page) == 3
    for number in range(30):
        put("person", f"m{number}", at(2), created_at=at(2), name=f"Person m{number}", source="web")
    rebuild(by=COMMAND_LINE, as_of=AS_OF)
    assert queries_of(page) == 3


def test_tiers_are_called_by_their_names() -> None:
    tiers = {"best": {"name": "Best", "meaning": "Ours", "when": 'person.source == "partner"'}}
    fill()
    adopt(agreement_text(tiers=tiers), by=COMMAND_LINE)
    rebuild(by=COMMAND_LINE, as_of=AS_OF)
    page = read_people(PeopleFilters(tier="best"))
    assert {row.tier for row in page.rows} == {Named("best", "Best")}
    assert page.choices.tiers == (Named("", ""), Named("best", "Best"))
