"""Absences of members: one's own, and for a lead those of the team."""

from __future__ import annotations

import time
from dataclasses import dataclass

from interlock.operations.actor import Actor
from interlock.operations.away import lasting
from interlock.operations.permissions import Action, require
from interlock.operations.reading import Basis, Named, current
from interlock.operations.whose import reach_of


@dataclass(frozen=True)
class AbsenceLine:
    """One absence that is not over. Instants are UTC seconds; `until` None: not known yet.

    `number` is the delivery that it came with, by which it can be taken back; None: not from here,
    or not by whoever asks.
    """

    member: Named
    since: int
    until: int | None
    reason: str
    number: int | None


@dataclass(frozen=True)
class Absences:
    """The absences that one may see, and the members whose one may enter, oneself first."""

    basis: Basis
    lines: tuple[AbsenceLine, ...]
    members: tuple[Named, ...]


def read_absences(*, by: Actor) -> Absences:
    """Those that are under way or to come, the next first."""
    require(by, Action.WORK)
    reach, now = reach_of(by), int(time.time())
    mine = {key for key in reach.colleagues if reach.may_enter_for(key)}
    rows = lasting(now).filter(member__in=mine).order_by("at")
    lines = (
        AbsenceLine(
            reach.called(row.member),
            row.at,
            row.ends_at,
            row.reason or "",
            row.batch_id if row.batch.live and row.batch.by == by.name else None,
        )
        for row in rows.select_related("batch")
    )
    others = sorted(
        (reach.called(key) for key in mine - {reach.member}), key=lambda each: each.name
    )
    own = [reach.called(reach.member)] if reach.member else []
    return Absences(current().basis, tuple(lines), (*own, *others))
