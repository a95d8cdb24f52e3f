"""Amounts of money as people and CRMs write them: `$342.09K`, `1.234,50 €`, `(12.00)`."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from babel.core import Locale
from babel.numbers import get_currency_symbol

from interlock.connectors.files import Cell
from interlock.connectors.values import Refused, decimal_of, shown
from interlock.facts.money import digits_of

_SCALES = {
    "k": 3,
    "tsd": 3,
    "m": 6,
    "mn": 6,
    "mm": 6,
    "mio": 6,
    "b": 9,
    "bn": 9,
    "mrd": 9,
}
_AMOUNT = re.compile(
    r"(?P<before>[^\d.,]*?)"
    r"(?P<number>\d[\d.,'\N{RIGHT SINGLE QUOTATION MARK}\s]*|[.,]\d+)"
    r"(?P<after>[^\d]*)"
)
_WORD = re.compile(r"[^\W\d_]+|[^\w\s.]")
_LARGEST = 2**63 - 1


def amount_of(cell: Cell, locale: str, currency: str) -> Decimal | Refused:
    """The amount in whole units of the currency, or why there is none.

    Without a locale only a plain number is understood. A sign of another currency than the row's
    is refused: it would be counted as if it were the same money.
    """
    if not isinstance(cell, str) or not locale:
        number = decimal_of(cell, "")
        hint = "; say how it is written with `money: en_US`" if not locale else ""
        if number is None or not number.is_finite():
            return Refused(f"{shown(cell)} is not an amount of money{hint}")
        return number
    text = cell.strip().replace("\N{MINUS SIGN}", "-")
    is_negative = text.startswith("(") and text.endswith(")")
    found = _AMOUNT.fullmatch(text[1:-1] if is_negative else text)
    number = decimal_of(found["number"].strip(), locale) if found else None
    if found is None or number is None:
        return Refused(f"{shown(cell)} is not an amount of money as {locale} writes it")
    words = _WORD.findall(f"{found['before']} {found['after']}")
    is_negative = is_negative or "-" in words
    scale = sum(_SCALES[word.lower()] for word in words if word.lower() in _SCALES)
    for word in words:
        is_scale = word.lower() in _SCALES or word in "+-"
        if not is_scale and word.casefold() not in _signs(currency, locale):
            reason = f"{shown(cell)} is in `{word}`, and the row's currency is {currency}"
            return Refused(f"{reason}; say which it is with `currency`")
    amount = number.scaleb(scale)
    return -amount if is_negative else amount


def minor_units(amount: Decimal, currency: str) -> int | Refused:
    """The amount in the currency's smallest unit; half a unit is rounded away from zero."""
    minor = amount.scaleb(digits_of(currency)).to_integral_value(ROUND_HALF_UP)
    return int(minor) if abs(minor) <= _LARGEST else Refused(f"`{amount}` is too large an amount")


@cache
def _signs(currency: str, locale: str) -> frozenset[str]:
    """How the currency is written: its code, and its signs at home, there and in short."""
    signs = {currency}
    for each in (Locale.parse(locale), Locale("en", "US")):
        sign = get_currency_symbol(currency, each)
        signs |= {sign, *_WORD.findall(sign)}
    return frozenset(sign.casefold() for sign in signs)
