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
from interlock.replay.attribution import RULES, compute, split
from interlock.replay.index import CLOSE, TOUCH, Index, codes_in
from interlock.replay.journeys import NONE, Journeys, summed
from interlock.replay.moments import Moments
from interlock.replay.outcome import Codes, Flags, Instants, Numbers

UNKNOWN = "(unknown)"
"""A touch without a channel (a campaign, an asset)."""


BY = ("channel", "campaign", "asset")
"""What may tell touches apart."""

COLUMNS: dict[str, tuple[str, ...]] = {"touch": BY, "opportunity": ("amount",)}
"""What credits read beside the columns of a replay."""


@dataclass(frozen=True)
class Sales:
    """The journeys of everybody, those of sales first.

    `sale` are rows of the opportunities, one for each of the first journeys; `amount` what they
    brought, in minor units; `touch` is the moment of each touch of the journeys.
    """

    journeys: Journeys
    sale: NDArray[np.int64]
    amount: Instants
    touch: NDArray[np.int64]


@dataclass(frozen=True)
class Credits:
    """What each channel earned, in minor units, and how many sales that makes.

    `amount` sums exactly to what the sales brought. `per_touch` is the credit of each touch of the
    sales' journeys and `weight` its share of its sale; both are empty under a model that weighs
    channels as a whole.
    """

    channels: NDArray[np.object_]
    amount: Instants
    sales: Numbers
    per_touch: Instants
    weight: Numbers


def sales_of(moments: Moments, terms: Attribution, by: str, currency: str) -> Sales:
    """The journeys under these terms; `by` is what tells touches apart: channel, campaign, asset.

    Only sales in `currency` have a value: no rate to another is agreed.
    """
    index = moments.index
    main = terms.per == "person"
    sale, member_of, contact, won_at = _contacts(index, main_only=main)
    spans = _spans(index, contact, won_at, terms.look_back_days)
    touch, journey = _touches(index, spans, member_of)
    bought = np.unique(index.person[contact])
    idle = np.setdiff1d(np.unique(index.person[index.kind == TOUCH]), bought)
    idle_spans = np.stack([index.first[idle], index.first[idle + 1]], axis=1)
    idle_touch, idle_journey = _touches(index, idle_spans, np.arange(len(idle)) + len(sale))
    touch = np.concatenate([touch, idle_touch])
    journey = np.concatenate([journey, idle_journey])
    order = np.lexsort((touch, index.at[touch], journey))
    touch, journey = touch[order], journey[order]
    many = len(sale) + len(idle)
    first = np.searchsorted(journey, np.arange(many + 1))
    channels, channel = _channels(index, touch, by)
    amount = _amounts(index, sale, currency)
    is_sale = np.arange(many) < len(sale)
    created = index.table("opportunity").at[sale] if len(sale) else np.empty(0, np.int64)
    known_at = _known_at(index, contact, member_of, len(sale))
    at = index.at[touch]
    journeys = Journeys(
        channels=channels,
        first=first,
        channel=channel,
        at=at,
        conversions=is_sale.astype(np.float64),
        nulls=(~is_sale).astype(np.float64),
        value=np.concatenate([amount, np.zeros(len(idle))]).astype(np.float64),
        lead=_last_by(at, first, known_at, many),
        opportunity=_last_by(at, first, created, many),
    )
    return Sales(journeys, sale, amount, touch)


def share_out(sales: Sales, terms: Attribution, model: str = "") -> Credits:
    """What each channel earned under the terms' model, or under another one."""
    journeys, sold = sales.journeys, len(sales.sale)
    of_sales = journeys.first[sold]
    touchless = journeys.length[:sold] == 0
    channels = len(journeys.channels)
    weight = compute(journeys, model or terms.model, **parameters(terms, model or terms.model))
    if (model or terms.model) in RULES:
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
        return Credits(journeys.channels, amount, share, per_touch, mine)
    return Credits(
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


def _contacts(
    index: Index, *, main_only: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], Instants]:
    """The rows of what was won, and of each contact: which sale, its closing moment, and when."""
    table = index.table("opportunity")
    status, main = table.columns.get("status"), table.columns.get("person")
    none = np.empty(0, np.int64)
    if status is None or status.words is None or main is None:
        return none, none, none, none
    is_won = np.array([word == "won" for word in status.words])[status.values] & status.mask
    moment = np.flatnonzero(index.kind == CLOSE)
    moment = moment[is_won[index.row[moment]]]
    if main_only:
        wanted = codes_in(main, index.people, len(table))[index.row[moment]]
        moment = moment[index.person[moment] == wanted]
    sale, which = np.unique(index.row[moment], return_inverse=True)
    return sale.astype(np.int64), which, moment, index.at[moment]


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
    """The touches in the spans, each with the journey of its span."""
    length = spans[:, 1] - spans[:, 0]
    which = np.repeat(np.arange(len(length)), length)
    moment = np.arange(len(which)) + (spans[:, 0] - (np.cumsum(length) - length))[which]
    is_touch = index.kind[moment] == TOUCH
    return moment[is_touch], journey[which[is_touch]]


def _channels(index: Index, touch: NDArray[np.int64], by: str) -> tuple[NDArray[np.object_], Codes]:
    """The words by which the touches are told apart, and each touch's place among them."""
    column = index.table("touch").columns.get(by)
    if column is None or column.words is None or not len(touch):
        return np.array([UNKNOWN], object)[: len(touch)], np.zeros(len(touch), np.int32)
    rows = index.row[touch]
    code = np.where(column.mask[rows], column.values[rows], len(column.words))
    used, place = np.unique(code, return_inverse=True)
    return np.append(column.words, UNKNOWN)[used], place.astype(np.int32)


def _amounts(index: Index, sale: NDArray[np.int64], currency: str) -> Instants:
    table = index.table("opportunity")
    amount, money = table.columns.get("amount"), table.columns.get("currency")
    if amount is None or not len(sale):
        return np.zeros(len(sale), np.int64)
    counted: Flags = amount.mask & (amount.values > 0)
    if money is not None and money.words is not None:
        same = np.array([word == currency for word in money.words])[money.values]
        counted = counted & (same | ~money.mask)
    found: Instants = np.where(counted, amount.values, 0)[sale].astype(np.int64)
    return found


def _known_at(
    index: Index, contact: NDArray[np.int64], which: NDArray[np.int64], sales: int
) -> Instants:
    """When the first contact of each sale became known as a person."""
    begin = index.first[:-1]
    has = index.person_row >= 0
    first_known = np.full(len(index.people), np.iinfo(np.int64).max)
    places = np.flatnonzero(has)
    people, where = np.unique(index.person[places], return_index=True)
    first_known[people] = index.at[places[where]]
    known = np.full(sales, np.iinfo(np.int64).max)
    if len(begin):
        np.minimum.at(known, which, first_known[index.person[contact]])
    return known


def _last_by(at: Instants, first: NDArray[np.int64], until: Instants, many: int) -> Codes:
    """In each journey the position of its last touch at or before the instant, or -1."""
    found = np.full(many, -1, np.int32)
    for j in range(len(until)):
        found[j] = np.searchsorted(at[first[j] : first[j + 1]], until[j], side="right") - 1
    return found
