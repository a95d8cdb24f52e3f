"""Because of credits: formulas worked out again, and a handful worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from interlock.agreement.attribution import ATTRIBUTION_MODELS, Attribution
from interlock.replay.attribution import RULES
from interlock.replay.credit_because import ChannelBecause, explain_channel, explain_sale
from interlock.replay.credits import share_out
from tests.replay.formula import sides, worked_out
from tests.replay.test_credits import TERMS, sales

WEIGHING = sorted(RULES)
LARGEST = "as one of the largest remainders"


def of_channel(channel: str, model: str, terms: Attribution = TERMS) -> ChannelBecause:
    found = sales(terms)
    shared = share_out(found, terms, model)
    return explain_channel(found, shared, terms, shared.channels.tolist().index(channel), 2)


@pytest.mark.parametrize("model", WEIGHING)
@pytest.mark.parametrize("terms", [TERMS, replace(TERMS, per="person", look_back_days=10)])
def test_each_touch_is_what_its_formula_comes_to(model: str, terms: Attribution) -> None:
    found = sales(terms)
    shared = share_out(found, terms, model)
    told = 0
    for sale in range(len(found.sale)):
        becauses = explain_sale(found, shared, terms, sale, 2)
        assert sum(each.amount for each in becauses) == (found.amount[sale] if becauses else 0)
        for each in becauses:
            worked, stated = sides(each.formula)
            assert worked == pytest.approx(stated, rel=1e-8, abs=1e-6)
            assert bool(each.rounding) == (abs(stated * 100 - each.amount) > 1e-3)
            assert abs(stated * 100 - each.amount) < 1
            told += 1
    assert told >= 2


@pytest.mark.parametrize("model", ATTRIBUTION_MODELS)
@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize("repeats", [True, False])
def test_each_channel_is_what_its_formula_comes_to(
    model: str, order: int, *, repeats: bool
) -> None:
    terms = replace(TERMS, order=order, self_transitions=repeats)
    found = sales(terms)
    shared = share_out(found, terms, model)
    for channel, amount in zip(shared.channels, shared.amount.tolist(), strict=True):
        because = of_channel(channel, model, terms)
        assert because.amount == amount
        worked, stated = sides(because.formula)
        assert worked == pytest.approx(stated, rel=1e-8, abs=1e-6)
        assert abs(stated * 100 - amount) < 1
        for step in because.steps:
            if " = " in step.formula:
                worked, stated = sides(step.formula)
                assert worked == pytest.approx(stated, rel=1e-8, abs=1e-6)


def lines(model: str, terms: Attribution = TERMS) -> list[str]:
    found = sales(terms)
    becauses = explain_sale(found, share_out(found, terms, model), terms, 0, 2)
    return [f"{each.formula} {each.rounding}".strip() for each in becauses]


def test_linear_and_its_rest() -> None:
    up = f"rounded up to 200.01, {LARGEST}"
    down = "rounded down to 200.00"
    assert lines("linear") == [f"1,000.01 / 5 = 200.002000 {each}" for each in (up, *[down] * 4)]


def test_milestones_are_named() -> None:
    found = sales()
    becauses = explain_sale(found, share_out(found, TERMS, "w"), TERMS, 0, 2)
    assert [each.milestones for each in becauses] == [
        ("first touch",),
        ("lead creation",),
        ("opportunity creation",),
        (),
        ("closing touch",),
    ]
    assert [each.formula.split(" = ")[0] for each in becauses] == [
        *["1,000.01 × 0.3"] * 3,
        *["1,000.01 × 0.1 / 2"] * 2,
    ]


def test_milestones_on_one_touch_and_none_left_over() -> None:
    alone = replace(TERMS, per="person", look_back_days=18)
    # ann's form, on which she became known and the opportunity came, and the mail that closed
    assert lines("full-path", alone) == [
        f"1,000.01 × (0.225 + 0.225 + 0.225) / 0.9 = 750.007500 rounded up to 750.01, {LARGEST}",
        "1,000.01 × 0.225 / 0.9 = 250.002500 rounded down to 250.00",
    ]


def test_time_decay_halves_by_the_days_before_the_sale() -> None:
    first = lines("time-decay")[0]
    # 46 days, 18, 17, 10 and none; half after each week
    whole = sum(2 ** (-days / 7) for days in (46, 18, 17, 10, 0))
    assert first.startswith(f"1,000.01 × 2^(-46 / 7) / {whole:.10g} = ")


def test_time_decay_that_leaves_nothing_counts_from_the_last_touch() -> None:
    terms = replace(TERMS, per="person", half_life_days=0.008)
    # ten days before the sale are 1,250 half-lives
    assert "× 2^(-0 / 0.008) / 1 = 1,000.01" in lines("time-decay", terms)[-1]


def test_markov_by_hand() -> None:
    # Journeys: search search webinar mail ? (won), mail (won), search (nothing); the sale of 500
    # had no touch. Two of the three convert, so that u_0 = 2/3. Search is come to first in two
    # of three, is left twice for itself and webinar and ends once in nothing: N_cc = 3/2.
    because = of_channel("search", "markov")
    steps = {step.what: step.formula for step in because.steps}
    assert worked_out(steps["the chance to convert, u_0"]) == pytest.approx(2 / 3)
    come = steps["the chance to come to search, N_0c / N_cc"]
    assert come == "1 / 1.5 = 0.6666666667"
    # from search every second way on is to webinar, from there to mail; mail ends well, or by ?
    assert worked_out(steps["the chance to convert from search, u_c"]) == pytest.approx(1 / 2)
    effect, stated = sides(steps["removal effect of search"])
    assert (effect, stated) == pytest.approx((1 / 2, 1 / 2))


def test_markov_without_repeats_by_hand() -> None:
    # Of search search webinar mail ? one search is left: from search one in two ends in nothing,
    # one goes on, and nobody comes back to it: N_cc = 1.
    terms = replace(TERMS, self_transitions=False)
    because = of_channel("search", "markov", terms)
    steps = {step.what: step.formula for step in because.steps}
    come = steps["the chance to come to search, N_0c / N_cc"]
    assert come == "0.6666666667 / 1 = 0.6666666667"
    assert worked_out(steps["the chance to convert from search, u_c"]) == pytest.approx(1 / 2)


def test_shapley_by_hand() -> None:
    because = of_channel("mail", "shapley")
    assert [(step.what, step.formula) for step in because.steps] == [
        ("{search, webinar, mail, (unknown)}", "1,000.01 / 4 = 250.002500")
    ]
    assert because.formula == "250.002500 = 250.002500"


REFUND = """
2026-02-02 09:00 person ann
2026-02-03 09:00 touch ann kind=visit channel=ad
2026-02-04 09:00 opportunity o1 person=ann amount=10000 status=won closed_at=2026-02-10T09:00
2026-02-02 09:00 person bea
2026-02-03 09:00 touch bea kind=visit channel=fair
2026-02-03 10:00 touch bea kind=visit channel=ad
2026-02-04 09:00 opportunity o2 person=bea amount=-3000 status=won closed_at=2026-02-10T09:00
"""


def test_shapley_of_a_refund_by_hand() -> None:
    found = sales(facts=REFUND)
    shared = share_out(found, TERMS, "shapley")
    both = ("{ad, fair}", "-30.00 / 2 = -15.000000")
    for channel, steps, formula, amount in (
        ("ad", [("{ad}", "100.00 / 1 = 100.000000"), both], "100.000000 - 15.000000", 8_500),
        ("fair", [both], "-15.000000", -1_500),
    ):
        place = shared.channels.tolist().index(channel)
        because = explain_channel(found, shared, TERMS, place, 2)
        assert [(step.what, step.formula) for step in because.steps] == steps
        assert because.formula == f"{formula} = {amount / 100:.6f}"
        assert (because.amount, because.rounding) == (amount, "")
        assert sides(because.formula) == (amount / 100, amount / 100)


def test_a_sale_without_a_touch_has_its_reason() -> None:
    because = of_channel("(none)", "linear")
    assert [step.what for step in because.steps] == ["sale o2", "sale o5"]
    assert because.formula == "5.00 + 3.00 = 8.00"
