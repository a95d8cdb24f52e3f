from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from interlock.agreement.loading import load
from interlock.agreement.timeline import BEGINNING, counting, first_instant, in_turn, words
from tests.agreement.small import SMALL, agreement

JAN, MAR, JUN = date(2026, 1, 1), date(2026, 3, 1), date(2026, 6, 1)


@pytest.mark.parametrize(
    ("days", "left"),
    [
        ([], []),
        ([JAN], [0]),
        ([JAN, MAR, JUN], [0, 1, 2]),
        ([JAN, MAR, MAR], [0, 2]),  # a correction of the second
        ([JAN, JUN, MAR], [0, 2]),  # the third takes the place of the second before it counts
        ([MAR, JUN, JAN], [2]),
    ],
)
def test_a_later_text_takes_the_place_of_those_that_begin_no_earlier(
    days: list[date], left: list[int]
) -> None:
    assert counting(days) == left


def test_the_first_counts_since_ever_and_the_next_from_midnight_in_its_zone() -> None:
    first, second = agreement(), replace(agreement(), in_force_from=MAR)
    assert [each.since for each in in_turn([first, second])] == [BEGINNING, first_instant(second)]
    local = datetime.fromtimestamp(first_instant(second), UTC).astimezone(second.zone)
    assert local.strftime("%Y-%m-%d %H:%M") == "2026-03-01 00:00"


def test_a_text_whose_day_begins_before_the_one_before_it_has_begun_takes_its_place() -> None:
    """Their days follow each other; but the zones of their teams are a day and two hours apart."""
    first, second, third = (
        load(SMALL.replace("2026-01-01", day).replace("Europe/Oslo", zone)).agreement
        for day, zone in (
            ("2026-01-01", "Europe/Oslo"),
            ("2026-03-02", "Etc/GMT+12"),
            ("2026-03-03", "Pacific/Kiritimati"),
        )
    )
    assert first is not None
    assert second is not None
    assert third is not None
    begins = [each.since for each in in_turn([first, second, third])]
    assert begins == [BEGINNING, first_instant(third), first_instant(third)]
    assert begins[2] < first_instant(second)


def test_the_last_version_names_its_clauses_first() -> None:
    first = agreement()
    second = replace(first, stages=first.stages[1:], promises=first.promises[::-1])
    found = words(in_turn([first, second]))
    assert found.stages == (*(stage.id for stage in first.stages[1:]), first.stages[0].id)
    assert found.promises == tuple(promise.id for promise in second.event_promises)
