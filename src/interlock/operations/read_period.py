"""The records behind the number of one period: which leads, deals, facts or obligations it counts.

They are not kept: whoever may be among them is replayed, as the shown replay did, and the same rule
that made the number says which they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from django.db.models import Q

from interlock.agreement.criterion import Criterion
from interlock.agreement.expression import names as names_read
from interlock.agreement.reach import needs_its_fact
from interlock.agreement.schema import PeriodPromise
from interlock.agreement.timeline import Timeline
from interlock.agreement.vocabulary import FACT_SCOPES
from interlock.insight.instants import day_of
from interlock.operations.agreements import agreements
from interlock.operations.attributes import known_attributes
from interlock.operations.read_periods import PeriodRow, period_row, zone_of_promise
from interlock.operations.reading import PAGE, Basis, Named, Reading, current, named, whole_number
from interlock.operations.rows import names_in, people_named
from interlock.replay.engine import columns_needed, decide
from interlock.replay.eras import Eras
from interlock.replay.index import build
from interlock.replay.kinds import KINDS
from interlock.replay.measures import Items, records_of
from interlock.replay.moments import Moments
from interlock.replay.outcome import Instant
from interlock.store.facts import load_facts, load_people
from interlock.store.models import FACTS, Obligation, Period, Visit


@dataclass(frozen=True)
class PeriodRecord:
    """One record that counts: about whom, when, by which kind of fact, and whose it is.

    `weight` is what it adds to what is reached: 1, an amount in whole units, or 0 of what only the
    denominator of a rate counts.
    """

    person: Named
    at: Instant
    kind: str
    weight: float
    member: Named


@dataclass(frozen=True)
class PeriodPage:
    """One period of a promise and a page of its records, the latest first.

    `promise` and `period` are None where there is no such one; `others` are then the promises that
    have periods. `total` counts all records; `of_members`: some member's is among them. `after`
    marks the next page ("": this is the last).
    """

    basis: Basis
    promise: Named | None = None
    says: str = ""
    owed_by: str = ""
    period: PeriodRow | None = None
    total: int = 0
    of_members: bool = False
    records: tuple[PeriodRecord, ...] = ()
    after: str = ""
    others: tuple[str, ...] = ()


def read_period(
    id: str, day: date | None = None, member: str = "", after: str = "", size: int | None = PAGE
) -> PeriodPage:
    """The records of the period that holds the day (None: the latest), of the team or a member.

    `size` None: all on one page.
    """
    reading = current()
    if reading.replay is None or reading.agreement is None:
        return PeriodPage(reading.basis)
    known = {each.id: each for each in reading.agreement.period_promises}
    promise = known.get(id)
    if promise is None:
        return PeriodPage(reading.basis, others=tuple(known))
    page = PeriodPage(
        reading.basis, Named(promise.id, promise.name), promise.says, str(promise.owed_by)
    )
    period = _period(reading, promise, day, member)
    texts = agreements(reading.adopted, reading.basis.known_by)
    if period is None or texts is None or texts.timeline is None:
        return page
    names = names_in(reading.agreement)
    moments, items = _records(reading, texts.timeline, promise, period)
    start = max(whole_number(after) or 0, 0)
    end = len(items.at) if size is None else min(start + size, len(items.at))
    return replace(
        page,
        period=period_row(period, promise, reading, names),
        total=len(items.at),
        of_members=bool((items.member >= 0).any()),
        records=_rows(reading, moments, items, range(start, end), names.members),
        after=str(end) if end < len(items.at) else "",
    )


def _period(
    reading: Reading, promise: PeriodPromise, day: date | None, member: str
) -> Period | None:
    """The period that holds the day."""
    rows = Period.objects.filter(replay=reading.replay, promise=promise.id, member=member)
    zone = zone_of_promise(promise, reading)
    for row in rows.order_by("-begins_at"):
        if day is None or day_of(row.begins_at, zone) <= day < day_of(row.ends_at, zone):
            return row
    return None


def _records(
    reading: Reading, timeline: Timeline, promise: PeriodPromise, period: Period
) -> tuple[Moments, Items]:
    """The items of the period, the latest first, from a replay of whoever may be among them."""
    as_of, known_by, span = reading.basis.as_of or 0, reading.basis.known_by, _span(period)
    needed, types = columns_needed(timeline), known_attributes(known_by)
    # whom facts concerned that count no more is not looked for
    who = _concerned(reading.replay, promise, span) if known_by is None else None
    if who is None:
        facts = load_facts(needed, types, known_by)
    else:
        people = FACTS["person"].objects.filter(who).values("key")
        facts = load_people(people, needed, types)
    eras = Eras.of(build(facts, as_of), timeline)
    outcome, moments = decide(eras, as_of), eras.at(period.begins_at)
    then = moments.agreement.at(f"promises.{promise.id}")
    assert isinstance(then, PeriodPromise)  # noqa: S101 - that version made the period
    member = outcome.members.tolist().index(period.member) if period.member else -1
    found = records_of(then, moments, outcome.visits, outcome.obligations, span, member)
    return moments, found.take(np.arange(len(found.at))[::-1])


def _span(period: Period) -> tuple[int, int]:
    return period.begins_at, period.ends_at


def _concerned(replay: int | None, promise: PeriodPromise, span: tuple[int, int]) -> Q | None:
    """Who may have a record in the span: many more than have one, but not everybody; else None."""
    begins, until = span
    if promise.keeps:
        owed = Obligation.objects.filter(replay=replay, promise=promise.keeps)
        mine = owed.filter(started_at__gte=begins, started_at__lt=until)
        return Q(key__in=mine.values("person"))
    if promise.enters:
        stays = Visit.objects.filter(replay=replay, stage=promise.out_of or promise.enters)
        mine_too = stays.filter(entered_at__gte=begins, entered_at__lt=until)
        return Q(key__in=mine_too.values("person"))
    kinds = ("opportunity",) if promise.sum else _kinds_of(promise.counts)
    found = Q()
    for kind in kinds:
        found |= _with_a_fact(kind, span)
    return found or None


def _kinds_of(criterion: Criterion | None) -> Sequence[str]:
    """The kinds of fact that can meet a criterion; none where others may, too."""
    if criterion is None or not needs_its_fact(criterion.expression):
        return ()
    return sorted({name.scope for name in names_read(criterion.expression)} & set(FACT_SCOPES))


def _with_a_fact(kind: str, span: tuple[int, int]) -> Q:
    """Who has a fact of the kind in the span; of an opportunity, its opening or its end."""
    within = Q(at__gte=span[0], at__lt=span[1])
    if kind != "opportunity":
        return Q(key__in=FACTS[kind].objects.filter(within, live=True).values("person"))
    within |= Q(closed_at__gte=span[0], closed_at__lt=span[1])
    deals = FACTS["opportunity"].objects.filter(within, live=True)
    roles = FACTS["contact_role"].objects.filter(opportunity__in=deals.values("key"), live=True)
    return Q(key__in=deals.values("person")) | Q(key__in=roles.values("person"))


def _rows(
    reading: Reading, moments: Moments, items: Items, places: range, members: Mapping[str, str]
) -> tuple[PeriodRecord, ...]:
    """The records at these places, with the names of their people. One query."""
    index = moments.index
    keys = [str(index.people[index.person[items.moment[place]]]) for place in places]
    called = people_named(reading.replay, keys)
    return tuple(
        PeriodRecord(
            person=named(key, called),
            at=int(items.at[place]),
            kind=KINDS[index.kind[items.moment[place]]],
            weight=float(items.weight[place]),
            member=_member(moments, int(items.member[place]), members),
        )
        for key, place in zip(keys, places, strict=True)
    )


def _member(moments: Moments, code: int, members: Mapping[str, str]) -> Named:
    return named(str(moments.index.members[code]), members) if code >= 0 else Named("", "")
