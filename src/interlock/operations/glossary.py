"""The words that the agreement in force defines, as pages show their meaning."""

from __future__ import annotations

import time

from interlock.agreement.terms import Defined, defined
from interlock.operations.agreements import text_in_force
from interlock.replay.outcome import Instant


def glossary_in_force(now: Instant | None = None) -> tuple[Defined, ...]:
    """Terms of the glossary and names of stages; none where nothing is in force. One query."""
    agreement = text_in_force(int(time.time()) if now is None else now)
    return tuple(defined(agreement).values()) if agreement else ()
