"""After the facts changed: replaying whom that concerns, or everybody where only that is sound.

Time passes too: between the replay that is shown and this one, obligations fall due or are warned
about, and what lay in the future comes to pass. Whom that concerns is replayed with the others; for
everybody else nothing depends on the instant but how far periods are, which all are made anew.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, replace

from django.db import transaction
from django.db.models import Q

from interlock.agreement.schema import Agreement
from interlock.agreement.timeline import Timeline
from interlock.insight.instants import iso
from interlock.insight.tally import instead, tally
from interlock.operations.actor import Actor
from interlock.operations.agreements import Agreements, agreement_of, agreements
from interlock.operations.attributes import known_attributes
from interlock.operations.look import catch_up, set_clocks, sweep
from interlock.operations.permissions import Action, require
from interlock.operations.rebuild import Rebuilt, rebuild, seen_with, silent
from interlock.operations.tallies import save_tallies, tallies_of
from interlock.replay.affected import NOBODY, Circle, Ids, circle_of
from interlock.replay.edition import EDITION
from interlock.replay.engine import columns_needed
from interlock.replay.incremental import Moved, Part, Totals, moved, part_of
from interlock.replay.openings import NEVER
from interlock.replay.outcome import ABSENT, Finding, State
from interlock.replay.verdict_rows import fingerprint_with
from interlock.store.facts import Attributes
from interlock.store.knowledge import watched_since
from interlock.store.lock import held, taking_turns
from interlock.store.models import Lead, Obligation, Period, Replay, Visit
from interlock.store.since import (
    Keys,
    Seen,
    changed_since,
    come_to_pass,
    load_circle,
    load_circle_as_seen,
    references_of,
    said,
    seen,
)
from interlock.store.trail import record
from interlock.store.verdicts import Progress, swap

ATTEMPTS = 3
"""How often a refresh that was overtaken begins anew before everybody is replayed."""
MOST = 1 / 3
"""Of more people than this share, everybody is replayed: the few are replayed twice."""


def refresh(*, by: Actor, progress: Progress = silent) -> Rebuilt:
    """Replays after the facts changed, from the instant that was pinned if one was.

    One of what was known at that instant is made again as it was. What time alone brought about is
    seen to first, since it would not be noted any more once everybody is replayed.
    """
    require(by, Action.REPLAY)
    sweep()
    found: Rebuilt | None = None
    for _ in range(ATTEMPTS):
        shown = Replay.objects.filter(current=True).first()
        try:
            found = _refresh(shown, by, progress) if shown else None
        except _OvertakenError:
            continue
        break
    pinned = shown.as_of if shown and shown.pinned else None
    known_then = shown is not None and shown.known_by is not None
    return found or rebuild(by=by, as_of=pinned, known_then=known_then, progress=progress)


class _OvertakenError(Exception):
    """While a few were replayed, facts about them came in, or another replay came to be shown."""


@dataclass(frozen=True)
class _Step:
    """From the replay that is shown to one as of `as_of`, under the same texts."""

    shown: Replay
    agreement: Agreement
    timeline: Timeline
    attributes: Attributes
    as_of: int
    before: Seen
    after: Seen


def _refresh(shown: Replay, by: Actor, progress: Progress) -> Rebuilt | None:
    """Replays a few; None where everybody has to be."""
    started = time.time()
    step = _step(shown, agreements(), shown.as_of if shown.pinned else int(started))
    if step is None:
        return None
    progress("looking for whom the changes concern", 0, 1)
    changed = _changed(step)
    circle = circle_of(references_of(changed), said, _moved_by_time(step))
    if len(circle.persons) > MOST * shown.people:
        return None
    progress("replaying", 0, 1)
    whole = _totals(shown)
    before, after = _parts(step, circle, changed, whole)
    found = moved(whole, before, after)
    if found is None:
        return None
    progress("writing verdicts", 0, 1)
    about = f"{len(circle.persons)} of {found.people} people, as of {iso(step.as_of)}"
    with taking_turns():
        _keep(step, circle.persons, before, after, found, int(started))
        record(by, "replay", about, at=int(started))
    return _summary(step, len(circle.persons), found, time.time() - started)


def _step(shown: Replay, texts: Agreements | None, as_of: int) -> _Step | None:
    """What is to be done; None where facts, texts, rules or the clock are not simply further on."""
    after = seen()
    if shown.edition != EDITION or shown.seen is None or after is None or as_of < shown.as_of:
        return None
    if texts is None or texts.timeline is None or texts.last != shown.adopted_id:
        return None
    if any(shown.as_of < version.since <= as_of for version in texts.timeline):
        return None
    agreement, attributes = agreement_of(texts.at(as_of).digest).agreement, known_attributes()
    kept = shown.seen["attributes"]
    if any(attributes.get(kind, {}).get(name) != type_ for kind, name, type_ in kept):
        return None
    if agreement is None:
        return None
    before = Seen.from_json(shown.seen)
    return _Step(shown, agreement, texts.timeline, attributes, as_of, before, after)


def _changed(step: _Step) -> Keys:
    """The records that stand otherwise, or of which something has come to pass since then."""
    changed = changed_since(step.before, step.after)
    to_come = any(finding["code"] == "after-as-of" for finding in step.shown.findings)
    if not to_come or step.as_of == step.shown.as_of:
        return changed
    come = come_to_pass(step.shown.as_of, step.as_of)
    return {kind: keys | come.get(kind, frozenset()) for kind, keys in changed.items()}


def _moved_by_time(step: _Step) -> Ids:
    """Of whom an obligation may have fallen due, or its owner have been warned.

    Of people who were looked at since, the tables say so already, and the tallies do not yet.
    """
    if step.as_of == step.shown.as_of:
        return NOBODY
    looked_at = Lead.objects.filter(replay=step.shown, seen_at__isnull=False)
    promises = [p for version in step.timeline for p in version.agreement.event_promises]
    warning = [promise.id for promise in promises if promise.warn_at is not None]
    due = Q(state__in=[State.OPEN.word, State.WARNED.word], due_at__lt=step.as_of)
    warned = Q(state=State.OPEN.word, promise__in=warning)
    found = Obligation.objects.filter(due | warned, replay=step.shown)
    people = (rows.values_list("person", flat=True) for rows in (found, looked_at))
    return frozenset().union(*people)


def _totals(shown: Replay) -> Totals:
    columns = ("promise", "member", "begins_at", "reached", "base")
    periods = Period.objects.filter(replay=shown).values_list(*columns)
    return Totals(
        as_of=shown.as_of,
        first=ABSENT if shown.first_at is None else shown.first_at,
        people=shown.people,
        facts=shown.facts,
        findings=tuple(Finding(**finding) for finding in shown.findings),
        reached={row[:3]: (row[3], row[4]) for row in periods},
    )


def _parts(step: _Step, circle: Circle, changed: Keys, whole: Totals) -> tuple[Part, Part]:
    """The people of the circle as they were, and as they are."""
    needed = columns_needed(step.timeline)
    then = load_circle_as_seen(circle, needed, step.attributes, step.before, changed)
    now = load_circle(circle, needed, step.attributes)
    watched = watched_since()
    before = part_of(then, step.timeline, step.shown.as_of, whole, watched)
    return before, part_of(now, step.timeline, step.as_of, whole, watched)


def _keep(  # noqa: PLR0913, PLR0917 - what one replay is made of
    step: _Step, people: Ids, before: Part, after: Part, found: Moved, started: int
) -> None:
    """Swaps the verdicts in one transaction; raises _OvertakenError where that is not sound.

    Call it with one's turn taken.
    """
    outcome = replace(after.outcome, periods=found.periods)
    with transaction.atomic():
        row = held(Replay.objects.filter(pk=step.shown.pk, current=True)).first()
        if row is None or row.started_at != step.shown.started_at or row.seen != step.shown.seen:
            raise _OvertakenError
        if _came_meanwhile(step.after) & people:
            raise _OvertakenError
        swap(row, people, outcome)
        tallies = (tally(p.outcome, step.agreement, went=p.went) for p in (before, after))
        save_tallies(row, instead(tallies_of(row.tally.digest), *tallies))
        row.as_of, row.started_at, row.finished_at = step.as_of, started, int(time.time())
        row.people, row.facts = found.people, found.facts
        row.first_at = None if found.first == ABSENT else found.first
        row.findings = [asdict(finding) for finding in found.findings]
        row.fingerprint = fingerprint_with(row.fingerprint, before.outcome, after.outcome)
        needed = columns_needed(step.timeline)
        row.seen = seen_with(needed, step.attributes, step.after)
        row.save()
        if not row.pinned:
            set_clocks({**dict.fromkeys(people, NEVER), **after.clocks})
            catch_up(step.after)


def _came_meanwhile(since: Seen) -> Ids:
    """Whom facts concern that came after `since`."""
    until = seen()
    if until is None:
        raise _OvertakenError
    if until == since:
        return NOBODY
    return circle_of(references_of(changed_since(since, until)), said).persons


def _summary(step: _Step, replayed: int, found: Moved, seconds: float) -> Rebuilt:
    rows = {"replay": step.shown.pk}
    return Rebuilt(
        agreement=step.agreement.name,
        as_of=step.as_of,
        people=found.people,
        replayed=replayed,
        facts=found.facts,
        visits=Visit.objects.filter(**rows).count(),
        obligations=Obligation.objects.filter(**rows).count(),
        seconds=seconds,
        findings=found.findings,
        zone=str(step.agreement.zone),
    )
