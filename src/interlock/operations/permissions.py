"""Who may do what: roles, deeds, and the one table that joins them.

Every operation that writes asks `require` first. What somebody may do to a lead can depend on more
than the role (whose lead it is, whose side has to answer); the operation says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from interlock.operations.actor import Actor, NotAllowedError


class Role(StrEnum):
    """What somebody is here to do.

    VIEWER reads · MEMBER works on leads · LEAD also answers for a team · OPERATIONS keeps facts
    and agreement · ADMIN also decides who may come in, and what goes out.
    """

    VIEWER = "viewer"
    MEMBER = "member"
    LEAD = "lead"
    OPERATIONS = "operations"
    ADMIN = "admin"


class Action(StrEnum):
    """A deed. Its words complete "may not …"."""

    READ = "read this"
    WORK = "work on leads"
    LEAD_TEAM = "give a member's leads to others"
    IMPORT = "import"
    TAKE_BACK = "take an import back"
    REPLAY = "replay"
    ADOPT = "put an agreement in force"
    READ_TRAIL = "read the trail"
    MANAGE_PEOPLE = "decide who may sign in, and as what"
    MANAGE_DOORS = "decide what comes in and goes out by itself"


_KEEPERS = frozenset({Role.OPERATIONS, Role.ADMIN})
_LEADS = _KEEPERS | {Role.LEAD}
_WORKERS = _LEADS | {Role.MEMBER}

ALLOWED: Mapping[Action, frozenset[Role]] = {
    Action.READ: frozenset(Role),
    Action.WORK: _WORKERS,
    Action.LEAD_TEAM: _LEADS,
    Action.IMPORT: _KEEPERS,
    Action.TAKE_BACK: _KEEPERS,
    Action.REPLAY: _KEEPERS,
    Action.ADOPT: _KEEPERS,
    Action.READ_TRAIL: _KEEPERS,
    Action.MANAGE_PEOPLE: frozenset({Role.ADMIN}),
    Action.MANAGE_DOORS: frozenset({Role.ADMIN}),
}
"""The roles that may do each deed."""

_ASK = {
    _WORKERS: "your sign-in is for reading; ask an admin for another role",
    _LEADS: "ask the lead of the team",
    _KEEPERS: "ask somebody who keeps the data (revenue operations)",
    frozenset({Role.ADMIN}): "ask an admin",
}


def may(actor: Actor, action: Action) -> bool:
    """Whether the actor's role may do it."""
    return actor.role in ALLOWED[action]


def require(actor: Actor, action: Action) -> None:
    """Raises NotAllowedError, which says whom to ask, where the role may not do it."""
    if not may(actor, action):
        raise NotAllowedError(f"{actor.name} may not {action}; {_ASK[ALLOWED[action]]}")
