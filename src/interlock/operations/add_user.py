"""Making a sign-in, or giving an existing one a new password."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from interlock.facts.kinds import SIDES
from interlock.operations.actor import Actor
from interlock.operations.permissions import Action, Role, require
from interlock.store.models import FACTS, Event, User


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
    role: Role = Role.MEMBER,
) -> UserAdded:
    """Makes the sign-in `email`, or changes its password, name, side and role.

    A member of the facts with the same e-mail address is the member that signs in; without a
    `name` or `side` the member's are taken.
    """
    require(by, Action.MANAGE_PEOPLE)
    email = email.strip().lower()
    problems = _problems(email, password, side)
    if problems:
        return UserAdded(email, fresh=False, problems=problems)
    member = FACTS["member"].objects.filter(live=True, email__iexact=email).first()
    known = {} if member is None else {"name": member.name, "side": member.side}
    with transaction.atomic():
        user, fresh = User.objects.get_or_create(username=email, defaults={"email": email})
        user.member = "" if member is None else member.key
        user.first_name = name or known.get("name") or user.first_name
        user.side = side or known.get("side") or user.side
        user.role = role
        user.set_password(password)
        user.save()
        verb = "make sign-in" if fresh else "change sign-in"
        Event.objects.create(at=int(time.time()), by=by.name, verb=verb, about=email)
    return UserAdded(email, fresh)


def _problems(email: str, password: str, side: str) -> tuple[str, ...]:
    found: list[str] = []
    try:
        validate_email(email)
    except ValidationError:
        found.append(f"{email!r} is not an e-mail address")
    try:
        validate_password(password)
    except ValidationError as refused:
        found += refused.messages
    if side and side not in SIDES:
        found.append(f"{side!r} is not a side; one of {', '.join(SIDES)}")
    return tuple(found)
