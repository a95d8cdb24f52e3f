"""The credit of one sale: which touches its value is shared out among, with the formula of each.

Only the contacts of the sale are replayed, by the terms of the agreement that is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from django.db.models import Q

from interlock.agreement.attribution import Attribution
from interlock.agreement.schema import Agreement
from interlock.facts.money import digits_of
from interlock.operations.attributes import known_attributes
from interlock.operations.fact_lines import campaign_names
from interlock.operations.reading import Basis, Named, Reading, current, named
from interlock.operations.rows import people_named
from interlock.replay.attribution import RULES
from interlock.replay.because import fact_at
from interlock.replay.credit_because import READ_AS, TouchBecause, explain_sale
from interlock.replay.credits import COLUMNS, Sales, sales_of, share_out
from interlock.replay.engine import columns_needed
from interlock.replay.index import build
from interlock.replay.moments import Moments
from interlock.replay.outcome import Instant
from interlock.store.bulk import among
from interlock.store.facts import load_facts, load_people, rows_of
from interlock.store.knowledge import chosen
from interlock.store.models import FACTS


@dataclass(frozen=True)
class CreditedTouch:
    """One touch before a sale: when, whom it met, what it was, and what it earned.

    `because` is None under a model that weighs channels as a whole.
    """

    at: Instant
    person: Named
    kind: str
    channel: str
    campaign: str
    because: TouchBecause | None


@dataclass(frozen=True)
class CreditPage:
    """How one sale is shared out, under the agreement's `terms`.

    `won_at` is None where it was not won by the basis' instant: then nothing is credited. `amount`
    is in the smallest unit of `currency`, the agreement's, of which `digits` are decimals; 0 for
    what is in another currency (`own_currency`), since no rate is agreed. `contact` is the main
    one. `formula` says how the touches' formulas are to be read; "" where the model weighs channels
    as a whole. The credits of the touches come to the amount exactly.
    """

    basis: Basis
    sale: Named
    contact: Named
    own_currency: str
    currency: str
    digits: int
    terms: Attribution
    won_at: Instant | None = None
    amount: int = 0
    formula: str = ""
    touches: tuple[CreditedTouch, ...] = ()

    @property
    def people(self) -> int:
        """How many people the touches met."""
        return len({touch.person.key for touch in self.touches})


def read_credit(sale: str) -> CreditPage | None:
    """The credit of the opportunity of that key; None where there is none, or no agreement.

    The number of queries does not depend on how many touches there are.
    """
    reading = current()
    known_by = reading.basis.known_by
    if reading.agreement is None or reading.basis.as_of is None:
        return None
    versions = rows_of(chosen("opportunity", known_by, Q(key=sale)))
    if not versions:
        return None
    row, agreement = versions[-1], reading.agreement
    called = people_named(reading.replay, [row["person"] or ""])
    page = CreditPage(
        basis=reading.basis,
        sale=Named(sale, row["name"] or sale),
        contact=named(row["person"] or "", called),
        own_currency=row["currency"] or agreement.currency,
        currency=agreement.currency,
        digits=digits_of(agreement.currency),
        terms=agreement.attribution,
    )
    moments = moments_of_sales([sale], [row["person"]], agreement, reading)
    found = sales_of(moments, page.terms, "channel", reading.basis.as_of)
    place = np.flatnonzero(found.keys == sale)
    return _shared_out(page, moments, found, int(place[0]), reading) if len(place) else page


def moments_of_sales(
    sales: Sequence[str], main: Iterable[str | None], agreement: Agreement, reading: Reading
) -> Moments:
    """What happened to the contacts of the sales, of whom `main` are the main ones.

    Of an earlier time, what happened to everybody.
    """
    known_by = reading.basis.known_by
    needed, types = columns_needed(agreement, COLUMNS), known_attributes(known_by)
    if known_by is None:
        roles = FACTS["contact_role"].objects.filter(opportunity__in=among(sales), live=True)
        people = {*roles.values_list("person", flat=True), *main}
        facts = load_people(sorted(people - {None, ""}), needed, types)
    else:  # whose contact was taken back since is not looked for
        facts = load_facts(needed, types, known_by)
    return Moments(build(facts, reading.basis.as_of or 0), agreement)


def _shared_out(
    page: CreditPage, moments: Moments, found: Sales, place: int, reading: Reading
) -> CreditPage:
    """The page with the sale at that place shared out. Three queries."""
    weighs = page.terms.model in RULES
    shared = share_out(found, page.terms) if weighs else None
    becauses = explain_sale(found, shared, page.terms, place, page.digits) if shared else ()
    begin, end = found.journeys.first[place : place + 2].tolist()
    index, touches = moments.index, found.touch[begin:end]
    keys = [str(index.people[each]) for each in index.person[touches]]
    called = people_named(reading.replay, keys)
    facts = [fact_at(moments, int(each)) for each in touches]
    rows = FACTS["touch"].objects.in_bulk([fact.row for fact in facts])
    campaigns = campaign_names(row.campaign for row in rows.values())
    return replace(
        page,
        won_at=int(found.closed[place]),
        amount=int(found.amount[place]),
        formula=READ_AS.get(page.terms.model, ""),
        touches=tuple(
            CreditedTouch(
                at=fact.at,
                person=named(key, called),
                kind=rows[fact.row].kind or "",
                channel=rows[fact.row].channel or "",
                campaign=campaigns.get(row_campaign, row_campaign),
                because=becauses[number] if becauses else None,
            )
            for number, (fact, key) in enumerate(zip(facts, keys, strict=True))
            for row_campaign in (rows[fact.row].campaign or "",)
        ),
    )
