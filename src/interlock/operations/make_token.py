"""Making a token, with which a program acts for whoever made it."""

from __future__ import annotations

import secrets
import time
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from interlock.operations.actor import Actor
from interlock.operations.permissions import Action, Role, Scope, may_act_as, require
from interlock.operations.token_actor import BEGINNING, digest_of
from interlock.store.models import Token, User
from interlock.store.trail import record

DAY = 24 * 3600
LONGEST_NAME = 80


@dataclass(frozen=True)
class TokenMade:
    """The new token's number and its secret, which nobody can be shown again; or the problems."""

    number: int | None
    secret: str
    problems: tuple[str, ...] = ()


def make_token(
    name: str,
    scopes: Collection[Scope],
    role: Role,
    *,
    by: Actor,
    days: int | None = None,
) -> TokenMade:
    """Makes a token that may do what both the scopes and the role allow.

    It acts for `by`, a sign-in, and never with more than that sign-in may. `days`: how long it
    holds; None: until it is revoked.
    """
    require(by, Action.OWN_SIGN_IN)
    maker = User.objects.filter(username=by.name, is_active=True).first()
    problems = _problems(name.strip(), scopes, role, by, maker, days)
    if problems or maker is None:
        return TokenMade(None, "", problems)
    now = int(time.time())
    prefix = f"{BEGINNING}{secrets.token_hex(4)}"
    secret = f"{prefix}_{secrets.token_urlsafe(32)}"
    with transaction.atomic():
        token = Token.objects.create(
            name=name.strip(),
            prefix=prefix,
            digest=digest_of(secret),
            scopes=sorted(scopes),
            role=role,
            made_by=maker,
            made_at=now,
            expires_at=None if days is None else now + days * DAY,
        )
        record(by, "make token", prefix, at=now, why=", ".join(sorted(scopes)))
    return TokenMade(token.pk, secret)


def _problems(  # noqa: PLR0913, PLR0917 - what a token consists of
    name: str,
    scopes: Collection[Scope],
    role: Role,
    by: Actor,
    maker: User | None,
    days: int | None,
) -> tuple[str, ...]:
    found: list[str] = []
    if maker is None:
        found.append("a token acts for somebody who signs in; sign in and make it there")
    if not name or len(name) > LONGEST_NAME:
        found.append(f"say what it is for, in 1 to {LONGEST_NAME} characters")
    if not scopes:
        found.append("choose what it may do: at least one scope")
    if not may_act_as(by, role):
        found.append(f"you are {by.role}, so it cannot be {role}")
    if days is not None and days < 1:
        found.append("let it hold for a day at least")
    return tuple(found)
