"""What came to pass between two looks at the same people, told once each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from interlock.insight.instants import iso
from interlock.operations.outbox import Telling, Topic, publish, wanted
from interlock.replay.affected import Ids
from interlock.replay.eras import Eras
from interlock.replay.escalations import StepState, steps_of
from interlock.replay.outcome import ABSENT, Instant, Outcome, State
from interlock.store.bulk import among
from interlock.store.models import Happening, Lead, Obligation, Visit


class What(StrEnum):
    """What happened: a lead entered a stage or came to another owner, a promise moved on."""

    ENTERED = "entered"
    ASSIGNED = "assigned"
    OWED = "owed"
    WARNED = "warned"
    KEPT = "kept"
    KEPT_LATE = "kept late"
    BROKEN = "broken"
    VOID = "void"
    STEP = "step"


_OF_STATE = {
    State.OPEN: What.OWED,
    State.WARNED: What.WARNED,
    State.KEPT: What.KEPT,
    State.KEPT_LATE: What.KEPT_LATE,
    State.BROKEN: What.BROKEN,
    State.VOID: What.VOID,
}


_TOPICS = {
    What.ENTERED: Topic.ENTERED,
    What.ASSIGNED: Topic.ASSIGNED,
    What.WARNED: Topic.WARNED,
    What.BROKEN: Topic.BROKEN,
    What.KEPT: Topic.KEPT,
    What.KEPT_LATE: Topic.KEPT,
}
"""What webhooks may hear of."""


@dataclass(frozen=True)
class Happened:
    """One thing that came to pass; the fields are those of `interlock.store.models.Happening`."""

    person: str
    what: What
    clause: str
    began_at: Instant
    at: Instant
    step: int = -1
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Before:
    """What was said about some people before they were looked at again.

    `visits` are (person, stage, entered); `states` of obligations by (person, promise, started);
    `owners` by person; `seen_at` when each was last looked at, as far as that was later than the
    replay.
    """

    visits: frozenset[tuple[str, str, int]]
    states: Mapping[tuple[str, str, int], str]
    owners: Mapping[str, str]
    seen_at: Mapping[str, int]


def said_before(replay: int, people: Ids) -> Before:
    """What the replay that is shown says about these people. Three queries."""
    theirs = {"replay": replay, "person__in": among(people)}
    visits = Visit.objects.filter(**theirs).values_list("person", "stage", "entered_at")
    owed = Obligation.objects.filter(**theirs).values_list(
        "person", "promise", "started_at", "state"
    )
    leads = list(Lead.objects.filter(**theirs).values_list("person", "owner", "seen_at"))
    return Before(
        visits=frozenset(visits),
        states={row[:3]: row[3] for row in owed},
        owners={person: owner for person, owner, _ in leads},
        seen_at={person: at for person, _, at in leads if at is not None},
    )


def happened(eras: Eras, outcome: Outcome, before: Before, shown_as_of: Instant) -> list[Happened]:
    """What the outcome says that was not said before, in order of time.

    A step of an escalation counts where its time came after the person was last looked at
    (`shown_as_of`, or later).
    """
    found = [
        *_entered(outcome, before),
        *_moved(outcome, before),
        *_handed(outcome, before),
        *_steps(eras, outcome, before, shown_as_of),
    ]
    return sorted(found, key=lambda each: each.at)


def keep(found: Sequence[Happened], now: Instant) -> None:
    """Adds what has not been told before, and tells webhooks. Call it inside a transaction."""
    _publish(found, now)
    rows = [
        Happening(
            person=each.person,
            what=each.what,
            clause=each.clause,
            step=each.step,
            began_at=each.began_at,
            at=each.at,
            noted_at=now,
            detail=dict(each.detail),
        )
        for each in found
    ]
    Happening.objects.bulk_create(rows, ignore_conflicts=True)


def _publish(found: Sequence[Happened], now: Instant) -> None:
    """Puts what webhooks want to hear of into the outbox, once each."""
    topics = wanted() if found else frozenset()
    told = [each for each in found if _TOPICS.get(each.what) in topics]
    if not told:
        return
    known = frozenset(
        Happening.objects.filter(
            person__in=among({each.person for each in told}),
            what__in={each.what for each in told},
        ).values_list("person", "what", "clause", "step", "began_at")
    )
    publish((_telling(each) for each in told if _which(each) not in known), now)


def _which(each: Happened) -> tuple[str, str, str, int, int]:
    return each.person, str(each.what), each.clause, each.step, each.began_at


def _telling(each: Happened) -> Telling:
    at = iso(each.at)
    data: dict[str, object] = {"promise": each.clause, "started_at": iso(each.began_at), "at": at}
    if each.what is What.ENTERED:
        data = {"stage": each.clause, "at": at}
    elif each.what is What.ASSIGNED:
        data = {"owner": each.clause, "at": at}
    elif each.what in (What.KEPT, What.KEPT_LATE):
        data["late"] = each.what is What.KEPT_LATE
    return Telling(_TOPICS[each.what], each.person, each.at, {**data, **each.detail})


def _entered(outcome: Outcome, before: Before) -> Iterator[Happened]:
    visits = outcome.visits
    for row in range(len(visits.person)):
        person = str(outcome.people[visits.person[row]])
        stage, entered = str(outcome.stages[visits.stage[row]]), int(visits.entered[row])
        if (person, stage, entered) not in before.visits:
            yield Happened(person, What.ENTERED, stage, entered, entered)


def _moved(outcome: Outcome, before: Before) -> Iterator[Happened]:
    owed = outcome.obligations
    for row in range(len(owed.person)):
        person, promise = (
            str(outcome.people[owed.person[row]]),
            str(outcome.promises[owed.promise[row]]),
        )
        started, state = int(owed.started[row]), State(int(owed.state[row]))
        if before.states.get((person, promise, started)) == state.word:
            continue
        at = _settled_at(outcome, row, state, started)
        detail = {"owner": _member(outcome, int(owed.owner[row]))}
        yield Happened(person, _OF_STATE[state], promise, started, at, detail=detail)


def _settled_at(outcome: Outcome, row: int, state: State, started: int) -> Instant:
    """When the obligation came to its state; a warning is told of as it is seen."""
    owed = outcome.obligations
    at = {
        State.OPEN: started,
        State.WARNED: outcome.as_of,
        State.KEPT: int(owed.kept[row]),
        State.KEPT_LATE: int(owed.kept[row]),
        State.BROKEN: int(owed.due[row]),
        State.VOID: int(owed.ended[row]),
    }[state]
    return outcome.as_of if at == ABSENT else at


def _handed(outcome: Outcome, before: Before) -> Iterator[Happened]:
    for row, key in enumerate(outcome.people):
        person, owner = str(key), _member(outcome, int(outcome.leads.owner[row]))
        if owner and before.owners.get(person, "") != owner:
            yield Happened(person, What.ASSIGNED, owner, outcome.as_of, outcome.as_of)


def _steps(
    eras: Eras, outcome: Outcome, before: Before, shown_as_of: Instant
) -> Iterator[Happened]:
    owed = outcome.obligations
    unkept = np.isin(owed.state, (State.OPEN, State.WARNED, State.BROKEN))
    which = np.flatnonzero(unkept)
    for row, steps in zip(which.tolist(), steps_of(eras, outcome, which), strict=True):
        person = str(outcome.people[owed.person[row]])
        since = before.seen_at.get(person, shown_as_of)
        for place, step in enumerate(steps):
            if step.state is StepState.REACHED and step.at is not None and step.at > since:
                promise = str(outcome.promises[owed.promise[row]])
                detail = {
                    "tell": step.tell,
                    "does": step.does,
                    "owner": _member(outcome, int(owed.owner[row])),
                    "share": f"{step.share:g}",
                }
                if step.also_outside_hours:
                    detail["also_outside_hours"] = "yes"
                started = int(owed.started[row])
                yield Happened(person, What.STEP, promise, started, step.at, place, detail)


def _member(outcome: Outcome, code: int) -> str:
    return str(outcome.members[code]) if code >= 0 else ""
