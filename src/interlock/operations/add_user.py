"""Making a sign-in, or giving an existing one a new password."""

from __future__ import annotations

import time
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from interlock.facts.kinds import SIDES
from interlock.operations.actor import Actor
from interlock.operations.permissions import Action, Role, require
from interlock.operations.sessions import forget_sessions
from interlock.store.models import FACTS, User
from interlock.store.trail import record

LONGEST_NAME = 150
"""Characters of a name that a sign-in takes."""


@dataclass(frozen=True)
class UserAdded:
    """What became of it: the sign-in's e-mail address and whether it is new, or the problems."""

    email: str
    fresh: bool
    problems: tuple[str, ...] = ()


def add_user(  # noqa: PLR0913 - what a sign-in consists of
    email: str,
    password: str,
    *,
    by: Actor,
    name: str = "",
    side: str = "",
    role: Role | None = None,
    without_second_step: bool = False,
) -> UserAdded:
    """Makes the sign-in `email`, or changes its password, name, side and role.

    A member of the facts with the same e-mail address is the member that signs in; without a
    `name` or `side` the member's are taken. Without a `role` an existing sign-in keeps its own,
    and a new one is a member's. `without_second_step`: what was set up beside the password goes.
    """
    require(by, Action.MANAGE_PEOPLE)
    email = email.strip().lower()
    problems = (*address_problems(email, side), *password_problems(password))
    if problems:
        return UserAdded(email, fresh=False, problems=problems)
    with transaction.atomic():
        user, fresh = User.objects.get_or_create(username=email, defaults={"email": email})
        fill_sign_in(user, name, side, role)
        user.set_password(password)
        user.save()
        forget_sessions(user.pk)
        gone = without_second_step and Authenticator.objects.filter(user=user).delete()[0]
        verb = "make sign-in" if fresh else "change sign-in"
        why = "the second step was taken off" if gone else ""
        record(by, verb, email, at=int(time.time()), why=why)
    return UserAdded(email, fresh)


def fill_sign_in(user: User, name: str, side: str, role: Role | None) -> None:
    """Says who the sign-in is, unsaved; what is empty is as the member is, or stays as it was."""
    member = FACTS["member"].objects.filter(live=True, email__iexact=user.username).first()
    known = {} if member is None else {"name": member.name, "side": member.side}
    user.member = "" if member is None else member.key
    user.first_name = (name or known.get("name") or user.first_name)[:LONGEST_NAME]
    user.side = side or known.get("side") or user.side
    user.role = role or user.role


def address_problems(email: str, side: str) -> tuple[str, ...]:
    """What keeps the address and the side from being a sign-in's."""
    found: list[str] = []
    try:
        validate_email(email)
    except ValidationError:
        found.append(f"{email!r} is not an e-mail address")
    if side and side not in SIDES:
        found.append(f"{side!r} is not a side; one of {', '.join(SIDES)}")
    return tuple(found)


def password_problems(password: str) -> tuple[str, ...]:
    """What keeps the text from being a password."""
    try:
        validate_password(password)
    except ValidationError as refused:
        return tuple(refused.messages)
    return ()
