"""What the worker does for a page, and how far it is."""

from __future__ import annotations

from django.db import models


class Job(models.Model):
    """One long deed. All instants are UTC seconds.

    `doing` says which step runs, `done` of `of` how far it is; `trouble` why it came to nothing.
    """

    verb = models.TextField()
    by = models.TextField()
    queued_at = models.BigIntegerField()
    started_at = models.BigIntegerField(null=True)
    finished_at = models.BigIntegerField(null=True)
    doing = models.TextField(default="")
    done = models.BigIntegerField(default=0)
    of = models.BigIntegerField(default=0)
    trouble = models.TextField(default="")
