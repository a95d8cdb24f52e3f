"""The credits as pages show them: what each channel earned, and of which sales."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from interlock.agreement.attribution import Attribution
from interlock.facts.money import digits_of
from interlock.insight.earned import Earnings
from interlock.operations.books import books_of
from interlock.operations.read_attribution import names_by, read_attribution
from interlock.operations.reading import PAGE, Basis, current, whole_number
from interlock.replay.attribution import GAMES
from interlock.replay.credit_because import ChannelBecause
from interlock.replay.outcome import Instant


@dataclass(frozen=True)
class ChannelRow:
    """One channel (campaign, asset): what it earned in minor units, and how many sales."""

    key: str
    name: str
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
    """What a channel earned of one sale, in the smallest unit."""

    key: str
    name: str
    won_at: Instant
    amount: int


@dataclass(frozen=True)
class ChannelPage:
    """One channel, and a page of the sales that it earned of, the latest first.

    There are `total` of them; `after` marks the next page. `why` is there in their place where the
    model weighs channels as a whole.
    """

    credits: CreditsPage
    row: ChannelRow
    total: int
    sales: tuple[EarnedOfSale, ...]
    after: str
    why: ChannelBecause | None


def read_credits(by: str) -> CreditsPage:
    """What each channel, campaign or asset earned."""
    return _read(by)[0]


def read_channel(by: str, key: str, after: str = "", size: int = PAGE) -> ChannelPage | None:
    """What the channel of that key earned, and of what; None where there is none."""
    page, found = _read(by)
    row = next((each for each in page.rows if each.key == key), None)
    if row is None or found is None:
        return None
    sales, pieces = found.pieces(found.channels.tolist().index(key))
    start = max(whole_number(after) or 0, 0)
    shown = sales[start : start + size]
    keys = [str(each) for each in found.keys[shown]]
    names = names_by("opportunity", keys)
    is_game = page.terms.model in GAMES and not len(sales)
    return ChannelPage(
        credits=page,
        row=row,
        total=len(sales),
        sales=tuple(
            EarnedOfSale(sale, names.get(sale, sale), int(found.won[place]), int(piece))
            for sale, place, piece in zip(keys, shown, pieces[start : start + size], strict=True)
        ),
        after=str(start + size) if start + size < len(sales) else "",
        why=read_attribution(by=by, of=key).because[0] if is_game else None,
    )


def _read(by: str) -> tuple[CreditsPage, Earnings | None]:
    """The page and what it shows. One query, once what was earned has been read."""
    reading = current()
    books, page = books_of(reading), CreditsPage(reading.basis, by)
    if books is None:
        return page, None
    page = replace(
        page,
        terms=books.agreement.attribution,
        currency=books.agreement.currency,
        digits=digits_of(books.agreement.currency),
    )
    try:
        found = books.earned(by)
    except ValueError as error:  # a game with more channels than can be computed
        return replace(page, trouble=str(error)), None
    told = replace(page, amount=int(found.brought.sum()), sales=len(found.keys))
    return replace(told, rows=_rows(found, by)), found


def _rows(found: Earnings, by: str) -> tuple[ChannelRow, ...]:
    """Those that earned something."""
    keys = [str(key) for key in found.channels]
    names = names_by(by, keys)
    rows = (
        ChannelRow(key, names.get(key, key), int(amount), float(sales))
        for key, amount, sales in zip(keys, found.amount, found.sales, strict=True)
        if amount or sales
    )
    return tuple(sorted(rows, key=lambda row: (-row.amount, -row.sales, row.key)))
