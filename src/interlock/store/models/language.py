"""The language test: rounds, the leads and terms that each asks about, and what members answered.

All instants are UTC seconds. `by` is the sign-in and `side` the side of whoever answered, at that
time. What a round showed is kept as it was shown, whatever becomes known later.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from interlock.store.models.verdicts import AgreementVersion


class LanguageRound(models.Model):
    """One round. It is over when somebody closed it, or at `closes_at`, whichever comes first.

    `agreement` is the text whose words are tested. `stages` are the ids of those that a lead may be
    placed at, in order. `shows_names`: the leads are shown with their names. `seed` chose the leads
    and draws the intervals of the result.
    """

    agreement = models.ForeignKey(AgreementVersion, on_delete=models.PROTECT, related_name="+")
    stages = models.JSONField()
    shows_names = models.BooleanField(default=False)
    seed = models.BigIntegerField()
    opened_by = models.TextField()
    opened_at = models.BigIntegerField()
    closes_at = models.BigIntegerField()
    closed_by = models.TextField(default="")
    closed_at = models.BigIntegerField(null=True)

    class Meta:
        ordering: ClassVar = ["-pk"]


class LanguageLead(models.Model):
    """One lead of a round, at its place from 1 on, as it was known at the instant `at`.

    `card` is what is shown of it. `parts` has, by the path of each clause asked about, its single
    conditions: sentence, and whether it held (null: it could not be known). `values` are the
    variables that they read, by path. `stage` is where the agreement had it; `decides` are the
    paths of the stages at which it had not been before: their conditions decided just then.
    """

    round = models.ForeignKey(LanguageRound, on_delete=models.PROTECT, related_name="leads")
    place = models.IntegerField()
    person = models.TextField()
    at = models.BigIntegerField()
    stage = models.TextField(default="")
    card = models.JSONField()
    parts = models.JSONField()
    values = models.JSONField()
    decides = models.JSONField()

    class Meta:
        ordering: ClassVar = ["place"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "place"], name="language_lead_place")
        ]


class Placing(models.Model):
    """Where somebody placed a lead (`stage` empty: at none of the stages yet), and if it fits."""

    lead = models.ForeignKey(LanguageLead, on_delete=models.PROTECT, related_name="placings")
    by = models.TextField()
    side = models.TextField()
    stage = models.TextField(default="")
    fits = models.BooleanField()
    at = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["lead", "by"], name="placed_once"),
        ]


class LanguageTerm(models.Model):
    """One term of a round, at its place from 1 on; `meaning` is the definition that is agreed on.

    It is empty where the agreement has none. `clause` is the path of the clause that defines it.
    """

    round = models.ForeignKey(LanguageRound, on_delete=models.PROTECT, related_name="terms")
    place = models.IntegerField()
    term = models.TextField()
    meaning = models.TextField(default="")
    clause = models.TextField(default="")

    class Meta:
        ordering: ClassVar = ["place"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "place"], name="language_term_place")
        ]


class Meaning(models.Model):
    """What somebody said a term means, in their own words, before its definition was shown."""

    term = models.ForeignKey(LanguageTerm, on_delete=models.PROTECT, related_name="meanings")
    by = models.TextField()
    side = models.TextField()
    words = models.TextField()
    at = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["term", "by"], name="meant_once"),
        ]


class AskedWord(models.Model):
    """A word that somebody did not know, and what it means in the words of whoever answered.

    `key` is the word as it is compared. `owed_by` is the side whose answer is asked for; empty:
    either. `whom` is by what whoever asked is told. All instants are UTC seconds.
    """

    word = models.TextField()
    key = models.TextField(unique=True)
    heard = models.TextField(default="")
    by = models.TextField()
    whom = models.TextField()
    side = models.TextField()
    owed_by = models.TextField(default="")
    asked_at = models.BigIntegerField()
    answered_at = models.BigIntegerField(null=True)
    answered_by = models.TextField(default="")
    answer = models.TextField(default="")

    class Meta:
        ordering: ClassVar = ["-pk"]
