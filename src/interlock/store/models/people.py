"""Who signs in."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """Somebody who signs in, by e-mail address (`username` holds it).

    `side` is the side of the member that the user is; `member` is that member's key, or empty.
    `role` is one of `interlock.operations.permissions.Role`.
    """

    side = models.TextField(default="sales")
    member = models.TextField(default="")
    role = models.TextField(default="member")
