"""How the made-up company's teams read their agreement."""

from __future__ import annotations

import numpy as np
import pytest

from interlock.simulate.language import MEANINGS, STAGES, TERMS, placed


def most(side: str, stage: str, values: dict[str, float]) -> str:
    """Where the side places such a lead more often than not."""
    rng = np.random.default_rng(1)
    said = [placed(side, stage, values, rng)[0] for _ in range(50)]
    return max(set(said), key=said.count)


@pytest.mark.parametrize(
    ("values", "marketing", "sales"),
    [
        ({"fit": 40.0, "engagement": 60.0}, "mql", "lead"),
        ({"fit": 80.0, "engagement": 38.0}, "mql", "mql"),
        ({"fit": 80.0, "touches.demo_request": 1}, "mql", "mql"),
        ({"fit": 80.0, "engagement": 10.0}, "lead", "lead"),
        ({}, "lead", "lead"),
    ],
)
def test_marketing_asks_for_life_and_sales_for_the_company_too(
    values: dict[str, float], marketing: str, sales: str
) -> None:
    assert most("marketing", "lead", values) == marketing
    assert most("sales", "lead", values) == sales


def test_what_sales_has_taken_is_no_matter_of_opinion() -> None:
    assert most("marketing", "sal", {}) == most("sales", "sal", {}) == "sal"


def test_everybody_has_a_sentence_of_their_own_for_each_term() -> None:
    assert set(MEANINGS) == set(TERMS)
    for said in MEANINGS.values():
        assert {side: len(each) for side, each in said.items()} == {"marketing": 5, "sales": 7}
        assert all(len(set(each)) == len(each) for each in said.values())
    assert len(STAGES) == 4
