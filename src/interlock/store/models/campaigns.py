"""Campaigns that one side told the other of before they began."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class CampaignNotice(models.Model):
    """A campaign as it was announced; `at` is when, in UTC seconds, `starts_on` its first day.

    One that was called off stays, and counts for nothing. `campaign` is its key in the CRM; ""
    where it was announced by its name alone.
    """

    name = models.TextField()
    audience = models.TextField()
    offer = models.TextField()
    starts_on = models.DateField()
    campaign = models.TextField(default="")
    by = models.TextField()
    at = models.BigIntegerField()
    called_off_at = models.BigIntegerField(null=True)
    called_off_by = models.TextField(default="")

    class Meta:
        ordering: ClassVar = ["-starts_on", "-pk"]
