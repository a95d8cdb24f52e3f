"""Numbers that both sides want or watch together, and what a company may choose about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from interlock.agreement.key import Key
from interlock.agreement.periods import PERIODS

MEASURES = (
    "revenue",
    "pipeline",
    "new customers",
    "win rate",
    "retention",
    "velocity",
    "acquisition cost",
)
"""What a goal may be measured by; see `interlock.insight.deals`."""
SHARES = ("win rate", "retention")
"""Those that are a share of something."""
IN_MONEY = ("revenue", "pipeline", "velocity")
"""Those that are made of what opportunities are worth."""


def slug_of(metric: str) -> str:
    """The name of a metric as an address has it."""
    return metric.replace(" ", "-")


def form_of(metric: str) -> str:
    """What the number of a metric is: a share, money or a count."""
    return "share" if metric in SHARES else "count" if metric == "new customers" else "money"


@dataclass(frozen=True)
class Goal:
    """A number that both sides want together.

    Without `measured_by` it is watched by people alone. Measured, it is held against its target in
    each period that begins by the day `by`; a cost is reached where it is no more than its target.
    """

    id: str
    name: Annotated[str, Key("what both teams call it")]
    meaning: Annotated[str, Key("what it measures")]
    target: Annotated[float, Key("the number; of a share 0.3 or 30 %")]
    unit: Annotated[str, Key("what it is counted in")]
    by: Annotated[date | None, Key("the day by which it is reached")] = None
    measured_by: Annotated[
        str, Key("the metric that it is measured by; left out: by nothing", choices=MEASURES)
    ] = ""
    each: Annotated[str, Key("the period that it is measured over", choices=PERIODS)] = "year"

    @property
    def path(self) -> str:
        """The path of its clause."""
        return f"goals.{self.id}"

    def counts_on(self, begins: date) -> bool:
        """Whether a period that begins on the day is held against it."""
        return self.by is None or begins <= self.by

    @property
    def slug(self) -> str:
        """The metric as an address has it."""
        return slug_of(self.measured_by)

    @property
    def is_share(self) -> bool:
        """Whether it is a share of something."""
        return self.measured_by in SHARES

    @property
    def is_cost(self) -> bool:
        """Whether it is reached by no more than its target."""
        return self.measured_by == "acquisition cost"

    @property
    def adds_up(self) -> bool:
        """Whether what counts adds up over the period, so that there is a pace."""
        return self.measured_by in ("revenue", "pipeline", "new customers")


@dataclass(frozen=True)
class Indicator:
    """A number that both sides watch: a leading one moves before the result, a lagging one after.

    `of` is the clause that it tells of, such as a goal or a promise.
    """

    id: str
    name: Annotated[str, Key("what both teams call it")]
    meaning: Annotated[str, Key("how it is counted")]
    kind: Annotated[
        str, Key("whether it moves before the result or after it", choices=("leading", "lagging"))
    ]
    of: Annotated[str, Key("the clause that it tells of, such as `goals.revenue`")] = ""


@dataclass(frozen=True)
class Metrics:
    """What a company may choose about the numbers that both sides read."""

    hand_over: Annotated[
        str,
        Key("the event promise whose clock starts at the hand-over; left out: the first of sales"),
    ] = ""
    win_rate: Annotated[
        str,
        Key(
            "what the won opportunities are a share of: of those `closed` in the period, or of "
            "`all` that were opened in it",
            choices=("closed", "all"),
        ),
    ] = "closed"
    conversion_days: Annotated[
        int | None,
        Key("days within which a lead has to enter the later stage; left out: ever", least=1),
    ] = None
    customer_days: Annotated[
        int, Key("days after a purchase for which who bought is a customer", least=1)
    ] = 365
    marketing_cost: Annotated[
        float, Key("what marketing costs a month, beside its campaigns", least=0)
    ] = 0.0
    sales_cost: Annotated[float, Key("what sales costs a month", least=0)] = 0.0
