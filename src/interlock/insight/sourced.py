"""What marketing sourced and what it influenced, added up: two answers, never one sum."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from interlock.replay.journeys import NONE
from interlock.replay.outcome import Flags
from interlock.replay.sourcing import Sourcing


@dataclass(frozen=True)
class Deals:
    """How many deals, and what they are worth; of these, what was won. Amounts in minor units."""

    count: int
    pipeline: int
    won: int
    revenue: int


@dataclass(frozen=True)
class SourceRow:
    """The deals of one source. `is_marketings`: whether marketing sourced these."""

    key: str
    name: str
    is_marketings: bool
    deals: Deals


@dataclass(frozen=True)
class Sourced:
    """All deals by their source, the largest pipeline first; and what marketing had in them.

    `sourced` and `influenced` overlap: most deals that marketing sourced it influenced, too.
    """

    rows: tuple[SourceRow, ...]
    all: Deals
    sourced: Deals
    influenced: Deals


def add_up(sourcing: Sourcing, names: Mapping[str, str]) -> Sourced:
    """The sums; `names` are what sources are called, where it is not by their keys."""
    every = np.ones(len(sourcing.source), bool)
    rows = []
    for place in np.unique(sourcing.source).tolist():
        mine = sourcing.source == place
        key = str(sourcing.sources[place]) if place >= 0 else NONE
        ours = bool(sourcing.sourced[mine].any())
        rows.append(SourceRow(key, names.get(key, key), ours, _deals(sourcing, mine)))
    return Sourced(
        rows=tuple(sorted(rows, key=lambda row: (-row.deals.pipeline, -row.deals.count, row.key))),
        all=_deals(sourcing, every),
        sourced=_deals(sourcing, sourcing.sourced),
        influenced=_deals(sourcing, sourcing.influenced),
    )


def _deals(sourcing: Sourcing, chosen: Flags) -> Deals:
    won = chosen & sourcing.won
    return Deals(
        count=int(chosen.sum()),
        pipeline=int(sourcing.amount[chosen].sum()),
        won=int(won.sum()),
        revenue=int(sourcing.amount[won].sum()),
    )
