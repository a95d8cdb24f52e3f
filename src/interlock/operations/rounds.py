"""What the operations on rounds of the language test share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from interlock.operations.actor import Actor
from interlock.operations.addresses import of_round
from interlock.operations.notify import notify
from interlock.operations.permissions import Action, Role, deeds, may
from interlock.operations.staff import staff
from interlock.practice.parting import SIDES
from interlock.replay.outcome import Instant
from interlock.store.models import LanguageRound, Meaning, Placing
from interlock.store.trail import record


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


def asked_members() -> list[str]:
    """Whom a round asks, as notices know them: every member of both sides who may work."""
    return [
        each.whom
        for each in staff().people.values()
        if each.side in SIDES and each.right and Action.WORK in deeds(Role(each.right))
    ]


def end(row: LanguageRound, at: Instant, *, by: Actor, because: str) -> None:
    """Ends a round that nobody has ended, and tells whom it asked. To be called in a turn."""
    row.closed_at, row.closed_by = at, by.name
    row.save(update_fields=["closed_at", "closed_by"])
    notify(
        asked_members(),
        ("language round", row.pk, "over"),
        "The language test is over: see where the two sides part",
        because=because,
        link=of_round(row.pk),
        at=at,
    )
    record(by, "close", f"language round {row.pk}", at=at)


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
    if other := _answered_for(row, by):
        return f"You answered for {other} before: a round counts everybody once, for one side."
    return ""


def _answered_for(row: LanguageRound, by: Actor) -> str:
    """The other side, for which whoever acts answered in the round; "" where they did not.

    Counted on both, they would make up the few whose answers are not told.
    """
    placings = Placing.objects.filter(lead__round=row, by=by.name)
    meanings = Meaning.objects.filter(term__round=row, by=by.name)
    sides = (
        each.exclude(side=by.side).values_list("side", flat=True) for each in (placings, meanings)
    )
    return next((side for each in sides for side in each[:1]), "")
