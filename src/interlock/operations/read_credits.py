"""The credits as pages show them: what each channel earned, in which period, and of which sales."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from interlock.agreement.attribution import Attribution
from interlock.agreement.wording import words
from interlock.facts.money import digits_of
from interlock.insight.deals import Span
from interlock.insight.earned import Earnings
from interlock.insight.instants import day_of
from interlock.operations.books import Books, books_of
from interlock.operations.read_attribution import names_by, read_attribution
from interlock.operations.read_periods import period_label
from interlock.operations.reading import PAGE, Basis, current, whole_number
from interlock.replay.attribution import GAMES
from interlock.replay.contacts import UNKNOWN
from interlock.replay.credit_because import ChannelBecause
from interlock.replay.journeys import NONE
from interlock.replay.outcome import Instant

EACH = ("quarter", "month", "year")
"""The periods in which what was earned is told."""
LISTED = 12
"""So many periods are listed at once."""


@dataclass(frozen=True)
class ChannelRow:
    """One channel (campaign, asset): what it earned in minor units, and how many sales.

    `called` is what people read: its name, or what it stands for where there is none.
    """

    key: str
    name: str
    called: str
    amount: int
    sales: float


@dataclass(frozen=True)
class CreditsPage:
    """What each channel earned under the agreement's terms, the most first.

    `by` tells touches apart: channel, campaign or asset. All amounts are in the currency's smallest
    unit, of which `digits` are decimals; `amount` and `sales` are of all sales. `trouble` says why
    there is nothing, or is empty.
    """

    basis: Basis
    by: str
    terms: Attribution = field(default_factory=Attribution)
    currency: str = "EUR"
    digits: int = 2
    amount: int = 0
    sales: int = 0
    rows: tuple[ChannelRow, ...] = ()
    trouble: str = ""


@dataclass(frozen=True)
class EarnedOfSale:
    """What a channel earned of one sale, and what that one brought, in the smallest unit."""

    key: str
    name: str
    won_at: Instant
    amount: int
    brought: int

    @property
    def share(self) -> float:
        """Which share of it that is."""
        return self.amount / (self.brought or 1)


@dataclass(frozen=True)
class EarnedIn:
    """What a channel earned in one period: `amount` of the `brought` of all sales won in it.

    It has a part in `sales` of those `of_sales`. Amounts are in the smallest unit. `is_over`: no
    sale of the period is still to come.
    """

    each: str
    label: str
    begins: date
    begins_at: Instant
    ends_at: Instant
    is_over: bool
    amount: int
    brought: int
    sales: int
    of_sales: int

    @property
    def share(self) -> float:
        """Which share of what was brought that is."""
        return self.amount / (self.brought or 1)


@dataclass(frozen=True)
class Within:
    """A period of the kind `each`, by a day in it.

    Without a day: those of that kind that begin before the day `until`, or all.
    """

    each: str = EACH[0]
    on: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class ChannelPage:
    """One channel, and a page of the sales that it earned of: the latest, of a period the biggest.

    There are `total` of them; `after` marks the next page. `period`: only what was won in it is
    told, beside the one `before` it; None: everything. `periods` are the latest `LISTED` of
    the `of_periods` of the kind `each`, the last one first; `older`: until which day the rest can
    be listed. There are none where the model weighs channels as a whole, over all sales at once.
    Then `why` is there in the sales' place.
    """

    credits: CreditsPage
    row: ChannelRow
    each: str
    periods: tuple[EarnedIn, ...]
    of_periods: int
    older: date | None
    period: EarnedIn | None
    before: EarnedIn | None
    total: int
    sales: tuple[EarnedOfSale, ...]
    after: str
    why: ChannelBecause | None


def read_credits(by: str) -> CreditsPage:
    """What each channel, campaign or asset earned."""
    return _read(by)[0]


def read_channel(
    by: str, key: str, after: str = "", size: int = PAGE, *, within: Within | None = None
) -> ChannelPage | None:
    """What the channel of that key earned, and of what; None where there is none.

    Of a period the sales come the biggest part first. None where nothing was won by then, or before
    `until`, or it is still to come, or the model weighs channels as a whole.
    """
    within = within or Within()
    each, on = within.each, within.on
    page, found, books = _read(by)
    row = next((one for one in page.rows if one.key == key), None)
    if row is None or found is None or books is None or each not in EACH:
        return None
    place = found.channels.tolist().index(key)
    is_game = page.terms.model in GAMES and not len(found.pieces(place)[0])
    spans = [] if is_game else books.spans(each, int(found.won.min()))
    told = _told(spans, within)
    if not told and (on or within.until):
        return None
    ends = 2 if on else LISTED
    periods = tuple(_earned_in(found, place, span, each, books.as_of) for span in told[:ends])
    of, piece = found.pieces(place, told[0] if on else None)
    sales = list(zip(of.tolist(), piece.tolist(), strict=True))
    if on:
        sales.sort(key=lambda sale: -sale[1])
    start = max(whole_number(after) or 0, 0)
    return ChannelPage(
        credits=page,
        row=row,
        each=each,
        periods=() if on else periods,
        of_periods=len(spans),
        older=periods[-1].begins if len(told) > ends and not on else None,
        period=periods[0] if on else None,
        before=periods[1] if on and len(periods) > 1 else None,
        total=len(sales),
        sales=_sales(found, sales[start : start + size]),
        after=str(start + size) if start + size < len(sales) else "",
        why=read_attribution(by=by, of=key).because[0] if is_game else None,
    )


def _read(by: str) -> tuple[CreditsPage, Earnings | None, Books | None]:
    """The page, what it shows and where from. One query, once what was earned has been read."""
    reading = current()
    books, page = books_of(reading), CreditsPage(reading.basis, by)
    if books is None:
        return page, None, None
    page = replace(
        page,
        terms=books.agreement.attribution,
        currency=books.agreement.currency,
        digits=digits_of(books.agreement.currency),
    )
    try:
        found = books.earned(by)
    except ValueError as error:  # a game with more channels than can be computed
        return replace(page, trouble=str(error)), None, None
    told = replace(page, amount=int(found.brought.sum()), sales=len(found.keys))
    return replace(told, rows=_rows(found, by)), found, books


def _rows(found: Earnings, by: str) -> tuple[ChannelRow, ...]:
    """Those that earned something."""
    keys = [str(key) for key in found.channels]
    names = names_by(by, keys)
    nothing = {NONE: "no touch that is known", UNKNOWN: f"touches without a known {by}"}
    rows = (
        ChannelRow(key, name, nothing.get(key) or words(name), int(amount), float(sales))
        for key, amount, sales in zip(keys, found.amount, found.sales, strict=True)
        if amount or sales
        for name in (names.get(key, key),)
    )
    return tuple(sorted(rows, key=lambda row: (-row.amount, -row.sales, row.key)))


def _told(spans: Sequence[Span], within: Within) -> list[Span]:
    """Those that are asked for: with a day the one that holds it, and those before it."""
    on, until = within.on, within.until
    if on is not None:
        found = [span for span in spans if day_of(span.begins, span.zone) <= on]
        return found if found and on < day_of(found[0].ends, found[0].zone) else []
    return [span for span in spans if until is None or day_of(span.begins, span.zone) < until]


def _earned_in(found: Earnings, place: int, span: Span, each: str, as_of: Instant) -> EarnedIn:
    sales, pieces = found.pieces(place, span)
    brought, of_sales = found.brought_in(span)
    begins = day_of(span.begins, span.zone)
    return EarnedIn(
        each=each,
        label=period_label(each, begins),
        begins=begins,
        begins_at=span.begins,
        ends_at=span.ends,
        is_over=span.ends <= as_of,
        amount=int(pieces.sum()),
        brought=brought,
        sales=len(sales),
        of_sales=of_sales,
    )


def _sales(found: Earnings, pieces: Sequence[tuple[int, int]]) -> tuple[EarnedOfSale, ...]:
    """Some sales (their places) with what was earned of each. At most one query."""
    keys = [str(found.keys[place]) for place, _ in pieces]
    names = names_by("opportunity", keys)
    return tuple(
        EarnedOfSale(
            key=key,
            name=names.get(key, key),
            won_at=int(found.won[place]),
            amount=int(piece),
            brought=int(found.brought[place]),
        )
        for key, (place, piece) in zip(keys, pieces, strict=True)
    )
