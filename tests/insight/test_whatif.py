"""What became of those who flip, counted by hand: five people, each with two forms (40 points)."""

from __future__ import annotations

from interlock.insight.goals import Ledgers
from interlock.insight.whatif import Flip, Replayed, compare
from interlock.replay.deals import DEAL_COLUMNS
from interlock.replay.engine import replay_eras
from interlock.replay.eras import Eras
from interlock.replay.index import build
from tests.replay import scenario

NAMES = ("ann", "bea", "cid", "dan", "eve")
MET = "".join(
    f"2026-03-01 09:00 person {name}\n" + f"2026-03-02 09:00 touch {name} kind=form\n" * 2
    for name in NAMES
)
SOLD = """
2026-03-05 09:00 opportunity a person=ann amount=100000 status=won closed_at=2026-03-08T09:00
2026-03-05 09:00 opportunity b person=bea amount=200000 status=won closed_at=2026-03-20T09:00
2026-03-15 09:00 opportunity c person=cid amount=400000 status=won closed_at=2026-03-20T09:00
2026-03-05 09:00 opportunity d person=dan amount=800000 currency=USD status=won closed_at=2026-03-08T09:00
2026-03-05 09:00 opportunity e person=eve amount=1600000 status=won
"""  # noqa: E501 - a line a fact
DECIDED = """
2026-03-03 09:00 decision ann kind=reject reason=not-ready
2026-03-04 09:00 decision ann kind=lose reason=price
2026-03-03 09:00 decision bea kind=lose reason=price
2026-03-03 09:00 decision cid kind=recycle reason=not-ready
2026-03-03 09:00 decision dan kind=accept reason=charm
"""


def flipped(facts: str, as_of: str) -> Flip:
    """Those who are MQLs only under a draft that asks for 40 points instead of 50."""
    agreement, at = scenario.agreement_of({}), scenario.seconds(as_of)
    draft = scenario.agreement_of({"agreement": {"stages": {"mql": {"enter": "engagement >= 40"}}}})
    also = DEAL_COLUMNS | {"decision": ("reason",)}
    index = build(scenario.facts_of({"facts": facts}, agreement, also), at)
    eras = (Eras.of(index, each) for each in (agreement, draft))
    found = compare(
        *(Replayed(each.at(at), replay_eras(each, at), Ledgers(index, at)) for each in eras)
    )
    return next(each.gained for each in found.stages if each.stage == "mql")


def test_money_is_that_of_deals_of_the_time_in_the_agreements_currency() -> None:
    found = flipped(MET + SOLD, "2026-03-10 00:00")
    # bea was won later, cid came later, dan paid in dollars, of eve nobody knows when
    assert (found.people, found.won, found.open) == (5, 2, 2)
    assert (found.pipeline, found.revenue) == (19_000, 1_000)


def test_the_very_instant_of_the_replay_counts() -> None:
    opened, won = (flipped(MET + SOLD, f"2026-03-{day} 09:00") for day in ("15", "20"))
    assert (opened.pipeline, opened.revenue) == (23_000, 1_000)
    assert (won.pipeline, won.revenue) == (23_000, 7_000)


def test_the_reasons_are_of_decisions_that_turned_somebody_away() -> None:
    assert flipped(MET + DECIDED, "2026-03-10 00:00").reasons == (("not-ready", 2),)
