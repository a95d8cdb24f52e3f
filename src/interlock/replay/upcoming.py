"""When time alone will next change a verdict about each person: when to look again."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from interlock.facts.columns import Facts, FactTable
from interlock.replay.eras import Eras
from interlock.replay.escalations import StepState, escalations, warned_at
from interlock.replay.openings import NEVER
from interlock.replay.outcome import ABSENT, Codes, Instant, Instants, Outcome, State
from interlock.replay.unowned import without_owner


def upcoming(eras: Eras, outcome: Outcome) -> Instants:
    """For each of `outcome.people` the first instant after `as_of` that changes what is said.

    That is a warning, the second after a deadline, or a step of an escalation; NEVER where there is
    none. A clock that stands still has no such instant: the fact that starts it again has.
    """
    owed, as_of = outcome.obligations, outcome.as_of
    first = np.full(len(outcome.people), NEVER)
    still = np.flatnonzero(owed.state <= State.WARNED)
    due = owed.due[still]
    # what is due at a second may be kept in that second
    _earliest(first, owed.person[still], np.where(due == ABSENT, NEVER, due + 1), as_of)
    waiting = np.flatnonzero(owed.state == State.OPEN)
    _earliest(first, owed.person[waiting], warned_at(eras, outcome, waiting), as_of)
    unkept = np.flatnonzero((owed.state <= State.WARNED) | (owed.state == State.BROKEN))
    unkept = unkept[owed.kept[unkept] == ABSENT]
    steps = escalations(eras, outcome, unkept)
    coming = (steps.state == StepState.COMING) & (steps.at != ABSENT)
    _earliest(first, owed.person[steps.obligation[coming]], steps.at[coming], as_of)
    return first


def _earliest(first: Instants, person: Codes | Instants, at: Instants, as_of: Instant) -> None:
    later = at > as_of
    np.minimum.at(first, person[later], at[later])


def clocks(facts: Facts, eras: Eras, outcome: Outcome) -> dict[str, Instant]:
    """When to look again at each person of whom something is to come: by time, or by a fact.

    A fact ahead that names no person, such as a later version of an account, sets no clock.
    """
    found = _ahead_of_each(facts, outcome.as_of)
    for person, at in zip(outcome.people.tolist(), upcoming(eras, outcome).tolist(), strict=True):
        if at != NEVER:
            found[person] = min(at, found.get(person, NEVER))
    return found


def first_looks(facts: Facts, eras: Eras, outcome: Outcome) -> dict[str, Instant]:
    """The same, and at once at the leads that have nobody: whoever looks gives them to somebody."""
    nobodys = outcome.people[without_owner(eras, outcome)]
    return clocks(facts, eras, outcome) | dict.fromkeys(map(str, nobodys), outcome.as_of)


def _ahead_of_each(facts: Facts, as_of: Instant) -> dict[str, Instant]:
    """The instant of the first fact ahead that names each person; nobody who has none."""
    first: dict[str, Instant] = {}
    for kind, table in facts.items():
        who = table.columns.get("id" if kind == "person" else "person")
        if who is None or who.words is None:
            continue
        for at in _instants(table):
            rows = np.flatnonzero(who.mask & (at > as_of))
            for key, when in zip(who.words[who.values[rows]], at[rows].tolist(), strict=True):
                first[str(key)] = min(first.get(str(key), NEVER), when)
    return first


def _instants(table: FactTable) -> Iterator[Instants]:
    """When its facts happened, and when opportunities are closed."""
    yield table.at
    if (closed := table.columns.get("closed_at")) is not None:
        yield np.where(closed.mask, closed.values, ABSENT)
