"""Accepting an invitation: whoever holds its link chooses a password and may then sign in."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

from django.db import transaction

from interlock.operations.actor import Actor
from interlock.operations.add_user import fill_sign_in, password_problems
from interlock.operations.invite import open_invitations
from interlock.operations.permissions import Role
from interlock.operations.token_actor import digest_of
from interlock.store.models import Invitation, User
from interlock.store.trail import record

_SECRET = re.compile(r"[\w-]{43}", re.ASCII)


@dataclass(frozen=True)
class InvitationPage:
    """What whoever holds the link sees of it."""

    email: str
    name: str


@dataclass(frozen=True)
class Accepted:
    """The address that may now sign in; or "", with the problems, where it may not."""

    email: str
    problems: tuple[str, ...] = ()


def read_invitation(secret: str) -> InvitationPage | None:
    """The invitation of the link; None where it does not hold, whatever the reason."""
    found = _found(secret, int(time.time()))
    return None if found is None else InvitationPage(found.email, found.name)


def accept_invitation(secret: str, password: str, *, name: str = "", address: str = "") -> Accepted:
    """Makes the sign-in that the link invites to, once.

    `address` is the network address of whoever holds the link.
    """
    now = int(time.time())
    problems = password_problems(password)
    if problems:
        return Accepted("", problems)
    gone = Accepted("", ("this invitation does not hold any more; ask for another",))
    with transaction.atomic():
        invitation = _found(secret, now)
        if invitation is None:
            return gone
        # of two who use one link in the same moment, one is first
        if not open_invitations(now).filter(pk=invitation.pk).update(accepted_at=now):
            return gone
        user, fresh = User.objects.get_or_create(
            username=invitation.email, defaults={"email": invitation.email}
        )
        if not fresh:
            return gone
        fill_sign_in(user, name.strip() or invitation.name, invitation.side, Role(invitation.role))
        user.set_password(password)
        user.save()
        record(
            Actor(invitation.email, "", "", door="web", place=address),
            "accept invitation",
            invitation.email,
            at=now,
            why=f"invited by {invitation.made_by} as {invitation.role}",
        )
    return Accepted(invitation.email)


def _found(secret: str, now: int) -> Invitation | None:
    if not _SECRET.fullmatch(secret):
        return None
    return open_invitations(now).filter(digest=digest_of(secret)).first()
