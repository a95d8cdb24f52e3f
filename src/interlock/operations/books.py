"""What pages count over everybody: opportunities, what was spent and done, what channels earned.

It takes seconds to read of a long history, and is the same until another replay is shown. So it is
worked out once: whoever has the pages' replays made keeps it beside the replay (`keep_books`), and
a process that shows pages has the latest in memory. Where it is not kept, whoever asks reads it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from functools import cached_property, partial
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from django.db import connection, transaction
from numpy.typing import NDArray

from interlock.agreement.hours import DAY
from interlock.agreement.periods import PERIODS
from interlock.agreement.schema import Agreement
from interlock.facts.columns import Facts
from interlock.facts.money import digits_of
from interlock.insight.deals import Costs, Ledger, Span, costs_of, spans_of
from interlock.insight.earned import Earnings, earnings
from interlock.insight.goals import GOAL_COLUMNS
from interlock.insight.instants import day_of
from interlock.operations.agreements import Agreements, agreements
from interlock.operations.attributes import known_attributes
from interlock.operations.reading import Reading, current
from interlock.replay.credits import ALONE, BY, OF_EVERYBODY, sales_of, share_out
from interlock.replay.deals import Deals, deals_of
from interlock.replay.follow_up import DEED_COLUMNS, Deeds, deeds_of
from interlock.replay.index import build
from interlock.replay.moments import Moments
from interlock.replay.outcome import Instant
from interlock.store.arrow_bytes import from_bytes, to_bytes
from interlock.store.facts import Needed, load_facts, load_people
from interlock.store.lock import held
from interlock.store.models import Book, Replay

Columns = Mapping[str, NDArray[Any]]

_OF_CONTACTS = ("person", "account", "touch")
"""Read of people whom a deal is with, where nobody else counts; everything else is read whole."""
_A_YEAR = 366 * DAY
"""No period is longer."""
IN_MEMORY = 8
"""So many books a process has in memory, of whatever replays: those read last."""


_EDITION = 4
"""Goes up where what a book says is counted otherwise: one of before is not read any more."""


class Seen(NamedTuple):
    """Which replay of which store, and what it saw: what was read for one serves until the next."""

    store: str
    replay: int
    as_of: Instant
    started_at: Instant
    facts: str
    known_by: Instant | None

    @property
    def stamp(self) -> str:
        """What the replay saw and how it is counted, in short."""
        return hashlib.sha256(repr((_EDITION, *self[1:])).encode()).hexdigest()


def _deals_in(currency: str) -> str:
    return f"deals in {currency}"


def _earned_by(by: str) -> str:
    return f"earned by {by}"


_DEEDS = "deeds"


class Books:
    """Everything that is counted for one replay, under each agreement's terms.

    `first` is when the first fact of all happened (None: there is none).
    """

    def __init__(self, reading: Reading, texts: Agreements, row: Replay) -> None:
        self.reading, self.texts, self.first = reading, texts, row.first_at
        facts = json.dumps(row.seen, sort_keys=True)
        store = str(connection.settings_dict["NAME"])
        self.seen = Seen(store, row.pk, row.as_of, row.started_at, facts, row.known_by)

    @property
    def as_of(self) -> Instant:
        """The instant from which the replay looks."""
        return self.reading.basis.as_of or 0

    @property
    def agreement(self) -> Agreement:
        """The agreement that counted at that instant."""
        return self.texts.agreement_at(self.as_of)

    def under(self, agreement: Agreement) -> Ledger:
        """The ledger in the currency and terms of one of its texts."""
        found = dict(self._book(_deals_in(agreement.currency)))
        costs = Costs(found.pop("spent_at"), found.pop("spent"))
        return Ledger(Deals(**found), costs, agreement.metrics, 10 ** digits_of(agreement.currency))

    def done(self) -> tuple[Deeds, NDArray[np.object_]]:
        """Decisions and attempts about everybody, and whom the codes of people mean."""
        found = dict(self._book(_DEEDS))
        people = found.pop("people")
        return Deeds(**found), people

    def earned(self, by: str) -> Earnings:
        """What each channel (campaign, asset) earned under the agreement's model.

        Raises ValueError where there are more of them than the model can weigh.
        """
        return Earnings(**self._book(_earned_by(by)))

    def each(self) -> Iterator[tuple[str, Columns]]:
        """Every book that pages of this replay read, with its name."""
        for name in self._reads:
            with suppress(ValueError):  # the page says why it is not there
                yield name, self._book(name)

    @cached_property
    def _reads(self) -> dict[str, Callable[[], Columns]]:
        """How each book is read of the facts, by its name."""
        texts = (each.agreement for each in self.texts.timeline or ())
        deals = {
            _deals_in(currency): partial(_deals, currency, self.seen)
            for currency in sorted({each.currency for each in texts})
        }
        earned = {_earned_by(by): partial(_earned, self, by) for by in BY}
        return {**deals, _DEEDS: partial(_deeds, self.agreement, self.seen), **earned}

    @cached_property
    def moments(self) -> Moments:
        """What the agreement's model looks at: it takes as long to read as the facts are many."""
        known_by = self.seen.known_by
        if self.agreement.attribution.model in OF_EVERYBODY:
            return moments_of_credits(self.agreement, self.as_of, known_by)
        return Moments(build(_of_deals(ALONE, known_by), self.as_of), self.agreement)

    def _book(self, name: str) -> Columns:
        """From memory, else as it was kept, else as it is read now."""
        with _one_reads:  # who comes meanwhile waits for what is being read
            found = _memory.pop((name, self.seen), None)
            if found is None:
                found = _kept(name, self.seen) or self._reads[name]()
            _memory[name, self.seen] = found
            while len(_memory) > IN_MEMORY:
                del _memory[next(iter(_memory))]
        return found

    def spans(self, each: str, since: Instant | None = None) -> list[Span]:
        """Every period of that kind, the latest first: it holds the instant of the replay.

        The first is the first that is known whole; with `since`, the one that holds that instant.
        """
        if self.first is None:
            return []
        first = self.first if since is None else since - _A_YEAR
        spans = spans_of(each, first, self.as_of, self.agreement.zone)
        return [span for span in spans if since is None or span.ends > since]

    def span_on(self, each: str, day: date) -> Span | None:
        """The period of that kind that holds the day; None where it is not known whole."""
        for span in self.spans(each) if each in PERIODS else ():
            if day_of(span.begins, span.zone) <= day < day_of(span.ends, span.zone):
                return span
        return None


def books_of(reading: Reading) -> Books | None:
    """The books of the replay that is shown; None where there is none. Two queries."""
    texts = agreements(reading.adopted, reading.basis.known_by)
    if reading.replay is None or texts is None or texts.timeline is None:
        return None
    row = Replay.objects.only("as_of", "started_at", "seen", "known_by", "first_at")
    return Books(reading, texts, row.get(pk=reading.replay))


# --- kept beside the replay -------------------------------------------------------------------


def keep_books() -> None:
    """Keeps what pages will ask of the replay that is shown, unless it is kept already."""
    books = books_of(current())
    if books is None:
        return
    replay, stamp = books.seen.replay, books.seen.stamp
    for name, found in books.each():
        packed = _packed(found)
        with transaction.atomic():
            if held(Replay.objects.filter(pk=replay, current=True)).first():
                told = {"stamp": stamp, "columns": packed}
                Book.objects.update_or_create(replay_id=replay, name=name, defaults=told)


def _kept(name: str, seen: Seen) -> Columns | None:
    row = Book.objects.filter(replay=seen.replay, name=name, stamp=seen.stamp).first()
    if row is None:
        return None
    return _unpacked(bytes(row.columns))


def _packed(columns: Columns) -> bytes:
    """As a table of one row, since columns need not be of one length."""
    cells = {
        name: pa.array(column, pa.string() if column.dtype == object else None)
        for name, column in columns.items()
    }
    return to_bytes(
        pa.table({n: pa.ListArray.from_arrays([0, len(cell)], cell) for n, cell in cells.items()})
    )


def _unpacked(stream: bytes) -> Columns:
    table = from_bytes(stream)
    cells = {name: table.column(name).chunk(0).values for name in table.column_names}
    return {name: cell.to_numpy(zero_copy_only=False) for name, cell in cells.items()}


_memory: dict[tuple[str, Seen], Columns] = {}
_one_reads = Lock()


def put_away() -> None:
    """Forgets what was read."""
    _memory.clear()


# --- read of the facts ------------------------------------------------------------------------


def _deals(currency: str, seen: Seen) -> Columns:
    as_of = seen.as_of
    facts = _of_deals(GOAL_COLUMNS, seen.known_by)
    spent = costs_of(facts["campaign_cost"], currency, as_of)
    deals = deals_of(build(facts, as_of), currency, as_of)
    return {**vars(deals), "spent_at": spent.at, "spent": spent.amount}


def _of_deals(columns: Needed, known_by: Instant | None) -> Facts:
    """The facts, of people those alone whom a deal is with."""
    types = known_attributes(known_by)
    of_all = {kind: names for kind, names in columns.items() if kind not in _OF_CONTACTS}
    of_contacts = {kind: names for kind, names in columns.items() if kind in _OF_CONTACTS}
    facts = load_facts(of_all, types, known_by)
    return {**facts, **load_people(_contacts(facts), of_contacts, types, known_by)}


def _contacts(facts: Facts) -> list[str]:
    """Everybody whom a deal is with, by key."""
    columns = (facts[kind].columns["person"].words for kind in ("opportunity", "contact_role"))
    return sorted({str(key) for words in columns if words is not None for key in words})


def _deeds(agreement: Agreement, seen: Seen) -> Columns:
    facts = load_facts(DEED_COLUMNS, known_attributes(seen.known_by), seen.known_by)
    index = build(facts, seen.as_of)
    return {**vars(deeds_of(index, agreement)), "people": index.people}


def _earned(books: Books, by: str) -> Columns:
    terms = books.agreement.attribution
    found = sales_of(books.moments, terms, by, books.as_of)
    return vars(earnings(found, share_out(found, terms)))


def moments_of_credits(agreement: Agreement, as_of: Instant, known_by: Instant | None) -> Moments:
    """What happened to everybody up to the instant, as far as credits and sourcing read it."""
    facts = load_facts(ALONE, known_attributes(known_by), known_by)
    return Moments(build(facts, as_of), agreement)
