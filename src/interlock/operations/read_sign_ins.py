"""Who may sign in, and who is invited to."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Exists, Max, OuterRef

from interlock.operations.actor import Actor
from interlock.operations.invite import open_invitations
from interlock.operations.permissions import Action, require
from interlock.operations.reading import calendar_called, calendar_names, current
from interlock.store.models import FACTS, User


@dataclass(frozen=True)
class SignInLine:
    """One sign-in. `seen_at` is UTC seconds, None: never; the rest of the member is of the facts.

    `second_step`: signing in takes more than a password, or is without one.
    """

    number: int
    email: str
    name: str
    side: str
    role: str
    active: bool
    second_step: bool
    seen_at: int | None
    member: str
    team: str
    works_by: str
    capacity: int | None


@dataclass(frozen=True)
class InvitationLine:
    """One invitation that holds. `expires_at` is UTC seconds."""

    number: int
    email: str
    side: str
    role: str
    made_by: str
    expires_at: int


@dataclass(frozen=True)
class SignIns:
    """All of them: those who may sign in by name, and the invitations, latest first."""

    people: tuple[SignInLine, ...]
    invited: tuple[InvitationLine, ...]

    @property
    def active(self) -> int:
        """How many are not switched off."""
        return sum(each.active for each in self.people)


def read_sign_ins(*, by: Actor) -> SignIns:
    """For whoever decides about sign-ins."""
    require(by, Action.MANAGE_PEOPLE)
    steps = Authenticator.objects.filter(user=OuterRef("pk"))
    users = User.objects.annotate(
        second_step=Exists(steps.exclude(type=Authenticator.Type.RECOVERY_CODES)),
        seen=Max("usersession__last_seen_at"),
    )
    members = {row.key: row for row in FACTS["member"].objects.filter(live=True)}
    invited = tuple(
        InvitationLine(each.pk, each.email, each.side, each.role, each.made_by, each.expires_at)
        for each in open_invitations(int(time.time()))
    )
    by_name = users.order_by("first_name", "pk")
    calendars = calendar_names(current().agreement)
    people = (_line(user, user.seen, members.get(user.member), calendars) for user in by_name)
    return SignIns(tuple(people), invited)


def _line(
    user: Any, seen: datetime | None, member: Any, calendars: Mapping[str, str]
) -> SignInLine:
    last = max((at for at in (seen, user.last_login) if at is not None), default=None)
    return SignInLine(
        number=user.pk,
        email=user.username,
        name=user.first_name or user.username,
        side=user.side,
        role=user.role,
        active=user.is_active,
        second_step=user.second_step,
        seen_at=None if last is None else int(last.timestamp()),
        member=user.member,
        team=(member.team if member else None) or "",
        works_by=calendar_called((member.calendar if member else None) or "", calendars),
        capacity=member.capacity if member else None,
    )
