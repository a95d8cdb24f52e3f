"""What clauses are called, for pages and notices that know one by its path."""

from __future__ import annotations

import time

from interlock.agreement.schema import Agreement
from interlock.agreement.sentences import titles
from interlock.agreement.titles import title_of
from interlock.operations.agreements import text_in_force
from interlock.replay.outcome import Instant


def clause_titles(now: Instant | None = None) -> dict[str, str]:
    """Those of the agreement in force, by path; none where nothing is. One query."""
    agreement = text_in_force(int(time.time()) if now is None else now)
    return titles(agreement) if agreement else {}


def title_in(agreement: Agreement | None, path: str) -> str:
    """What the clause is called in this text; where the text has none of that path, it in words."""
    return (titles(agreement) if agreement else {}).get(path) or title_of(path, None)
