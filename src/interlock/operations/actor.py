"""Who acts. Every operation that writes is told, checks it, and puts it in the audit trail."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """Somebody who acts: their name in the trail, their side, their role, the member they are.

    `role` is one of `interlock.operations.permissions.Role`; `member` is the key of the member of
    the facts, or empty. `scopes` are those of the token that acts for somebody, which may do
    nothing else (`interlock.operations.permissions.Scope`); None: no token acts. `door` is the way
    in (web, api, cli, worker), `place` the network address where one is known, `through` the name
    of the session or the token; each may be empty.
    """

    name: str
    side: str
    role: str
    member: str = ""
    scopes: frozenset[str] | None = None
    door: str = ""
    place: str = ""
    through: str = ""

    @property
    def sign_in(self) -> str:
        """The name of the sign-in that acts, by itself or by a token of its own."""
        return self.name if self.scopes is None else self.name.removesuffix(f" by {self.through}")


class NotAllowedError(Exception):
    """The actor may not do this. Doors show its words and a 403."""


COMMAND_LINE = Actor("command line", "operations", "admin", door="cli")
"""Whoever can run commands on the machine that holds the store."""
