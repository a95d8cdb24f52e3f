"""What the clauses of the agreement in force are called, for pages that name one by its path."""

from __future__ import annotations

import time

from interlock.agreement.sentences import titles
from interlock.operations.agreements import text_in_force
from interlock.replay.outcome import Instant


def clause_titles(now: Instant | None = None) -> dict[str, str]:
    """Titles by path; none where nothing is in force. One query."""
    agreement = text_in_force(int(time.time()) if now is None else now)
    return titles(agreement) if agreement else {}
