"""Which deals marketing sourced, and which it influenced: two numbers that are never added up.

A deal is an opportunity, open, won or lost. What sourced it came before it was opened; what
influenced it, before the milestone that the agreement names.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interlock.agreement.attribution import Attribution
from interlock.replay.contacts import (
    channels_of,
    closed_at,
    closed_by,
    contacts,
    keys_of,
    known_at,
    source_rows,
    touches_before,
    touches_in,
)
from interlock.replay.index import Index
from interlock.replay.kinds import OPPORTUNITY, opened_by, with_status
from interlock.replay.moments import Moments
from interlock.replay.money import amounts_in
from interlock.replay.outcome import Codes, Flags, Instants


@dataclass(frozen=True)
class Sourcing:
    """Every deal that was opened up to an instant, in the order of the opportunities.

    `source` is the position in `sources` (channels, campaigns, assets or lead sources) of what
    sourced it (-1: nothing that is known), `sourced` whether that is marketing's. `amount` is in
    minor units of the agreement's currency; 0 in another one.
    """

    keys: NDArray[np.object_]
    sources: NDArray[np.object_]
    source: Codes
    sourced: Flags
    influenced: Flags
    won: Flags
    amount: Instants


def sourcing_of(moments: Moments, terms: Attribution, by: str, as_of: int) -> Sourcing:
    """The deals under these terms; `by` is what tells touches apart: channel, campaign, asset."""
    index, table = moments.index, moments.index.table("opportunity")
    deals = np.flatnonzero(opened_by(table, as_of))
    contact, which = contacts(index, OPPORTUNITY, deals, terms.per)
    if terms.sourced_by == "lead-source":
        sources, source = _lead_sources(index, deals)
    else:
        touch, first = _touches(index, contact, which, table.at[deals], terms.look_back_days)
        place = first[:-1] if terms.sourced_by == "first-touch" else first[1:] - 1
        sources, channel = channels_of(index, touch, by)
        source = np.append(channel, [-1])[np.where(np.diff(first) > 0, place, -1)]
    closed = closed_by(table, as_of)
    until = {
        "lead": known_at(index, contact, which, len(deals)),
        "opportunity": table.at[deals],
        "sale": np.where(closed, closed_at(table), as_of)[deals],
    }[terms.influenced_before]
    _, first = _touches(index, contact, which, until, terms.look_back_days)
    return Sourcing(
        keys=keys_of(table, deals),
        sources=sources,
        source=source.astype(np.int32),
        sourced=_is_marketings(sources, terms)[source],
        influenced=np.diff(first) > 0,
        won=(closed & with_status(table, ("won",)))[deals],
        amount=amounts_in(table, moments.agreement.currency)[deals],
    )


def _touches(
    index: Index,
    contact: NDArray[np.int64],
    which: NDArray[np.int64],
    until: Instants,
    days: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The touches of each deal in the days up to an instant, and where those of each begin."""
    spans = touches_before(index, contact, until[which], days)
    touch, deal = touches_in(index, spans, which)
    return touch, np.searchsorted(deal, np.arange(len(until) + 1))


def _lead_sources(index: Index, deals: NDArray[np.int64]) -> tuple[NDArray[np.object_], Codes]:
    """The lead source of each deal, its main contact's (see `source_rows`), and all there are."""
    table, found = index.table("person"), np.full(len(deals), -1, np.int32)
    column = table.columns.get("source")
    if column is None or column.words is None:
        return np.empty(0, object), found
    contact, which = contacts(index, OPPORTUNITY, deals, "person")
    source = column.take(source_rows(index, contact))
    found[which] = np.where(source.mask, source.values, -1)
    return column.words, found


def _is_marketings(sources: NDArray[np.object_], terms: Attribution) -> Flags:
    """Which sources are marketing's, and last that none is not. Touches all are."""
    agreed = terms.lead_sources if terms.sourced_by == "lead-source" else ()
    return np.array([not agreed or word in agreed for word in sources] + [False])
