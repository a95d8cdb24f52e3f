"""What every channel earned, in all and of each sale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interlock.insight.deals import Span
from interlock.replay.credits import Credits, Sales
from interlock.replay.outcome import Instants, Numbers


@dataclass(frozen=True)
class Earnings:
    """Channels (campaigns, assets) with what they earned, and of which sales.

    `amount` and `sales` stand beside `channels`: minor units, and how many sales that makes. `keys`
    are the sales, won at `won`, that brought `brought`. Of some of them `channel` earned `piece` of
    the sale `of` (both are positions): under a model that weighs channels as a whole, only of those
    without a touch.
    """

    channels: NDArray[np.object_]
    amount: Instants
    sales: Numbers
    keys: NDArray[np.object_]
    won: Instants
    brought: Instants
    channel: NDArray[np.int64]
    of: NDArray[np.int64]
    piece: Instants

    def pieces(self, channel: int, span: Span | None = None) -> tuple[NDArray[np.int64], Instants]:
        """The sales that a channel earned of, the latest first, and how much of each.

        With `span`, of those that were won in it.
        """
        of_it = self.channel == channel
        mine = np.flatnonzero(of_it if span is None else of_it & span.holds(self.won[self.of]))
        mine = mine[np.argsort(-self.won[self.of[mine]], kind="stable")]
        return self.of[mine], self.piece[mine]

    def brought_in(self, span: Span) -> tuple[int, int]:
        """What the sales of a period brought, and how many there were."""
        won = span.holds(self.won)
        return int(self.brought[won].sum()), int(np.count_nonzero(won))


def earnings(sales: Sales, shared: Credits) -> Earnings:
    """What was shared out, as a table."""
    journeys, sold = sales.journeys, len(sales.sale)
    weighed = len(shared.per_touch)
    touchless = np.flatnonzero(journeys.length[:sold] == 0)
    channel = np.concatenate(
        [journeys.channel[:weighed], np.full(len(touchless), len(journeys.channels))]
    )
    sale = np.concatenate([journeys.journey[:weighed], touchless])
    earned = np.concatenate([shared.per_touch, sales.amount[touchless]])
    pair, place = np.unique(channel.astype(np.int64) * sold + sale, return_inverse=True)
    piece = np.bincount(place, earned, minlength=len(pair)).astype(np.int64)
    pair, piece = pair[piece != 0], piece[piece != 0]
    return Earnings(
        channels=shared.channels,
        amount=shared.amount,
        sales=shared.sales,
        keys=sales.keys,
        won=sales.closed,
        brought=sales.amount,
        channel=pair // max(sold, 1),
        of=pair % max(sold, 1),
        piece=piece,
    )
