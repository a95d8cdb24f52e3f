"""Whoever entered an absence takes it back."""

from __future__ import annotations

from interlock.operations.actor import Actor
from interlock.operations.permissions import Action, require
from interlock.operations.withdraw import withdraw
from interlock.store.models import FACTS


def take_absence_back(number: int, *, by: Actor) -> bool:
    """Whether it was taken back: only one that `by` entered here."""
    require(by, Action.WORK)
    rows = FACTS["absence"].objects.filter(live=True, batch=number, batch__live=True)
    if not rows.filter(batch__by=by.name).exists():
        return False
    return withdraw(number, by=by, why="the absence was entered by mistake") is not None
