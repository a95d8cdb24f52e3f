"""What a company chose about its numbers, in words."""

from __future__ import annotations

from collections.abc import Iterator

from interlock.agreement.goals import Metrics
from interlock.agreement.schema import Agreement


def metrics_sentences(clause: Metrics, agreement: Agreement) -> Iterator[str]:
    """One sentence for each choice."""
    promise = agreement.hand_over
    if promise is not None:
        yield f'a lead is handed over when the time of "{promise.name}" begins'
    whole = {
        "closed": "the opportunities won or lost in the period",
        "all": "all opportunities that were opened in the period",
    }
    yield f"the win rate is the share of {whole[clause.win_rate]} that was won"
    if clause.conversion_days is not None:
        yield f"a lead goes on where it enters the later stage within {clause.conversion_days} days"
    yield f"who bought is a customer for {clause.customer_days} days"
    costs = {"marketing": clause.marketing_cost, "sales": clause.sales_cost}
    said = [f"{side} {cost:,.10g} {agreement.currency}" for side, cost in costs.items() if cost]
    if said:
        yield f"a month costs {' and '.join(said)}, beside the campaigns"
