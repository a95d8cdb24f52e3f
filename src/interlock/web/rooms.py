"""The rooms of the left rail, and what every page's frame needs."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import partial

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from interlock.operations.clause_titles import clause_titles
from interlock.operations.confirm import to_confirm
from interlock.operations.glossary import glossary_in_force
from interlock.operations.permissions import Action, Role, may
from interlock.operations.read_notices import unread
from interlock.operations.read_team_desk import has_team_of_sales
from interlock.store.models import User
from interlock.web.pages import acting

THEMES = ("light", "dark")
"""The themes that one may choose; without a choice the pages follow the system."""
THEME_COOKIE = "theme"


@dataclass(frozen=True)
class Room:
    """One room: the name of its first page, its word, its icon, and the pages inside it.

    `docked`: it stands in the bar at the bottom of a phone, too. It is there for whoever may do
    `action`.
    """

    page: str
    word: str
    icon: str
    pages: tuple[str, ...]
    docked: bool = True
    action: Action = Action.READ


@dataclass(frozen=True)
class SettingsPage:
    """One page of the settings: its name, its word, what is done there, and the pages inside it.

    It is listed for whoever may do `action`.
    """

    page: str
    word: str
    says: str
    action: Action
    pages: tuple[str, ...] = ()


SETTINGS = (
    SettingsPage(
        "account",
        "Your sign-in",
        "Your password, the second step, passkeys, and where you are signed in.",
        Action.OWN_SIGN_IN,
        (
            "password",
            "mfa_index",
            "mfa_list_webauthn",
            "account_reauthenticate",
            "mfa_reauthenticate",
            "mfa_reauthenticate_webauthn",
            "mfa_activate_totp",
            "mfa_deactivate_totp",
            "mfa_view_recovery_codes",
            "mfa_generate_recovery_codes",
            "mfa_add_webauthn",
            "mfa_remove_webauthn",
        ),
    ),
    SettingsPage(
        "absences",
        "Absences",
        "When you are away, and for a lead, when the team is.",
        Action.WORK,
    ),
    SettingsPage(
        "teams",
        "Teams",
        "Who is of which side and team, who works by which calendar, and takes how many leads.",
        Action.SAY_CAPACITY,
    ),
    SettingsPage(
        "members",
        "Members",
        "Who may sign in and as what, and invitations.",
        Action.MANAGE_PEOPLE,
    ),
    SettingsPage(
        "notice-choices",
        "Notices",
        "What you are told of, by which way, and how often.",
        Action.OWN_SIGN_IN,
        ("try-notices", "remove-channel"),
    ),
    SettingsPage(
        "channels",
        "Channels",
        "Where the company is told of what comes to pass: Slack, Teams and others.",
        Action.MANAGE_DOORS,
    ),
    SettingsPage(
        "tokens",
        "Tokens",
        "What lets programs act for you, each with the scopes that it needs.",
        Action.OWN_SIGN_IN,
        ("revoke-token",),
    ),
    SettingsPage(
        "webhooks-in",
        "Webhooks in",
        "Which systems send us what happens by themselves, and how it is read.",
        Action.MANAGE_DOORS,
        ("webhook-in-kept", "close-webhook-in"),
    ),
    SettingsPage(
        "webhooks-out",
        "Webhooks out",
        "Which systems are told what happens, as it happens, and what each was told.",
        Action.MANAGE_DOORS,
        ("webhook-out", "switch-webhook-out", "send-again"),
    ),
    SettingsPage(
        "lead-forms",
        "Forms",
        "What buyers fill in: a page of its own, or a form for a page of yours.",
        Action.MANAGE_DOORS,
        ("lead-form", "close-form"),
    ),
    SettingsPage(
        "api-page",
        "API",
        "What programs may ask and send, and how each is answered.",
        Action.READ,
    ),
)
_SETTINGS_PAGES = tuple(name for each in SETTINGS for name in (each.page, *each.pages))

_METRIC_PAGES = ("metrics", "figure", "handed-over")
_CREDIT_PAGES = ("credits", "channel-credit", "credit")

_DATA_PAGES = ("facts", "import", "take-back", "messages", "message", "trail")

_AGREEMENT_PAGES = (
    "agreement",
    "clause",
    "drafts",
    "draft",
    "draft-text",
    "draft-clause",
    "proposals",
    "propose",
    "proposal",
    "sign-proposal",
    "disputes",
    "open-dispute",
    "dispute",
    "language",
    "language-round",
    "language-term",
    "language-lead",
    "try-draft",
    "draft-curve",
    "trial",
    "mine",
    "readers",
    "raci",
    "words",
    "campaigns",
    "proof",
    "sealed-text",
)

DESK = Room("desk", "Desk", "inbox", ("desk", "marketing-desk", "team-desk"), action=Action.WORK)
ROOMS = (
    Room("scoreboard", "Scoreboard", "gauge", ("scoreboard", *_METRIC_PAGES, *_CREDIT_PAGES)),
    Room("promises", "Promises", "handshake", ("promises", "promise", "obligations")),
    Room("people", "People", "users-round", ("people", "person")),
    Room("agreement", "Agreement", "book-open", _AGREEMENT_PAGES),
    Room("data", "Data", "database", ("data", *_DATA_PAGES), docked=False),
    DESK,
    Room("settings", "Settings", "settings", ("settings", *_SETTINGS_PAGES), docked=False),
)


def frame(request: HttpRequest) -> dict[str, object]:
    """Context of every page: the rooms, the one that the page is in, the theme, what one may do."""
    page = request.resolver_match.url_name if request.resolver_match else None
    allowed = _allowed(request)
    rooms = _rooms(request, allowed)
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return {
        "rooms": rooms,
        "room": next((room for room in rooms if page in room.pages), None),
        "theme": chosen if chosen in THEMES else "",
        "settings_pages": [each for each in SETTINGS if each.action.name in allowed],
        "may": allowed,
        "leads_sales": _leads_sales(request),
        "unread": SimpleLazyObject(partial(_unread, request)),  # one query, whoever asks
        "glossary": SimpleLazyObject(glossary_in_force),  # one, where a page shows its terms
        "clauses": SimpleLazyObject(clause_titles),  # one, where a page names clauses
        "to_confirm": SimpleLazyObject(partial(_to_confirm, request)),  # two, where a page asks
    }


def _rooms(request: HttpRequest, allowed: frozenset[str]) -> tuple[Room, ...]:
    """The rooms in their order; the desk comes first for those who work at one all day."""
    user = getattr(request, "user", None)
    mine = (
        replace(DESK, page="marketing-desk") if getattr(user, "side", "") == "marketing" else DESK
    )
    rooms = tuple(room for room in ROOMS if room.action.name in allowed)
    others = tuple(room for room in rooms if room is not DESK)
    if len(others) == len(rooms):
        return rooms
    if getattr(user, "role", "") in (Role.MEMBER, Role.LEAD):
        return (mine, *others)
    return tuple(mine if room is DESK else room for room in rooms)


def _unread(request: HttpRequest) -> int:
    """How many notices wait for whoever is signed in."""
    user = getattr(request, "user", None)
    return unread(acting(user)) if isinstance(user, User) else 0


def _to_confirm(request: HttpRequest) -> str:
    """The version of the agreement that whoever is signed in has not confirmed yet, or ""."""
    user = getattr(request, "user", None)
    return to_confirm(acting(user), int(time.time())) if isinstance(user, User) else ""


def _leads_sales(request: HttpRequest) -> bool:
    """Whether the desk of a team of sales is anything to whoever is signed in."""
    user = getattr(request, "user", None)
    return isinstance(user, User) and has_team_of_sales(acting(user))


def _allowed(request: HttpRequest) -> frozenset[str]:
    """Names of the deeds that whoever is signed in may do."""
    user = getattr(request, "user", None)  # an error before anybody is known has none
    if not isinstance(user, User):
        return frozenset()
    by = acting(user)
    return frozenset(action.name for action in Action if may(by, action))
