"""Changing what somebody may do: their role and side, and whether they may sign in at all."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.db import transaction

from interlock.facts.kinds import SIDES
from interlock.operations.actor import Actor
from interlock.operations.invite import open_invitations
from interlock.operations.permissions import Action, Role, require
from interlock.operations.sessions import forget_sessions
from interlock.store.lock import held
from interlock.store.models import User
from interlock.store.trail import record


@dataclass(frozen=True)
class SignInChanged:
    """What was changed, in words, or "" where nothing was; and why it could not be."""

    changed: str
    problem: str = ""


def change_sign_in(
    number: int,
    *,
    by: Actor,
    role: Role | None = None,
    side: str = "",
    active: bool | None = None,
) -> SignInChanged:
    """Changes what is given. Who is switched off is signed out, and their tokens are revoked.

    Open invitations go with whoever may invite no longer.

    The last admin who may sign in stays that: nobody could undo it.
    """
    require(by, Action.MANAGE_PEOPLE)
    if side and side not in SIDES:
        return SignInChanged("", f"{side!r} is not a side; one of {', '.join(SIDES)}")
    now = int(time.time())
    with transaction.atomic():
        # locked together, so that two admins cannot each take the other's place away
        admins = [*held(User.objects.filter(role=Role.ADMIN, is_active=True).order_by("pk"))]
        user = held(User.objects.filter(pk=number)).first()
        if user is None:
            return SignInChanged("", "there is no such sign-in")
        leaves = active is False or role not in {None, Role.ADMIN}
        if leaves and [each.pk for each in admins] == [user.pk]:
            return SignInChanged(
                "", f"{user.username} is the last admin; make somebody else one first"
            )
        changed = _change(user, role, side, active)
        if not changed:
            return SignInChanged("")
        user.save()
        if not user.is_active or user.role != Role.ADMIN:
            open_invitations(now).filter(made_by=user.username).update(revoked_at=now)
        if not user.is_active:
            forget_sessions(user.pk)
            user.tokens.filter(revoked_at=None).update(revoked_at=now)
        record(by, "change sign-in", user.username, at=now, why=changed)
    return SignInChanged(changed)


def _change(user: User, role: Role | None, side: str, active: bool | None) -> str:  # noqa: FBT001 - as asked for
    said: list[str] = []
    if role is not None and role != user.role:
        said.append(f"{user.role} becomes {role}")
        user.role = role
    if side and side != user.side:
        said.append(f"from {user.side} to {side}")
        user.side = side
    if active is not None and active != user.is_active:
        said.append("switched on" if active else "switched off")
        user.is_active = active
    return "; ".join(said)
