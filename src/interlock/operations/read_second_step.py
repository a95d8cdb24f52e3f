"""What one's sign-in takes beside the password."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.mfa.models import Authenticator

from interlock.operations.actor import Actor
from interlock.operations.permissions import Action, require


@dataclass(frozen=True)
class Passkey:
    """One passkey. Instants are UTC seconds; `used_at` None: never."""

    number: int
    name: str
    made_at: int
    used_at: int | None


@dataclass(frozen=True)
class SecondStep:
    """Since when an authenticator app is asked (None: it is not), the passkeys, the codes left."""

    app_since: int | None
    passkeys: tuple[Passkey, ...]
    codes_left: int | None


def read_second_step(*, by: Actor) -> SecondStep:
    """One's own."""
    require(by, Action.OWN_SIGN_IN)
    app_since, codes_left, passkeys = None, None, []
    for each in Authenticator.objects.filter(user__username=by.name).order_by("pk"):
        made_at = int(each.created_at.timestamp())
        if each.type == Authenticator.Type.TOTP:
            app_since = made_at
        elif each.type == Authenticator.Type.RECOVERY_CODES:
            codes_left = len(each.wrap().get_unused_codes())
        else:
            used_at = None if each.last_used_at is None else int(each.last_used_at.timestamp())
            passkeys.append(Passkey(each.pk, each.wrap().name, made_at, used_at))
    return SecondStep(app_since, tuple(passkeys), codes_left)
