"""The clause on attribution, and the models that it may name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from interlock.agreement.key import Key

ATTRIBUTION_MODELS = (
    "first",
    "last",
    "linear",
    "position",
    "position-lead",
    "w",
    "full-path",
    "time-decay",
    "markov",
    "shapley",
    "shapley-rate",
)


@dataclass(frozen=True)
class Attribution:
    """How a sale is shared out among the touches before it, and what sources and influences it."""

    model: Annotated[str, Key("the model that shares it out", choices=ATTRIBUTION_MODELS)] = (
        "linear"
    )
    per: Annotated[
        str,
        Key("whose touches count: all contacts', or the main one's", choices=("account", "person")),
    ] = "account"
    look_back_days: Annotated[int, Key("days before the sale in which touches count", least=1)] = (
        365
    )
    half_life_days: Annotated[
        float, Key("days after which a touch weighs half, in `time-decay`", least=0.01)
    ] = 7.0
    order: Annotated[int, Key("how many touches a `markov` chain remembers", least=1, most=3)] = 1
    self_transitions: Annotated[
        bool,
        Key("whether a channel may follow itself in a `markov` chain; left out: it may"),
    ] = True
    sourced_by: Annotated[
        str,
        Key(
            "what sources a deal: the first touch before it was opened, the last, or the lead's "
            "source",
            choices=("first-touch", "opportunity-touch", "lead-source"),
        ),
    ] = "first-touch"
    lead_sources: Annotated[
        tuple[str, ...],
        Key("the lead sources that are marketing's, with `lead-source`; left out: all"),
    ] = ()
    influenced_before: Annotated[
        str,
        Key(
            "a touch before this influences a deal: before the lead was known, the opportunity "
            "opened, or the sale",
            choices=("lead", "opportunity", "sale"),
        ),
    ] = "sale"
