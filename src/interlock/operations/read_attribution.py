"""What each channel, campaign or asset earned of the sales, and why one sale is shared out so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from interlock.agreement.attribution import Attribution
from interlock.agreement.problems import did_you_mean
from interlock.facts.money import digits_of
from interlock.insight.sourced import Sourced, add_up
from interlock.operations.books import moments_of_credits
from interlock.operations.reading import Basis, current
from interlock.replay.attribution import RULES
from interlock.replay.because import FactRef, fact_at
from interlock.replay.credit_because import (
    READ_AS,
    ChannelBecause,
    TouchBecause,
    explain_channel,
    explain_sale,
)
from interlock.replay.credits import (
    Credits,
    Sales,
    sales_of,
    share_out,
)
from interlock.replay.moments import Moments
from interlock.replay.parts import at_once
from interlock.replay.sourcing import sourcing_of
from interlock.store.bulk import among
from interlock.store.models import FACTS


@dataclass(frozen=True)
class Earned:
    """What one channel earned under each model asked for: amounts in minor units, and sales."""

    key: str
    name: str
    amounts: tuple[int, ...]
    sales: tuple[float, ...]


@dataclass(frozen=True)
class TouchCredit:
    """One touch of a sale: its part of it and why, under each model that weighs touches."""

    fact: FactRef
    person: str
    name: str
    weights: tuple[float, ...]
    because: tuple[TouchBecause, ...]


@dataclass(frozen=True)
class AttributionPage:
    """Credits by channel; of one sale by touch, of one channel its because, where asked for.

    `touches` are those of the opportunity `sale`, under the models `weighing`, whose formulas are
    to be read as `read_as` says. `because` is why the channel (campaign, asset) `of` earned what it
    did, under each model.
    `digits`: decimal digits of the currency's smallest unit, in which all amounts are. `sales` and
    `amount` are of all sales. `sourced` is about all deals, open and lost ones too. `trouble` says
    why there is nothing, or is empty.
    """

    basis: Basis
    models: tuple[str, ...] = ()
    by: str = ""
    terms: Attribution = field(default_factory=Attribution)
    currency: str = "EUR"
    digits: int = 2
    sales: int = 0
    amount: int = 0
    rows: tuple[Earned, ...] = ()
    sourced: Sourced | None = None
    sale: str = ""
    weighing: tuple[str, ...] = ()
    read_as: tuple[str, ...] = ()
    touches: tuple[TouchCredit, ...] = ()
    of: str = ""
    because: tuple[ChannelBecause, ...] = ()
    trouble: str = ""


def read_attribution(
    models: Sequence[str] = (), by: str = "channel", sale: str | None = None, of: str | None = None
) -> AttributionPage:
    """The sales shared out under the agreement's terms, by its model or by these.

    `sale`: the key of an opportunity; then its touches come too, under the models that weigh
    touches. `of`: the key of a channel (campaign, asset); then why it earned what it did.
    """
    reading = current()
    if reading.agreement is None:
        return AttributionPage(reading.basis)
    agreement = reading.agreement
    terms, wanted = agreement.attribution, tuple(models) or (agreement.attribution.model,)
    as_of = reading.basis.as_of or 0
    moments = moments_of_credits(agreement, as_of, reading.basis.known_by)
    found = sales_of(moments, terms, by, as_of)
    try:
        shared: list[Credits] = at_once(
            *(partial(share_out, found, terms, model) for model in wanted), rows=len(found.touch)
        )
    except ValueError as error:  # a game with more channels than can be computed
        return AttributionPage(reading.basis, trouble=str(error))
    page = AttributionPage(
        basis=reading.basis,
        models=wanted,
        by=by,
        terms=terms,
        currency=agreement.currency,
        digits=digits_of(agreement.currency),
        sales=len(found.sale),
        amount=int(found.amount.sum()),
        rows=_rows(shared, by),
        sourced=_sourced(moments, terms, by, as_of),
    )
    if sale is not None:
        page = _with_touches(page, moments, found, shared, sale)
    return page if of is None else _with_because(page, found, shared, of)


def _sourced(moments: Moments, terms: Attribution, by: str, as_of: int) -> Sourced:
    """Which deals marketing sourced and influenced, under the agreement's terms."""
    found = sourcing_of(moments, terms, by, as_of)
    of = "" if terms.sourced_by == "lead-source" else by
    return add_up(found, names_by(of, [str(key) for key in found.sources]))


def _rows(shared: list[Credits], by: str) -> tuple[Earned, ...]:
    """The channels that earned something, the most under the first model first."""
    keys = [str(key) for key in shared[0].channels]
    names = names_by(by, keys)
    rows = [
        Earned(
            key=key,
            name=names.get(key, key),
            amounts=tuple(int(each.amount[place]) for each in shared),
            sales=tuple(float(each.sales[place]) for each in shared),
        )
        for place, key in enumerate(keys)
    ]
    counted = [row for row in rows if any(row.amounts) or any(row.sales)]
    return tuple(sorted(counted, key=lambda row: (-row.amounts[0], -row.sales[0], row.key)))


def names_by(by: str, keys: Sequence[str]) -> dict[str, str]:
    """What these campaigns, assets or opportunities are called; channels have no other name."""
    if by not in ("campaign", "asset", "opportunity"):
        return {}
    found = FACTS[by].objects.filter(live=True, key__in=among(keys))
    return {key: name for key, name in found.values_list("key", "name") if name}


def _with_touches(
    page: AttributionPage, moments: Moments, found: Sales, shared: list[Credits], sale: str
) -> AttributionPage:
    """The page with the touches of one sale, under the models that weigh touches."""
    wanted = np.flatnonzero(found.keys == sale)
    if not len(wanted):
        return replace(page, trouble=f"no opportunity `{sale}` was won up to this instant")
    named, place = _named(found, page.by), int(wanted[0])
    rules = [each for each in shared if each.model in RULES]
    becauses = [explain_sale(named, each, page.terms, place, page.digits) for each in rules]
    begin, end = found.journeys.first[place : place + 2].tolist()
    touches = tuple(
        TouchCredit(
            fact=fact_at(moments, int(found.touch[touch])),
            person=str(moments.index.people[moments.index.person[found.touch[touch]]]),
            name=str(named.journeys.channels[named.journeys.channel[touch]]),
            weights=tuple(float(each.weight[touch]) for each in rules),
            because=tuple(because[touch - begin] for because in becauses),
        )
        for touch in range(begin, end)
    )
    weighing = tuple(each.model for each in rules)
    read_as = tuple(READ_AS[model] for model in weighing)
    return replace(page, sale=sale, weighing=weighing, read_as=read_as, touches=touches)


def _with_because(
    page: AttributionPage, found: Sales, shared: list[Credits], of: str
) -> AttributionPage:
    """The page with why one channel earned what it did, under each model."""
    keys = [str(key) for key in shared[0].channels]
    if of not in keys:
        hint = did_you_mean(of, keys) or f"there are {', '.join(sorted(keys))}"
        return replace(page, trouble=f"no touch before a sale has the {page.by} `{of}`; {hint}")
    named, place = _named(found, page.by), keys.index(of)
    because = tuple(explain_channel(named, each, page.terms, place, page.digits) for each in shared)
    return replace(page, of=of, because=because)


def _named(found: Sales, by: str) -> Sales:
    """The sales with the channels (campaigns, assets) by the names that people know."""
    keys = [str(key) for key in found.journeys.channels]
    names = names_by(by, keys)
    channels = np.array([names.get(key, key) for key in keys], dtype=object)
    return replace(found, journeys=replace(found.journeys, channels=channels))
