"""What comes in by itself, through doors that programs use. All instants are UTC seconds."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class KeptAnswer(models.Model):
    """The first answer to a request that named an idempotency key; `by` is who asked.

    `digest` is a hash of what was asked. The row is written in the transaction of the deed itself.
    """

    by = models.TextField()
    key = models.TextField()
    digest = models.TextField()
    status = models.IntegerField()
    body = models.TextField()
    at = models.BigIntegerField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["by", "key"], name="kept_answer_once")
        ]
