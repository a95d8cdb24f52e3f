"""What the operations on rounds of the language test share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from interlock.operations.actor import Actor
from interlock.operations.permissions import Action, may
from interlock.practice.parting import SIDES
from interlock.replay.outcome import Instant
from interlock.store.models import LanguageRound


@dataclass(frozen=True)
class Said:
    """What became of an answer: kept, or refused with the reason."""

    refused: str = ""


def counted_rounds() -> QuerySet[Any]:
    """The rounds, the latest first, with the agreement and the number of `leads_` and `terms_`."""
    rows = LanguageRound.objects.select_related("agreement").defer("agreement__text")
    counted = rows.annotate(
        leads_=Count("leads", distinct=True), terms_=Count("terms", distinct=True)
    )
    return counted.order_by("-pk")


def is_over(row: LanguageRound, now: Instant) -> bool:
    """Whether nobody may answer any more, and the result may be read."""
    return row.closed_at is not None or row.closes_at <= now


def kept_from_answering(row: LanguageRound | None, by: Actor, now: Instant) -> str:
    """Why whoever acts may not answer in the round, in words; "" where they may."""
    if row is None:
        return "There is no such round."
    if is_over(row, now):
        return "The round is over; what you answered before is kept."
    if by.side not in SIDES:
        return "The language test asks sales and marketing."
    if not may(by, Action.WORK):
        return "Your sign-in is for reading; members answer."
    return ""
