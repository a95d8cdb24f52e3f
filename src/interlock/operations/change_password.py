"""Changing one's own password."""

from __future__ import annotations

import time

from django.db import transaction

from interlock.operations.actor import Actor
from interlock.operations.add_user import password_problems
from interlock.operations.permissions import Action, require
from interlock.operations.sign_in import may_sign_in, note_failed_sign_in
from interlock.store.models import User
from interlock.store.trail import record


def change_password(old: str, new: str, *, by: Actor, address: str) -> tuple[str, ...]:
    """What keeps the password from being changed; empty where it was.

    Every session of the sign-in ends with it; a door that keeps its own says so to Django. A wrong
    old password counts as a failed sign-in from `address`.
    """
    require(by, Action.OWN_SIGN_IN)
    now = int(time.time())
    if not may_sign_in(by.name, address, now):
        return ("too many attempts have failed; wait a quarter of an hour",)
    user = User.objects.get(username=by.name)
    if not user.check_password(old):
        note_failed_sign_in(by.name, address, now)
        return ("the password so far is another one",)
    problems = password_problems(new)
    if problems:
        return problems
    with transaction.atomic():
        user.set_password(new)
        user.save(update_fields=["password"])
        record(by, "change password", by.name, at=now)
    return ()
