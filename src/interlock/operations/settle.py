"""Settling a remark: what it asked is answered, and it no longer stands open."""

from __future__ import annotations

import time

from interlock.operations.actor import Actor
from interlock.operations.answer import Answer
from interlock.operations.permissions import Action, require
from interlock.operations.remark_on_clause import tell_of
from interlock.operations.staff import staff
from interlock.replay.outcome import Instant
from interlock.store.lock import taking_turns
from interlock.store.models import Remark
from interlock.store.trail import record


def settle(number: int, *, by: Actor, now: Instant | None = None) -> Answer:
    """Settles a remark. It stays readable, with who settled it.

    Whoever made one on the agreement in force hears of it; on a draft they are at it themselves.
    """
    require(by, Action.AGREE)
    moment = int(time.time()) if now is None else now
    with taking_turns():
        row = Remark.objects.filter(pk=number, to=None).first()
        if row is None:
            return Answer(refused="There is no such remark.")
        if row.settled_at is not None:
            who = staff(moment).name_at(row.settled_by)
            return Answer(refused=f"{who} has settled it already.")
        row.settled_at, row.settled_by = moment, by.name
        row.save(update_fields=["settled_at", "settled_by"])
        if row.draft_id is None and row.by != by.name:
            everybody = staff(moment)
            tell_of(row, [row.by], f"{everybody.name_of(by)} has settled", everybody, at=moment)
        record(by, "settle", f"remark {number}", at=moment, why=row.words)
    return Answer(said="Settled.")
