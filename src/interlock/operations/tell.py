"""Whom what came to pass concerns, and from when on each may be told.

The happenings are read in order, each once: how far is kept in the transaction that writes the
notices, so that a worker that dies loses nothing and does nothing twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from interlock.agreement.schema import Agreement, EventPromise, TimeUnit
from interlock.operations.happenings import What
from interlock.operations.news import OF_HAPPENING, News
from interlock.operations.reading import current
from interlock.operations.staff import Staff, plain, staff
from interlock.operations.working_hours import next_open
from interlock.replay.outcome import Instant
from interlock.store.lock import taking_turns
from interlock.store.models import Channel, Happening, Notice, Outbox

READER = "notices"
MOST = 2_000
"""Happenings read in one transaction."""


def tell(now: Instant, stopping: Callable[[], bool] = lambda: False) -> int:
    """Makes notices of what came to pass; how many happenings were read. Two queries: nothing."""
    read = 0
    while not stopping() and _is_something_new():
        with taking_turns():
            read += _read_on(now)
    return read


def key_of(*parts: object) -> str:
    """What a notice is recognised by, the same whenever it is made again."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class _Known:
    """What whoever tells goes by. `agreement` None: none can be read, so nobody waits for hours."""

    staff: Staff
    agreement: Agreement | None
    promises: dict[str, EventPromise]
    channels: tuple[Channel, ...]
    now: Instant


def _is_something_new() -> bool:
    newest = Happening.objects.order_by("-pk").values_list("pk", flat=True).first()
    if newest is None:
        return False
    last = Outbox.objects.filter(reader=READER).values_list("last", flat=True).first()
    return newest > (last or 0)


def _read_on(now: Instant) -> int:
    outbox, _ = Outbox.objects.get_or_create(reader=READER)
    rows = list(Happening.objects.filter(pk__gt=outbox.last).order_by("pk")[:MOST])
    if not rows:
        return 0
    agreement = current().agreement
    promises = {each.id: each for each in agreement.event_promises} if agreement else {}
    channels = tuple(Channel.objects.filter(whom=""))
    known = _Known(staff(now), agreement, promises, channels, now)
    made = [notice for row in rows for notice in _notices(row, known)]
    Notice.objects.bulk_create(made, ignore_conflicts=True, batch_size=1_000)
    outbox.last = rows[-1].pk
    outbox.save(update_fields=["last"])
    return len(rows)


def _notices(row: Happening, known: _Known) -> Iterator[Notice]:
    """The notices of one happening: to people, and to channels of the company's."""
    what = What(row.what)
    news = OF_HAPPENING.get(what)
    if news is None:
        return
    promise = known.promises.get(row.clause)
    owner = row.clause if what is What.ASSIGNED else row.detail.get("owner", "")
    person = known.staff.people.get(owner)
    side = promise.owed_by if promise else person.side if person else ""
    whom, is_known = _whom(row, news, owner, side, known)
    for each in dict.fromkeys(whom):
        yield _notice(row, news, each, known, promise)
    if not is_known:
        yield from _nobody_is(row, known)
    for channel in known.channels:
        if news in channel.news and channel.side in {"", side}:
            yield _notice(row, news, f"channel:{channel.pk}", known, promise)


def _whom(
    row: Happening, news: News, owner: str, side: str, known: _Known
) -> tuple[tuple[str, ...], bool]:
    """Who is told; and whether the agreement's words say whom."""
    if news is News.STEP:
        found = known.staff.meant_by(row.detail.get("tell", ""), owner, side, known.agreement)
        return (found, True) if found else (known.staff.leads_of(side), False)
    if owner in known.staff.people:
        return (owner,), True
    return (known.staff.leads_of(side) if news is not News.ASSIGNED else ()), True


def _notice(
    row: Happening, news: News, whom: str, known: _Known, promise: EventPromise | None
) -> Notice:
    return Notice(
        key=key_of(row.person, row.what, row.clause, row.step, row.began_at, whom),
        whom=whom,
        news=news,
        person=row.person,
        clause=row.clause,
        step=row.step,
        began_at=row.began_at,
        detail=row.detail,
        happened_at=min(row.at, known.now),
        from_at=_from(row, whom, known, promise),
    )


def _from(row: Happening, whom: str, known: _Known, promise: EventPromise | None) -> Instant:
    """When it may be told: in working hours, unless the clause counts or says otherwise."""
    elapsed = promise is not None and promise.within.unit is TimeUnit.ELAPSED
    if known.agreement is None or elapsed or row.detail.get("also_outside_hours"):
        return known.now
    somebody = known.staff.people.get(whom)
    own = somebody.calendar if somebody else ""
    calendar = own or (promise.calendar if promise else "")
    return next_open(known.agreement, calendar, known.now)


def _nobody_is(row: Happening, known: _Known) -> Iterator[Notice]:
    """The finding that nobody is what the agreement calls somebody; told once to each keeper."""
    tell = row.detail.get("tell", "")
    version = known.agreement.version if known.agreement else ""
    for keeper in known.staff.keepers:
        yield Notice(
            key=key_of("nobody is", plain(tell), row.clause, version, keeper),
            whom=keeper,
            news=News.FINDING,
            clause=row.clause,
            detail={"tell": tell},
            happened_at=known.now,
            from_at=_from(row, keeper, known, None),
        )
