"""Taking the second step away from somebody who has lost what it takes."""

from __future__ import annotations

import time

from allauth.mfa.models import Authenticator
from django.db import transaction

from interlock.operations.actor import Actor
from interlock.operations.permissions import Action, require
from interlock.operations.sessions import forget_sessions
from interlock.store.lock import held
from interlock.store.models import User
from interlock.store.trail import record


def drop_second_step(number: int, *, by: Actor) -> bool:
    """Whether there was one. Whoever had it is signed out and signs in with the password alone."""
    require(by, Action.MANAGE_PEOPLE)
    with transaction.atomic():
        user = held(User.objects.filter(pk=number)).first()
        if user is None or not Authenticator.objects.filter(user=user).delete()[0]:
            return False
        forget_sessions(user.pk)
        now = int(time.time())
        record(by, "drop second step", user.username, at=now)
    return True
