"""What marketing does: campaigns, what they cost, and the content that they offer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from interlock.facts.columns import Column
from interlock.replay.calendar_spans import EPOCH_DAY
from interlock.simulate.days import (
    AS_OF,
    DAYS,
    FIRST_DAY,
    HOUR,
    LAST_DAY,
    Instants,
    day_of,
    instants,
)
from interlock.simulate.tables import Codes, Table, each, ids, in_order, refers, texts
from interlock.simulate.words import PAGES, TRADE_SHOWS, WEBINARS, WHITE_PAPERS

KINDS = ("webinar", "trade show", "newsletter", "paid search", "partner programme")
CHANNELS = ("webinar", "event", "email", "paid_search", "partner")
WEBINAR, TRADE_SHOW, NEWSLETTER, PAID_SEARCH, PARTNER = range(5)

WEBINAR_TIME = 10 * HOUR
_LEAN = (day_of("2026-01-01"), day_of("2026-04-01"))
_MARKET_NAMES = ("Nordics", "DACH", "UK and Ireland")
_SHARE_OF_SEARCH = (0.4, 0.4, 0.2)


@dataclass(frozen=True)
class Programme:
    """Campaigns by kind and first day, so that a touch finds its own.

    `kind`, `first` and `last` (days) and `market` (-1: all) are per campaign.
    """

    campaigns: Table
    costs: Table
    assets: Table
    kind: Codes
    first: Instants
    last: Instants
    market: Codes

    def of_kind(self, kind: int) -> Codes:
        """The rows of that kind's campaigns, in order of their first day."""
        found = np.flatnonzero(self.kind == kind)
        return found[np.argsort(self.first[found], kind="stable")]


@dataclass(frozen=True)
class _Plan:
    name: str
    kind: int
    first: int
    last: int
    market: int
    cents: int


def programme_of(scale: float) -> Programme:
    """The programme of the eighteen months; `scale` multiplies what search and partners cost."""
    plans = [*_webinars(), *_trade_shows(), *_newsletters(), *_search(scale), *_partners(scale)]
    kind = np.array([plan.kind for plan in plans])
    first = np.array([plan.first for plan in plans])
    last = np.array([plan.last for plan in plans])
    cents = np.array([plan.cents for plan in plans])
    names = ids("C", len(plans))
    over = last < LAST_DAY
    campaigns = {
        "id": names,
        "name": each([plan.name for plan in plans]),
        "kind": texts(KINDS, kind),
        "channel": texts(CHANNELS, kind),
        "status": texts(("running", "done"), over.astype(int)),
        "starts_at": Column(instants(first, 0)),
        "ends_at": Column(instants(last + 1, -1)),
        "budget": Column((cents * 1.1).astype(np.int64) // 10_000 * 10_000),
        "currency": texts(("EUR",), np.zeros(len(plans), int)),
    }
    costs = _costs(names, first, cents)
    market = np.array([plan.market for plan in plans])
    return Programme(campaigns, costs, _assets(names, plans), kind, first, last, market)


def _webinars() -> Iterator[_Plan]:
    """Every second Tuesday, but for July and the lean quarter; and one on the very last day."""
    tuesdays = DAYS[(DAYS + 3) % 7 == 1][::2]
    for number, day in enumerate([*tuesdays, LAST_DAY]):
        on = date.fromordinal(int(day) + EPOCH_DAY)
        if on.month in (7, 12) or _LEAN[0] <= day < _LEAN[1]:
            continue
        name = f"Webinar: {WEBINARS[number % len(WEBINARS)]}, {on:%d %b %Y}"
        yield _Plan(name, WEBINAR, int(day) - 21, int(day), -1, 180_000)


def _trade_shows() -> Iterator[_Plan]:
    for name, text, _ in TRADE_SHOWS:
        day = day_of(text)
        yield _Plan(f"{name} {text[:4]}", TRADE_SHOW, day, day + 2, -1, 1_400_000)


def _newsletters() -> Iterator[_Plan]:
    for first, last in _months():
        on = date.fromordinal(first + EPOCH_DAY)
        yield _Plan(f"Newsletter {on:%B %Y}", NEWSLETTER, first, last, -1, 60_000)


def _search(scale: float) -> Iterator[_Plan]:
    """Search advertising by month and market; a third of the budget in the lean quarter."""
    for first, last in _months():
        on = date.fromordinal(first + EPOCH_DAY)
        share = 0.3 if _LEAN[0] <= first < _LEAN[1] else 1.0
        for market, name in enumerate(_MARKET_NAMES):
            cents = int(1_100_000 * share * _SHARE_OF_SEARCH[market] * scale)
            yield _Plan(f"Search {name} {on:%b %Y}", PAID_SEARCH, first, last, market, cents)


def _partners(scale: float) -> Iterator[_Plan]:
    for text, until in (("2025-05-01", "2025-12-31"), ("2026-01-01", "2026-10-31")):
        name = f"Partner programme {text[:4]}"
        cents = int(4_000_000 * scale)
        yield _Plan(name, PARTNER, day_of(text), min(day_of(until), LAST_DAY), -1, cents)


def _months() -> Iterator[tuple[int, int]]:
    """First and last day of each month."""
    starts = [int(day) for day in DAYS if date.fromordinal(int(day) + EPOCH_DAY).day == 1]
    ends = [*(start - 1 for start in starts[1:]), LAST_DAY]
    yield from zip(starts, ends, strict=True)


def _costs(names: Column, first: Instants, cents: Instants) -> Table:
    """Half of a campaign is paid a week before it starts, half a month after."""
    both = np.tile(np.arange(len(first)), 2)
    day = np.concatenate((np.maximum(first - 7, FIRST_DAY), first + 30))
    part = np.concatenate((cents // 2, cents - cents // 2))
    spent = {
        "campaign": refers(names, both),
        "at": Column(instants(day, 12 * HOUR)),
        "amount": Column(part),
        "currency": texts(("EUR",), np.zeros(len(both), int)),
    }
    return in_order(spent, "X", AS_OF)


def _assets(names: Column, plans: list[_Plan]) -> Table:
    """White papers, pages of the site, and a recording of every webinar."""
    webinars = [row for row, plan in enumerate(plans) if plan.kind == WEBINAR]
    recordings = [plans[row].name.replace("Webinar: ", "Recording: ") for row in webinars]
    kinds = np.repeat([0, 1, 2], [len(WHITE_PAPERS), len(PAGES), len(webinars)])
    listed = [*WHITE_PAPERS, *PAGES, *recordings]
    place = np.concatenate((np.full(len(WHITE_PAPERS) + len(PAGES), -1), webinars)).astype(int)
    return {
        "id": ids("S", len(listed)),
        "name": each(listed),
        "kind": texts(("white paper", "landing page", "recording"), kinds),
        "url": each([f"/library/{number}" for number in range(1, len(listed) + 1)]),
        "campaign": refers(names, place),
    }
