"""What the buyers do: visits, forms, webinars, papers, mails, trade shows."""

# ruff: noqa: PLR2004 - a simulation is made of shares and means

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from interlock.facts.columns import Column, Mask
from interlock.simulate import buyers, campaigns
from interlock.simulate.buyers import People
from interlock.simulate.campaigns import WEBINAR_TIME, Programme
from interlock.simulate.days import AS_OF, Instants, Numbers, instants, local, times_of_day
from interlock.simulate.tables import Codes, Table, in_order, refers, texts
from interlock.simulate.words import PAGES, WHITE_PAPERS

KINDS = (
    "page_visit",
    "email_click",
    "form",
    "whitepaper",
    "pricing_visit",
    "webinar_attended",
    "trade_show_scan",
    "demo_request",
)
VISIT, CLICK, FORM, PAPER, PRICING, WEBINAR, SCAN, DEMO = range(len(KINDS))
CHANNELS = ("direct", "organic", "paid_search", "email", "webinar", "event", "partner")
DIRECT, ORGANIC, PAID, EMAIL, AT_WEBINAR, AT_EVENT, BY_PARTNER = range(len(CHANNELS))

MEAN_TOUCHES = 12.0

_FIRST_KIND = np.array([WEBINAR, FORM, PAPER, FORM, SCAN, CLICK, FORM])
"""How somebody becomes known, by source."""

_SOURCE_CHANNEL = np.array([AT_WEBINAR, PAID, ORGANIC, BY_PARTNER, AT_EVENT, EMAIL, DIRECT])
_COOL = np.array([0.55, 0.24, 0.04, 0.06, 0.05, 0.055, 0.0, 0.005])
_KEEN = np.array([0.38, 0.16, 0.09, 0.12, 0.14, 0.06, 0.0, 0.05])
"""Shares of the kinds of later touches, for people far from buying and near to it."""


@dataclass(frozen=True)
class _Touches:
    person: Codes
    at: Instants
    kind: Codes
    session: Codes


def touch(
    people: People, programme: Programme, mean_touches: float, rng: np.random.Generator
) -> Table:
    """Every touch, in order of time."""
    made = _histories(people, mean_touches, rng)
    made = _at_webinars(made, programme)
    channel = _channels(made, people, rng)
    table = {
        "person": refers(people.table["id"], made.person),
        "at": Column(made.at),
        "kind": texts(KINDS, made.kind),
        "channel": texts(CHANNELS, channel),
        "campaign": refers(programme.campaigns["id"], _campaigns(made, channel, people, programme)),
        "asset": refers(programme.assets["id"], _assets(made, rng)),
    }
    return in_order(table, "T", AS_OF)


def _histories(people: People, mean_touches: float, rng: np.random.Generator) -> _Touches:
    """First touches, the visits before them, and what follows in sessions of a few minutes."""
    count = len(people.met)
    eager = 0.35 + 2 * people.intent
    later = rng.poisson(rng.gamma(1.1, (mean_touches - 1.6) * eager / 1.1 / eager.mean()))
    before = np.where(
        np.isin(_FIRST_KIND[people.source], (FORM, PAPER)), rng.poisson(0.8, count), 0
    )
    person = np.concatenate([np.arange(count), np.repeat(np.arange(count), before)])
    ago = np.where(rng.random(before.sum()) < 0.6, 900, 10 * 86_400) * rng.random(before.sum())
    at = np.concatenate([people.met, people.met[person[count:]] - ago.astype(np.int64) - 30])
    kind = np.concatenate([_first_kinds(people, rng), np.full(len(ago), VISIT)])
    then = _later(people, later, rng)
    parts = (_Touches(person, at, kind, person), then)
    columns = zip(*((p.person, p.at, p.kind, p.session) for p in parts), strict=True)
    return _Touches(*(np.concatenate(column) for column in columns))


def _first_kinds(people: People, rng: np.random.Generator) -> Codes:
    """Some ask for a demonstration at once; partners' leads more often."""
    asks = 0.03 + 0.22 * people.intent**2 + 0.05 * (people.source == buyers.PARTNER)
    asks[np.isin(people.source, (buyers.TRADE_SHOW, buyers.WEBINAR, buyers.NEWSLETTER))] = 0.0
    return np.where(rng.random(len(asks)) < asks, DEMO, _FIRST_KIND[people.source])


def _later(people: People, count: Codes, rng: np.random.Generator) -> _Touches:
    """Touches after the first: a session every few days or weeks, minutes between its touches."""
    person = np.repeat(np.arange(len(count)), count)
    total = len(person)
    opens_session = rng.random(total) < 0.45
    gap = np.where(opens_session, rng.exponential(_days_between(people)[person]), 0.0)
    first = np.cumsum(count) - count
    days = _within(np.cumsum(gap), first, count)
    minutes = rng.exponential(200, total)
    session = np.cumsum(opens_session) + len(count) + person
    start = np.flatnonzero(np.append(True, session[1:] != session[:-1])) if total else first[:0]
    size = np.diff(np.append(start, total))
    offset = _within(np.cumsum(minutes), start, size)
    day = local(people.met)[0][person] + days.astype(np.int64)
    clock = np.repeat(times_of_day(len(start), rng), size)
    at = np.where(
        days < 1,
        people.met[person] + 120 + offset.astype(np.int64),
        instants(day, clock) + offset.astype(np.int64),
    )
    keen = rng.random(total) < people.intent[person] * 1.3
    draw = rng.random(total)
    kind = np.where(
        keen,
        np.searchsorted(np.cumsum(_KEEN), draw, side="right"),
        np.searchsorted(np.cumsum(_COOL), draw, side="right"),
    )
    return _Touches(person, at, np.minimum(kind, DEMO), session)


def _days_between(people: People) -> Numbers:
    days: Numbers = 26.0 - 18.0 * people.intent
    return days


def _within(running: Numbers, first: Instants, count: Codes) -> Numbers:
    """A running sum that starts anew at each `first`."""
    before = np.concatenate([[0.0], running])[first]
    inside: Numbers = running - np.repeat(before, count)
    return inside


def _at_webinars(made: _Touches, programme: Programme) -> _Touches:
    """Who attends a webinar does so at its hour; where none is left, they read a page."""
    rows = programme.of_kind(campaigns.WEBINAR)
    hour = instants(programme.last[rows], WEBINAR_TIME)
    attends = np.flatnonzero(made.kind == WEBINAR)
    place = np.searchsorted(hour, made.at[attends])
    held = place < len(hour)
    late = attends[held]
    seconds_in = made.at[late] % 600
    at, kind = made.at.copy(), made.kind.copy()
    at[late] = hour[place[held]] + seconds_in
    kind[attends[~held]] = VISIT
    return _Touches(made.person, at, kind, made.session)


def _channels(made: _Touches, people: People, rng: np.random.Generator) -> Codes:
    """One channel a session, but for mails, webinars and trade shows, which are their own."""
    own = _SOURCE_CHANNEL[people.source]
    draw = rng.random(int(made.session.max()) + 1)[made.session]
    walked_in = np.where(draw < 0.35, DIRECT, np.where(draw < 0.65, ORGANIC, own[made.person]))
    is_first = np.arange(len(made.person)) < len(people.met)
    channel = np.where(is_first, own[made.person], walked_in)
    for kind, its in ((CLICK, EMAIL), (WEBINAR, AT_WEBINAR), (SCAN, AT_EVENT)):
        channel = np.where(made.kind == kind, its, channel)
    stray = np.isin(channel, (AT_WEBINAR, AT_EVENT)) & ~np.isin(made.kind, (WEBINAR, SCAN))
    return np.where(stray, DIRECT, channel)


def _campaigns(made: _Touches, channel: Codes, people: People, programme: Programme) -> Codes:
    """The campaign that a touch belongs to; -1 for those that come by themselves."""
    day = local(made.at)[0]
    found = np.full(len(day), -1)
    ways: tuple[tuple[Mask, int], ...] = (
        (made.kind == WEBINAR, campaigns.WEBINAR),
        (made.kind == SCAN, campaigns.TRADE_SHOW),
        (channel == EMAIL, campaigns.NEWSLETTER),
        (channel == BY_PARTNER, campaigns.PARTNER),
    )
    for mine, kind in ways:
        rows = programme.of_kind(kind)
        dates = programme.last[rows]
        place = np.searchsorted(dates, day[mine])
        found[mine] = np.where(place < len(rows), rows[np.minimum(place, len(rows) - 1)], -1)
    for market in range(3):
        rows = programme.of_kind(campaigns.PAID_SEARCH)
        rows = rows[programme.market[rows] == market]
        mine = (channel == PAID) & (people.market[made.person] == market)
        place = np.searchsorted(programme.last[rows], day[mine])
        found[mine] = rows[np.minimum(place, len(rows) - 1)]
    return found


def _assets(made: _Touches, rng: np.random.Generator) -> Codes:
    """Which paper or page; half of the visits are not told apart."""
    paper = rng.integers(0, len(WHITE_PAPERS), len(made.kind))
    page = len(WHITE_PAPERS) + rng.integers(0, 2 * len(PAGES), len(made.kind))
    page = np.where(page < len(WHITE_PAPERS) + len(PAGES), page, -1)
    return np.where(made.kind == PAPER, paper, np.where(made.kind == VISIT, page, -1))
