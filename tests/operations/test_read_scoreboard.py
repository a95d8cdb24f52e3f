import json
from datetime import date

import pytest

from interlock.operations.actor import COMMAND_LINE
from interlock.operations.adopt import adopt
from interlock.operations.read_scoreboard import read_scoreboard
from interlock.operations.reading import Filters, Ground
from interlock.operations.rebuild import rebuild
from tests.operations.company import AS_OF, agreement_text, at, fill, put, replay, replayed
from tests.support.queries import queries_of

pytestmark = pytest.mark.django_db

NBSP = "\N{NO-BREAK SPACE}"
DOWN = ", down 17 points on the week before"


def test_before_an_agreement_the_board_is_empty_and_says_why() -> None:
    board = read_scoreboard()
    assert (board.basis.ground, board.sides, board.week) == (Ground.NO_AGREEMENT, (), None)


def test_an_unfinished_week_is_not_spoken_of_yet() -> None:
    replayed()
    board = read_scoreboard()
    # one obligation of the week of 16 March is decided, six of the week before
    assert board.week == date(2026, 3, 9)
    assert [side.sentence for side in board.sides] == [
        f"Marketing kept 0{NBSP}% of its promises last week (0 of 3){DOWN}.",
        f"Sales kept 33{NBSP}% of its promises last week (1 of 3){DOWN}.",
    ]


def test_a_week_can_be_asked_for() -> None:
    replayed()
    board = read_scoreboard(Filters(week=date(2026, 3, 5)))
    assert board.week == date(2026, 3, 2)
    assert board.sides[1].sentence == (
        f"Sales kept 50{NBSP}% of its promises in the week of 2 Mar 2026 (2 of 4)."
    )
    assert [(row.id, row.counts.kept) for row in board.sides[1].promises] == [("first-touch", 2)]


@pytest.mark.parametrize("filters", [Filters(owner="bo"), Filters(source=""), Filters(tier="?")])
def test_filters_do_not_change_the_week(filters: Filters) -> None:
    replayed()
    board = read_scoreboard(filters)
    assert board.week == date(2026, 3, 9)
    assert board.sides[1].sentence == "Sales owed nothing last week."


def test_weeks_in_which_nothing_began_are_there_too() -> None:
    put("person", "early", at(9, month=2), created_at=at(9, month=2), source="web")
    replayed()
    for side in read_scoreboard().sides:
        weeks = [(each.week.month, each.week.day) for each in side.weeks]
        assert weeks == [(2, 9), (2, 16), (2, 23), (3, 2), (3, 9), (3, 16)]
        assert side.weeks[1].attainment.value is None


def test_attainment_week_by_week_is_for_all_weeks_whichever_is_asked_for() -> None:
    replayed()
    sales = read_scoreboard(Filters(week=date(2026, 3, 5))).sides[1]
    assert [
        (each.week, each.attainment.numerator, each.attainment.denominator) for each in sales.weeks
    ] == [(date(2026, 3, 2), 2, 4), (date(2026, 3, 9), 1, 3), (date(2026, 3, 16), 0, 0)]


def test_a_handful_of_misses_shows_no_pattern() -> None:
    replayed()
    board = read_scoreboard(Filters(week=date(2026, 3, 2)))
    assert board.sides[1].counts.missed == 2
    assert board.sides[1].part is None


def test_what_most_misses_have_in_common_is_named_where_it_stands_out() -> None:
    fill()
    for n in range(11, 21):
        # six more MQLs on Friday afternoon, whom nobody calls; four on Tuesday, called at once
        friday = n <= 16
        when = at(13, "15:00") if friday else at(10, "10:00")
        put("person", f"p{n}", at(9), created_at=at(9), source="web")
        put("touch", f"t{n}", when, person=f"p{n}", kind="demo")
        put("assignment", f"a{n}", when, person=f"p{n}", member="bo" if n % 2 else "cy")
        if not friday:
            call = {"kind": "call", "direction": "outbound", "human": True}
            put("activity", f"c{n}", when, person=f"p{n}", **call)
    replay()
    sales = read_scoreboard().sides[1]
    # with p5 kept, p6 and p7 missed on Friday afternoon too: five kept, eight missed
    assert sales.sentence.startswith(f"Sales kept 38{NBSP}% of its promises last week (5 of 13), ")
    assert sales.sentence.endswith("; 8 of the 8 missed fell on Friday afternoons.")
    assert sales.part is not None
    assert (sales.part.kind, sales.part.missed, sales.part.decided) == ("half day", 8, 8)


@pytest.mark.parametrize(
    ("filters", "everybody"), [(Filters(), 10), (Filters(owner="bo"), 4), (Filters(source=""), 1)]
)
def test_everybody_stands_somewhere(filters: Filters, everybody: int) -> None:
    replayed()
    board = read_scoreboard(filters)
    assert [row.stage for row in board.elsewhere] == ["nurture"]
    there = sum(row.there for row in (*board.funnel, *board.elsewhere))
    assert there == board.everybody == everybody


def test_people_at_no_stage_yet_are_part_of_everybody() -> None:
    fill()
    agreement = json.loads(agreement_text())
    agreement["stages"]["lead"]["enter"] = 'person.source == "web"'
    adopt(json.dumps(agreement), by=COMMAND_LINE)
    rebuild(by=COMMAND_LINE, as_of=AS_OF)
    board = read_scoreboard()
    assert (board.nowhere, board.everybody) == (5, 10)
    assert read_scoreboard(Filters(source="partner")).nowhere == 4


def test_the_board_takes_a_fixed_number_of_queries() -> None:
    replayed()
    assert queries_of(read_scoreboard) == 3
    for number in range(30):
        put("person", f"m{number}", at(2), created_at=at(2), name=f"M {number}", source="web")
        put("touch", f"tm{number}", at(3), person=f"m{number}", kind="demo")
    rebuild(by=COMMAND_LINE, as_of=AS_OF)
    assert queries_of(read_scoreboard) == 3
