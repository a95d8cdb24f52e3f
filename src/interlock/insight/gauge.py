"""The conflict gauge: how much the two sides disagree in the open, and what becomes of it.

Two teams that live under an agreement disagree now and then. Where nobody says so for a quarter,
they have more likely given up saying it than come to agree on everything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, tzinfo

import numpy as np

from interlock.insight.attainment import Rate, rate
from interlock.insight.instants import day_of
from interlock.insight.ranks import MEDIAN, nearest_rank
from interlock.insight.sentences import percent
from interlock.replay.outcome import Instant

MONTHS = 12
"""So many months are counted, the one that runs among them."""
QUARTER = 91
"""Days without a disagreement after which silence is a warning."""
_DAY = 86_400
_SILENCE = "no disagreement at all is a warning sign"


@dataclass(frozen=True)
class Raised:
    """One disagreement: the side that raised it, when, and when it was settled (None: it is open).

    `side` is empty where neither side raised it.
    """

    side: str
    at: Instant
    settled_at: Instant | None = None


@dataclass(frozen=True)
class Month:
    """Disagreements raised in one month, by side; `first` is its first day."""

    first: date
    marketing: int
    sales: int


@dataclass(frozen=True)
class Gauge:
    """How much was raised and settled. Ages and medians are in whole days.

    `recent` is how many were raised within a QUARTER; `oldest` and `open_median` are None where
    none is open, `settled_median` where none was settled. `warns`: nobody raised any for a QUARTER,
    though there was one to live under.
    """

    months: tuple[Month, ...]
    raised: int
    recent: int
    open: int
    oldest: int | None
    open_median: int | None
    settled: Rate
    settled_median: int | None
    warns: bool
    sentence: str


def gauge(raised: Sequence[Raised], since: Instant | None, now: Instant, zone: tzinfo) -> Gauge:
    """The gauge over the last MONTHS months. `since`: when the first agreement came into force."""
    months = _months(day_of(now, zone))
    begin = months[0]
    counted = [each for each in raised if each.at <= now and day_of(each.at, zone) >= begin]
    by_month = Counter((day_of(each.at, zone).replace(day=1), each.side) for each in counted)
    ages = [(now - each.at) // _DAY for each in counted if each.settled_at is None]
    took = [(each.settled_at - each.at) // _DAY for each in counted if each.settled_at is not None]
    recent = sum(each.at > now - QUARTER * _DAY for each in counted)
    early = since is None or since > now - QUARTER * _DAY
    share = rate(len(took), len(counted))
    days = nearest_rank(np.array(took, np.int64), MEDIAN)
    return Gauge(
        months=tuple(
            Month(first, by_month[first, "marketing"], by_month[first, "sales"]) for first in months
        ),
        raised=len(counted),
        recent=recent,
        open=len(ages),
        oldest=max(ages, default=None),
        open_median=nearest_rank(np.array(ages, np.int64), MEDIAN),
        settled=share,
        settled_median=days,
        warns=not recent and not early,
        sentence=_sentence(recent, early=early, share=share, days=days),
    )


def _months(today: date) -> tuple[date, ...]:
    """The first days of the months, the one that runs last."""
    last = today.year * 12 + today.month - 1
    counted = range(last - MONTHS + 1, last + 1)
    return tuple(date(month // 12, month % 12 + 1, 1) for month in counted)


def _sentence(recent: int, *, early: bool, share: Rate, days: int | None) -> str:
    if not recent and early:
        return "Nobody has disagreed yet, and the agreement is younger than a quarter."
    if not recent:
        return f"Nobody disagreed for a quarter: {_SILENCE}."
    many = "one disagreement was" if recent == 1 else f"{recent:,} disagreements were"
    settled = f"; {_share(share)} settled" if share.denominator else ""
    took = f", half of them within {days} day{'s' * (days != 1)}" if days is not None else ""
    return f"In the last quarter {many} raised{settled}{took}."


def _share(share: Rate) -> str:
    if not share.numerator:
        return "none of those of a year is"
    return f"{percent(share.value or 0)} of those of a year are"
