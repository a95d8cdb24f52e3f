import numpy as np
import pytest

from interlock.insight.tally import COLUMNS, Tallies, tally
from interlock.operations.tallies import NO_TALLIES, packed, unpacked
from tests.insight.test_tally import AGREEMENT, outcome_of

pytestmark = pytest.mark.sqlite


def same(one: Tallies, other: Tallies) -> bool:
    return np.array_equal(one.count, other.count) and all(
        np.array_equal(one.columns[name].names, other.columns[name].names)
        and np.array_equal(one.columns[name].codes, other.columns[name].codes)
        for name in COLUMNS
    )


@pytest.mark.parametrize("people", [1, 50])
def test_what_is_unpacked_is_what_was_packed(people: int) -> None:
    tallies = tally(outcome_of(7, people, 4 * people, 5 * people), AGREEMENT)
    assert same(unpacked(packed(tallies)), tallies)


def test_nothing_is_unpacked_as_nothing() -> None:
    assert same(unpacked(packed(tally(outcome_of(0, 0, 0, 0), AGREEMENT))), NO_TALLIES)
