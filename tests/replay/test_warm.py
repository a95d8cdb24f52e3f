"""After the warm-up nothing is left to compile: not for one person, not for thousands."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numba.core.dispatcher
import numpy as np

from interlock.facts.columns import Column, Facts, FactTable
from interlock.replay.because import explain_obligations, explain_visits
from interlock.replay.credits import sales_of, share_out
from interlock.replay.delays import delays
from interlock.replay.engine import decide
from interlock.replay.eras import Eras
from interlock.replay.index import build
from interlock.replay.warm import warm
from tests.replay import scenario
from tests.replay.test_scenarios import STORIES

ROOT = Path(__file__).parents[2]


def test_nothing_compiles_after_the_warm_up() -> None:
    """In a process of its own: here, other tests have compiled already."""
    command = [sys.executable, "-m", "tests.replay.test_warm"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    names, *late = told.stdout.splitlines()
    assert "_walk" in names
    assert "due_instant" in names
    assert late == []


def signatures() -> dict[str, int]:
    """Every kernel of the engine by name, and for how many types of arguments it is compiled."""
    return {
        name: len(value.signatures)
        for module in [m for key, m in sys.modules.items() if key.startswith("interlock.replay")]
        for name, value in vars(module).items()
        if isinstance(value, numba.core.dispatcher.Dispatcher)
    }


def run(path: Path, people: int) -> None:
    """The story, and everything that can be said of its first person."""
    story = scenario.read(path)
    agreement = scenario.agreement_of(story)
    facts = scenario.facts_of(story, agreement)
    as_of = scenario.seconds(str(story["as_of"]))
    for each in (facts, _crowd(facts, people)):
        eras = Eras.of(build(each, as_of), agreement)
        outcome = decide(eras, as_of)
        delays(eras, outcome)
        if len(outcome.people):
            explain_visits(eras, outcome, 0)
            explain_obligations(eras, outcome, 0)
        found = sales_of(eras.all[0], agreement.attribution, "channel", as_of)
        for model in ("w", "time-decay", "markov"):
            share_out(found, agreement.attribution, model)


def _crowd(facts: Facts, people: int) -> Facts:
    """The same facts for many persons of other names."""
    return {kind: _repeated(table, people) for kind, table in facts.items()}


def _repeated(table: FactTable, people: int) -> FactTable:
    own = {"account": (), "member": (), "person": ("id",)}.get(table.kind, ("person",))
    times = people if own else 1
    columns = {}
    for name, column in table.columns.items():
        codes, words = np.tile(column.values, times), column.words
        if name in own and words is not None:
            names = [f"{word} {number}" for number in range(people) for word in words]
            codes = codes + np.repeat(np.arange(people), len(table)) * len(words)
            words = np.array(names, object)
        columns[name] = Column(
            codes.astype(column.values.dtype), np.tile(column.mask, times), words
        )
    ids, at = np.arange(len(table) * times), np.tile(table.at, times)
    # as the store gives them: arrays that nobody may write to
    at.flags.writeable = False
    return FactTable(table.kind, ids, at, columns)


if __name__ == "__main__":
    warm()
    ready = signatures()
    sys.stdout.write(" ".join(ready) + "\n")
    for story in STORIES:
        run(story, 50)
        for name, count in signatures().items():
            if count != ready[name]:
                sys.stdout.write(f"{name}: {count - ready[name]} more for {story.stem}\n")
        ready = signatures()
