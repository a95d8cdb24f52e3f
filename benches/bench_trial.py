"""A dial of a draft turned, of 100,000 leads: from the number to what the picture shows, and to it.

The first is the engine alone, the second the answer that a page gets while somebody drags, from a
server on a store, beside an empty page of the same server; the third what who drags waits for: from
the input to the painted picture, in a browser on the machine of the server.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benches.frame import Bench, Row, Times, seconds
from benches.history import Size

from interlock.agreement.dials import dials_of, with_dials
from interlock.insight.goals import Ledgers
from interlock.insight.trial import Told, told
from interlock.insight.whatif import Replayed, compare
from interlock.replay.engine import replay_eras
from interlock.replay.eras import Eras

ROOT = Path(__file__).parent.parent
LEADS = Size(people=100_000, touches=1_000_000)
AT_MOST = 0.3
"""Seconds in which the picture is to follow a number that is dragged."""


def rows(bench: Bench) -> Iterator[Row]:
    """The first threshold of the agreement, moved a step at each run."""
    yield _engine(Bench(LEADS, bench.runs))
    yield from _served(min(bench.size.people, LEADS.people))


def _engine(small: Bench) -> Row:
    eras = Eras.of(small.index, small.agreement).recalling()
    ledgers = Ledgers(small.index, small.as_of)
    before = Replayed(eras.at(small.as_of), replay_eras(eras, small.as_of), ledgers)
    dial = next(each for each in dials_of(small.agreement) if each.spot)
    steps = iter(range(1, small.runs + 2))

    def drag() -> Told:
        turns = {dial.key: dial.value + next(steps) * dial.step}
        then = eras.apart().under(with_dials(small.agreement, turns))
        outcome = replay_eras(then, small.as_of)
        return told(compare(before, Replayed(then.at(small.as_of), outcome, ledgers)), {}, {})

    [taken] = small.time(drag)
    return Row(
        f"a dial turned, to its picture ({LEADS.people:,} people, {len(small.index):,} moments)",
        seconds(taken),
        f"{AT_MOST:g} s",
        taken.median / AT_MOST,
        1,
    )


def _served(people: int) -> Iterator[Row]:
    """In processes of their own: a store, a server on it, and who asks."""
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    surroundings = {**os.environ, "PYTHONPATH": path, "INTERLOCK_DATABASE": ""}
    with tempfile.TemporaryDirectory(prefix="interlock-bench-") as folder:
        command = [sys.executable, "-m", "benches.picture", folder, str(people)]
        done = subprocess.run(
            command, cwd=ROOT, env=surroundings, stdout=subprocess.PIPE, check=True
        )
    found = json.loads(done.stdout)
    empty, of = seconds(Times(tuple(found["empty"]))), f"{found['person']:,} people"
    answer = f"a dial dragged, to the answer with its picture ({of}, {found['touch']:,} touches"
    for work, name in (
        (f"{answer}; the first one {found['first']:.0f} s)", "drag"),
        (f"a dial dragged, to its picture painted by Chromium ({of})", "tab"),
    ):
        if name not in found:
            print("not measured in a browser: no Chromium (Debian: apt install chromium)")
            continue
        took = Times(tuple(found[name]))
        yield Row(
            work,
            seconds(took),
            f"{AT_MOST:g} s (an empty page {empty})",
            took.median / AT_MOST,
            1,
        )
