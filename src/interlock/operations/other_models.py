"""What a channel would have earned of some sales under the models that were not agreed on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from interlock.insight.earned import Earnings
from interlock.operations.books import books_of
from interlock.operations.read_credit import moments_of_sales
from interlock.operations.read_credits import EarnedIn
from interlock.operations.reading import current
from interlock.replay.attribution import RULES
from interlock.replay.credits import earned_by_sale, sales_of, share_out
from interlock.replay.journeys import NONE
from interlock.store.bulk import among
from interlock.store.models import FACTS

MOST_SALES = 1_000
"""Of more sales it would take too long to read what their contacts met."""


@dataclass(frozen=True)
class Otherwise:
    """What it would have been under another model, in the smallest unit of the currency."""

    model: str
    amount: int


def under_other_models(by: str, channel: str, period: EarnedIn | None) -> tuple[Otherwise, ...]:
    """What the channel would have earned in the period, by each other model that weighs touches.

    Without a period, of all sales. The other terms stay as they are agreed. Nothing of more than
    MOST_SALES, of sales as they were known earlier, and of what no touch came before: that is the
    same under every model.
    """
    reading = current()
    books, agreement, as_of = books_of(reading), reading.agreement, reading.basis.as_of
    if books is None or agreement is None or as_of is None or channel == NONE:
        return ()
    sales, terms = _won_in(books.earned(by), period), agreement.attribution
    if reading.basis.known_by is not None or not 0 < len(sales) <= MOST_SALES:
        return ()
    deals = FACTS["opportunity"].objects.filter(key__in=among(sales), live=True)
    main = deals.values_list("person", flat=True)
    found = sales_of(moments_of_sales(sales, main, agreement, reading), terms, by, as_of)
    channels = found.journeys.channels.tolist()
    if channel not in channels:
        return ()
    place, mine = channels.index(channel), np.isin(found.keys, sales)
    earned = (
        (model, earned_by_sale(found, share_out(found, terms, model), place)[mine].sum())
        for model in RULES
        if model != terms.model
    )
    return tuple(Otherwise(model, int(amount)) for model, amount in earned)


def _won_in(found: Earnings, period: EarnedIn | None) -> list[str]:
    """The keys of the sales that were won in it; of all where there is none."""
    won = np.ones(len(found.won), bool)
    if period is not None:
        won = (found.won >= period.begins_at) & (found.won < period.ends_at)
    return [str(key) for key in found.keys[won]]
