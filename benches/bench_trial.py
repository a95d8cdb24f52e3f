"""A dial of a draft turned: from the number to everything that its picture shows, of 100,000 leads.

What the page adds (a request, its template) is measured where pages are.
"""

from __future__ import annotations

from collections.abc import Iterator

from benches.frame import Bench, Row, seconds
from benches.history import Size

from interlock.agreement.dials import dials_of, with_dials
from interlock.insight.trial import Told, told
from interlock.insight.whatif import Replayed, compare
from interlock.replay.engine import replay_eras
from interlock.replay.eras import Eras

LEADS = Size(people=100_000, touches=1_000_000)
AT_MOST = 0.3
"""Seconds in which the picture is to follow a number that is dragged."""


def rows(bench: Bench) -> Iterator[Row]:
    """The first threshold of the agreement, moved a step at each run."""
    small = Bench(LEADS, bench.runs)
    eras = Eras.of(small.index, small.agreement)
    before = Replayed(eras.at(small.as_of), replay_eras(eras, small.as_of))
    dial = next(each for each in dials_of(small.agreement) if each.spot)
    steps = iter(range(1, bench.runs + 2))

    def drag() -> Told:
        turns = {dial.key: dial.value + next(steps) * dial.step}
        then = eras.under(with_dials(small.agreement, turns))
        outcome = replay_eras(then, small.as_of)
        return told(compare(before, Replayed(then.at(small.as_of), outcome)), {}, {})

    [taken] = bench.time(drag)
    yield Row(
        f"a dial turned, to its picture ({LEADS.people:,} people, {len(small.index):,} moments)",
        seconds(taken),
        f"{AT_MOST:g} s",
        taken.median / AT_MOST,
        1,
    )
