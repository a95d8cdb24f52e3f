"""What people are told, where, and how each wants it. All instants are UTC seconds."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Notice(models.Model):
    """Something that somebody is told, once.

    `key` says which one it is, wherever it is told. `whom` is the key of a member, the e-mail
    address of a sign-in that is no member, or `channel:` and the number of a channel of the
    company's. `news` is one of `interlock.operations.news.News`; person, clause, step and
    `began_at` are those of the happening. `happened_at` is when it came to pass, `from_at` from
    when on it may be told, `told_at` when it was; until then it has no text. `dropped` says why it
    is not told by itself, or is empty. `digest`: it waits for the next digest.
    """

    key = models.TextField(unique=True)
    whom = models.TextField()
    news = models.TextField()
    person = models.TextField(default="")
    clause = models.TextField(default="")
    step = models.IntegerField(default=-1)
    began_at = models.BigIntegerField(default=0)
    detail = models.JSONField(default=dict)
    happened_at = models.BigIntegerField()
    from_at = models.BigIntegerField()
    told_at = models.BigIntegerField(null=True)
    read_at = models.BigIntegerField(null=True)
    dropped = models.TextField(default="")
    digest = models.BooleanField(default=False)
    text = models.TextField(default="")
    because = models.TextField(default="")
    link = models.TextField(default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["whom", "told_at"], name="notice_whom"),
            models.Index(
                fields=["from_at"], condition=Q(told_at=None, dropped=""), name="notice_held"
            ),
            models.Index(
                fields=["whom"],
                condition=Q(told_at__isnull=False, read_at=None),
                name="notice_unread",
            ),
            models.Index(fields=["whom"], condition=Q(digest=True), name="notice_for_digest"),
        ]


class Channel(models.Model):
    """A way to tell somebody outside: `sealed` is its address, a secret.

    `whom` is whose it is, as in `Notice`; empty: the company's, which then is told of `news`, about
    what `side` owes (empty: both).
    """

    whom = models.TextField(default="", db_index=True)
    name = models.TextField()
    kind = models.TextField()
    sealed = models.TextField()
    news = models.JSONField(default=list)
    side = models.TextField(default="")
    by = models.TextField()
    made_at = models.BigIntegerField()


class Delivery(models.Model):
    """One notice on its way by one channel; `channel` null: by e-mail.

    `state` is waiting, sent or given up. Whoever sends claims it by moving `next_at` on.
    """

    WAITING, SENT, GIVEN_UP = "waiting", "sent", "given up"

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, null=True)
    state = models.TextField(default=WAITING)
    tries = models.IntegerField(default=0)
    next_at = models.BigIntegerField()
    ended_at = models.BigIntegerField(null=True)
    trouble = models.TextField(default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["notice", "channel"], nulls_distinct=False, name="delivery_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_at"], condition=Q(state="waiting"), name="delivery_waiting"),
        ]


class NoticeChoice(models.Model):
    """How somebody wants to be told: `how` by news, whether by e-mail, and how often a digest is.

    `digested_at` is the instant up to which digests were made.
    """

    whom = models.TextField(primary_key=True)
    how = models.JSONField(default=dict)
    email = models.BooleanField(default=True)
    digest = models.TextField(default="daily")
    digested_at = models.BigIntegerField(default=0)


class Outbox(models.Model):
    """How far a reader of the happenings has come: the number of the last one that it has read."""

    reader = models.TextField(primary_key=True)
    last = models.BigIntegerField(default=0)
