"""Replaying everyone: the verdicts that everything else only counts and shows."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass

from interlock.agreement.schema import Agreement
from interlock.agreement.timeline import Timeline
from interlock.facts.columns import Facts
from interlock.insight.instants import iso
from interlock.insight.tally import tally
from interlock.operations.actor import Actor
from interlock.operations.agreements import Agreements, agreements, agreements_by
from interlock.operations.attributes import known_attributes
from interlock.operations.look import start_clocks, sweep
from interlock.operations.permissions import Action, require
from interlock.operations.tallies import save_tallies
from interlock.replay.delays import Delays, delays
from interlock.replay.edition import EDITION
from interlock.replay.engine import columns_needed, replay_eras
from interlock.replay.eras import Eras
from interlock.replay.index import build
from interlock.replay.outcome import ABSENT, Finding, Instant, Outcome
from interlock.replay.upcoming import first_looks
from interlock.replay.verdict_rows import fingerprint
from interlock.store.facts import Attributes, Needed, load_facts
from interlock.store.knowledge import watched_since
from interlock.store.models import AgreementVersion, Replay
from interlock.store.since import Json, Seen, seen
from interlock.store.trail import record
from interlock.store.verdicts import Progress, save, show


@dataclass(frozen=True)
class Rebuilt:
    """What one replay went over and found. `trouble` says why nothing was replayed, or is empty.

    `replayed` are the people who were replayed: all, or those whom a change concerns. `zone` is the
    IANA name of the agreement's zone. `known_by`: it is of the facts and agreements that were known
    then.
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
    known_by: Instant | None = None


def silent(_what: str, _done: int, _of: int) -> None:
    """No progress is wanted."""


def rebuild(
    *,
    by: Actor,
    as_of: int | None = None,
    known_then: bool = False,
    progress: Progress = silent,
) -> Rebuilt:
    """Replays all facts, each under the agreement then in force, and swaps the verdicts shown.

    `as_of` (UTC seconds) pins the instant that the replay looks from; None: the present.
    `known_then`: it goes by the facts and agreements that were known at that instant.
    """
    require(by, Action.REPLAY)
    started = time.time()
    moment = int(started) if as_of is None else as_of
    known_by = moment if known_then else None
    if known_then and moment > started:
        return _nothing("what will be known then cannot be told: the instant is yet to come")
    texts = agreements() if known_by is None else agreements_by(known_by)
    if texts is None and AgreementVersion.objects.exists():
        return _nothing("there was no agreement yet at that instant: replay without `--known-then`")
    if texts is None:
        return _nothing("there is no agreement yet: make one with `interlock init`, then replay it")
    if texts.timeline is None:
        return _nothing("the agreement in force no longer fits the facts: `interlock check` it")
    sweep()  # what time alone brought about would not be noted any more
    progress("reading facts", 0, 1)
    needed, attributes, before = columns_needed(texts.timeline), known_attributes(known_by), seen()
    facts = load_facts(needed, attributes, known_by)
    known = seen_with(needed, attributes, before) if before == seen() else None
    progress("replaying", 0, 1)
    decided = _decided(facts, texts.timeline, moment)
    row = Replay(
        as_of=moment,
        started_at=int(started),
        pinned=as_of is not None,
        known_by=known_by,
        seen=known if known_by is None else None,
        edition=EDITION,
    )
    agreement = _keep(row, texts, decided, progress)
    start_clocks(decided.clocks if not row.pinned else {}, before)
    record(by, "replay", f"as of {iso(moment)}", at=int(started))
    return _rebuilt(agreement, decided.outcome, time.time() - started, known_by)


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


@dataclass(frozen=True)
class _Decided:
    """The verdicts, where time went, and when each person is to be looked at next."""

    outcome: Outcome
    went: Delays
    clocks: dict[str, Instant]


def _decided(facts: Facts, timeline: Timeline, as_of: int) -> _Decided:
    eras = Eras.of(build(facts, as_of), timeline)
    outcome = replay_eras(eras, as_of)
    went = delays(eras, outcome, watched_since())
    return _Decided(outcome, went, first_looks(facts, eras, outcome))


def _keep(row: Replay, texts: Agreements, decided: _Decided, progress: Progress) -> Agreement:
    """Writes the replay and shows it; the agreement that counted at its instant."""
    outcome = decided.outcome
    row.agreement, row.adopted_id = texts.at(row.as_of), texts.last
    agreement = texts.agreement_at(row.as_of)
    row.people, row.facts = len(outcome.people), outcome.facts
    row.first_at = None if outcome.first == ABSENT else outcome.first
    row.findings = [asdict(finding) for finding in outcome.findings]
    row.fingerprint = fingerprint(outcome)
    row.save()
    save(row, outcome, progress)
    save_tallies(row, tally(outcome, agreement, went=decided.went))
    row.finished_at = int(time.time())
    row.save(update_fields=["finished_at"])
    show(row)
    return agreement


def _rebuilt(
    agreement: Agreement, outcome: Outcome, seconds: float, known_by: int | None
) -> Rebuilt:
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
        known_by=known_by,
    )


def _nothing(trouble: str) -> Rebuilt:
    return Rebuilt("", 0, 0, 0, 0, 0, 0, 0.0, (), trouble)
