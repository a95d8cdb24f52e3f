"""What one side asks the other about a lead, and the answers. All instants are UTC seconds."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from interlock.store.models.imports import Import

_OPEN = Q(answered_at=None, withdrawn_at=None)


class Challenge(models.Model):
    """A rejection that the facts speak against: marketing answers whether it stands.

    `decision` is the key of the decision that was made, `kind` which it was, `reason` and `clause`
    what it gave and what that cites; `says` puts it in words, and `passes` are the conditions that
    the lead meets. `delivery` brought the decision: undone, it withdraws the challenge. `upheld` is
    the answer: True, the lead was good; False, the rejection stands.
    """

    person = models.TextField()
    decision = models.TextField(unique=True)
    kind = models.TextField()
    reason = models.TextField()
    clause = models.TextField()
    says = models.TextField()
    passes = models.JSONField(default=list)
    delivery = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="+")
    by = models.TextField()
    member = models.TextField(default="")
    owed_by = models.TextField(default="marketing")
    opened_at = models.BigIntegerField()
    answered_at = models.BigIntegerField(null=True)
    answered_by = models.TextField(default="")
    upheld = models.BooleanField(null=True)
    answer = models.TextField(default="")
    withdrawn_at = models.BigIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person"], name="challenge_person"),
            models.Index(fields=["opened_at"], condition=_OPEN, name="challenge_open"),
        ]


class Question(models.Model):
    """A question about a lead from one side to the other.

    `topic` is one of `interlock.operations.ask.TOPICS`; `words` may be empty.
    """

    person = models.TextField()
    topic = models.TextField()
    words = models.TextField(default="")
    by = models.TextField()
    member = models.TextField(default="")
    owed_by = models.TextField(default="marketing")
    asked_at = models.BigIntegerField()
    answered_at = models.BigIntegerField(null=True)
    answered_by = models.TextField(default="")
    answer = models.TextField(default="")
    withdrawn_at = models.BigIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person"], name="question_person"),
            models.Index(fields=["asked_at"], condition=_OPEN, name="question_open"),
        ]
