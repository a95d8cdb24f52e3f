"""A small history is measured: a slowdown of several times is found, a busy machine is not one."""

from __future__ import annotations

import pytest
from benches import bench_append, bench_replay
from benches.frame import Bench, Row
from benches.history import Size

LIMITS = {
    "full replay": 80,
    "100 what-ifs": 300,
    "index": 2.5,
    "score": 1.5,
    "append 2,000 events of 3.4% of all people and refresh their index and verdicts": 2,
}
"""About five times what each is at this size, where threads and calls weigh more than rows."""


@pytest.fixture(scope="module")
def measured() -> list[Row]:
    bench = Bench(Size(people=20_000, touches=200_000), runs=2)
    return [*bench_replay.rows(bench), *bench_append.rows(bench)]


@pytest.mark.parametrize("work", LIMITS)
def test_a_ratio_is_within_several_times_of_what_it_is(work: str, measured: list[Row]) -> None:
    (row,) = (row for row in measured if row.work.startswith(work))
    if row.at_least:
        assert row.ratio >= LIMITS[work], row
    else:
        assert row.ratio <= LIMITS[work], row
