"""Placing a lead of a round of the language test: at which stage, and whether it fits."""

from __future__ import annotations

import time

from django.db import transaction

from interlock.operations.actor import Actor
from interlock.operations.permissions import Action, require
from interlock.operations.rounds import Said, kept_from_answering
from interlock.replay.outcome import Instant
from interlock.store.models import LanguageLead, LanguageRound, Placing
from interlock.store.trail import record


def place_lead(  # noqa: PLR0913 - the lead, and the answer
    number: int, place: int, stage: str, *, fits: bool, by: Actor, now: Instant | None = None
) -> Said:
    """Keeps where whoever acts places a lead of the round; said again, it replaces what was said.

    `stage` "": at none of them yet. The trail says that somebody answered, and not what.
    """
    require(by, Action.WORK)
    moment = int(time.time()) if now is None else now
    with transaction.atomic():
        row = LanguageRound.objects.filter(pk=number).first()
        refused = kept_from_answering(row, by, moment)
        if row is None or refused:
            return Said(refused)
        lead = LanguageLead.objects.filter(round=row, place=place).first()
        if lead is None:
            return Said("There is no such lead in the round.")
        if stage and stage not in row.stages:
            return Said("Choose one of the stages.")
        answer = {"side": by.side, "stage": stage, "fits": fits, "at": moment}
        Placing.objects.update_or_create(lead=lead, by=by.name, defaults=answer)
        record(by, "place", f"language round {row.pk}, lead {place}", at=moment)
    return Said()
