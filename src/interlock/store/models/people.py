"""Who signs in."""

from __future__ import annotations

from typing import ClassVar

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


class Token(models.Model):
    """What lets a program act for the user who made it.

    The secret is shown once and not kept: `prefix` is its beginning, by which people and the store
    recognise it, `digest` the SHA-256 of the whole. `scopes` and `role` bound what it may do. All
    instants are UTC seconds; `expires_at` null: never.
    """

    name = models.TextField()
    prefix = models.TextField(unique=True)
    digest = models.TextField()
    scopes = models.JSONField()
    role = models.TextField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tokens")
    made_at = models.BigIntegerField()
    expires_at = models.BigIntegerField(null=True)
    last_used_at = models.BigIntegerField(null=True)
    revoked_at = models.BigIntegerField(null=True)

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]


class Invitation(models.Model):
    """A link, sent by an admin, with which somebody chooses a password and may then sign in.

    The link's secret is not kept: `digest` is its SHA-256. It holds once and until `expires_at`.
    All instants are UTC seconds.
    """

    email = models.TextField()
    name = models.TextField(default="")
    side = models.TextField()
    role = models.TextField()
    digest = models.TextField(unique=True)
    made_by = models.TextField()
    made_at = models.BigIntegerField()
    expires_at = models.BigIntegerField()
    accepted_at = models.BigIntegerField(null=True)
    revoked_at = models.BigIntegerField(null=True)

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]


class PasswordLink(models.Model):
    """A link for a new password that somebody asked for, by e-mail address.

    It was asked for whether anybody signs in with that address or not; the worker looks. The link's
    secret is not kept: `digest` is its SHA-256, empty while none was sent. `network` is where
    whoever asked comes from. `send_at` null: it waits for nothing. It holds once and until
    `expires_at`. All instants are UTC seconds.
    """

    email = models.TextField()
    network = models.TextField()
    asked_at = models.BigIntegerField()
    digest = models.TextField(default="")
    send_at = models.BigIntegerField(null=True)
    tries = models.IntegerField(default=0)
    expires_at = models.BigIntegerField(null=True)
    used_at = models.BigIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["email", "asked_at"], name="password_link_email"),
            models.Index(fields=["network", "asked_at"], name="password_link_network"),
            models.Index(
                fields=["send_at"],
                condition=models.Q(send_at__isnull=False),
                name="password_link_waits",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["digest"], condition=~models.Q(digest=""), name="password_link_digest"
            ),
        ]
