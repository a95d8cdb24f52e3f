"""Where the pages are that notices and evidence lead to.

The pages' own table (`interlock.web.urls`) lies above what is here; a test holds the two together.
"""

from __future__ import annotations

from urllib.parse import quote

CAMPAIGNS = "/agreement/campaigns"
DISPUTES = "/agreement/disputes"
WORDS = "/agreement/words"


def of_case(number: int) -> str:
    """A dispute."""
    return f"{DISPUTES}/{number}"


def of_clause(path: str) -> str:
    """A clause of the agreement in force."""
    return f"/agreement/{quote(path)}"


def of_person(key: str) -> str:
    """A lead."""
    return f"/people/{quote(key, safe='')}"


def of_proposal(number: int) -> str:
    """A proposal of the next agreement."""
    return f"/agreement/proposals/{number}"


def of_round(number: int) -> str:
    """A round of the language test."""
    return f"/agreement/language/{number}"
