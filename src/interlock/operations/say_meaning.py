"""Saying in one's own words what a term of the language test means."""

from __future__ import annotations

import time

from django.db import transaction

from interlock.operations.actor import Actor
from interlock.operations.ask import said_in
from interlock.operations.permissions import Action, require
from interlock.operations.rounds import Said, kept_from_answering
from interlock.replay.outcome import Instant
from interlock.store.models import LanguageRound, LanguageTerm, Meaning
from interlock.store.trail import record

LONGEST = 300
"""Characters of a meaning: one sentence."""


def say_meaning(
    number: int, place: int, words: str, *, by: Actor, now: Instant | None = None
) -> Said:
    """Keeps what whoever acts says; once, since the definition is shown after it.

    The trail says that somebody answered, and not what.
    """
    require(by, Action.WORK)
    moment, text = int(time.time()) if now is None else now, said_in(words)
    with transaction.atomic():
        row = LanguageRound.objects.filter(pk=number).first()
        refused = kept_from_answering(row, by, moment)
        if row is None or refused:
            return Said(refused)
        term = LanguageTerm.objects.filter(round=row, place=place).first()
        if term is None:
            return Said("There is no such term in the round.")
        if not text or len(text) > LONGEST:
            return Said(f"Say it in one sentence, of {LONGEST} letters at most.")
        said = {"side": by.side, "words": text, "at": moment}
        _, fresh = Meaning.objects.get_or_create(term=term, by=by.name, defaults=said)
        if not fresh:
            return Said("You have said it already, and seen the definition since.")
        record(by, "say meaning", f"language round {row.pk}, term {place}", at=moment)
    return Said()
