"""What opportunities are worth: amounts by currency, and findings about currencies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from interlock.facts.columns import FactTable
from interlock.facts.money import digits_of
from interlock.replay.index import Index
from interlock.replay.outcome import Finding, Flags, Instants, Numbers


def units_of(table: FactTable) -> Numbers:
    """For each row, how many of the smallest units of its currency make a whole one."""
    currency = table.columns.get("currency")
    if currency is None or currency.words is None:
        return np.full(max(len(table), 1), 100.0)
    by_word = np.array([10.0 ** digits_of(str(word)) for word in currency.words])
    units: NDArray[np.float64] = np.where(currency.mask, by_word[currency.values], 100.0)
    return units if len(units) else np.full(1, 100.0)


def amounts_in(table: FactTable, currency: str) -> Instants:
    """Each opportunity's amount in the smallest unit of the currency; 0 where it has none in it."""
    amount = table.columns.get("amount")
    if amount is None:
        return np.zeros(len(table), np.int64)
    return np.where(has_amount_in(table, currency), amount.values, 0).astype(np.int64)


def has_amount_in(table: FactTable, currency: str) -> Flags:
    """Which opportunities have an amount that is known, and not of another currency.

    No rate is agreed. A row that names no currency is in this one.
    """
    amount, named = table.columns.get("amount"), table.columns.get("currency")
    if amount is None:
        return np.zeros(len(table), bool)
    if named is None or named.words is None:
        return amount.mask
    same: Flags = np.array([word == currency for word in named.words], bool)[named.values]
    return amount.mask & (same | ~named.mask)


def other_currencies(index: Index, currency: str) -> tuple[Finding, ...]:
    """A finding where amounts that are compared are in another currency than the agreement's."""
    table = index.table("opportunity")
    column = table.columns.get("currency")
    if "amount" not in table.columns or column is None or column.words is None:
        return ()
    other = np.array([word != currency for word in column.words])[column.values] & column.mask
    if not other.any():
        return ()
    example = str(column.words[column.values[np.argmax(other)]])
    message = (
        f"opportunities are not in {currency}, and are compared as if they were; "
        "sums leave them out"
    )
    return (Finding("other-currency", message, int(other.sum()), example),)
