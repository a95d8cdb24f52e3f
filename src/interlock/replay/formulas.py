"""Formulas as text that anybody can work out again.

× is times, ^ to the power of, and what follows = is the formula's value. Money is in whole units of
its currency.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import floor

MOST = 20
"""So many parts of a sum are written out; the rest are one number."""

NEGLIGIBLE = 1e-6
"""Less than this of the smallest unit of a currency is an error of the arithmetic."""


@dataclass(frozen=True)
class Step:
    """A number that a formula uses: what it is, and how it is worked out."""

    what: str
    formula: str


@dataclass(frozen=True)
class Money:
    """Writes amounts of minor units in whole ones."""

    digits: int

    def __call__(self, amount: float) -> str:
        """With the digits that the currency has."""
        return f"{amount / 10**self.digits:,.{self.digits}f}"

    def exact(self, amount: float) -> str:
        """With four digits more than the currency has."""
        return f"{amount / 10**self.digits:,.{self.digits + 4}f}"

    def rounding(self, exact: float, amount: int) -> str:
        """What rounding made of an exact amount; nothing where it is one."""
        if abs(exact - amount) < NEGLIGIBLE:
            return ""
        if amount > floor(exact):
            return f"rounded up to {self(amount)}, as one of the largest remainders"
        return f"rounded down to {self(amount)}"


def number(value: float) -> str:
    """The number to ten digits."""
    return f"{value:.10g}"


def sum_of(parts: Sequence[float], write: Callable[[float], str] = number) -> str:
    """The parts with + or - between them; of very many the first ones, and the rest together."""
    written = [write(part) for part in parts[:MOST]]
    if len(parts) > MOST:
        written.append(write(sum(parts[MOST:])))
    return " + ".join(written).replace("+ -", "- ") or write(0)
