"""The trail: every change, who made it, when, what, why and from where."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Event(models.Model):
    """One entry of the trail. Only `interlock.store.trail.record` makes them; none is ever changed.

    `number` counts from 1 without gaps. `digest` is the SHA-256 of all other columns, the digest of
    the entry before it (`previous`) among them, as `interlock.store.chain` writes them down;
    `signature` signs it. `at` is UTC seconds. `door` is the way in (web, api, cli, worker), `place`
    the network address where one is known, `through` the session or the token.
    """

    number = models.BigIntegerField(primary_key=True)
    at = models.BigIntegerField()
    by = models.TextField()
    verb = models.TextField()
    about = models.TextField()
    why = models.TextField(default="")
    door = models.TextField(default="")
    place = models.TextField(default="")
    through = models.TextField(default="")
    previous = models.TextField()
    digest = models.TextField()
    signature = models.TextField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["verb", "number"], name="event_verb"),
            models.Index(fields=["by", "number"], name="event_by"),
            models.Index(fields=["about", "number"], name="event_about"),
        ]
