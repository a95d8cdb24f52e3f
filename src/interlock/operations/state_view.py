"""Saying how one's side sees a case."""

from __future__ import annotations

import time

from interlock.operations.actor import Actor
from interlock.operations.answer import Answer, no_case
from interlock.operations.ask import said_in
from interlock.operations.permissions import Action, require
from interlock.practice.parting import SIDES
from interlock.replay.outcome import Instant
from interlock.store.lock import taking_turns
from interlock.store.models import Case, SideView
from interlock.store.trail import record


def state_view(number: int, words: str, *, by: Actor, now: Instant | None = None) -> Answer:
    """Keeps the view of the actor's side; until the ruling it may be said anew."""
    require(by, Action.DISPUTE)
    moment, said = int(time.time()) if now is None else now, said_in(words)
    with taking_turns():
        row = Case.objects.filter(pk=number).defer("shown").first()
        if row is None:
            return no_case(number)
        if refused := _refused(row, said, by):
            return Answer(refused=refused)
        values = {"words": said, "by": by.sign_in, "at": moment}
        SideView.objects.update_or_create(case=row, side=by.side, defaults=values)
        record(by, "state view", f"case {number} for {by.side}", at=moment, why=said)
    return Answer(said=f"This is how {by.side} sees it now.")


def _refused(row: Case, said: str, by: Actor) -> str:
    if by.side not in SIDES:
        return "Marketing and sales say how they see it."
    if not said:
        return "Say something, however short."
    return "" if row.ruled_at is None else "It is settled: nothing can be added."
