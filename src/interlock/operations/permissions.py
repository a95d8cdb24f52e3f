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
    OWN_SIGN_IN = "look after this sign-in"
    ASK_WORD = "ask what a word means"
    WORK = "work on leads"
    LEAD_TEAM = "give a member's leads to others"
    TEST_LANGUAGE = "open or close a language test"
    SAY_CAPACITY = "say how many leads a member takes"
    KEEP_MEMBERS = "say of which side and team a member is, and by which calendar they work"
    IMPORT = "import"
    TAKE_BACK = "take an import back"
    REPLAY = "replay"
    DRAFT = "draft an agreement"
    AGREE = "propose, discuss, approve, sign or confirm an agreement"
    DISPUTE = "dispute what was decided, or settle a dispute"
    ADOPT = "put an agreement in force"
    READ_TRAIL = "read the trail"
    MANAGE_PEOPLE = "decide who may sign in, and as what"
    MANAGE_DOORS = "decide what comes in and goes out by itself"


_KEEPERS = frozenset({Role.OPERATIONS, Role.ADMIN})
_LEADS = _KEEPERS | {Role.LEAD}
_WORKERS = _LEADS | {Role.MEMBER}

ALLOWED: Mapping[Action, frozenset[Role]] = {
    Action.READ: frozenset(Role),
    Action.OWN_SIGN_IN: frozenset(Role),
    Action.ASK_WORD: frozenset(Role),
    Action.WORK: _WORKERS,
    Action.LEAD_TEAM: _LEADS,
    Action.TEST_LANGUAGE: _LEADS,
    Action.SAY_CAPACITY: _LEADS,
    Action.KEEP_MEMBERS: _KEEPERS,
    Action.IMPORT: _KEEPERS,
    Action.TAKE_BACK: _KEEPERS,
    Action.REPLAY: _KEEPERS,
    Action.DRAFT: _WORKERS,
    Action.AGREE: _WORKERS,
    Action.DISPUTE: _WORKERS,
    Action.ADOPT: _KEEPERS,
    Action.READ_TRAIL: _KEEPERS,
    Action.MANAGE_PEOPLE: frozenset({Role.ADMIN}),
    Action.MANAGE_DOORS: frozenset({Role.ADMIN}),
}
"""The roles that may do each deed."""


class Scope(StrEnum):
    """What a token may be made for. Its words complete "this token may …"."""

    READ = "read"
    FACTS_WRITE = "facts:write"
    DECIDE = "decide"
    LEADS_GIVE = "leads:give"
    REPLAY = "replay"
    AGREEMENT_WRITE = "agreement:write"
    DISPUTES_WRITE = "disputes:write"
    TRAIL_READ = "trail:read"


SCOPES: Mapping[Scope, frozenset[Action]] = {
    Scope.READ: frozenset({Action.READ}),
    Scope.FACTS_WRITE: frozenset({Action.IMPORT, Action.TAKE_BACK}),
    Scope.DECIDE: frozenset({Action.WORK}),
    Scope.LEADS_GIVE: frozenset({Action.LEAD_TEAM}),
    Scope.REPLAY: frozenset({Action.REPLAY}),
    Scope.AGREEMENT_WRITE: frozenset({Action.DRAFT, Action.ADOPT}),
    Scope.DISPUTES_WRITE: frozenset({Action.DISPUTE}),
    Scope.TRAIL_READ: frozenset({Action.READ_TRAIL}),
}
"""The deeds that each scope allows to a token, as far as its role allows them too.

Who may come in, and what goes out, no token decides, and none agrees to anything for somebody or
opens a language test. Members it tells of as facts like any other. What it disputes or settles, the
sign-in does whose token it is.
"""

_ASK = {
    frozenset(Role): "sign in yourself",
    _WORKERS: "your sign-in is for reading; ask an admin for another role",
    _LEADS: "ask the lead of the team",
    _KEEPERS: "ask somebody who keeps the data (revenue operations)",
    frozenset({Role.ADMIN}): "ask an admin",
}


def may(actor: Actor, action: Action) -> bool:
    """Whether the actor's role may do it, and the scopes of the token, where one acts."""
    return actor.role in ALLOWED[action] and _in_scope(actor, action)


def deeds(role: Role) -> frozenset[Action]:
    """All that the role may do."""
    return frozenset(action for action, roles in ALLOWED.items() if role in roles)


def may_act_as(actor: Actor, role: Role) -> bool:
    """Whether the role may do nothing that the actor's own role may not."""
    return deeds(role) <= deeds(Role(actor.role))


def require(actor: Actor, action: Action) -> None:
    """Raises NotAllowedError, which says whom or what to ask for, where role or token may not.

    The role comes first: of what it may not do, no scope is a way out.
    """
    if may(actor, action):
        return
    by_role = actor.role in ALLOWED[action]
    way_out = _needed(actor, action) if by_role else _ASK[ALLOWED[action]]
    raise NotAllowedError(f"{actor.name} may not {action}; {way_out}")


def _needed(actor: Actor, action: Action) -> str:
    """The scope that a token would need."""
    scope = next((scope for scope, through in SCOPES.items() if action in through), None)
    if scope is None:
        return "no token may: sign in yourself"
    has = ", ".join(sorted(actor.scopes or ())) or "none"
    return f"it takes the scope {scope}, and this token has {has}"


def _in_scope(actor: Actor, action: Action) -> bool:
    return actor.scopes is None or any(action in SCOPES[Scope(each)] for each in actor.scopes)
