"""Inviting somebody to sign in."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from interlock.operations.actor import Actor
from interlock.operations.add_user import address_problems
from interlock.operations.outside import Message, is_mail_set_up, send_mail
from interlock.operations.permissions import Action, Role, require
from interlock.operations.token_actor import digest_of
from interlock.store.models import FACTS, Invitation, User
from interlock.store.trail import record

HOLDS = 7 * 24 * 3600
"""Seconds for which an invitation holds."""


@dataclass(frozen=True)
class Invited:
    """The e-mail address, and the secret of the link that is sent there; or the problems."""

    email: str
    secret: str
    problems: tuple[str, ...] = ()


def invite(email: str, role: Role, *, by: Actor, side: str = "", name: str = "") -> Invited:
    """Makes a link that holds once, for a week. An earlier one to the same address goes.

    A member of the facts with the same e-mail address is the member that will sign in; without a
    `name` or `side` the member's are taken.
    """
    require(by, Action.MANAGE_PEOPLE)
    email, now = email.strip().lower(), int(time.time())
    problems = _problems(email, side)
    if problems:
        return Invited(email, "", problems)
    member = FACTS["member"].objects.filter(live=True, email__iexact=email).first()
    known = ("", "") if member is None else (member.name, member.side)
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        open_invitations(now).filter(email=email).update(revoked_at=now)
        Invitation.objects.create(
            email=email,
            name=name.strip() or known[0],
            side=side or known[1] or "sales",
            role=role,
            digest=digest_of(secret),
            made_by=by.name,
            made_at=now,
            expires_at=now + HOLDS,
        )
        record(by, "invite", email, at=now, why=f"as {role}")
    return Invited(email, secret)


def send_link(invited: Invited, link: str, *, by: Actor) -> str | None:
    """Sends the link by e-mail: "" where it was taken, else why not; None: no mail is set up."""
    require(by, Action.MANAGE_PEOPLE)
    if not is_mail_set_up():
        return None
    body = f"{by.name} invites you to Interlock. This link holds once, for a week:\n\n{link}\n"
    key = f"invitation-{secrets.token_hex(8)}"
    return send_mail(invited.email, Message(key, "Your invitation to Interlock", body))


def open_invitations(now: int) -> QuerySet[Invitation]:
    """Those whose link holds."""
    return Invitation.objects.filter(accepted_at=None, revoked_at=None, expires_at__gt=now)


def _problems(email: str, side: str) -> tuple[str, ...]:
    found = address_problems(email, side)
    if User.objects.filter(username=email).exists():
        return (*found, f"{email} signs in already; change the role there")
    return found
