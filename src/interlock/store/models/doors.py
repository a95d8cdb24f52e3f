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


class WebhookIn(models.Model):
    """A system that sends us webhooks, to `/in/<name>`, and how its bodies are read.

    `signing` is "standard" (Standard Webhooks) or "token"; `sealed` the secret, sealed. `mapping`
    is a manifest whose one file is `body`; `rows_at` the path of the list in the body; `keys` are
    those of the example.
    """

    STANDARD, TOKEN = "standard", "token"

    name = models.TextField(unique=True)
    signing = models.TextField()
    sealed = models.TextField()
    mapping = models.TextField()
    rows_at = models.TextField(default="")
    example = models.TextField()
    keys = models.JSONField()
    made_at = models.BigIntegerField()
    closed_at = models.BigIntegerField(null=True)


class Message(models.Model):
    """One message of a webhook. `name` is its id, or a hash of a body that came without one.

    `state`: taken, refused (waits for somebody to mend it), mended, or let go. The `body` of one
    that was taken whole is not kept; `reason` says why any of it was refused. `delivery` is the
    number of what was taken, if anything was.
    """

    TAKEN, REFUSED, MENDED, LET_GO = "taken", "refused", "mended", "let go"

    webhook = models.ForeignKey(WebhookIn, on_delete=models.CASCADE, related_name="messages")
    name = models.TextField()
    received_at = models.BigIntegerField()
    state = models.TextField()
    taken = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    delivery = models.BigIntegerField(null=True)
    body = models.TextField(default="")
    reason = models.TextField(default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["webhook", "name"], name="message_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["webhook", "state", "received_at"], name="message_state")
        ]


class LeadForm(models.Model):
    """A form that buyers fill in, at `/form/<name>`.

    `fields` are those that it asks for, `needed` those that must be filled. `consent` is the
    wording that has to be agreed to ("": none is asked for). `returns` are the addresses that
    somebody may be sent back to; `frames` the origins whose pages may show the form in a frame.
    """

    name = models.TextField(unique=True)
    title = models.TextField()
    says = models.TextField(default="")
    fields = models.JSONField()
    needed = models.JSONField()
    consent = models.TextField(default="")
    thanks = models.TextField()
    source = models.TextField(default="")
    campaign = models.TextField(default="")
    returns = models.JSONField(default=list)
    frames = models.JSONField(default=list)
    made_at = models.BigIntegerField()
    closed_at = models.BigIntegerField(null=True)
