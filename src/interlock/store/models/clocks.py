"""Whom time alone will bring news about, and what has come to pass."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Clock(models.Model):
    """When one person is to be looked at next: the first instant at which a verdict may change.

    `at` (UTC seconds) is the next warning, deadline, step of an escalation, or fact that still lay
    ahead. Whoever looks claims the row by moving `at` on, so that two workers never both do.
    """

    person = models.TextField(primary_key=True)
    at = models.BigIntegerField(db_index=True)


class Happening(models.Model):
    """Something that came to pass about a person and that somebody may want to hear of; once each.

    `what` is one of `interlock.operations.happenings.What`. `clause` is the promise or the stage,
    `step` the place of an escalation's step (-1: none), `began_at` when the obligation or the visit
    began: together they say which one it is. `at` is when it came to pass, `noted_at` when that was
    seen; both UTC seconds. `detail` is for who tells of it.
    """

    person = models.TextField()
    what = models.TextField()
    clause = models.TextField()
    step = models.IntegerField(default=-1)
    began_at = models.BigIntegerField()
    at = models.BigIntegerField()
    noted_at = models.BigIntegerField()
    detail = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "what", "clause", "step", "began_at"], name="happening_once"
            ),
        ]
