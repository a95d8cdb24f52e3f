from pathlib import Path

import duckdb
import numpy as np
import pytest

from interlock.insight.load import Load, Loads, Sums, load_changes
from interlock.insight.whatif import Comparison
from interlock.operations.load_company import load_company
from interlock.operations.reading import Ground
from interlock.operations.whatif import steps, whatif
from interlock.store.models import FACTS, Event, Lead, Replay, Visit
from tests.operations.company import fill, replay, replayed

pytestmark = pytest.mark.django_db

SOLD = """
select count(distinct person) filter (status = 'won'), sum(amount),
    sum(amount) filter (status = 'won')
from read_csv(?, header = true, sample_size = -1) where list_contains(?, person)
"""


def compared(*changes: tuple[str, str]) -> Comparison:
    (trial,) = whatif(changes).trials
    assert trial.comparison is not None, trial.problems
    return trial.comparison


def test_the_same_agreement_changes_nothing() -> None:
    replayed()
    found = compared()
    assert all(each.total.before == each.total.after for each in found.stages)
    assert all(each.before == each.after for each in found.promises)
    assert all(each.before == each.after for each in found.load)
    assert sum(each.gained.people + each.lost.people for each in found.stages) == 0


def test_the_load_of_each_member_against_capacity() -> None:
    fill()
    FACTS["member"].objects.filter(key="bo").update(capacity=3)
    FACTS["member"].objects.filter(key="cy").update(capacity=3)
    replay()
    found = {each.member: each for each in compared(("stages.mql.enter", "engagement > 90.0")).load}
    # p1 to p4 in the first of three weeks; p5 to p7 in the second and p8 in the third
    assert found["bo"].capacity == found["cy"].capacity == 3
    assert found["bo"].before == Load(obligations=4, peak=4, mean=4 / 3, weeks_over=1)
    assert found["cy"].before == Load(obligations=4, peak=3, mean=4 / 3, weeks_over=0)
    assert found["bo"].after == Load(obligations=0, peak=0, mean=0, weeks_over=0)


def test_whose_weeks_over_capacity_change_most_comes_first() -> None:
    fill()
    FACTS["member"].objects.filter(key="cy").update(capacity=2)
    replay()
    assert [each.member for each in compared().load] == ["bo", "cy"]  # as much, and nothing moves
    moved = compared(("stages.mql.enter", "engagement > 90.0")).load
    assert [each.member for each in moved] == ["cy", "bo"]


def test_where_no_capacity_is_known_whose_load_changes_most_comes_first() -> None:
    def owing(**obligations: int) -> Loads:
        sums = {name: Sums(None, many, many, many, 0) for name, many in obligations.items()}
        return Loads(np.array([0, 604_800]), sums)

    found = load_changes(owing(ada=9, bo=9, cy=20), owing(ada=9, bo=30, cy=18, di=8))
    assert [each.member for each in found] == ["bo", "di", "cy", "ada"]


def test_all_leads_that_flip_together() -> None:
    replayed()
    found = compared(("stages.mql.enter", "engagement > 90.0"))
    # p1 to p8 are no MQL any more; of them p1 was accepted, and won for 12,345
    assert found.touched.people == 8
    assert (found.touched.won, found.touched.pipeline) == (1, 12345.0)
    assert found.touched.revenue == 12345.0


def test_what_is_today_is_what_the_pages_show_and_nothing_is_written() -> None:
    replayed()
    rows = [model.objects.count() for model in (Replay, Lead, Visit, Event)]
    found = compared(("stages.mql.enter", "engagement >= 1000.0"))
    shown = {
        stage: Visit.objects.filter(stage=stage).values("person").distinct().count()
        for stage in ("lead", "mql", "sal", "customer")
    }
    totals = {each.stage: each.total for each in found.stages}
    assert {stage: totals[stage].before for stage in shown} == shown
    assert (totals["lead"].after, totals["mql"].after) == (shown["lead"], 0)
    assert [model.objects.count() for model in (Replay, Lead, Visit, Event)] == rows


def test_who_flips_and_what_became_of_them(tmp_path: Path) -> None:
    load_company(tmp_path, people=600, progress=lambda *_: None)
    found = compared(("stages.mql.enter", "engagement >= 1000000.0"))
    lost = next(each.lost for each in found.stages if each.stage == "mql")
    entered = sorted(set(Visit.objects.filter(stage="mql").values_list("person", flat=True)))
    assert lost.people == len(entered) > 20
    with duckdb.connect() as sql:
        file = str(tmp_path / "company" / "opportunities.csv")
        won, pipeline, revenue = sql.execute(SOLD, [file, entered]).fetchall()[0]
    # a contact beside the main one is won with the sale, too, but has no money of it
    assert lost.won >= won > 0
    assert [lost.pipeline, lost.revenue] == pytest.approx([float(pipeline), float(revenue)])
    months = next(each.months for each in found.stages if each.stage == "mql")
    assert (sum(m.before for m in months), sum(m.after for m in months)) == (lost.people, 0)


def test_a_longer_time_keeps_more(tmp_path: Path) -> None:
    load_company(tmp_path, people=600, progress=lambda *_: None)
    found = whatif(sweep=("promises.first-touch.within", "1h..9h..4"))
    assert [trial.label for trial in found.trials] == [
        "1 working hours",
        "5 working hours",
        "9 working hours",
    ]
    kept = [
        next(p.after.kept for p in trial.comparison.promises if p.promise == "first-touch")
        for trial in found.trials
        if trial.comparison
    ]
    assert len(set(kept)) == 3
    assert kept == sorted(kept)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([("stages.mqll.enter", "fit > 1.0")], "nothing is called `mqll` (did you mean `mql`?)"),
        ([("stages.mql.enterr", "fit > 1.0")], "`enterr`"),
        ([("stages.mql.enter", "fitt > 1.0")], "`fitt`"),
        ([("stages.mql.enter.deep", "1")], "the agreement has no `stages.mql.enter.deep`"),
    ],
)
def test_a_draft_that_is_wrong_says_why(changes: list[tuple[str, str]], said: str) -> None:
    replayed()
    (trial,) = whatif(changes).trials
    assert trial.comparison is None
    assert said in str(trial.problems[0])


def test_steps_of_a_range() -> None:
    texts = [label for label, _ in steps(("a.b", "fit >= {40..60..10}.0"))]
    assert texts == ["fit >= 40.0", "fit >= 50.0", "fit >= 60.0"]
    assert [change for _, (change,) in steps(("a.target", "2..4"))] == [
        ("a.target", "2"),
        ("a.target", "3"),
        ("a.target", "4"),
    ]


@pytest.mark.parametrize("text", ["many", "1..900", "9..1", "1..2..0"])
def test_a_range_that_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"range such as|steps"):
        list(steps(("a.b", text)))


def test_nothing_before_an_agreement() -> None:
    assert whatif().basis.ground is Ground.NO_AGREEMENT
