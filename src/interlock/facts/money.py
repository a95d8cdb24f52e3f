"""Money is held in the smallest unit of its currency: cents, yen, fils."""

from __future__ import annotations

from functools import cache

from babel.numbers import get_currency_precision


@cache
def digits_of(currency: str) -> int:
    """How many decimal digits of the currency its smallest unit has: EUR 2, JPY 0, KWD 3.

    Source: CLDR. A code that is not known has 2.
    """
    return get_currency_precision(currency)
