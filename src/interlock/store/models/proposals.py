"""Proposals: what is discussed, approved and signed until it is in force.

All instants are UTC seconds. `by` is the sign-in, `side` the side of whoever acted, at that time.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from interlock.store.models.drafts import Draft, SavedTrial
from interlock.store.models.verdicts import AgreementVersion


class Proposal(models.Model):
    """One text that both sides are asked to sign. It does not change: another text is another one.

    `seal` is the hash of its canonical text (`interlock.agreement.canonical`), over which
    signatures are made. `base` is the version that was in force when it was proposed, null where
    none was. `adopted` is the version that came of it once both sides had signed.
    """

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="proposals")
    revision = models.IntegerField()
    text = models.TextField()
    seal = models.TextField()
    base = models.ForeignKey(
        AgreementVersion, on_delete=models.PROTECT, null=True, related_name="+"
    )
    trial = models.ForeignKey(SavedTrial, on_delete=models.PROTECT, null=True, related_name="+")
    why = models.TextField(default="")
    by = models.TextField()
    side = models.TextField()
    at = models.BigIntegerField()
    withdrawn_at = models.BigIntegerField(null=True)
    withdrawn_by = models.TextField(default="")
    adopted = models.OneToOneField(
        AgreementVersion, on_delete=models.PROTECT, null=True, related_name="proposal"
    )

    class Meta:
        ordering: ClassVar = ["-pk"]


class Remark(models.Model):
    """A word about one clause, or about the whole ("").

    It is about that clause of a draft; without one, of the agreement in force. `to` is the remark
    that it answers, about the same.
    """

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, null=True, related_name="remarks")
    to = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="answers")
    clause = models.TextField(default="")
    words = models.TextField()
    by = models.TextField()
    side = models.TextField()
    at = models.BigIntegerField()
    settled_at = models.BigIntegerField(null=True)
    settled_by = models.TextField(default="")

    class Meta:
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [models.Index(fields=["clause"], name="remark_clause")]


class Approval(models.Model):
    """What somebody whose word the agreement asks for said of a proposal; the last one counts.

    `part` is the letter of the RACI by which they are asked: responsible, accountable, consulted.
    `agrees` null: what they said before is taken back, and they have said nothing.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="approvals")
    by = models.TextField()
    side = models.TextField()
    part = models.TextField()
    agrees = models.BooleanField(null=True)
    why = models.TextField(default="")
    at = models.BigIntegerField()

    class Meta:
        ordering: ClassVar = ["pk"]


class Signature(models.Model):
    """A signature under a proposal, for one side.

    `statement` is what was signed (the seal, the side, who, when), `mark` its Ed25519 signature by
    the key of this installation, in base64.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="signatures")
    seal = models.TextField()
    side = models.TextField()
    by = models.TextField()
    name = models.TextField()
    at = models.BigIntegerField()
    statement = models.TextField()
    mark = models.TextField()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "by"], name="signed_once")
        ]


class Confirmation(models.Model):
    """Somebody says to have read the text of that seal and to agree with it."""

    seal = models.TextField()
    by = models.TextField()
    side = models.TextField()
    at = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seal", "by"], name="confirmed_once")
        ]
