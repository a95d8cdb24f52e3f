import json

from interlock.agreement.loading import load
from interlock.agreement.schema import Agreement
from interlock.insight.attainment import rate
from interlock.insight.funnel import ENTERED, THERE, follows, funnel_rows, main_path, reached
from tests.operations.company import agreement_text


def agreement(**stages: object) -> Agreement:
    """The base agreement with more stages after its own."""
    text = json.loads(agreement_text())
    text["stages"] |= stages
    loaded = load(json.dumps(text))
    assert loaded.agreement is not None, loaded.problems
    return loaded.agreement


def stage(enter: str, comes_from: list[str], **more: str) -> dict[str, object]:
    told = {"name": "Stage", "meaning": "A stage.", "owner": "sales"}
    return {**told, "enter": enter, "comes_from": comes_from, **more}


def test_the_main_path_leaves_out_where_leads_are_sent_away_or_lost() -> None:
    with_ends = agreement(
        lost=stage("opportunities.lost >= 1", ["sal"], outcome="lost"),
        invalid=stage('decision.kind == "disqualify"', ["lead"], outcome="out"),
    )
    assert [each.id for each in main_path(with_ends)] == ["lead", "mql", "sal", "customer"]


def test_a_branch_is_compared_with_the_stage_that_it_comes_from() -> None:
    branched = agreement(partner=stage('decision.kind == "qualify"', ["mql"]))
    path = main_path(branched)
    before = {each.id: follows(each, path) for each in path}
    assert {id: found and found.id for id, found in before.items()} == {
        "lead": None,
        "mql": "lead",
        "sal": "mql",
        "customer": "sal",
        "partner": "mql",
    }


def test_cohort_and_snapshot_are_told_apart() -> None:
    counted = {
        ("lead", ENTERED): 10,
        ("lead", THERE): 3,
        ("lead", reached("mql")): 6,
        ("mql", ENTERED): 8,
        ("mql", THERE): 1,
    }
    lead, mql, *_ = funnel_rows(main_path(agreement()), counted)
    assert (lead.entered, lead.there, lead.of_previous, lead.of_first) == (10, 3, None, None)
    # eight entered MQL in the period, but only six of the period's leads did
    assert (mql.entered, mql.there) == (8, 1)
    assert mql.of_previous == mql.of_first == rate(6, 10)


def test_a_stage_that_nobody_entered_has_no_rate_but_a_row() -> None:
    customer = funnel_rows(main_path(agreement()), {})[-1]
    assert (customer.entered, customer.of_previous) == (0, rate(0, 0))
