"""What decides nothing: the order of arrival, the zone of the process, how the work is cut."""

from __future__ import annotations

import os
import time
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import numba
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlock.agreement.loading import load
from interlock.agreement.schema import Agreement
from interlock.agreement.timeline import Timeline, always, in_turn
from interlock.replay import parts
from tests.replay.companies import agreements, histories, instants, timelines
from tests.replay.tables import Row, Value
from tests.replay.test_incremental import counts_of, periods_of, verdicts_of
from tests.replay.test_oracle import END, FEWER, outcome_of

companies = st.tuples(agreements(numbers=True) | timelines(), histories(), instants | st.just(END))
Company = tuple[Agreement | Timeline, list[Row], int]


def told(rows: list[Row], agreement: Agreement | Timeline, as_of: int) -> tuple[Any, ...]:
    """Every verdict and every finding of a replay, from the texts of the agreement on."""
    read = [load(version.agreement.source).agreement for version in always(agreement)]
    outcome = outcome_of(rows, in_turn([each for each in read if each]), as_of)
    verdicts = {key: found for key, found in verdicts_of(outcome).items() if found != Counter()}
    return verdicts, periods_of(outcome), counts_of(outcome.findings), outcome.facts


def shuffled(rows: list[Row], random: Random) -> list[Row]:
    """Another order of arrival, but the same among those that nothing else tells apart.

    That are facts of one second; opportunities may be closed in one second whenever they opened.
    """
    waiting: dict[Value, deque[Row]] = defaultdict(deque)
    for row in rows:
        waiting[_second(row)].append(row)
    order = [*rows]
    random.shuffle(order)
    return [waiting[_second(row)].popleft() for row in order]


def _second(row: Row) -> Value:
    return "opportunity" if row["kind_of_fact"] == "opportunity" else row["instant"]


@FEWER
@given(companies, st.randoms(use_true_random=False))
def test_the_order_of_arrival_decides_only_what_nothing_else_does(
    company: Company, random: Random
) -> None:
    agreement, rows, as_of = company
    assert told(shuffled(rows, random), agreement, as_of) == told(rows, agreement, as_of)


@contextmanager
def process_zone(zone: str) -> Iterator[None]:
    before = os.environ.get("TZ")
    try:
        os.environ["TZ"] = zone
        time.tzset()
        yield
    finally:
        os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
        time.tzset()


@FEWER
@given(companies, st.sampled_from(["Pacific/Kiritimati", "America/St_Johns", "Europe/Oslo"]))
def test_the_zone_of_the_process_decides_nothing(company: Company, zone: str) -> None:
    agreement, rows, as_of = company
    here = told(rows, agreement, as_of)
    with process_zone(zone):
        assert told(rows, agreement, as_of) == here


@FEWER
@given(companies, st.sampled_from([1, 3, 7]), st.integers(2, 9))
def test_how_the_work_is_cut_decides_nothing(company: Company, rows_each: int, many: int) -> None:
    agreement, rows, as_of = company
    whole = told(rows, agreement, as_of)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "_FEW", 0)
        patch.setattr(parts, "_PART", rows_each)
        patch.setattr(numba.config, "NUMBA_NUM_THREADS", many)
        assert told(rows, agreement, as_of) == whole
