"""The marketing desk: what marketing owes, what came back, who may return, what sales may miss."""

from __future__ import annotations

import time
from dataclasses import dataclass

from interlock.agreement.schema import Side
from interlock.operations.actor import Actor
from interlock.operations.announce_campaign import may_announce
from interlock.operations.planned_campaigns import Planned, planned
from interlock.operations.read_at_risk import NOTHING_OWED, Owed, about_to_be_missed, owed_now
from interlock.operations.read_campaigns import NOTHING_ANNOUNCED, Announced, announced
from interlock.operations.read_desk import desk_mark
from interlock.operations.read_hand_backs import NO_HAND_BACKS, HandBacks, read_hand_backs
from interlock.operations.read_nurture import NOBODY_AWAY, Nurture, read_nurture
from interlock.operations.read_periods import PeriodRow, read_periods
from interlock.operations.read_told import NOTHING_TOLD, Told, read_told
from interlock.operations.read_waiting import NOTHING_WAITS, AllWaiting, read_waiting
from interlock.operations.reading import Basis, Ground, Named, current, moment_of
from interlock.operations.rows import names_in
from interlock.operations.tell_marketing import kept_by_telling
from interlock.replay.outcome import Instant


@dataclass(frozen=True)
class Pace:
    """A number that marketing promised, and its latest period; None before a whole one."""

    promise: Named
    period: PeriodRow | None


@dataclass(frozen=True)
class MarketingDesk:
    """What a marketer works by, as of `now`; `mark` changes whenever anything might have.

    `waiting` are questions and challenges to answer, `told` is what sales told
    of its talks and `tells` whether a promise asks it to, `at_risk` is what sales is about to miss,
    `planned` are campaigns of which sales was not told, `may_announce`: whoever looks may.
    """

    basis: Basis
    now: Instant
    mark: str
    pace: tuple[Pace, ...] = ()
    waiting: AllWaiting = NOTHING_WAITS
    tells: bool = False
    told: Told = NOTHING_TOLD
    owed: Owed = NOTHING_OWED
    at_risk: Owed = NOTHING_OWED
    hand_backs: HandBacks = NO_HAND_BACKS
    nurture: Nurture = NOBODY_AWAY
    campaigns: Announced = NOTHING_ANNOUNCED
    planned: tuple[Planned, ...] = ()
    may_announce: bool = False


def read_marketing_desk(now: Instant | None = None, *, by: Actor | None = None) -> MarketingDesk:
    """The desk, as of `now` (UTC seconds; None: at present, or of the replay that was pinned).

    The number of queries is bounded, however much there is.
    """
    mark, reading = desk_mark(), current()
    moment = moment_of(reading.basis, int(time.time()) if now is None else now)
    if reading.basis.ground is not Ground.READY or reading.agreement is None:
        return MarketingDesk(reading.basis, moment, mark)
    names = names_in(reading.agreement)
    owing = [each for each in reading.agreement.period_promises if each.owed_by is Side.MARKETING]
    periods = read_periods(reading, owing, names, most=1)
    return MarketingDesk(
        basis=reading.basis,
        now=moment,
        mark=mark,
        pace=tuple(
            Pace(Named(each.id, each.name), next(iter(periods.get(each.id, ())), None))
            for each in owing
        ),
        waiting=read_waiting(reading, Side.MARKETING, names),
        tells=bool(kept_by_telling(reading.agreement)),
        told=read_told(reading, names, moment),
        owed=owed_now(reading, Side.MARKETING, names, moment),
        at_risk=about_to_be_missed(reading, Side.SALES, names, moment),
        hand_backs=read_hand_backs(reading, moment),
        nurture=read_nurture(reading, moment),
        campaigns=announced(moment),
        planned=planned(reading.agreement, moment),
        may_announce=by is not None and may_announce(by),
    )
