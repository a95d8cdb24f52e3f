"""Whom leads were given to, whose turn is next, and why each lead went where it went."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Turn(models.Model):
    """What a member has had of a rule of routing: leads, and the place on the rule's line.

    `line` is as in `interlock.replay.turns.Turn`.
    """

    rule = models.TextField()
    member = models.TextField()
    taken = models.BigIntegerField(default=0)
    line = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["rule", "member"], name="turn_of_member"),
        ]


class Route(models.Model):
    """One lead that was given to a member, or to a queue (`member` is empty), and why.

    `how` is one of `interlock.replay.routing.How`; `why` is what was known then (see
    `interlock.operations.read_routing`) and is never changed. `waits`: the lead is in the queue
    still. `at` is UTC seconds.
    """

    person = models.TextField()
    at = models.BigIntegerField()
    how = models.TextField()
    rule = models.TextField(default="")
    member = models.TextField(default="")
    queue = models.TextField(default="")
    why = models.JSONField(default=dict)
    waits = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person", "at"], name="route_person"),
            models.Index(fields=["person"], condition=Q(waits=True), name="route_waits"),
        ]
