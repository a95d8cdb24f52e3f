"""Verdicts of the store as frozen rows that doors show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from interlock.agreement.schema import Agreement
from interlock.operations.reading import Named, Reading, member_names, named, tier_names
from interlock.replay.fading import faded
from interlock.replay.outcome import Instant
from interlock.store.models import Lead, Obligation, Replay, Visit


@dataclass(frozen=True)
class PersonRow:
    """Where one person stands. `stage` has an empty key before the first stage.

    `open_obligations`: how many promises about this person wait; `next_due`: the first of them.
    """

    person: Named
    account: Named
    stage: Named
    since: Instant | None
    owner: Named
    source: str
    tier: Named
    fit: float
    engagement: float
    open_obligations: int
    next_due: Instant | None
    last_at: Instant | None


@dataclass(frozen=True)
class ObligationRow:
    """One obligation. `id` tells rows of one replay apart; `state` is in words."""

    id: int
    promise: Named
    person: Named
    account: Named
    owner: Named
    state: str
    started_at: Instant
    due_at: Instant | None
    kept_at: Instant | None
    ended_at: Instant | None
    variant: str
    source: str
    tier: Named


@dataclass(frozen=True)
class VisitRow:
    """One stay at a stage. `left_at` None: still there. `by` decided, where a member did."""

    id: int
    person: Named
    stage: Named
    came_from: Named
    entered_at: Instant
    left_at: Instant | None
    skipped: bool
    reason: Named
    by: Named


@dataclass(frozen=True)
class Names:
    """What keys are called: stages, reasons, promises, tiers and members."""

    stages: Mapping[str, str]
    reasons: Mapping[str, str]
    promises: Mapping[str, str]
    tiers: Mapping[str, str]
    members: Mapping[str, str]


NO_NAMES = Names({}, {}, {}, {}, {})


def names_in(agreement: Agreement) -> Names:
    """The names that the agreement and the members' facts give. One query."""
    return Names(
        stages={stage.id: stage.name for stage in agreement.stages},
        reasons={reason.id: reason.name for reason in agreement.reasons},
        promises={promise.id: promise.name for promise in agreement.promises},
        tiers=tier_names(agreement),
        members=member_names(),
    )


def person_row(lead: Lead, names: Names, reading: Reading) -> PersonRow:
    """The row of one lead, with what is left of its engagement at the replay's instant."""
    return PersonRow(
        person=Named(lead.person, lead.name or lead.person),
        account=Named(lead.account, lead.account_name or lead.account),
        stage=named(lead.stage, names.stages),
        since=lead.since,
        owner=named(lead.owner, names.members),
        source=lead.source,
        tier=named(lead.tier, names.tiers),
        fit=lead.fit,
        engagement=_engagement(lead, reading),
        open_obligations=lead.open_obligations,
        next_due=lead.next_due,
        last_at=lead.last_at,
    )


def _engagement(lead: Lead, reading: Reading) -> float:
    if reading.agreement is None or reading.basis.as_of is None or lead.last_at is None:
        return 0.0
    score, last = np.array([lead.score]), np.array([lead.last_at])
    return float(faded(score, last, reading.basis.as_of, reading.agreement)[0])


def obligation_rows(obligations: Iterable[Obligation], names: Names) -> tuple[ObligationRow, ...]:
    """The rows of these obligations, with their people's names. One query."""
    owed = list(obligations)
    leads = leads_about(owed)
    return tuple(
        ObligationRow(
            id=each.pk,
            promise=named(each.promise, names.promises),
            person=person_in(leads, each.person),
            account=account_in(leads, each.person),
            owner=named(each.owner, names.members),
            state=each.state,
            started_at=each.started_at,
            due_at=each.due_at,
            kept_at=each.kept_at,
            ended_at=each.ended_at,
            variant=each.variant,
            source=each.source,
            tier=named(each.tier, names.tiers),
        )
        for each in owed
    )


def visit_rows(visits: Iterable[Visit], names: Names) -> tuple[VisitRow, ...]:
    """The rows of these visits, with their people's names. One query."""
    stays = list(visits)
    leads = leads_about(stays)
    return tuple(
        VisitRow(
            id=each.pk,
            person=person_in(leads, each.person),
            stage=named(each.stage, names.stages),
            came_from=named(each.came_from, names.stages),
            entered_at=each.entered_at,
            left_at=each.left_at,
            skipped=each.skipped,
            reason=named(each.reason, names.reasons),
            by=named(each.by, names.members),
        )
        for each in stays
    )


def people_named(replay: int | None, people: Iterable[str]) -> dict[str, str]:
    """What these people are called, by key. One query."""
    leads = Lead.objects.filter(replay=replay, person__in=set(people))
    return dict(leads.values_list("person", "name"))


def leads_of(replay: Replay | int | None, people: Iterable[str]) -> dict[str, Lead]:
    """Where these people stand, by key; who is not known is left out. One query."""
    keys = set(people)
    found = Lead.objects.filter(replay=replay, person__in=keys) if keys else ()
    return {lead.person: lead for lead in found}


def leads_about(verdicts: Sequence[Obligation | Visit]) -> dict[str, Lead]:
    """The leads that verdicts of one replay are about, by the person's key."""
    if not verdicts:
        return {}
    return leads_of(verdicts[0].replay_id, (each.person for each in verdicts))


def person_in(leads: Mapping[str, Lead], key: str) -> Named:
    """What the person of that key is called: by the key itself where no name is known."""
    lead = leads.get(key)
    return Named(key, (lead.name if lead else "") or key)


def account_in(leads: Mapping[str, Lead], key: str) -> Named:
    """What the account of the person of that key is called; empty where there is none."""
    lead = leads.get(key)
    return Named(lead.account, lead.account_name or lead.account) if lead else Named("", "")
