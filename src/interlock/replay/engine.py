"""`replay(facts, agreement, as_of) -> Outcome`: the one place where verdicts are made."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence

import numba
import numpy as np
from numpy.typing import NDArray

from interlock.agreement.clauses import criteria_of
from interlock.agreement.expression import names
from interlock.agreement.schema import Agreement
from interlock.agreement.timeline import Timeline, Version, Words, always
from interlock.facts.columns import Facts
from interlock.replay.absences import without_effect
from interlock.replay.asked import Question, by_columns_alone, question
from interlock.replay.eras import Eras
from interlock.replay.index import Index, build
from interlock.replay.kept import once_each
from interlock.replay.kinds import codes_in
from interlock.replay.lifecycle import moving, visits
from interlock.replay.moments import Moments
from interlock.replay.money import other_currencies
from interlock.replay.never_due import never_due
from interlock.replay.outcome import (
    ABSENT,
    NO_PERIODS,
    Codes,
    Finding,
    Instants,
    Leads,
    Outcome,
    Stands,
    Visits,
)
from interlock.replay.owners import assigned_last, unknown_calendars
from interlock.replay.parts import at_once
from interlock.replay.periods import left_out, periods
from interlock.replay.promises import obligations, of_clocks, owed_by_each
from interlock.replay.reasons import without_reason

BASE_COLUMNS: dict[str, tuple[str, ...]] = {
    "member": ("id", "side", "calendar"),
    "absence": ("member", "ends_at"),
    "account": ("id",),
    "person": ("id", "account", "source"),
    "merge": ("person", "into"),
    "opportunity": ("id", "person", "closed_at", "status", "currency"),
    "contact_role": ("opportunity", "person"),
    "touch": ("person", "kind"),
    "assignment": ("person", "member"),
    "activity": ("person", "kind", "direction", "human", "member"),
    "decision": ("person", "kind", "reason", "member", "opportunity"),
}
"""The columns that every replay reads, by kind; criteria may read more."""


def columns_needed(
    agreement: Agreement | Timeline, also: Mapping[str, Sequence[str]] | None = None
) -> dict[str, tuple[str, ...]]:
    """Which columns of which kinds a replay under this agreement reads, and those in `also`."""
    needed = {kind: dict.fromkeys(columns) for kind, columns in BASE_COLUMNS.items()}
    for more in (also or {}, *(_read_by(version.agreement) for version in always(agreement))):
        for kind, columns in more.items():
            needed[kind] |= dict.fromkeys(columns)
    return {kind: tuple(columns) for kind, columns in needed.items()}


def _columns_read(agreement: Agreement) -> dict[str, tuple[str, ...]]:
    """The columns that the agreement's criteria and sums ask for, by kind."""
    read: dict[str, dict[str, None]] = {kind: {} for kind in BASE_COLUMNS}
    if any(promise.sum for promise in agreement.period_promises):
        read["opportunity"]["amount"] = None
    for _, criterion in criteria_of(agreement):
        for name in names(criterion.expression):
            if name.scope in read:
                read[name.scope][name.field] = None
    return {kind: tuple(columns) for kind, columns in read.items()}


_read_by = once_each(_columns_read)


def replay(facts: Facts, agreement: Agreement | Timeline, as_of: int) -> Outcome:
    """Where every lead stands, and what became of every promise, at `as_of` (UTC seconds).

    Under a timeline each verdict is made by the version that counted then (see `eras`).
    """
    return replay_index(build(facts, as_of), agreement, as_of)


def replay_index(index: Index, agreement: Agreement | Timeline, as_of: int) -> Outcome:
    """The same, of facts that are laid out already."""
    return replay_eras(Eras.of(index, agreement), as_of)


def replay_eras(eras: Eras, as_of: int) -> Outcome:
    """The same, of eras that are made already."""
    outcome = decide(eras, as_of)
    numbers = periods(eras, outcome.visits, outcome.obligations, as_of)
    cut = () if outcome.first == ABSENT else left_out(eras, outcome.first, as_of)
    return dataclasses.replace(outcome, periods=numbers, findings=(*outcome.findings, *cut))


def stand(eras: Eras, as_of: int) -> Stands:
    """Where leads stand, over an index that is already built: the first half of `decide`."""
    now, stays = eras.at(as_of), _visits(eras)
    leads, stages = _leads(now, stays, as_of), _texts(now.words)["stages"]
    return Stands(as_of, eras.index.people, stages, stays, leads)


def _visits(eras: Eras) -> Visits:
    for each in eras.all:
        each.ask((_all_at_once if len(eras.index) < _SHORT else _everywhere)(each.version))
    return visits(eras)


def decide(eras: Eras, as_of: int, stood: Stands | None = None) -> Outcome:
    """The verdicts about each lead, over an index that is already built.

    The periods are left out: they are about everybody together, and an index may hold one person.
    Where leads stand, and their scores, are as the version has it that counts at `as_of`; `stood`
    is that of the same eras and instant, where it is known already.
    """
    index, now = eras.index, eras.at(as_of)
    stays, agreement = stood.visits if stood else _visits(eras), now.agreement
    *owed, leads, contradicting, in_vain = at_once(
        *owed_by_each(eras, stays, as_of),
        lambda: stood.leads if stood else _leads(now, stays, as_of),
        lambda: now.shared.contradictions(as_of),
        lambda: _added_up(f for each in eras.all for f in without_reason(each, stays)),
        rows=len(index),
    )
    settled = obligations(owed)
    return Outcome(
        as_of=as_of,
        people=index.people,
        members=index.members,
        sources=_sources(index),
        tiers=_tier_ids(agreement),
        **_texts(now.words),
        visits=stays,
        obligations=settled,
        periods=NO_PERIODS,
        leads=leads,
        facts=len(index),
        first=index.earliest,
        findings=(
            *index.findings,
            *contradicting,
            *without_effect(index),
            *unknown_calendars(index, _calendar_ids(agreement)),
            *in_vain,
            *_added_up(never_due(eras, settled)),
            *other_currencies(index, agreement.currency),
            *_without_holidays(agreement, as_of),
            *_gone(now, stays),
        ),
    )


@once_each
def _everywhere(version: Version) -> tuple[Question, ...]:
    """What is asked of every moment; what moves leads comes first."""
    return tuple(dict.fromkeys([*moving(version), *map(question, of_clocks(version))]))


@once_each
def _all_at_once(version: Version) -> tuple[Question, ...]:
    """The same, and with it what is read of a few moments only.

    In a short history that costs less than to ask apart, where it needs no look of its own.
    """
    agreement = version.agreement
    few = [each.when for promise in agreement.event_promises for each in promise.variants]
    few += [tier.when for tier in agreement.tiers if tier.when]
    cheap = [each for each in map(question, few) if by_columns_alone(each, agreement)]
    return tuple(dict.fromkeys([*_everywhere(version), *cheap]))


_SHORT = 10_000
"""A history of fewer moments is short."""


def _added_up(findings: Iterable[Finding]) -> list[Finding]:
    """Each finding once, with the count of all like it and the first example."""
    found: dict[tuple[str, str], Finding] = {}
    for each in findings:
        key = each.code, each.message
        before = found.get(key, dataclasses.replace(each, count=0))
        found[key] = dataclasses.replace(before, count=before.count + each.count)
    return list(found.values())


@once_each
def _lacks(version: Version) -> NDArray[np.bool_]:
    """Which stages of all versions this one has not."""
    return np.array([version.agreement.stage(id) is None for id in version.words.stages], bool)


@once_each
def _calendar_ids(agreement: Agreement) -> frozenset[str]:
    return frozenset(calendar.id for calendar in agreement.calendars)


def _gone(moments: Moments, stays: Visits) -> tuple[Finding, ...]:
    """A finding where leads stand at a stage that the agreement has no more."""
    lacks = _lacks(moments.version)
    if not lacks.any():
        return ()
    left = np.flatnonzero(lacks[stays.stage] & (stays.left == ABSENT))
    if not len(left):
        return ()
    message = "leads stand at a stage that the agreement has no more, until a fact moves them on"
    stage = moments.words.stages[stays.stage[left[0]]]
    return (Finding("stage-gone", message, len(left), stage),)


def _without_holidays(agreement: Agreement, as_of: int) -> tuple[Finding, ...]:
    """A finding where days count as open only because no holidays are known for their year."""
    known = {c.id: c.years for c in agreement.calendars if c.years is not None}
    if not known:
        return ()
    # numpy's years, as a replay may look from instants that no calendar has
    year = 1970 + int(np.datetime64(as_of, "s").astype("datetime64[Y]").astype(np.int64))
    left = [id_ for id_, (first, last) in known.items() if not first <= year <= last]
    if not left:
        return ()
    first, last = known[left[0]]
    message = f"calendars know the holidays of their country from {first} to {last} only"
    return (Finding("holidays-unknown", message, len(left), left[0]),)


@once_each
def _texts(words: Words) -> dict[str, NDArray[np.object_]]:
    """The ids of clauses, by the names that an outcome has for them."""
    return {f.name: np.array(getattr(words, f.name), object) for f in dataclasses.fields(words)}


@once_each
def _tier_ids(agreement: Agreement) -> NDArray[np.object_]:
    return np.array([tier.id for tier in agreement.tiers], object)


def _sources(index: Index) -> NDArray[np.object_]:
    column = index.table("person").columns.get("source")
    return np.empty(0, object) if column is None or column.words is None else column.words


def _leads(moments: Moments, stays: Visits, as_of: int) -> Leads:
    index = moments.index
    last = index.first[1:] - 1
    columns = stays.person, stays.stage, stays.entered, stays.left
    stage, since = _now(*columns, len(index.who))
    return Leads(
        stage=stage,
        since=since,
        owner=assigned_last(moments.owners),
        source=_source_codes(index, last),
        tier=_tiers(moments, last),
        fit=moments.last_fit,
        score=moments.last_score,
        engagement=moments.engagement_left(as_of),
        last=moments.last_at,
    )


@numba.njit(cache=True, nogil=True)
def _now(
    person: Codes, stage: Codes, entered: Instants, left: Instants, people: int
) -> tuple[Codes, Instants]:
    """Each person's open visit, its stage and since when: the last one, unless it was left."""
    here, since = np.full(people, -1, np.int32), np.full(people, ABSENT)
    for n in range(len(person)):
        if left[n] == ABSENT:
            here[person[n]], since[person[n]] = stage[n], entered[n]
    return here, since


def _source_codes(index: Index, last: NDArray[np.int64]) -> Codes:
    column = index.table("person").columns.get("source")
    if column is None:
        return np.full(len(last), -1, np.int32)
    theirs = column.take(index.person_row[last])
    return codes_in(theirs, _sources(index), len(last))


def _tiers(moments: Moments, last: NDArray[np.int64]) -> Codes:
    """Each person's tier: the first whose criterion holds."""
    tier = np.full(len(last), -1, np.int32)
    for place in reversed(range(len(moments.agreement.tiers))):
        when = moments.agreement.tiers[place].when
        if when is not None:
            tier[moments.holds_at(when, last)] = place
    return tier
