"""Who acts. Every operation that writes is told, checks it, and puts it in the audit trail."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """Somebody who acts: their name in the trail, their side, their role, the member they are.

    `role` is one of `interlock.operations.permissions.Role`; `member` is the key of the member of
    the facts, or empty.
    """

    name: str
    side: str
    role: str
    member: str = ""


class NotAllowedError(Exception):
    """The actor may not do this. Doors show its words and a 403."""


COMMAND_LINE = Actor("command line", "operations", "admin")
"""Whoever can run commands on the machine that holds the store."""
