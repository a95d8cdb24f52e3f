"""Replaying everyone: the verdicts that everything else only counts and shows."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass

from interlock.agreement.schema import Agreement
from interlock.insight.tally import tally
from interlock.operations.actor import Actor, require_keeper
from interlock.operations.agreements import Agreements, agreement_of, agreements
from interlock.operations.attributes import known_attributes
from interlock.operations.tallies import save_tallies
from interlock.replay.engine import columns_needed, replay
from interlock.replay.outcome import ABSENT, Finding, Instant, Outcome
from interlock.store.facts import Attributes, Needed, load_facts
from interlock.store.models import Event, Replay
from interlock.store.since import Json, Seen, seen
from interlock.store.verdicts import Progress, save, show


@dataclass(frozen=True)
class Rebuilt:
    """What one replay went over and found. `trouble` says why nothing was replayed, or is empty.

    `replayed` are the people who were replayed: all, or those whom a change concerns. `zone` is the
    IANA name of the agreement's zone.
    """

    agreement: str
    as_of: Instant
    people: int
    replayed: int
    facts: int
    visits: int
    obligations: int
    seconds: float
    findings: tuple[Finding, ...]
    trouble: str = ""
    zone: str = "UTC"


def silent(_what: str, _done: int, _of: int) -> None:
    """No progress is wanted."""


def rebuild(*, by: Actor, as_of: int | None = None, progress: Progress = silent) -> Rebuilt:
    """Replays all facts, each under the agreement then in force, and swaps the verdicts shown.

    `as_of` (UTC seconds) pins the instant that the replay looks from; None: the present.
    """
    require_keeper(by, "replay")
    started = time.time()
    texts = agreements()
    if texts is None:
        return _nothing("there is no agreement yet: make one with `interlock init`, then replay it")
    if texts.timeline is None:
        return _nothing("the agreement in force no longer fits the facts: `interlock check` it")
    progress("reading facts", 0, 1)
    needed, attributes, before = columns_needed(texts.timeline), known_attributes(), seen()
    facts = load_facts(needed, attributes)
    known = seen_with(needed, attributes, before) if before == seen() else None
    progress("replaying", 0, 1)
    moment = int(started) if as_of is None else as_of
    outcome = replay(facts, texts.timeline, moment)
    row = Replay(started_at=int(started), pinned=as_of is not None, seen=known)
    agreement = _keep(row, texts, outcome, progress)
    Event.objects.create(at=int(started), by=by.name, verb="replay", about=f"as of {moment}")
    return _rebuilt(agreement, outcome, time.time() - started)


def seen_with(needed: Needed, attributes: Attributes, facts: Seen | None) -> Json | None:
    """What a later refresh goes on from: how far the facts went, and how columns were read."""
    if facts is None:
        return None
    types = [
        [kind, name, attributes[kind][name]]
        for kind, names in needed.items()
        for name in names
        if name in attributes.get(kind, {})
    ]
    return {**facts.to_json(), "attributes": types}


def _keep(row: Replay, texts: Agreements, outcome: Outcome, progress: Progress) -> Agreement:
    """Writes the replay and shows it; the agreement that counted at its instant."""
    row.agreement = texts.at(outcome.as_of)
    row.adopted_id = texts.last
    agreement = agreement_of(row.agreement.digest).agreement
    assert agreement is not None  # noqa: S101 - the timeline was read
    row.as_of, row.people, row.facts = outcome.as_of, len(outcome.people), outcome.facts
    row.first_at = None if outcome.first == ABSENT else outcome.first
    row.findings = [asdict(finding) for finding in outcome.findings]
    row.save()
    save(row, outcome, progress)
    save_tallies(row, tally(outcome, agreement))
    row.finished_at = int(time.time())
    row.save(update_fields=["finished_at"])
    show(row)
    return agreement


def _rebuilt(agreement: Agreement, outcome: Outcome, seconds: float) -> Rebuilt:
    return Rebuilt(
        agreement=agreement.name,
        as_of=outcome.as_of,
        people=len(outcome.people),
        replayed=len(outcome.people),
        facts=outcome.facts,
        visits=len(outcome.visits.person),
        obligations=len(outcome.obligations.person),
        seconds=seconds,
        findings=outcome.findings,
        zone=str(agreement.zone),
    )


def _nothing(trouble: str) -> Rebuilt:
    return Rebuilt("", 0, 0, 0, 0, 0, 0, 0.0, (), trouble)
