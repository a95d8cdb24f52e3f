"""What each channel, campaign or asset earned of the sales, and why one sale is shared out so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from interlock.agreement.attribution import Attribution
from interlock.facts.money import digits_of
from interlock.operations.attributes import known_attributes
from interlock.operations.reading import Basis, current
from interlock.replay.attribution import RULES
from interlock.replay.credits import COLUMNS, Credits, Sales, sales_of, share_out
from interlock.replay.engine import columns_needed
from interlock.replay.index import build
from interlock.replay.moments import Moments
from interlock.replay.outcome import Instant
from interlock.store.facts import load_facts
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
    """One touch of a sale: what it weighs in its journey and the amount, under each model."""

    at: Instant
    person: str
    name: str
    weights: tuple[float, ...]
    amounts: tuple[int, ...]


@dataclass(frozen=True)
class AttributionPage:
    """Credits by channel; of one sale by touch, where one was asked for.

    `touches` are those of the opportunity `sale`, under the models `weighing`.
    `digits`: decimal digits of the currency's smallest unit, in which all amounts are. `sales` and
    `amount` are of all sales. `trouble` says why there is nothing, or is empty.
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
    sale: str = ""
    weighing: tuple[str, ...] = ()
    touches: tuple[TouchCredit, ...] = ()
    trouble: str = ""


def read_attribution(
    models: Sequence[str] = (), by: str = "channel", sale: str | None = None
) -> AttributionPage:
    """The sales shared out under the agreement's terms, by its model or by these.

    `sale`: the key of an opportunity; then its touches come too, under the models that weigh
    touches.
    """
    reading = current()
    if reading.agreement is None:
        return AttributionPage(reading.basis)
    agreement = reading.agreement
    terms, wanted = agreement.attribution, tuple(models) or (agreement.attribution.model,)
    facts = load_facts(columns_needed(agreement, COLUMNS), known_attributes())
    as_of = reading.basis.as_of or 0
    moments = Moments(build(facts, as_of), agreement)
    found = sales_of(moments, terms, by, as_of)
    try:
        shared = [share_out(found, terms, model) for model in wanted]
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
    )
    return page if sale is None else _with_touches(page, moments, found, shared, sale)


def _rows(shared: list[Credits], by: str) -> tuple[Earned, ...]:
    """The channels that earned something, the most under the first model first."""
    keys = [str(key) for key in shared[0].channels]
    names = _names(by, keys)
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


def _names(by: str, keys: list[str]) -> dict[str, str]:
    if by not in ("campaign", "asset"):
        return {}
    found = FACTS[by].objects.filter(live=True, key__in=keys)
    return {key: name for key, name in found.values_list("key", "name") if name}


def _with_touches(
    page: AttributionPage, moments: Moments, found: Sales, shared: list[Credits], sale: str
) -> AttributionPage:
    """The page with the touches of one sale, under the models that weigh touches."""
    ids = moments.index.table("opportunity").columns.get("id")
    wanted = [place for place, row in enumerate(found.sale) if ids and ids.value(int(row)) == sale]
    if not wanted:
        return replace(page, trouble=f"no opportunity `{sale}` was won up to this instant")
    journeys = found.journeys
    channels = [str(each) for each in journeys.channels]
    names = _names(page.by, channels)
    rules = [each for model, each in zip(page.models, shared, strict=True) if model in RULES]
    touches = []
    for place in range(int(journeys.first[wanted[0]]), int(journeys.first[wanted[0] + 1])):
        key = channels[journeys.channel[place]]
        who = moments.index.person[found.touch[place]]
        touches.append(
            TouchCredit(
                at=int(journeys.at[place]),
                person=str(moments.index.people[who]),
                name=names.get(key, key),
                weights=tuple(float(each.weight[place]) for each in rules),
                amounts=tuple(int(each.per_touch[place]) for each in rules),
            )
        )
    weighing = tuple(model for model in page.models if model in RULES)
    return replace(page, sale=sale, weighing=weighing, touches=tuple(touches))
