"""The manager's desk: what the team is about to miss, who has how much, who is away."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from interlock.agreement.hours import DAY
from interlock.agreement.schema import Agreement, Side
from interlock.operations.actor import Actor
from interlock.operations.away import Away, Receiver, absences, receivers
from interlock.operations.permissions import Action, may, require
from interlock.operations.read_desk import desk_mark
from interlock.operations.reading import Basis, Ground, Named, Reading, current, moment_of
from interlock.operations.rows import ObligationRow, names_in, obligation_rows
from interlock.operations.whose import Reach, reach_of
from interlock.replay.outcome import Instant, State
from interlock.store.models import FACTS, Lead, Obligation

MOST = 40
"""So many obligations are listed."""
LATELY = 28
"""Days over which it is told what a member did with what was handed over."""
DEALS = 90
"""Days over which it is told where a member's opportunities came from."""
STILL = 5
"""Days for which what was missed is listed as still to be done."""
_IN_TIME = Q(state__in=[State.OPEN.word, State.WARNED.word])
_DECIDED = (State.KEPT.word, State.KEPT_LATE.word, State.BROKEN.word)


@dataclass(frozen=True)
class Load:
    """What one member has to do, and did.

    `leads`: at a stage where sales has them; `capacity` None: nobody said. `running` are promises
    that can still be kept in time, `missed` those of the last `STILL` days that nobody made good.
    `answered` of `handed_over` are promises to marketing, of the last weeks, that were kept at all;
    `from_marketing` of `opportunities` had met our marketing before they were opened.
    """

    member: Named
    team: str
    leads: int
    capacity: int | None
    running: int
    missed: int
    answered: int
    handed_over: int
    from_marketing: int
    opportunities: int
    away: Away | None

    @property
    def has_something(self) -> bool:
        """Whether the member works on leads at all, as far as is known."""
        counts = (self.leads, self.running, self.missed, self.handed_over, self.opportunities)
        return self.capacity is not None or any(counts)


@dataclass(frozen=True)
class TeamDesk:
    """A team's desk as of `now`. `at_risk` is what is missed or falls due next, first due first.

    `missed` and `running` are of the whole team; `colleagues` to whom leads can be given. `mark`
    changes whenever anything might have.
    """

    basis: Basis
    now: Instant
    mark: str
    running: int = 0
    missed: int = 0
    at_risk: tuple[ObligationRow, ...] = ()
    loads: tuple[Load, ...] = ()
    away: tuple[Away, ...] = ()
    colleagues: tuple[Receiver, ...] = ()


def has_team_of_sales(by: Actor) -> bool:
    """Whether the actor may dispose of somebody's leads, as far as their side and role say."""
    return may(by, Action.IMPORT) or (may(by, Action.LEAD_TEAM) and by.side == Side.SALES)


def read_team_desk(*, by: Actor, now: Instant | None = None) -> TeamDesk:
    """The desk of the actor's team; of all of sales for whoever may dispose of everybody's leads.

    The number of queries does not depend on how many there are.
    """
    require(by, Action.LEAD_TEAM)
    mark, reading = desk_mark(), current()
    moment = moment_of(reading.basis, int(time.time()) if now is None else now)
    if reading.basis.ground is not Ground.READY or reading.agreement is None:
        return TeamDesk(reading.basis, moment, mark)
    reach = reach_of(by)
    team = _team(reach)
    owed = Obligation.objects.filter(replay=reading.replay, owner__in=[*team, ""])
    owed = owed.filter(promise__in=_promises(reading.agreement))
    done = _done(owed, moment)
    away, leads = absences(team, reach, moment), _leads(reading, team)
    capacity, deals = _capacity(team), _deals(team, moment)
    loads = [
        _load(key, reach, leads, capacity, done.get(key, _Done()), deals, away) for key in team
    ]
    return TeamDesk(
        basis=reading.basis,
        now=moment,
        mark=mark,
        running=sum(each.running for each in done.values()),
        missed=sum(each.missed for each in done.values()),
        at_risk=obligation_rows(_first(owed, moment), names_in(reading.agreement)),
        loads=tuple(load for load in loads if load.has_something),
        away=tuple(load.away for load in loads if load.away),
        colleagues=receivers(team, reach, away, moment),
    )


def _team(reach: Reach) -> list[str]:
    """Members of sales whose leads the actor may dispose of, by name."""
    of_sales = (each for each in reach.colleagues.values() if each.side == Side.SALES)
    keys = [each.key for each in of_sales if reach.everybody or each.key in reach.team]
    return sorted(keys, key=lambda key: reach.called(key).name)


def _promises(agreement: Agreement) -> list[str]:
    return [each.id for each in agreement.event_promises if each.owed_by is Side.SALES]


def _still(now: Instant) -> Q:
    """Missed lately, and not made good."""
    return Q(state=State.BROKEN.word, kept_at=None, due_at__gt=now - STILL * DAY)


def _first(owed: QuerySet[Obligation], now: Instant) -> list[Obligation]:
    """What is due first of what runs and of what was missed lately. Two queries.

    They are two, here and below, so that neither walks through all that ever was owed.
    """
    found: list[Obligation] = []
    for which in (_IN_TIME, _still(now)):
        found += owed.filter(which).exclude(due_at=None).order_by("due_at", "pk")[:MOST]
    return sorted(found, key=lambda each: (each.due_at or 0, each.pk))[:MOST]


# --- load -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Done:
    """What one member did lately, see `Load`."""

    running: int = 0
    missed: int = 0
    answered: int = 0
    handed_over: int = 0


def _load(  # noqa: PLR0913, PLR0917 - the columns of one row
    key: str,
    reach: Reach,
    leads: Mapping[str, int],
    capacity: Mapping[str, int | None],
    done: _Done,
    deals: Mapping[str, tuple[int, int]],
    away: Mapping[str, Away],
) -> Load:
    from_marketing, opportunities = deals.get(key, (0, 0))
    return Load(
        member=reach.called(key),
        team=reach.colleagues[key].team,
        leads=leads.get(key, 0),
        capacity=capacity.get(key),
        running=done.running,
        missed=done.missed,
        answered=done.answered,
        handed_over=done.handed_over,
        from_marketing=from_marketing,
        opportunities=opportunities,
        away=away.get(key),
    )


def _done(owed: QuerySet[Obligation], now: Instant) -> dict[str, _Done]:
    """What each did, of those who did something; "" did what nobody has. Four queries."""
    lately = owed.filter(state__in=_DECIDED, started_at__gt=now - LATELY * DAY)
    running, missed = _by_owner(owed.filter(_IN_TIME)), _by_owner(owed.filter(_still(now)))
    handed_over = _by_owner(lately)
    answered = _by_owner(lately.filter(state__in=[State.KEPT.word, State.KEPT_LATE.word]))
    return {
        owner: _Done(*(counts.get(owner, 0) for counts in (running, missed, answered, handed_over)))
        for owner in {**running, **missed, **handed_over}
    }


def _by_owner(owed: QuerySet[Obligation]) -> dict[str, int]:
    return dict(owed.order_by().values_list("owner").annotate(Count("pk")))


def _leads(reading: Reading, team: list[str]) -> dict[str, int]:
    """How many leads each has at stages where sales has them and the matter is open."""
    assert reading.agreement is not None  # noqa: S101 - see read_team_desk
    stages = [
        stage.id
        for stage in reading.agreement.stages
        if stage.owner is Side.SALES and not stage.outcome
    ]
    found = Lead.objects.filter(replay=reading.replay, stage__in=stages, owner__in=team)
    return dict(found.order_by().values_list("owner").annotate(Count("pk")))


def _capacity(team: list[str]) -> dict[str, int | None]:
    """How many leads each takes; None: nobody said."""
    members = FACTS["member"].objects.filter(live=True, key__in=team)
    return dict(members.values_list("key", "capacity"))


def _deals(team: list[str], now: Instant) -> dict[str, tuple[int, int]]:
    """Of each one's latest opportunities: how many had met marketing before, and all."""
    met = FACTS["touch"].objects.filter(
        live=True, person=OuterRef("person"), at__lte=OuterRef("created_at")
    )
    deals = FACTS["opportunity"].objects.filter(
        live=True, member__in=team, created_at__gt=now - DEALS * DAY, created_at__lte=now
    )
    rows = deals.annotate(met=Exists(met)).values_list("member", "met")
    found: dict[str, tuple[int, int]] = {}
    for member, was_met in rows:
        before, count = found.get(member, (0, 0))
        found[member] = (before + bool(was_met), count + 1)
    return found
