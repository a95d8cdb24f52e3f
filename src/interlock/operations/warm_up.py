"""What a server process reads and compiles before it answers, so that nobody waits for it."""

from __future__ import annotations

from interlock.operations.reading import current
from interlock.replay.warm import warm


def warm_up() -> None:
    """Loads the agreement and the tallies that are shown, and the compiled engine."""
    current()
    warm()
