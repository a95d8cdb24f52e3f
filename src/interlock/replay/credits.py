"""Credits: what each touch earned of the sales that came after it.

A sale is an opportunity that was won; its journey are the touches of its contacts (of all of them,
or of the main one alone) at or before the instant at which it was won and within the look-back, in
order of time. Somebody with touches and without a sale is a journey that came to nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interlock.agreement.attribution import Attribution
from interlock.agreement.hours import DAY
from interlock.facts.columns import FactTable
from interlock.replay.attribution import RULES, compute, split
from interlock.replay.index import Index
from interlock.replay.journeys import NONE, Journeys, summed
from interlock.replay.kinds import CLOSE, TOUCH, codes_in, with_status
from interlock.replay.moments import Moments
from interlock.replay.money import amounts_in
from interlock.replay.outcome import Codes, Instants, Numbers

UNKNOWN = "(unknown)"
"""A touch without a channel (a campaign, an asset)."""


BY = ("channel", "campaign", "asset")
"""What may tell touches apart."""

COLUMNS: dict[str, tuple[str, ...]] = {"touch": BY, "opportunity": ("amount",)}
"""What credits read beside the columns of a replay."""


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
    sale = _won(table, as_of)
    contact, which = _contacts(index, sale)
    idle = np.setdiff1d(index.person[index.kind == TOUCH], index.person[contact])
    if terms.per == "person":
        contact, which = _main(index, contact, which)
    spans = _spans(index, contact, index.at[contact], terms.look_back_days)
    idle_spans = np.stack([index.first[idle], index.first[idle + 1]], axis=1)
    touch, journey = _touches(
        index,
        np.concatenate([spans, idle_spans]),
        np.concatenate([which, len(sale) + np.arange(len(idle))]),
    )
    first = np.searchsorted(journey, np.arange(len(sale) + len(idle) + 1))
    is_sale = np.arange(len(sale) + len(idle)) < len(sale)
    amount = amounts_in(table, moments.agreement.currency)[sale]
    channels, channel = _channels(index, touch, by)
    at = index.at[touch]
    journeys = Journeys(
        channels=channels,
        first=first,
        channel=channel,
        at=at,
        conversions=is_sale.astype(np.float64),
        nulls=(~is_sale).astype(np.float64),
        value=np.concatenate([amount, np.zeros(len(idle))]).astype(np.float64),
        lead=_last_by(at, first, _known_at(index, contact, which, len(sale))),
        opportunity=_last_by(at, first, table.at[sale]),
    )
    keys, closed = _keys(table, sale), _closed(table)[sale]
    return Sales(journeys, sale, keys, closed, amount, touch)


def share_out(sales: Sales, terms: Attribution, model: str = "") -> Credits:
    """What each channel earned under the terms' model, or under another one."""
    journeys, sold, model = sales.journeys, len(sales.sale), model or terms.model
    of_sales = journeys.first[sold]
    touchless = journeys.length[:sold] == 0
    channels = len(journeys.channels)
    weight = compute(journeys, model, **parameters(terms, model))
    if model in RULES:
        mine, first = weight[:of_sales], journeys.first[: sold + 1]
        per_touch = split(sales.amount, mine, first)
        channel = journeys.channel[:of_sales]
        amount = summed(per_touch.astype(np.float64), channel, channels).astype(np.int64)
        share = summed(mine, channel, channels)
    else:
        whole = sales.amount[~touchless].sum(keepdims=True)
        per_touch, mine = np.empty(0, np.int64), np.empty(0)
        share = weight * np.count_nonzero(~touchless)
        amount = split(whole, weight, np.array([0, channels])) if channels else whole[:0]
    if not touchless.any():
        return Credits(model, journeys.channels, amount, share, per_touch, mine)
    return Credits(
        model,
        np.append(journeys.channels, NONE),
        np.append(amount, sales.amount[touchless].sum()),
        np.append(share, np.count_nonzero(touchless)),
        per_touch,
        mine,
    )


def parameters(terms: Attribution, model: str) -> dict[str, float]:
    """What the agreement says about the model."""
    if model == "time-decay":
        return {"half_life_days": terms.half_life_days}
    return {"order": terms.order} if model == "markov" else {}


def _won(table: FactTable, as_of: int) -> NDArray[np.int64]:
    """The rows of what was won by then, whoever bought it."""
    closed = table.columns.get("closed_at")
    if closed is None:
        return np.empty(0, np.int64)
    by_then = closed.mask & (_closed(table) <= as_of)
    return np.flatnonzero(with_status(table, ("won",)) & by_then)


def _closed(table: FactTable) -> Instants:
    """When each was closed, where it was; none is before it is opened, whatever its dates say."""
    column = table.columns.get("closed_at")
    return table.at if column is None else np.maximum(column.values, table.at)


def _keys(table: FactTable, rows: NDArray[np.int64]) -> NDArray[np.object_]:
    ids = table.columns.get("id")
    if ids is None or ids.words is None:
        return np.empty(0, object)
    keys: NDArray[np.object_] = ids.words[ids.values[rows]]
    return keys


def _contacts(index: Index, sale: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The closing moment of each known contact of the sales, and which sale it closes."""
    moment = np.flatnonzero(index.kind == CLOSE)
    moment = moment[np.isin(index.row[moment], sale)]
    return moment, np.searchsorted(sale, index.row[moment])


def _main(
    index: Index, contact: NDArray[np.int64], which: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The main contacts among the contacts."""
    table = index.table("opportunity")
    main = codes_in(table.columns.get("person"), index.people, len(table))
    kept = index.person[contact] == main[index.row[contact]] if len(contact) else contact < 0
    return contact[kept], which[kept]


def _spans(index: Index, contact: NDArray[np.int64], until: Instants, days: int) -> Instants:
    """Each contact's moments within the look-back: from (inclusive) and to (exclusive)."""
    begin, end = index.first[index.person[contact]], index.first[index.person[contact] + 1]
    spans = np.empty((len(contact), 2), np.int64)
    for i in range(len(contact)):
        own = index.at[begin[i] : end[i]]
        spans[i, 0] = begin[i] + np.searchsorted(own, until[i] - days * DAY, side="left")
        spans[i, 1] = begin[i] + np.searchsorted(own, until[i], side="right")
    return spans


def _touches(
    index: Index, spans: Instants, journey: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The touches in the spans and the journey of each, in order of journey, then time."""
    length = spans[:, 1] - spans[:, 0]
    which = np.repeat(np.arange(len(length)), length)
    moment = np.arange(len(which)) + (spans[:, 0] - (np.cumsum(length) - length))[which]
    is_touch = index.kind[moment] == TOUCH
    moment, journey = moment[is_touch], journey[which[is_touch]]
    order = np.lexsort((moment, index.at[moment], journey))
    return moment[order], journey[order]


def _channels(index: Index, touch: NDArray[np.int64], by: str) -> tuple[NDArray[np.object_], Codes]:
    """The words by which the touches are told apart, and each touch's place among them."""
    column = index.table("touch").columns.get(by)
    if column is None or column.words is None or not len(touch):
        return np.array([UNKNOWN], object)[: len(touch)], np.zeros(len(touch), np.int32)
    rows = index.row[touch]
    code = np.where(column.mask[rows], column.values[rows], len(column.words))
    used, place = np.unique(code, return_inverse=True)
    return np.append(column.words, UNKNOWN)[used], place.astype(np.int32)


def _known_at(
    index: Index, contact: NDArray[np.int64], which: NDArray[np.int64], sales: int
) -> Instants:
    """When the first contact of each sale became known as a person."""
    has = index.person_row >= 0
    first_known = np.full(len(index.people), np.iinfo(np.int64).max)
    places = np.flatnonzero(has)
    people, where = np.unique(index.person[places], return_index=True)
    first_known[people] = index.at[places[where]]
    known = np.full(sales, np.iinfo(np.int64).max)
    if len(contact):
        np.minimum.at(known, which, first_known[index.person[contact]])
    return known


def _last_by(at: Instants, first: NDArray[np.int64], until: Instants) -> Codes:
    """In each journey the position of its last touch at or before the instant, or -1."""
    found = np.full(len(first) - 1, -1, np.int32)
    for j in range(len(until)):
        found[j] = np.searchsorted(at[first[j] : first[j + 1]], until[j], side="right") - 1
    return found
