"""Credits: what each touch earned of the sales that came after it.

A sale is an opportunity that was won; its journey are the touches of its contacts (of all of them,
or of the main one alone) at or before the instant at which it was won and within the look-back, in
order of time. Somebody with touches and without a sale is a journey that came to nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interlock.agreement.attribution import Attribution
from interlock.replay.attribution import RULES, VALUED, compute, earned_in, in_whole, split
from interlock.replay.contacts import (
    channels_of,
    closed_at,
    closed_by,
    contacts,
    keys_of,
    known_at,
    last_by,
    touches_before,
    touches_in,
)
from interlock.replay.index import Index
from interlock.replay.journeys import NONE, Journeys, summed
from interlock.replay.kinds import CLOSE, TOUCH, with_status
from interlock.replay.moments import Moments
from interlock.replay.money import amounts_in
from interlock.replay.outcome import Codes, Instants, Numbers

BY = ("channel", "campaign", "asset")
"""What may tell touches apart."""

COLUMNS: dict[str, tuple[str, ...]] = {"touch": BY, "opportunity": ("amount",)}
"""What credits read beside the columns of a replay."""

ALONE: dict[str, tuple[str, ...]] = {
    "person": ("id", "source"),
    "merge": ("person", "into"),
    "touch": ("person", *BY),
    "opportunity": ("id", "person", "closed_at", "status", "currency", "amount"),
    "contact_role": ("opportunity", "person"),
}
"""What credits read where nothing else is asked."""

OF_EVERYBODY = ("markov", "shapley-rate")
"""Models for which it counts, too, who was touched and bought nothing."""


@dataclass(frozen=True)
class Sales:
    """The journeys of everybody, those of sales first.

    `sale` are rows of the opportunities, one for each of the first journeys, and `keys` their ids;
    `closed` when they were won; `amount` what they brought, in minor units. `touch` is the moment
    of each touch of the journeys.
    """

    journeys: Journeys
    sale: NDArray[np.int64]
    keys: NDArray[np.object_]
    closed: Instants
    amount: Instants
    touch: NDArray[np.int64]


@dataclass(frozen=True)
class Credits:
    """What each channel earned under a model, in minor units, and how many sales that makes.

    `amount` sums exactly to what the sales brought. `per_touch` is the credit of each touch of the
    sales' journeys and `weight` its share of its sale; both are empty under a model that weighs
    channels as a whole.
    """

    model: str
    channels: NDArray[np.object_]
    amount: Instants
    sales: Numbers
    per_touch: Instants
    weight: Numbers


def sales_of(moments: Moments, terms: Attribution, by: str, as_of: int) -> Sales:
    """The journeys under these terms; `by` is what tells touches apart: channel, campaign, asset.

    Only sales in the agreement's currency have a value: no rate to another is agreed.
    """
    index, table = moments.index, moments.index.table("opportunity")
    sale = np.flatnonzero(with_status(table, ("won",)) & closed_by(table, as_of))
    contact, which = contacts(index, CLOSE, sale, terms.per)
    spans = touches_before(index, contact, index.at[contact], terms.look_back_days)
    touch, journey = touches_in(index, spans, which)
    buyers, _ = contacts(index, CLOSE, sale, "account")
    in_vain, idle = _touches_in_vain(index, index.person[buyers])
    first = np.concatenate([np.searchsorted(journey, np.arange(len(sale))), len(touch) + idle])
    touch = np.concatenate([touch, in_vain])
    is_sale = np.arange(len(first) - 1) < len(sale)
    amount = amounts_in(table, moments.agreement.currency)[sale]
    channels, channel = channels_of(index, touch, by)
    at = index.at[touch]
    journeys = Journeys(
        channels=channels,
        first=first,
        channel=channel,
        at=at,
        conversions=is_sale.astype(np.float64),
        nulls=(~is_sale).astype(np.float64),
        value=np.concatenate([amount, np.zeros(len(idle) - 1)]).astype(np.float64),
        lead=last_by(at, first, known_at(index, contact, which, len(sale))),
        opportunity=last_by(at, first, table.at[sale]),
    )
    keys, closed = keys_of(table, sale), closed_at(table)[sale]
    return Sales(journeys, sale, keys, closed, amount, touch)


def _touches_in_vain(index: Index, buyers: Codes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The touches of everybody who bought nothing, and where those of each of them begin."""
    sold = np.zeros(len(index.who), bool)
    sold[buyers] = True
    touch = np.flatnonzero((index.kind == TOUCH) & ~sold[index.person])
    each = np.bincount(index.person[touch], minlength=len(index.who))
    return touch, np.concatenate([[0], np.cumsum(each[each > 0])])


def share_out(sales: Sales, terms: Attribution, model: str = "") -> Credits:
    """What each channel earned under the terms' model, or under another one."""
    journeys, sold, model = sales.journeys, len(sales.sale), model or terms.model
    touchless = journeys.length[:sold] == 0
    channels = len(journeys.channels)
    if model in RULES:
        mine = journeys.at_places(np.arange(sold))
        weight = compute(mine, model, **parameters(terms, model))
        per_touch = split(sales.amount, weight, mine.first)
        amount = summed(per_touch.astype(np.float64), mine.channel, channels).astype(np.int64)
        share = summed(weight, mine.channel, channels)
    else:
        played = compute(journeys, model, **parameters(terms, model))
        whole = sales.amount[~touchless].sum(keepdims=True)
        per_touch, weight = np.empty(0, np.int64), np.empty(0)
        share = _played_for_sales(journeys, model, played, int(np.count_nonzero(~touchless)))
        exact = earned_in(model, played, float(whole[0]))
        amount = in_whole(whole, exact, np.array([0, channels])) if channels else whole[:0]
    if not touchless.any():
        return Credits(model, journeys.channels, amount, share, per_touch, weight)
    return Credits(
        model,
        np.append(journeys.channels, NONE),
        np.append(amount, sales.amount[touchless].sum()),
        np.append(share, np.count_nonzero(touchless)),
        per_touch,
        weight,
    )


def _played_for_sales(journeys: Journeys, model: str, played: Numbers, sold: int) -> Numbers:
    """How many of the sales each channel has; a game on what they brought is played again."""
    if model not in VALUED:
        return played * sold
    return compute(replace(journeys, value=journeys.conversions), model)


def earned_by_sale(sales: Sales, shared: Credits, place: int) -> Instants:
    """What the channel at that place of `shared.channels` earned of each sale, in minor units.

    Of credits that weigh touches; and of any, what is credited to no touch.
    """
    journeys, sold = sales.journeys, len(sales.sale)
    if place == len(journeys.channels):
        return np.where(journeys.length[:sold] == 0, sales.amount, 0)
    mine = np.flatnonzero(journeys.channel[: len(shared.per_touch)] == place)
    earned = summed(shared.per_touch[mine].astype(np.float64), journeys.journey[mine], sold)
    return earned.astype(np.int64)


def parameters(terms: Attribution, model: str) -> dict[str, Any]:
    """What the agreement says about the model."""
    if model == "time-decay":
        return {"half_life_days": terms.half_life_days}
    if model == "markov":
        return {"order": terms.order, "self_transitions": terms.self_transitions}
    return {}
