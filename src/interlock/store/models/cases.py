"""Disputes: cases, what each side says in them, and how they were ruled. Instants are UTC seconds.

`by` is a sign-in and `side` its side at that time. What a case was opened on is kept as it was
seen, whatever becomes known later.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

_OPEN = Q(ruled_at=None)


class Case(models.Model):
    """Something that the sides do not agree on, or a consequence that they agreed on before.

    `kind` is one of `interlock.practice.disputes.Kind`. `about` names what it is about,
    on which there is one case for good. `clause` is the path of the clause, `wording` its sentence
    as it counted then. `shown` is the evidence as it was seen. `owner` is who sees to a
    consequence, as the agreement calls them. `ruled_for` is one of
    `interlock.practice.disputes.Way`; empty while it is open. `told`: how many of the two reminders
    (before it is due, and when it is) went out.
    """

    kind = models.TextField()
    about = models.TextField(unique=True)
    clause = models.TextField()
    wording = models.TextField(default="")
    person = models.TextField(default="")
    title = models.TextField()
    opened_by = models.TextField()
    side = models.TextField(default="")
    opened_at = models.BigIntegerField()
    due_at = models.BigIntegerField()
    owner = models.TextField(default="")
    shown = models.JSONField()
    ruled_for = models.TextField(default="")
    reasons = models.TextField(default="")
    ruled_by = models.TextField(default="")
    ruled_at = models.BigIntegerField(null=True)
    told = models.IntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            models.Index(fields=["clause", "ruled_at"], name="case_clause"),
            models.Index(fields=["due_at"], condition=_OPEN, name="case_open"),
        ]


class SideView(models.Model):
    """How one side sees a case; said anew it replaces what the side said before."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="views")
    side = models.TextField()
    words = models.TextField()
    by = models.TextField()
    at = models.BigIntegerField()

    class Meta:
        ordering: ClassVar = ["side"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "side"], name="case_view_of_side")
        ]
