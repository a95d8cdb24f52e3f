"""Looking at a few people at once: their verdicts as of now, what came to pass, when to look again.

Live operation is a replay of the buyers whom something concerns. What is said about everybody
together (findings, periods, tallies) is made anew by `refresh`; until then it is of its own
instant.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.db import OperationalError

from interlock.agreement.timeline import Timeline
from interlock.operations.agreements import agreements
from interlock.operations.attributes import known_attributes
from interlock.operations.happenings import Happened, happened, keep, said_before
from interlock.operations.route import ADDS, give_out, waiting
from interlock.replay.affected import NOBODY, Circle, circle_of
from interlock.replay.engine import columns_needed, decide, stand
from interlock.replay.eras import Eras
from interlock.replay.index import build
from interlock.replay.openings import NEVER
from interlock.replay.outcome import Instant
from interlock.replay.unowned import ROUTING_COLUMNS
from interlock.replay.upcoming import clocks
from interlock.store.bulk import among
from interlock.store.lock import taking_turns
from interlock.store.models import Clock, Lead, Replay
from interlock.store.since import (
    Keys,
    Seen,
    changed_since,
    load_circle,
    references_of,
    said,
    seen,
)
from interlock.store.verdicts import swap_people

MOST = 200
"""So many people are looked at in one go; others wait for the worker, which takes them in turn."""
HOUR = 3600
AGAIN = 60
"""Seconds after which people are looked at by somebody else, where whoever claimed them died."""

log = logging.getLogger("interlock.worker")


@dataclass(frozen=True)
class Looked:
    """Who was looked at, what came to pass, and who waits for the worker.

    `live` is False where there is nothing to look at: no replay is shown, or one that was pinned
    to an instant or to what was known then; facts are kept all the same.
    """

    live: bool
    people: frozenset[str] = NOBODY
    happened: tuple[Happened, ...] = ()
    waiting: frozenset[str] = NOBODY


NOT_LIVE = Looked(live=False)


def look_at_changed(changed: Keys, now: Instant) -> Looked:
    """Replays everybody whom these records concern, by kind and key, as of `now` (UTC seconds).

    Whoever shares an opportunity with them is replayed too. News of a member may be what leads wait
    for that nobody could be given. Call it inside a transaction that has taken its turn.
    """
    also = waiting() if changed.get("member") or changed.get("absence") else NOBODY
    return _look(circle_of(references_of(changed), said, also), now, MOST)


def look_at_due(now: Instant | None = None, most: int = MOST) -> Looked | None:
    """Looks at those whose clock has come, the first ones first; None where there are none.

    Several workers may: each claims its people by moving their clocks on. One query where nobody
    is due. Whoever shares opportunities with them is looked at too, however many they are: nobody
    is left to whom they could be put off.
    """
    moment = int(time.time()) if now is None else now
    with taking_turns():
        due = Clock.objects.filter(at__lte=moment).order_by("at", "person")
        people = list(due.values_list("person", flat=True)[:most])
        if not people:
            return None
        Clock.objects.filter(person__in=people).update(at=moment + AGAIN)
        looked = _look(circle_of({}, said, frozenset(people)), moment)
        if not looked.live:
            Clock.objects.all().delete()
        return looked


def sweep(
    now: Instant | None = None, stopping: Callable[[], bool] = lambda: False, most: int = MOST
) -> int:
    """Looks at everybody whose clock has come, until nobody is left; how many were looked at.

    It ends between two transactions where `stopping` says so. A person whose look fails keeps
    nobody else waiting: the error is logged, and they are looked at again in an hour.
    """
    moment = int(time.time()) if now is None else now
    swept, many = 0, most
    while not stopping() and is_anybody_due(moment):
        try:
            looked = look_at_due(moment, many)
        except OperationalError:
            raise
        except Exception:
            if many > 1:
                many = max(1, many // 8)  # whose look it is, is found among fewer
                continue
            log.exception("A look failed, and waits for an hour: %s", put_off(moment))
        else:
            swept += 0 if looked is None else len(looked.people)
        many = most
    return swept


def put_off(now: Instant) -> str:
    """Has whoever is due first wait for an hour; their key."""
    with taking_turns():
        first = Clock.objects.filter(at__lte=now).order_by("at", "person").first()
        if first is None:
            return ""
        first.at = now + HOUR
        first.save(update_fields=["at"])
        return first.person


def is_anybody_due(now: Instant) -> bool:
    """Whether somebody's clock has come. One query."""
    return Clock.objects.filter(at__lte=now).exists()


def wait_for_worker(people: Iterable[str], now: Instant) -> None:
    """Has the worker look at these people as soon as it can."""
    set_clocks(dict.fromkeys(people, now))


def set_clocks(at: Mapping[str, Instant]) -> None:
    """Puts people's clocks; NEVER: nothing is awaited."""
    Clock.objects.filter(person__in=among(at)).delete()
    rows = [Clock(person=person, at=when) for person, when in at.items() if when != NEVER]
    Clock.objects.bulk_create(rows, batch_size=1_000)


def start_clocks(at: Mapping[str, Instant], since: Seen | None) -> None:
    """Puts everybody's clock after a replay of all, and looks at who changed meanwhile.

    `since`: how far the facts went when the replay began to read them; None: an import was under
    way, and whatever comes after it catches up.
    """
    with taking_turns():
        Clock.objects.all().delete()
        set_clocks(at)
        catch_up(since)


def catch_up(since: Seen | None) -> None:
    """Looks at everybody about whom facts came after `since`. Call it inside a transaction."""
    until = seen()
    if since is not None and until is not None and since != until:
        look_at_changed(changed_since(since, until), int(time.time()))


# --- one look ---------------------------------------------------------------------------------


def _look(circle: Circle, now: Instant, most: int | None = None) -> Looked:
    """More than `most` people are left to the worker."""
    shown, timeline = _shown()
    if shown is None or timeline is None:
        return NOT_LIVE
    if most is not None and len(circle.persons) > most:
        wait_for_worker(circle.persons, now)
        return Looked(live=True, waiting=circle.persons)
    needed, attributes = columns_needed(timeline, ROUTING_COLUMNS), known_attributes()
    facts = load_circle(circle, needed, attributes)
    eras = Eras.of(build(facts, now), timeline)
    stood = stand(eras, now)
    given = give_out(eras, stood, circle.persons)
    if given.anything:  # an owner may move a lead; what is promised is decided once, after that
        facts = {**facts, **load_circle(circle, {ADDS: needed[ADDS]}, attributes)}
        eras = Eras.of(build(facts, now), timeline)
        stood = stand(eras, now)
    outcome = decide(eras, now, stood)
    before = said_before(shown.pk, circle.persons)
    found = happened(eras, outcome, before, shown.as_of)
    swap_people(shown, circle.persons, outcome)
    Lead.objects.filter(replay=shown, person__in=among(circle.persons)).update(seen_at=now)
    at = {**dict.fromkeys(circle.persons, NEVER), **clocks(facts, eras, outcome)}
    set_clocks(at | {who: min(at[who], again) for who, again in given.again.items()})
    keep(found, now)
    return Looked(live=True, people=circle.persons, happened=tuple(found))


def _shown() -> tuple[Replay | None, Timeline | None]:
    """The replay that lives with the present, and the agreement over time that it goes by."""
    shown = Replay.objects.filter(current=True, pinned=False, known_by=None).first()
    texts = agreements(shown.adopted_id) if shown else None
    return shown, texts.timeline if texts else None
