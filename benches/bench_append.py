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
AMONG = {33: ("one person in 33", 0.05), 1: ("anybody", None)}
"""The events are of one person in so many, with the bar: as a real record is, and spread evenly.

In 262,200 events of 13,087 applications (bpic2012) a hundredth of the record, from one instant to
another, names 3.4 % of those who are known by then (the middle one of its last eighty hundredths).
"""


def rows(bench: Bench) -> Iterator[Row]:
    """From the events to an index of those whom they name; and to the verdicts about them."""
    opened = Opened(bench.index)
    for among, (who, bar) in AMONG.items():
        events = touches(bench, among)
        adding, deciding, building = bench.time(
            partial(added, bench, opened, events),
            partial(decided, bench, opened, events),
            lambda: build(bench.facts, bench.as_of),
        )
        index = added(bench, opened, events)
        named = f"{len(index.people):,} people with {len(index):,} moments"
        yield Row(
            f"append {len(events['touch']):,} events of {who} and refresh the index",
            f"{seconds(adding)}; {seconds(deciding)} with the verdicts about {named}",
            f"an index of all: {seconds(building)}",
            adding.median / building.median,
            bar,
        )


def added(bench: Bench, opened: Opened, events: Facts) -> Index:
    """An index of those whom the events name."""
    return with_events(opened, events, bench.as_of)


def decided(bench: Bench, opened: Opened, events: Facts) -> object:
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
