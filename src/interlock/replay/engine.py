"""`replay(facts, agreement, as_of) -> Outcome`: the one place where verdicts are made."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from interlock.agreement.clauses import criteria_of
from interlock.agreement.expression import names
from interlock.agreement.schema import Agreement
from interlock.facts.columns import Facts
from interlock.replay.index import Index, build
from interlock.replay.kinds import codes_in
from interlock.replay.lifecycle import visits
from interlock.replay.moments import Moments
from interlock.replay.money import other_currencies
from interlock.replay.outcome import ABSENT, NO_PERIODS, Codes, Finding, Leads, Outcome, Visits
from interlock.replay.periods import periods
from interlock.replay.promises import obligations
from interlock.replay.reasons import without_reason

BASE_COLUMNS: dict[str, tuple[str, ...]] = {
    "member": ("id", "side", "calendar"),
    "account": ("id",),
    "person": ("id", "account", "source"),
    "opportunity": ("id", "person", "closed_at", "status", "currency"),
    "contact_role": ("opportunity", "person"),
    "touch": ("person", "kind"),
    "assignment": ("person", "member"),
    "activity": ("person", "kind", "direction", "human", "member"),
    "decision": ("person", "kind", "reason", "member"),
}
"""The columns that every replay reads, by kind; criteria may read more."""


def columns_needed(
    agreement: Agreement, also: Mapping[str, Sequence[str]] | None = None
) -> dict[str, tuple[str, ...]]:
    """Which columns of which kinds a replay under this agreement reads, and those in `also`."""
    needed = {kind: dict.fromkeys(columns) for kind, columns in BASE_COLUMNS.items()}
    if any(promise.sum for promise in agreement.period_promises):
        needed["opportunity"]["amount"] = None
    for kind, columns in (also or {}).items():
        needed[kind] |= dict.fromkeys(columns)
    for _, criterion in criteria_of(agreement):
        for name in names(criterion.expression):
            if name.scope in needed:
                needed[name.scope][name.field] = None
    return {kind: tuple(columns) for kind, columns in needed.items()}


def replay(facts: Facts, agreement: Agreement, as_of: int) -> Outcome:
    """Where every lead stands, and what became of every promise, at `as_of` (UTC seconds)."""
    return replay_index(build(facts, as_of), agreement, as_of)


def replay_index(index: Index, agreement: Agreement, as_of: int) -> Outcome:
    """The same, of facts that are laid out already."""
    moments = Moments(index, agreement)
    outcome = decide(moments, as_of)
    numbers = periods(moments, outcome.visits, outcome.obligations, as_of)
    return dataclasses.replace(outcome, periods=numbers)


def decide(moments: Moments, as_of: int) -> Outcome:
    """The verdicts about each lead, over an index that is already built.

    The periods are left out: they are about everybody together, and an index may hold one person.
    """
    index, agreement = moments.index, moments.agreement
    stays = visits(moments)
    return Outcome(
        as_of=as_of,
        people=index.people,
        members=index.members,
        sources=_sources(index),
        tiers=_ids(agreement.tiers),
        stages=_ids(agreement.stages),
        reasons=_ids(agreement.reasons),
        promises=_ids(agreement.event_promises),
        numbers=_ids(agreement.period_promises),
        visits=stays,
        obligations=obligations(moments, stays, as_of),
        periods=NO_PERIODS,
        leads=_leads(moments, stays, as_of),
        facts=len(index),
        first=int(index.at.min()) if len(index) else ABSENT,
        findings=(
            *index.findings,
            *without_reason(moments, stays),
            *other_currencies(index, agreement.currency),
            *_without_holidays(agreement, as_of),
        ),
    )


def _without_holidays(agreement: Agreement, as_of: int) -> tuple[Finding, ...]:
    """A finding where days count as open only because no holidays are known for their year."""
    # numpy's years, as a replay may look from instants that no calendar has
    year = 1970 + int(np.datetime64(as_of, "s").astype("datetime64[Y]").astype(np.int64))
    known = {c.id: c.years for c in agreement.calendars if c.years is not None}
    left = [id_ for id_, (first, last) in known.items() if not first <= year <= last]
    if not left:
        return ()
    first, last = known[left[0]]
    message = f"calendars know the holidays of their country from {first} to {last} only"
    return (Finding("holidays-unknown", message, len(left), left[0]),)


def _ids(clauses: tuple[object, ...]) -> NDArray[np.object_]:
    return np.array([getattr(clause, "id", "") for clause in clauses], dtype=object)


def _sources(index: Index) -> NDArray[np.object_]:
    column = index.table("person").columns.get("source")
    return np.empty(0, object) if column is None or column.words is None else column.words


def _leads(moments: Moments, stays: Visits, as_of: int) -> Leads:
    index = moments.index
    last = index.first[1:] - 1
    stage, since = _now(stays, len(index.people))
    return Leads(
        stage=stage,
        since=since,
        owner=moments.assigned[last],
        source=_source_codes(index, last),
        tier=_tiers(moments, last),
        fit=moments.fit_at(last),
        engagement=moments.engagement_at(last, as_of),
        last=index.at[last],
    )


def _now(stays: Visits, people: int) -> tuple[Codes, NDArray[np.int64]]:
    """Each person's open visit: visits are in order, so the last one written counts."""
    stage, since = np.full(people, -1, np.int32), np.full(people, ABSENT, np.int64)
    still = stays.left == ABSENT
    stage[stays.person[still]] = stays.stage[still]
    since[stays.person[still]] = stays.entered[still]
    return stage, since


def _source_codes(index: Index, last: NDArray[np.int64]) -> Codes:
    table = index.table("person")
    codes = codes_in(table.columns.get("source"), _sources(index), len(table))
    return np.where(index.person_row[last] >= 0, codes[index.person_row[last]], np.int32(-1))


def _tiers(moments: Moments, last: NDArray[np.int64]) -> Codes:
    """Each person's tier: the first whose criterion holds."""
    tier = np.full(len(last), -1, np.int32)
    for place in reversed(range(len(moments.agreement.tiers))):
        when = moments.agreement.tiers[place].when
        if when is not None:
            tier[moments.holds_at(when, last)] = place
    return tier
