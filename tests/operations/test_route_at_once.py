"""Many deliver leads in the same moment: everybody in turn, nobody twice, no lead without an owner.

INTERLOCK_TEST_LEADS=5000 takes as many leads as the bar says; the suite takes fewer.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import pairwise, starmap
from pathlib import Path

import pytest

from interlock.operations.live import receive_live
from interlock.operations.look import look_at_due
from interlock.store.models import FACTS, Lead, Route, Turn
from tests.operations.company import put
from tests.operations.test_route import BO, NOW, facts_of_lead, opened
from tests.support.at_once import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("data_folder")]

LEADS = int(os.environ.get("INTERLOCK_TEST_LEADS", "320"))
WORKERS = 16
PEOPLE = 7
IN_ONE = 5
"""Leads of one delivery."""


def deliver(mine: range, again: range) -> None:
    """New leads, and some that another delivers too; in between, what a worker does."""
    for number, lead in enumerate([*mine, *again]):
        if number % IN_ONE == 0:
            batch = [f"n{each}" for each in range(lead, min(lead + IN_ONE, LEADS))]
            facts = [fact for key in batch for fact in facts_of_lead(key)]
            receive_live(facts, by=BO, source="form", now=NOW)
        if number % (4 * IN_ONE) == 0:
            look_at_due(NOW)


def found() -> tuple[Counter[str], Counter[int], dict[str, int], int]:
    """Leads by owner, leads by how often they were given, turns, and routes."""
    leads = Lead.objects.filter(person__startswith="n")
    given = FACTS["assignment"].objects.filter(person__startswith="n")
    return (
        Counter(leads.values_list("owner", flat=True)),
        Counter(Counter(given.values_list("person", flat=True)).values()),
        dict(Turn.objects.values_list("member", "taken")),
        Route.objects.count(),
    )


def test_sixteen_at_once_give_every_lead_to_one_whose_turn_it_is(tmp_path: Path) -> None:
    opened()
    for number in range(4, PEOPLE + 1):
        put("member", f"s{number}", name=f"S {number}", side="sales", team="Oslo", role="SDR")
    bounds = [LEADS * number // WORKERS for number in range(WORKERS + 1)]
    slices = list(starmap(range, pairwise(bounds)))
    things: list[Callable[[], None]] = [
        partial(deliver, mine, again)
        for mine, again in zip(slices, [*slices[1:], slices[0]], strict=True)
    ]

    _, (owners, times, turns, routes) = at_once(tmp_path, things, found)

    assert sum(owners.values()) == LEADS
    assert owners.keys() == {f"s{number}" for number in range(1, PEOPLE + 1)}
    assert max(owners.values()) - min(owners.values()) <= 1
    assert times == {1: LEADS}
    assert turns == owners
    assert routes == LEADS
