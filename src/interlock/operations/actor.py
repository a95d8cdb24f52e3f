"""Who acts. Every operation that writes is told, checks it, and puts it in the audit trail."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """Somebody who acts: their name in the audit trail, their side, and whether they keep the data.

    A keeper may import, take back and put an agreement in force.
    """

    name: str
    side: str
    keeper: bool


class NotAllowedError(Exception):
    """The actor may not do this. Doors show its words and a 403."""


def require_keeper(actor: Actor, deed: str) -> None:
    """Refuses an actor who is not a keeper; `deed` completes "may not …"."""
    if not actor.keeper:
        raise NotAllowedError(
            f"{actor.name} may not {deed}; ask somebody who keeps the data (revenue operations)"
        )


COMMAND_LINE = Actor("command line", "operations", keeper=True)
"""Whoever can run commands on the machine that holds the store."""
