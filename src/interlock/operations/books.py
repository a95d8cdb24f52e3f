"""What metrics are counted over: opportunities, what was spent and done, read once a replay."""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from django.db import connection

from interlock.agreement.periods import PERIODS
from interlock.agreement.schema import Agreement
from interlock.facts.columns import Facts
from interlock.facts.money import digits_of
from interlock.insight.deals import Costs, Ledger, Span
from interlock.insight.instants import day_of
from interlock.operations.agreements import Agreements, agreements
from interlock.operations.attributes import known_attributes
from interlock.operations.reading import Reading
from interlock.replay.deals import DEAL_COLUMNS, Deals, deals_of
from interlock.replay.follow_up import DEED_COLUMNS
from interlock.replay.index import Index, build
from interlock.replay.money import amounts_in
from interlock.replay.outcome import Instant
from interlock.replay.periods import starts_of
from interlock.store.facts import load_facts, load_people
from interlock.store.models import Replay

_COLUMNS = DEAL_COLUMNS | {"campaign_cost": ("id", "amount", "currency")}
_OF_CONTACTS = ("person", "account")
"""Read of people whom a deal is with alone; everything else is read whole."""


class Seen(NamedTuple):
    """Which replay of which store, and what it saw: what was read for one serves until the next."""

    store: str
    replay: int
    as_of: Instant
    started_at: Instant
    facts: str
    known_by: Instant | None


class Books:
    """Opportunities and costs as the replay that is shown saw them, under each agreement's terms.

    `first` is when the first fact of all happened (None: there is none).
    """

    def __init__(self, reading: Reading, texts: Agreements, row: Replay) -> None:
        self.reading, self.texts, self.first = reading, texts, row.first_at
        facts = json.dumps(row.seen, sort_keys=True)
        store = str(connection.settings_dict["NAME"])
        self._seen = Seen(store, row.pk, row.as_of, row.started_at, facts, row.known_by)

    @property
    def as_of(self) -> Instant:
        """The instant from which the replay looks."""
        return self.reading.basis.as_of or 0

    def under(self, agreement: Agreement) -> Ledger:
        """The ledger in that agreement's currency and terms."""
        deals, costs = _read(agreement.currency, self._seen)
        return Ledger(deals, costs, agreement.metrics, 10 ** digits_of(agreement.currency))

    @property
    def done(self) -> Index:
        """Decisions and activities about everybody."""
        return _done(self._seen)

    def spans(self, each: str) -> list[Span]:
        """Every period of that kind, the latest first: it holds the instant of the replay."""
        if self.first is None:
            return []
        zone = self.texts.agreement_at(self.as_of).zone
        starts = starts_of(each, self.first, self.as_of, zone).tolist()
        return [
            Span(begins, ends, min(ends, self.as_of + 1), zone)
            for begins, ends in zip(starts[-2::-1], starts[:0:-1], strict=True)
        ]

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


@lru_cache(maxsize=2)
def _read(currency: str, seen: Seen) -> tuple[Deals, Costs]:
    as_of, known_by = seen.as_of, seen.known_by
    types = known_attributes(known_by)
    of_all = {kind: names for kind, names in _COLUMNS.items() if kind not in _OF_CONTACTS}
    facts = dict(load_facts(of_all, types, known_by))
    of_contacts = {kind: _COLUMNS[kind] for kind in _OF_CONTACTS}
    facts |= load_people(_contacts(facts), of_contacts, types, known_by)
    spent = facts["campaign_cost"]
    before = spent.at <= as_of
    costs = Costs(spent.at[before], amounts_in(spent, currency)[before])
    return deals_of(build(facts, as_of), currency, as_of), costs


def _contacts(facts: Facts) -> list[str]:
    """Everybody whom a deal is with, by key."""
    columns = (facts[kind].columns["person"].words for kind in ("opportunity", "contact_role"))
    return sorted({str(key) for words in columns if words is not None for key in words})


@lru_cache(maxsize=1)
def _done(seen: Seen) -> Index:
    needed = DEED_COLUMNS, known_attributes(seen.known_by), seen.known_by
    return build(load_facts(*needed), seen.as_of)


def put_away() -> None:
    """Forgets what was read."""
    _read.cache_clear()
    _done.cache_clear()
