"""Five models that weigh touches and the exact chain, against ChannelAttribution.

ChannelAttribution is a C++ extension that is built where it is installed, and stands in a
dependency group of its own: `uv pip install --group bench`. It gives three models that weigh
touches, and simulates its chain.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np
from benches.frame import Bench, Row, seconds

from interlock.agreement.attribution import Attribution
from interlock.replay.attribution import attribute
from interlock.replay.credits import sales_of
from interlock.replay.journeys import Journeys
from interlock.replay.moments import Moments
from interlock.replay.parts import at_once

MODELS = ("markov", "first", "last", "linear", "position", "time-decay")
"""The longest first: the others are done meanwhile."""

RUNS = 2
SAME = 1e-9
NEAR = 0.02
"""How far a simulated share of all credit may be from the exact one."""


def rows(bench: Bench) -> Iterator[Row]:
    """All models over the same paths, ours in columns and theirs as texts."""
    try:
        theirs = importlib.import_module("ChannelAttribution")
    except ImportError as missing:
        print(f"attribution is not measured: {missing} (uv pip install --group bench)")
        return
    moments = Moments(bench.index, bench.agreement)
    journeys = sales_of(moments, Attribution(), "channel", bench.as_of).journeys
    compared = _Theirs(theirs, _data(journeys))

    def ours() -> list[dict[str, float]]:
        fresh = replace(journeys)  # nothing is remembered from the run before
        models = (partial(attribute, fresh, model) for model in MODELS)
        return at_once(*models, rows=len(fresh.channel))

    (taken,) = bench.time(ours)
    least = compared.least()
    compared.check(dict(zip(MODELS, ours(), strict=True)))
    yield Row(
        f"five models and the exact chain, {len(journeys):,} paths",
        seconds(taken),
        f"ChannelAttribution, three models and a simulated chain: {least:.3g} s",
        least / taken.median,
        300,
        at_least=True,
    )


def _data(journeys: Journeys) -> Any:
    """The journeys as ChannelAttribution takes them; it knows none without a touch."""
    touched = np.flatnonzero(journeys.length > 0)
    return importlib.import_module("pandas").DataFrame(
        {
            "path": _texts(journeys, touched),
            "conversions": journeys.conversions[touched].astype(int),
            "value": journeys.value[touched],
            "nulls": journeys.nulls[touched].astype(int),
        }
    )


class _Theirs:
    """ChannelAttribution over some paths."""

    def __init__(self, module: ModuleType, data: Any) -> None:
        self.module, self.data = module, data
        self.found: list[Any] = []

    def run(self) -> None:
        """Both of its functions, with their own defaults."""
        named, quiet = ("path", "conversions", "value"), {"flg_pro": False}
        self.found = [
            self.module.heuristic_models(self.data, *named, **quiet),
            self.module.markov_model(self.data, *named, "nulls", verbose=False, **quiet),
        ]

    def least(self) -> float:
        """Seconds of the quickest of a few runs."""
        return min(_taken(self.run) for _ in range(RUNS))

    def check(self, ours: dict[str, dict[str, float]]) -> None:
        """Ends where the two disagree."""
        weighed, chain = self.found
        for model in ("first", "last", "linear"):
            column = weighed[f"{model}_touch_value"]
            for channel, credit in zip(weighed["channel_name"], column, strict=True):
                if abs(credit - ours[model][channel]) > SAME * column.sum():
                    raise SystemExit(f"ChannelAttribution gives another credit by {model}")
        whole = chain["total_conversion_value"].sum()
        for channel, credit in zip(
            chain["channel_name"], chain["total_conversion_value"], strict=True
        ):
            if abs(credit - ours["markov"][channel]) > NEAR * whole:
                raise SystemExit("ChannelAttribution's simulation is far from the exact chain")


def _texts(journeys: Journeys, which: np.typing.NDArray[np.int64]) -> list[str]:
    words = journeys.channels[journeys.channel].tolist()
    first = journeys.first.tolist()
    return [" > ".join(words[first[j] : first[j + 1]]) for j in which.tolist()]


def _taken(work: Callable[[], None]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin
