"""The sessions in which somebody is signed in: whose they are, and how they end."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from interlock.operations.actor import Actor


def sessions_of(by: Actor) -> QuerySet[UserSession]:
    """One's own."""
    own: QuerySet[UserSession] = UserSession.objects.filter(user__username=by.name)
    return own


def forget(sessions: QuerySet[UserSession]) -> int:
    """Ends these; how many. Part of a deed that says so in the trail."""
    keys = [*sessions.values_list("session_key", flat=True)]
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
    return len(keys)


def forget_sessions(user: int) -> None:
    """Signs the user of that number out everywhere; part of a deed that says why in the trail."""
    forget(UserSession.objects.filter(user_id=user))
