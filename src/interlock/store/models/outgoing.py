"""What goes out by itself: webhooks that we send, and each message on its way. UTC seconds."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class WebhookOut(models.Model):
    """A system that is told of what happens: where, of which topics, and since when it fails.

    `sealed` is the secret that signs, sealed. `off_at` says since when it is switched off, and
    `off_why` why, where nobody did it by hand.
    """

    name = models.TextField(unique=True)
    url = models.TextField()
    sealed = models.TextField()
    topics = models.JSONField()
    made_at = models.BigIntegerField()
    made_by = models.TextField()
    failing_since = models.BigIntegerField(null=True)
    off_at = models.BigIntegerField(null=True)
    off_why = models.TextField(default="")


class Outgoing(models.Model):
    """One message to one webhook, written in the transaction of what it tells of.

    `name` is its id, the same at each try. `next_at` is when it is tried next; whoever claims it
    puts that off and writes its own `claim`.
    """

    WAITS, SENT, GIVEN_UP = "waits", "sent", "given up"

    webhook = models.ForeignKey(WebhookOut, on_delete=models.CASCADE, related_name="outgoing")
    name = models.TextField(unique=True)
    topic = models.TextField()
    about = models.TextField()
    body = models.TextField()
    made_at = models.BigIntegerField()
    state = models.TextField(default=WAITS)
    next_at = models.BigIntegerField()
    tries = models.IntegerField(default=0)
    claim = models.TextField(default="")
    ended_at = models.BigIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "next_at"], name="outgoing_due"),
            models.Index(fields=["webhook", "id"], name="outgoing_log"),
            models.Index(
                fields=["ended_at", "id"],
                condition=models.Q(ended_at__isnull=False),
                name="outgoing_ended",
            ),
        ]


class Attempt(models.Model):
    """One try to send a message: the status that was answered (None: none was), and what was said.

    `took` is milliseconds.
    """

    outgoing = models.ForeignKey(Outgoing, on_delete=models.CASCADE, related_name="attempts")
    at = models.BigIntegerField()
    status = models.IntegerField(null=True)
    said = models.TextField()
    took = models.IntegerField()
