"""When an agreement is looked at again, when it ends, and what holds then, in words."""

from __future__ import annotations

from datetime import date, datetime

from interlock.agreement.schema import Agreement

AFTERWARDS = {
    "stays": "where nothing is renewed, it stays in force until another takes its place",
    "lapses": "where nothing is renewed, it binds nobody from then on; what it counts is still "
    "shown",
}
"""Of each way to expire (`Agreement.when_it_expires`): what holds afterwards."""


def expiry_of(agreement: Agreement) -> str:
    """How long it was agreed for and what holds afterwards; "" where it names no last day."""
    if agreement.expires_on is None:
        return ""
    afterwards = AFTERWARDS[agreement.when_it_expires]
    return f"It is agreed until {day_words(agreement.expires_on)}; {afterwards}."


def is_lapsed(agreement: Agreement, today: date) -> bool:
    """Whether it binds nobody any more."""
    last = agreement.expires_on
    return last is not None and agreement.when_it_expires == "lapses" and last < today


def is_over(agreement: Agreement, now: int) -> bool:
    """The same at an instant (UTC seconds), whose day is that of the agreement's zone."""
    return is_lapsed(agreement, datetime.fromtimestamp(now, agreement.zone).date())


def day_words(day: date) -> str:
    """A day as "1 March 2026"."""
    return f"{day.day} {day:%B} {day.year}"
