"""Undoing a deed within ten seconds: its facts are taken back. Nothing is deleted."""

from __future__ import annotations

import time

from interlock.operations.actor import Actor
from interlock.operations.deeds import NOTHING, UNDO_SECONDS, Deed
from interlock.operations.permissions import Action, require
from interlock.operations.route import SOURCE as ROUTING
from interlock.operations.standing import DECIDING
from interlock.operations.withdraw import withdraw
from interlock.replay.outcome import Instant
from interlock.store.lock import taking_turns
from interlock.store.models import FACTS, Import

ON_THE_WAY = 3
"""Seconds that a click may take to arrive."""


def undo(delivery: int, *, by: Actor, now: Instant | None = None) -> Deed:
    """Takes the facts of one's own deed back, as long as it is not older than ten seconds.

    Of one's deliveries only deeds are undone so, as each says of itself: an absence, an answer's
    note, or what a form brought is not. What somebody else has gone on from stays.
    """
    require(by, Action.WORK)
    moment = int(time.time()) if now is None else now
    with taking_turns():
        row = Import.objects.filter(pk=delivery, live=True, by=by.name).first()
        if row is None or row.undo_until is None:
            return not_undone("There is no such deed of yours.")
        if row.state == Import.TAKEN_BACK:
            return not_undone("It was undone before.")
        if moment > row.undo_until + ON_THE_WAY:
            return not_undone(
                f"It is more than {UNDO_SECONDS} seconds old, and others may rely on it.",
                "decide again: what was done stays in the story of the lead",
            )
        quicker = _who_went_on(row, by)
        if quicker:
            return not_undone(f"{quicker} has gone on from it by now.")
        withdraw(delivery, by=by, why="undone at once", now=moment)
    return Deed(NOTHING, said="Undone")


def _who_went_on(row: Import, by: Actor) -> str:
    """Who else decided since about whom the deed concerns, or gave them away; "" if nobody did."""
    theirs = (FACTS[kind].objects.filter(batch=row).order_by() for kind in DECIDING)
    first, *rest = (each.values_list("person") for each in theirs)
    people = [person for (person,) in first.union(*rest) if person]
    later = (
        FACTS[kind].objects.filter(person__in=people, live=True, batch__gt=row.pk).order_by()
        for kind in DECIDING
    )
    others = (each.exclude(batch__by__in=(by.name, ROUTING)) for each in later)
    first, *rest = (each.values_list("batch__by") for each in others)
    return next((name for (name,) in first.union(*rest)), "")


def not_undone(why: str, *instead: str) -> Deed:
    """A deed that was to be undone, and was not, since."""
    return Deed(NOTHING, refused=why, instead=instead)
