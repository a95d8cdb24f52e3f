"""Drafts of the next agreement: their texts, and what trying them showed.

All instants are UTC seconds. `by` is the sign-in, `side` the side of whoever acted, at that time.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from interlock.store.models.verdicts import AgreementVersion


class Draft(models.Model):
    """One draft. Its text is that of its last revision; earlier ones are kept.

    `base` is the version that it was made from, or last brought up to; null where there was none.
    A draft that was withdrawn stays readable.
    """

    title = models.TextField()
    base = models.ForeignKey(
        AgreementVersion, on_delete=models.PROTECT, null=True, related_name="+"
    )
    revision = models.IntegerField(default=1)
    made_by = models.TextField()
    made_at = models.BigIntegerField()
    withdrawn_at = models.BigIntegerField(null=True)

    class Meta:
        ordering: ClassVar = ["-pk"]


class DraftText(models.Model):
    """One revision of a draft: the whole text, who wrote it, and what it changed, in words.

    `conflicts` are the paths of clauses that the version in force had changed, too, when the draft
    was brought up to it, and about which nobody has decided yet.
    """

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="texts")
    revision = models.IntegerField()
    text = models.TextField()
    by = models.TextField()
    side = models.TextField()
    at = models.BigIntegerField()
    says = models.JSONField(default=list)
    conflicts = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["revision"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["draft", "revision"], name="draft_revision")
        ]


class SavedTrial(models.Model):
    """What a draft would have made of the facts: evidence that stays as it was seen.

    `seal` is the canonical hash of the text that was tried, `against` of the one it was held
    against; `as_of` and `known_by` say of which facts. `rules` is the hash of what the tried text
    says without its version and days, by which it is known again ("": none was kept). `shown` is
    the comparison as it was shown.
    """

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="trials")
    revision = models.IntegerField()
    seal = models.TextField()
    rules = models.TextField(db_default="")
    against = models.TextField()
    as_of = models.BigIntegerField()
    known_by = models.BigIntegerField(null=True)
    shown = models.JSONField()
    by = models.TextField()
    at = models.BigIntegerField()

    class Meta:
        ordering: ClassVar = ["-pk"]
