"""A hundred thousand new events, against an index of everything: the few beside the many."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
from benches.frame import Bench, Row, seconds
from benches.history import CHANNEL_SHARES, CHANNELS, TOUCH_KINDS, TOUCH_SHARES

from interlock.facts.columns import Column, Facts, FactTable
from interlock.replay.appending import Opened, with_events
from interlock.replay.engine import decide
from interlock.replay.eras import Eras
from interlock.replay.index import Index, build

SHARE = 100
"""One new event for so many touches."""
BUSY, ANYBODY = 100, 1
"""The events are of one person in so many: of those who are busy in a day, or of anybody."""


def rows(bench: Bench) -> Iterator[Row]:
    """From the events to the verdicts of those whom they name."""
    opened = Opened(bench.index)
    for among, who in ((BUSY, "of one person in a hundred"), (ANYBODY, "of anybody")):
        events = touches(bench, among)
        adding, refreshing, building = bench.time(
            partial(added, bench, opened, events),
            partial(refreshed, bench, opened, events),
            lambda: build(bench.facts, bench.as_of),
        )
        index = added(bench, opened, events)
        named = f"{len(index.people):,} people with {len(index):,} moments"
        yield Row(
            f"append {len(events['touch']):,} events {who} and refresh",
            f"{seconds(refreshing)} ({seconds(adding)} without verdicts)",
            f"an index of all: {seconds(building)}; {named}",
            refreshing.median / building.median,
            0.05,
        )


def added(bench: Bench, opened: Opened, events: Facts) -> Index:
    """An index of those whom the events name."""
    return with_events(opened, events, bench.as_of)


def refreshed(bench: Bench, opened: Opened, events: Facts) -> object:
    """And the verdicts about them."""
    index = added(bench, opened, events)
    return decide(Eras.of(index, bench.agreement), bench.as_of)


def touches(bench: Bench, among: int) -> Facts:
    """Touches of the last day, in canonical columns: the persons by the dictionary of the index."""
    rng, many = np.random.default_rng(11), bench.size.touches // SHARE
    people = bench.index.people
    person = rng.integers(0, -(-len(people) // among), many) * among
    words = {"kind": (TOUCH_KINDS, TOUCH_SHARES), "channel": (CHANNELS, CHANNEL_SHARES)}
    columns = {
        name: Column(
            rng.choice(len(each), many, p=shares).astype(np.int32), None, np.array(each, object)
        )
        for name, (each, shares) in words.items()
    }
    columns["person"] = Column(person.astype(np.int32), None, people)
    at = bench.as_of - rng.integers(0, 86_400, many)
    return {"touch": FactTable("touch", bench.size.touches + np.arange(many), at, columns)}
