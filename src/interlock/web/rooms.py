"""The rooms of the left rail, and what every page's frame needs."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from interlock.operations.permissions import Action, may
from interlock.store.models import User
from interlock.web.pages import acting

THEMES = ("light", "dark")
"""The themes that one may choose; without a choice the pages follow the system."""
THEME_COOKIE = "theme"


@dataclass(frozen=True)
class Room:
    """One room: the name of its first page, its word, its icon, and the pages inside it."""

    page: str
    word: str
    icon: str
    pages: tuple[str, ...]


ROOMS = (
    Room("scoreboard", "Scoreboard", "gauge", ("scoreboard",)),
    Room("promises", "Promises", "handshake", ("promises", "promise", "obligations")),
    Room("people", "People", "users-round", ("people", "person")),
    Room("agreement", "Agreement", "book-open", ("agreement", "clause")),
    Room("data", "Data", "database", ("data", "facts", "import", "take-back")),
)


def frame(request: HttpRequest) -> dict[str, object]:
    """Context of every page: the rooms, the one that the page is in, the theme, what one may do."""
    page = request.resolver_match.url_name if request.resolver_match else None
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return {
        "rooms": ROOMS,
        "room": next((room for room in ROOMS if page in room.pages), None),
        "theme": chosen if chosen in THEMES else "",
        "may": _allowed(request),
    }


def _allowed(request: HttpRequest) -> frozenset[str]:
    """Names of the deeds that whoever is signed in may do."""
    user = getattr(request, "user", None)  # an error before anybody is known has none
    if not isinstance(user, User):
        return frozenset()
    by = acting(user)
    return frozenset(action.name for action in Action if may(by, action))
