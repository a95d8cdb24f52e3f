"""A hundred thousand new events, against an index of everything: the few beside the many."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
from benches.frame import Bench, Row, seconds
from benches.history import CHANNEL_SHARES, CHANNELS, TOUCH_KINDS, TOUCH_SHARES

from interlock.facts.columns import Column, Facts, FactTable
from interlock.replay.appending import with_events
from interlock.replay.engine import decide
from interlock.replay.eras import Eras
from interlock.replay.index import Index, build

SHARE = 100
"""One new event for so many touches."""
OF_A_RECORD = 0.034
"""The events of a hundredth of a real record are about so many of those who are known by then.

They have 4.85 % of all events until then: who is busy was so before. Both are the middle ones of
the last eighty hundredths of 262,200 events of 13,087 applications (bpic2012).
"""


def rows(bench: Bench) -> Iterator[Row]:
    """From the events to an index of those whom they name; and to the verdicts about them."""
    for who, share in ((f"{OF_A_RECORD:.1%} of all people", OF_A_RECORD), ("anybody", 1.0)):
        bar = 0.05 if share < 1 else None  # no record is spread so evenly
        events = touches(bench, share)
        adding, deciding, building, replaying = bench.time(
            partial(added, bench, events),
            partial(decided, bench, events),
            lambda: build(bench.facts, bench.as_of),
            lambda: decide(Eras.of(bench.index, bench.agreement), bench.as_of),
        )
        index = added(bench, events)
        work = f"append {len(events['touch']):,} events of {who} and refresh their index"
        of = f"{len(index.who):,} people with {len(index):,} moments"
        whole = f"an index of all: {seconds(building)}"
        yield Row(work, f"{seconds(adding)}, {of}", whole, adding.median / building.median, bar)
        anew = building.median + replaying.median
        yield Row(
            f"{work} and verdicts",
            f"{seconds(deciding)}: {deciding.median / building.median:.3g} of an index of all",
            f"an index and a replay of all: {anew:.3g} s",
            deciding.median / anew,
            None,
        )


def added(bench: Bench, events: Facts) -> Index:
    """An index of those whom the events name."""
    return with_events(bench.index, events, bench.as_of)


def decided(bench: Bench, events: Facts) -> object:
    """And the verdicts about them."""
    index = added(bench, events)
    return decide(Eras.of(index, bench.agreement), bench.as_of)


def touches(bench: Bench, share: float) -> Facts:
    """Touches of the last day, in canonical columns: the persons by the dictionary of the index.

    Of so many of the people; the more moments one has, the likelier.
    """
    rng, many = np.random.default_rng(11), bench.size.touches // SHARE
    index, people = bench.index, np.arange(len(bench.index.who))
    if share < 1:
        likely = np.diff(index.first) / len(index)
        people = rng.choice(people, int(share * len(people)), replace=False, p=likely)
        person = np.concatenate([people, rng.choice(people, many - len(people))])
    else:
        person = rng.choice(people, many)
    words = {"kind": (TOUCH_KINDS, TOUCH_SHARES), "channel": (CHANNELS, CHANNEL_SHARES)}
    columns = {
        name: Column(
            rng.choice(len(each), many, p=shares).astype(np.int32), None, np.array(each, object)
        )
        for name, (each, shares) in words.items()
    }
    columns["person"] = Column(rng.permutation(person).astype(np.int32), None, index.people)
    at = bench.as_of - rng.integers(0, 86_400, many)
    return {"touch": FactTable("touch", bench.size.touches + np.arange(many), at, columns)}
